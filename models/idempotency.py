"""Answers kept for a day, so that a repeated POST gets the first one again."""

from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id

LIFETIME = timedelta(hours=24)


class IdempotencyKey(Created, Base):
    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    caller: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(Id)  # whose turn it is, while there is no answer
    claimed_until: Mapped[datetime]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)  # encrypted under the client's key
