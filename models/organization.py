"""Organizations, the tenants, and who belongs to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id


class Organization(Created, Base):
    __tablename__ = "organizations"
    __table_args__ = (
        CheckConstraint("plan IN ('free', 'personal', 'team', 'supporter')", name="plan"),
        CheckConstraint("included_seats >= 1 AND extra_seats >= 0", name="seats"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str]
    plan: Mapped[str] = mapped_column(default="free")
    included_seats: Mapped[int] = mapped_column(default=1)
    extra_seats: Mapped[int] = mapped_column(default=0)
    stripe_customer_id: Mapped[str | None]


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'admin', 'member')", name="role"),
        Index(None, "user_id"),
    )

    organization_id: Mapped[str] = mapped_column(
        ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str]
    joined_at: Mapped[datetime]
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
