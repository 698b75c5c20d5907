"""Invitations: a promise of a seat, to one e-mail address, for a limited time."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id

OPEN = text("closed_at IS NULL")


class Invitation(Created, Base):
    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        CheckConstraint("role IN ('owner', 'admin', 'member')", name="role"),
        # One open invitation per address. Expiry cannot be part of an index (it moves with the
        # clock), so domain/invitations.py closes an expired row before it adds another.
        Index(
            "uq_invitations_open",
            "organization_id",
            "email",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        # Pending ones are counted whenever a seat is wanted.
        Index(
            "ix_invitations_pending",
            "organization_id",
            "expires_at",
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        Index(None, "email"),
        Index(None, "token_hash"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str]  # lower case
    role: Mapped[str]
    message: Mapped[str | None] = mapped_column(String(2000))
    token_hash: Mapped[str]
    lifetime_days: Mapped[int]
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    declined_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    # Set with any of the above, and when a later invitation took an expired one's place.
    closed_at: Mapped[datetime | None]

    @classmethod
    def is_pending(cls, now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
        """The same rule as domain.invitation_views.state() == "pending", for a query."""
        return and_(cls.closed_at.is_(None), cls.expires_at > now)


class InvitationTeam(Base):
    __tablename__ = "invitation_teams"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "invitation_id"],
            ["invitations.organization_id", "invitations.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "team_id"],
            ["teams.organization_id", "teams.id"],
            ondelete="CASCADE",
        ),
        Index(None, "organization_id", "team_id"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    invitation_id: Mapped[str] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(Id, primary_key=True)
