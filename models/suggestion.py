"""What a language model proposed for a page, kept so that the same question is not asked again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id

LIFETIME = timedelta(days=7)


class Suggestion(Created, Base):
    __tablename__ = "ai_suggestions"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        Index(None, "user_id"),
        Index(None, "created_at"),
    )

    organization_id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the normalised URL
    language: Mapped[str] = mapped_column(String(10), primary_key=True)  # asked for
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
