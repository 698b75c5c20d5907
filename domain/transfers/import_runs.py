"""Imports of files, carried out: claimed by a job, then written batch by batch.

A batch, what became of its rows, and how far the import has come are one transaction, so that
whoever goes on after a crash goes on behind the last row that was written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

import clock
from domain import access, plans
from domain.bookmarks import quota
from domain.transfers import import_batches, imports
from domain.transfers.import_batches import Decided, Options, Outcome
from errors import Broken, NotFound, Refusal, TooLarge
from formats import files
from formats.entries import Entry, Item
from models import ImportJob, ImportPiece, ImportRow, Organization
from prepared import add_rows
from security.principal import Principal

MOST_ROWS = 100_000
LEASE = timedelta(minutes=1)
MOST_ATTEMPTS = 5

Reading = Callable[[], AbstractContextManager[Session]]


class TooManyRows(TooLarge):
    code = "IMPORT_TOO_LONG"
    error = f"The file holds more than {MOST_ROWS:,} bookmarks."
    message = "Export it in parts, by folders for example, and import one after the other."


class Lost(Exception):
    """The import was cancelled, is gone, or is somebody else's by now."""


def is_work_waiting(session: Session) -> bool:
    """Asked before claiming, so that an idle job never takes the writer's place."""
    return bool(session.scalar(select(exists().where(_is_due(clock.now())))))


def claim(session: Session, worker: str) -> ImportJob | None:
    """Take the oldest for this worker; commit before carrying it out.

    Each batch renews the lease. After it ends, the import is anyone's again.
    """
    now = clock.now()
    due = select(ImportJob).where(_is_due(now)).order_by(ImportJob.created_at, ImportJob.id)
    job = session.scalar(due.limit(1).with_for_update(skip_locked=True))
    if job is None:
        return None
    job.claimed_by, job.claimed_until = worker, now + LEASE
    job.started_at = job.started_at or now
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:
        fail(session, job, Broken())
        return None
    if job.dry_run:
        _forget(session, job)  # what the rows so far have come to was in a memory that is gone
    return job


def count_rows(items: Iterable[Item], before: int) -> int:
    """With those before."""
    found = before + sum(isinstance(item, Entry) for item in items)
    if found > MOST_ROWS:
        raise TooManyRows
    return found


def note_total(session: Session, job: ImportJob, total: int) -> None:
    _held(session, job).rows_total = total


def items(reading: Reading, job: ImportJob) -> Iterator[Item]:
    """All that the file holds. Raises Unreadable where it is not what it should be."""
    return files.items(_file(reading, job), job.syntax, job.encoding)


def is_all_or_nothing(session: Session, job: ImportJob) -> bool:
    """A plan with a limit takes an import whole, or refuses it whole."""
    organization = session.get_one(Organization, job.organization_id)
    return not job.dry_run and plans.of(organization).bookmark_limit is not None


def write(session: Session, job: ImportJob, batch: Sequence[Item], before: Decided) -> None:
    """Whoever cancels waits until the transaction ends."""
    held = _held(session, job)
    user = Principal(held.user_id, held.organization_id)
    options = Options(held.on_duplicate, held.folder_id, held.dry_run)
    first = held.rows_processed + 1
    if held.dry_run:
        access.organization_for(session, user, held.organization_id, "read")
        outcomes = import_batches.decide(session, user, batch, options, first, before)
    else:
        outcomes = import_batches.write(session, user, batch, options, first)
    _note(session, held, outcomes)
    held.items_taken += len(batch)
    held.claimed_until, held.attempts = clock.now() + LEASE, 0


def finish(session: Session, job: ImportJob) -> None:
    held = _held(session, job)
    if held.dry_run and held.created:
        organization = session.get_one(Organization, held.organization_id)
        quota.require_room(session, organization, more=held.created)
    imports.end(session, held)


def fail(session: Session, job: ImportJob, refusal: Refusal) -> None:
    held = _held(session, job)
    held.error_code, held.error = refusal.code, refusal.error[:500]
    imports.end(session, held)


def release(session: Session, job: ImportJob) -> None:
    """For the next worker to go on with at once."""
    held = _held(session, job)
    held.claimed_by, held.claimed_until, held.attempts = None, None, 0


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        ImportJob.finished_at.is_(None),
        or_(ImportJob.claimed_until.is_(None), ImportJob.claimed_until <= now),
    )


def _held(session: Session, job: ImportJob) -> ImportJob:
    """Locked until the transaction ends, if it is still ours.

    After the organization, as everywhere: whoever deletes it or a member deletes imports with it.
    """
    try:
        access.lock_organization(session, job.organization_id)
    except NotFound:
        raise Lost from None
    query = select(ImportJob).where(
        ImportJob.organization_id == job.organization_id,
        ImportJob.id == job.id,
        ImportJob.claimed_by == job.claimed_by,
        ImportJob.finished_at.is_(None),
    )
    held = session.scalar(query.with_for_update())
    if held is None:
        raise Lost
    return held


def _file(reading: Reading, job: ImportJob) -> Iterator[bytes]:
    here = {"organization_id": job.organization_id, "import_id": job.id}
    for position in count():
        query = select(ImportPiece.content).filter_by(**here, position=position)
        with reading() as session:
            content = session.scalar(query)
        if content is None:
            return
        yield content


def _note(session: Session, job: ImportJob, outcomes: Sequence[Outcome]) -> None:
    counted = Counter(each.outcome for each in outcomes)
    for name, number in counted.items():
        setattr(job, name, getattr(job, name) + number)
    rows = [
        {
            "organization_id": job.organization_id,
            "import_id": job.id,
            "number": each.number,
            "url": each.url,
            "outcome": each.outcome,
            "reason": each.reason,
            "bookmark_id": each.bookmark_id,
        }
        for each in outcomes
    ]
    add_rows(session, ImportRow, rows)


def _forget(session: Session, job: ImportJob) -> None:
    here = {"organization_id": job.organization_id, "import_id": job.id}
    session.execute(delete(ImportRow).filter_by(**here))
    job.items_taken = job.created = job.merged = job.skipped = job.failed = 0
