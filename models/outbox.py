"""Mail to be sent: written with the change it tells of, sent by a job."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Id, new_id

WAITING = text("sent_at IS NULL AND failed_at IS NULL")


class OutboxMessage(Created, Base):
    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "next_attempt_at", postgresql_where=WAITING, sqlite_where=WAITING
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str]
    recipient: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # emptied once sent: it may hold a link
    message_id: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
