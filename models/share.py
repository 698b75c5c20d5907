"""Shares: a bookmark or a folder, shown to a person or a team of the same organization."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id, of_tenant


def _once(grantee: str, item: str) -> Index:
    """One share for each pair; also how one finds what is shared with somebody."""
    both = text(f"{grantee} IS NOT NULL AND {item} IS NOT NULL")
    return Index(
        f"uq_shares_{grantee}_{item}",
        "organization_id",
        grantee,
        item,
        unique=True,
        sqlite_where=both,
        postgresql_where=both,
    )


class Share(Created, Base):
    __tablename__ = "shares"
    __table_args__ = (
        of_tenant("bookmark_id", "bookmarks"),
        of_tenant("folder_id", "folders"),
        of_tenant("team_id", "teams"),
        # Who leaves the organization sees nothing of it any more.
        ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["memberships.organization_id", "memberships.user_id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("(bookmark_id IS NULL) <> (folder_id IS NULL)", name="item"),
        CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name="grantee"),
        CheckConstraint("access IN ('read', 'write')", name="access"),
        _once("user_id", "bookmark_id"),
        _once("user_id", "folder_id"),
        _once("team_id", "bookmark_id"),
        _once("team_id", "folder_id"),
        Index(None, "organization_id", "bookmark_id"),
        Index(None, "organization_id", "folder_id"),
        Index(None, "organization_id", "shared_by"),
        Index(None, "shared_by"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    bookmark_id: Mapped[str | None] = mapped_column(Id)
    folder_id: Mapped[str | None] = mapped_column(Id)
    user_id: Mapped[str | None] = mapped_column(Id)
    team_id: Mapped[str | None] = mapped_column(Id)
    access: Mapped[str] = mapped_column(default="read")
    expires_at: Mapped[datetime | None]
    shared_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
