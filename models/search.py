"""The words of bookmarks, and the full-text index over them.

`bookmark_words` is the same on both databases and written by domain/search/search_words.py. The
index over it is the database's own: FTS5 on SQLite, kept in step by triggers but for new rows,
which come many at a time; a generated tsvector on PostgreSQL. Words come in the form our own
tokenizer gave them, so both find the same.

What a plain filter looks for is a part of a word: PostgreSQL has trigrams for that.
"""

from typing import Any

from sqlalchemy import DDL, BigInteger, Integer, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, of_tenant


class BookmarkWords(Base):
    __tablename__ = "bookmark_words"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        UniqueConstraint("organization_id", "bookmark_id"),
    )

    # Grows with time: the latest are found first.
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True
    )
    organization_id: Mapped[str] = mapped_column(Id)
    bookmark_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)  # its slug and URL
    notes: Mapped[str] = mapped_column(Text)
    places: Mapped[str] = mapped_column(Text)  # whose it is, where it lies, what it is


SQLITE = (
    """
    CREATE VIRTUAL TABLE bookmark_search USING fts5(
        title, address, notes, places, content='bookmark_words', content_rowid='number',
        tokenize="unicode61 remove_diacritics 0", prefix='1 2 3'
    )
    """,
    """
    CREATE TRIGGER bookmark_words_gone AFTER DELETE ON bookmark_words BEGIN
        INSERT INTO bookmark_search (bookmark_search, rowid, title, address, notes, places)
        VALUES ('delete', old.number, old.title, old.address, old.notes, old.places);
    END
    """,
    """
    CREATE TRIGGER bookmark_words_changed
    AFTER UPDATE OF title, address, notes, places ON bookmark_words BEGIN
        INSERT INTO bookmark_search (bookmark_search, rowid, title, address, notes, places)
        VALUES ('delete', old.number, old.title, old.address, old.notes, old.places);
        INSERT INTO bookmark_search (rowid, title, address, notes, places)
        VALUES (new.number, new.title, new.address, new.notes, new.places);
    END
    """,
    "CREATE VIRTUAL TABLE bookmark_search_terms USING fts5vocab(bookmark_search, instance)",
)
POSTGRESQL = (
    """
    ALTER TABLE bookmark_words ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', address), 'B')
        || setweight(to_tsvector('simple', notes), 'C')
        || setweight(to_tsvector('simple', places), 'D')
    ) STORED
    """,
    # Otherwise every search first reads whatever was written since the last VACUUM.
    """
    CREATE INDEX bookmark_words_vector ON bookmark_words USING gin (vector)
    WITH (fastupdate = off)
    """,
    # Its owner is the first word: one's own from the newest on.
    "CREATE INDEX bookmark_words_owner ON bookmark_words (split_part(places, ' ', 1), (-number))",
)
PLAIN_TEXT = "lower((title || ' ' || url || ' ' || coalesce(slug, '')) COLLATE \"C\")"
# Without the extension, or the right to use it, lists are only slower.
TRIGRAMS = f"""
    DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX bookmarks_plain_words ON bookmarks
        USING gin (title_key gin_trgm_ops, {PLAIN_TEXT} gin_trgm_ops) WHERE deleted_at IS NULL;
    EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege THEN
        RAISE NOTICE 'No pg_trgm: parts of words are looked for in one bookmark after the other.';
    END $$
"""
# What the models do not know of: Alembic must not take it for something left behind.
UNMAPPED = (
    "bookmark_search",
    "bookmark_words_vector",
    "bookmark_words_owner",
    "bookmarks_plain_words",
    "vector",
)


def is_mapped(name: str | None) -> bool:
    return not (name or "").startswith(UNMAPPED)


def _when(moment: str, dialect: str, statement: str) -> None:
    ddl: Any = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(BookmarkWords.__table__, moment, ddl.execute_if(dialect=dialect))


for _statement in SQLITE:
    _when("after_create", "sqlite", _statement)
for _statement in (*POSTGRESQL, TRIGRAMS):
    _when("after_create", "postgresql", _statement)
_when("before_drop", "sqlite", "DROP TABLE bookmark_search_terms")
_when("before_drop", "sqlite", "DROP TABLE bookmark_search")
