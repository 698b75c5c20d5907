"""Writes the clicks of this process, every second and when it stops."""

import logging
import time
from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread

import db
from domain.go import clicks
from domain.go.clicks import KEPT, Clicks

PAUSE_SECONDS = 1.0
BATCH = 1000
# A process that is told to stop waits so often for rows that somebody else is changing.
LAST_TRIES = 20
LAST_PAUSE_SECONDS = 0.1

log = logging.getLogger(__name__)
_flushing = Lock()


def run_in_thread() -> Callable[[], None]:
    """Start to write; call the answer to stop it. The database must be connected."""
    stop = Event()
    thread = Thread(target=run, args=(stop,), name="clicks", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end


def run(stop: Event) -> None:
    while not stop.wait(PAUSE_SECONDS):
        flush()
    for _ in range(LAST_TRIES):
        if flush():
            return
        time.sleep(LAST_PAUSE_SECONDS)


def flush() -> bool:
    """Write what is kept; is nothing left? What could not be written is kept on."""
    with _flushing:  # what another thread has taken is left until it is written
        for batch in _batches(KEPT.take()):
            KEPT.put_back(_write(batch))
    return KEPT.is_empty


def _write(batch: Clicks) -> Clicks:
    try:
        with db.transaction() as session:
            return clicks.write(session, batch)
    except Exception:
        # A database that is away for a while must not end the counting.
        log.exception("Clicks could not be counted and are kept")
        return batch


def _batches(taken: Clicks) -> Iterator[Clicks]:
    keys = sorted(taken)
    for start in range(0, len(keys), BATCH):
        yield {key: taken[key] for key in keys[start : start + BATCH]}
