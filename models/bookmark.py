"""Bookmarks, the names they are reached by, and what they hang on."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id, of_tenant

# Never null, so that one index orders "recently opened" on both databases; it sorts last.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LIVE = "deleted_at IS NULL"
# Compared byte by byte, so that both databases put titles in one order.
SortKey = String(255).with_variant(String(255, collation="C"), "postgresql")


def sort_key(text: str) -> str:
    """What a title or name is ordered by, whatever the database's own idea of letters."""
    return text.casefold()[:255]


class Bookmark(Created, Base):
    __tablename__ = "bookmarks"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        *(
            Index(
                f"ix_bookmarks_{name}",
                "organization_id",
                "user_id",
                *columns,
                "id",
                sqlite_where=text(condition),
                postgresql_where=text(condition),
            )
            for name, columns, condition in (
                ("newest", ("created_at",), LIVE),
                ("by_title", ("title_key",), LIVE),
                ("most_used", ("access_count", "created_at"), LIVE),
                ("last_opened", ("last_accessed_at", "created_at"), LIVE),
                ("pinned", ("created_at",), f"pinned AND {LIVE}"),
                ("trash", ("deleted_at",), "deleted_at IS NOT NULL"),
            )
        ),
        Index("ix_bookmarks_url", "organization_id", "url_hash", "user_id"),
        Index("ix_bookmarks_user_id", "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(500))
    title_key: Mapped[str] = mapped_column(SortKey)
    url: Mapped[str] = mapped_column(String(2048))
    url_hash: Mapped[str] = mapped_column(String(64))  # of the normalised URL
    slug: Mapped[str | None]  # the current one; all that lead here are in Slug
    forwarding_enabled: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    access_count: Mapped[int] = mapped_column(default=0)
    last_accessed_at: Mapped[datetime] = mapped_column(default=NEVER)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]


class Slug(Created, Base):
    """A name of a bookmark: its current slug or an alias. Kept while it lies in the trash."""

    __tablename__ = "slugs"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        Index(None, "organization_id", "folded"),
        Index(None, "organization_id", "bookmark_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(255), primary_key=True)
    folded: Mapped[str] = mapped_column(SortKey)  # for the lookup that ignores case
    bookmark_id: Mapped[str] = mapped_column(Id)


class SlugPreference(Created, Base):
    """Which bookmark a person wants a slug to lead to."""

    __tablename__ = "slug_preferences"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        Index(None, "organization_id", "bookmark_id"),
        Index(None, "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(255), primary_key=True)
    bookmark_id: Mapped[str] = mapped_column(Id)
    updated_at: Mapped[datetime]


class LibrarySize(Base):
    """How many live bookmarks a person owns in an organization: counting them takes too long."""

    __tablename__ = "library_sizes"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        Index(None, "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    bookmarks: Mapped[int]
