"""Deletes what nobody needs any more."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_

import clock
import db
from domain.history import trash
from models import (
    Base,
    EmailToken,
    IdempotencyKey,
    ImportJob,
    OutboxMessage,
    Suggestion,
    UserSession,
    idempotency,
    suggestion,
)

TRACES_KEPT = timedelta(days=30)


def sweep() -> int:
    """Returns how many rows are gone. A transaction per table: no writer waits for them all."""
    now = clock.now()
    old = now - TRACES_KEPT
    return sum(
        (
            _delete(IdempotencyKey, IdempotencyKey.created_at < now - idempotency.LIFETIME),
            _delete(UserSession, or_(UserSession.expires_at < now, UserSession.ended_at < now)),
            _delete(EmailToken, or_(EmailToken.expires_at < old, EmailToken.used_at < old)),
            _delete(OutboxMessage, or_(OutboxMessage.sent_at < old, OutboxMessage.failed_at < old)),
            _delete(ImportJob, ImportJob.finished_at < old),
            _delete(Suggestion, Suggestion.created_at < now - suggestion.LIFETIME),
            _purge_trash(now),
        )
    )


def _purge_trash(now: datetime) -> int:
    with db.transaction() as session:
        return trash.purge_old(session, now)


def _delete(model: type[Base], condition: ColumnElement[bool]) -> int:
    with db.transaction() as session:
        gone = delete(model).where(condition).execution_options(synchronize_session=False)
        return session.connection().execute(gone).rowcount
