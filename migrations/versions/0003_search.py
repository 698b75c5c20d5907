"""The words of bookmarks, and the full-text index over them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SQLITE = (
    """
    CREATE VIRTUAL TABLE bookmark_search USING fts5(
        title, address, notes, places, content='bookmark_words', content_rowid='number',
        tokenize="unicode61 remove_diacritics 0", prefix='1 2 3'
    )
    """,
    """
    CREATE TRIGGER bookmark_words_added AFTER INSERT ON bookmark_words BEGIN
        INSERT INTO bookmark_search (rowid, title, address, notes, places)
        VALUES (new.number, new.title, new.address, new.notes, new.places);
    END
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


def upgrade() -> None:
    op.create_table(
        "bookmark_words",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.String(length=36), nullable=False),
        sa.Column("bookmark_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "bookmark_id"],
            ["bookmarks.organization_id", "bookmarks.id"],
            name=op.f("fk_bookmark_words_organization_id_bookmark_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bookmark_words")),
        sa.UniqueConstraint(
            "organization_id",
            "bookmark_id",
            name=op.f("uq_bookmark_words_organization_id_bookmark_id"),
        ),
    )
    op.create_index(
        op.f("ix_bookmark_words_organization_id_number"),
        "bookmark_words",
        ["organization_id", "number"],
        unique=False,
    )
    dialect = op.get_bind().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("bookmark_search")
    op.drop_table("bookmark_words")
