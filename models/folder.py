"""Folders, how they lie in each other, and what lies in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id, of_tenant
from models.bookmark import LIVE, SortKey

MAX_DEPTH = 10


class Folder(Created, Base):
    __tablename__ = "folders"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        of_tenant("parent_id", "folders"),
        # Names are unique among siblings; two nulls are never equal, so the top has its own index.
        Index(
            "uq_folders_name_at_top",
            "organization_id",
            "user_id",
            "name",
            unique=True,
            sqlite_where=text(f"parent_id IS NULL AND {LIVE}"),
            postgresql_where=text(f"parent_id IS NULL AND {LIVE}"),
        ),
        Index(
            "uq_folders_name_within",
            "organization_id",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=text(f"parent_id IS NOT NULL AND {LIVE}"),
            postgresql_where=text(f"parent_id IS NOT NULL AND {LIVE}"),
        ),
        Index(None, "organization_id", "user_id", "name_key"),
        Index(None, "organization_id", "parent_id"),
        Index(None, "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(Id)
    position: Mapped[int] = mapped_column(default=0)  # among its siblings; equal ones by name
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SortKey)
    icon: Mapped[str | None] = mapped_column(String(50))
    updated_at: Mapped[datetime]
    updated_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]
    deleted_with: Mapped[str | None] = mapped_column(Id)  # the folder whose deletion took it along


class FolderAncestor(Base):
    """Every folder with every folder above it and with itself, so that no query walks the tree."""

    __tablename__ = "folder_ancestors"
    __table_args__ = (
        of_tenant("descendant_id", "folders"),
        of_tenant("ancestor_id", "folders"),
        CheckConstraint(f"distance BETWEEN 0 AND {MAX_DEPTH - 1}", name="depth"),
        Index(None, "organization_id", "ancestor_id", "descendant_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    descendant_id: Mapped[str] = mapped_column(Id, primary_key=True)
    ancestor_id: Mapped[str] = mapped_column(Id, primary_key=True)
    distance: Mapped[int]


class BookmarkFolder(Base):
    """A bookmark may lie in any number of folders."""

    __tablename__ = "bookmark_folders"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        of_tenant("folder_id", "folders"),
        # The newest bookmarks of a folder without reading all of them.
        Index(
            "ix_bookmark_folders_newest",
            "organization_id",
            "folder_id",
            "bookmark_created_at",
            "bookmark_id",
        ),
        {"sqlite_with_rowid": False},
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    bookmark_id: Mapped[str] = mapped_column(Id, primary_key=True)
    folder_id: Mapped[str] = mapped_column(Id, primary_key=True)
    bookmark_created_at: Mapped[datetime]  # as it stands on the bookmark, where it never changes
