"""API tokens: what a program signs in with."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id

SLOTS = 10


class ApiToken(Created, Base):
    __tablename__ = "api_tokens"
    __table_args__ = (
        # The limit itself: a live token holds one of ten slots, so an eleventh cannot be stored.
        UniqueConstraint("organization_id", "user_id", "slot"),
        CheckConstraint(f"slot BETWEEN 1 AND {SLOTS}", name="slot"),
        Index(None, "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    slot: Mapped[int | None]  # null once revoked or found expired
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str | None] = mapped_column(String(500))  # space-separated; null: all
    organization_only: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
