"""Tags: a person's own words for bookmarks."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id, of_tenant
from models.bookmark import SortKey

LONGEST_TAG = 100


class Tag(Created, Base):
    __tablename__ = "tags"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        UniqueConstraint("organization_id", "user_id", "name"),
        Index(None, "organization_id", "user_id", "name_key"),
        Index(None, "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_TAG))
    name_key: Mapped[str] = mapped_column(SortKey)
    version: Mapped[int] = mapped_column(default=1)
    bookmarks: Mapped[int] = mapped_column(default=0)  # live ones that have it


class BookmarkTag(Base):
    __tablename__ = "bookmark_tags"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        of_tenant("tag_id", "tags"),
        # The newest bookmarks of a tag without reading all of them.
        Index(
            "ix_bookmark_tags_newest",
            "organization_id",
            "tag_id",
            "bookmark_created_at",
            "bookmark_id",
        ),
        {"sqlite_with_rowid": False},
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    bookmark_id: Mapped[str] = mapped_column(Id, primary_key=True)
    tag_id: Mapped[str] = mapped_column(Id, primary_key=True)
    bookmark_created_at: Mapped[datetime]  # as it stands on the bookmark, where it never changes
