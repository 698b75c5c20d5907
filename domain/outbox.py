"""Mail to be sent: written in the caller's transaction, claimed and marked by the job."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

import clock
from models.base import new_id
from models.outbox import OutboxMessage

# Ten attempts, each wait three times the last, reach over 17 to 21 hours.
ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
ERROR_LENGTH = 500


def mail(session: Session, kind: str, recipient: str, **facts: Any) -> OutboxMessage:
    """Send one mail once the caller's transaction is committed; `facts` fill its template."""
    now = clock.now()
    message = OutboxMessage(
        kind=kind,
        recipient=recipient,
        facts=facts,
        # Kept over all attempts: a receiver that got the mail twice can tell.
        message_id=f"<{new_id()}@slugbase>",
        created_at=now,
        next_attempt_at=now,
    )
    session.add(message)
    return message


def is_work_waiting(session: Session) -> bool:
    """Asked before claiming, so that an idle job never takes the writer's place."""
    return bool(session.scalar(select(exists().where(_due(clock.now())))))


def claim(session: Session, worker: str, lease: timedelta) -> OutboxMessage | None:
    """Take the next due message for this worker; commit before sending.

    One at a time: of several, the last would wait for the slow ones before it, and its lease would
    end before its turn. After `lease` it is anyone's again: whoever held it is taken for dead.
    """
    now = clock.now()
    due = (
        select(OutboxMessage)
        .where(_due(now))
        .order_by(OutboxMessage.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message = session.scalar(due)
    if message is not None:
        message.claimed_by = worker
        message.claimed_until = now + lease
        message.attempts += 1
    return message


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.failed_at.is_(None),
        OutboxMessage.next_attempt_at <= now,
        or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
    )


def sent(session: Session, message: OutboxMessage) -> bool:
    """Mark a claimed message as sent; False when the claim was lost meanwhile."""
    return _mark(session, message, sent_at=clock.now(), facts={}, last_error=None)


def failed(session: Session, message: OutboxMessage, error: str, *, final: bool = False) -> bool:
    """Try again later, or give up: after the last attempt, or at once when `final`."""
    told = error[:ERROR_LENGTH]
    if final or message.attempts >= ATTEMPTS:
        return _mark(session, message, failed_at=clock.now(), facts={}, last_error=told)
    next_attempt_at = clock.now() + wait_after(message.attempts)
    return _mark(session, message, next_attempt_at=next_attempt_at, last_error=told)


def wait_after(attempts: int) -> timedelta:
    # The jitter keeps mails that failed together from all coming back together.
    exact: timedelta = min(FIRST_WAIT * 3 ** (attempts - 1), LONGEST_WAIT)
    return exact * random.uniform(0.8, 1.0)


def _mark(session: Session, message: OutboxMessage, **changes: Any) -> bool:
    # A claim that outlived its lease may be another worker's by now; then the row is left alone.
    marked = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.claimed_by == message.claimed_by,
            OutboxMessage.attempts == message.attempts,
        )
        .values(claimed_by=None, claimed_until=None, **changes)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return marked.first() is not None
