"""Carries out the imports of files that are waiting."""

import logging
import pickle
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from tempfile import TemporaryFile
from threading import Event

from sqlalchemy.orm import Session

import db
from domain.transfers import import_runs
from domain.transfers.import_batches import Decided
from domain.transfers.imports import ImportUnreadable
from errors import Refusal
from formats.entries import Item, Unreadable
from models import ImportJob

# Bookmarks that are written while other writers wait: about a second on SQLite.
BATCH = 5000
# As long as nobody waits, batches are committed together: each commit writes again the pages that
# hold the indexes. SQLite does not tell whether another process waits.
MOST_TOGETHER = 5

Batch = list[Item]

log = logging.getLogger(__name__)


class _Stopped(Exception):
    pass


def run_next(worker: str, stop: Event | None = None) -> bool:
    """Carry out one import; was there any? `stop` ends it after the batch in hand, and whoever goes
    on writes again what was not committed."""
    job = _claim(worker)
    if job is None:
        return False
    try:
        _carry_out(job, stop)
        log.info("Import %s done", job.id)
    except import_runs.Lost:
        log.info("Import %s is no longer ours", job.id)
    except _Stopped:
        with db.transaction() as session:
            import_runs.release(session, job)
    except Unreadable as reason:
        _fail(job, ImportUnreadable(reason))
    except Refusal as refusal:
        _fail(job, refusal)
    return True


def _claim(worker: str) -> ImportJob | None:
    with db.reading() as session:
        if not import_runs.is_work_waiting(session):
            return None
    with db.transaction() as session:
        return import_runs.claim(session, worker)


def _carry_out(job: ImportJob, stop: Event | None) -> None:
    batches = _batches(job) if job.rows_total is not None else _read_first(job)
    before = Decided()
    with db.reading() as session:
        is_whole = import_runs.is_all_or_nothing(session, job)
    for first in batches:
        with db.transaction() as session:
            for batch in _together(session, chain([first], batches), is_whole):
                if stop and stop.is_set():
                    raise _Stopped
                import_runs.write(session, job, batch, before)
    with db.transaction() as session:
        import_runs.finish(session, job)


def _read_first(job: ImportJob) -> Iterator[Batch]:
    """All is read, and counted, before anything is written: a broken file changes nothing."""
    total = 0
    with TemporaryFile() as kept:
        for batch in _batches(job):
            total = import_runs.count_rows(batch, total)
            pickle.dump(batch, kept, pickle.HIGHEST_PROTOCOL)
        end = kept.tell()
        kept.seek(0)
        with db.transaction() as session:
            import_runs.note_total(session, job, total)
        while kept.tell() < end:
            yield pickle.load(kept)


def _together(session: Session, batches: Iterable[Batch], is_whole: bool) -> Iterator[Batch]:
    """Those of one transaction: all, so that all of them can be taken back, or a few."""
    for number, batch in enumerate(batches, 1):
        yield batch
        if not is_whole and (number == MOST_TOGETHER or db.is_awaited(session)):
            return


def _batches(job: ImportJob) -> Iterator[Batch]:
    left = islice(import_runs.items(db.reading, job), job.items_taken, None)
    return iter(lambda: list(islice(left, BATCH)), [])


def _fail(job: ImportJob, refusal: Refusal) -> None:
    try:
        with db.transaction() as session:
            import_runs.fail(session, job, refusal)
    except import_runs.Lost:
        return
    log.info("Import %s failed: %s", job.id, refusal.code)
