"""The loop around the jobs: any number of them may run, in any number of processes."""

import logging
import os
import secrets
import socket
from datetime import datetime, timedelta
from threading import Event, Thread

import clock
from adapters.mailer import Mailer, mailer
from config import Settings
from jobs import run_imports
from jobs.send_mail import send_due
from jobs.sweep import sweep

PAUSE_SECONDS = 1.0
PAUSE_AFTER_ERROR_SECONDS = 5.0
SWEEP_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


def run(settings: Settings, stop: Event) -> None:
    """Work until `stop` is set; a mail and a batch in hand are finished first."""
    importing = Thread(target=_import, args=(stop,), name="imports", daemon=True)
    importing.start()  # no mail waits for an import
    _send(settings, stop)
    importing.join()


def _import(stop: Event) -> None:
    worker = worker_name()
    while not stop.is_set():
        try:
            if not run_imports.run_next(worker, stop):
                stop.wait(PAUSE_SECONDS)
        except Exception:
            log.exception("An import failed and will be tried again")
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)


def _send(settings: Settings, stop: Event) -> None:
    out, worker, next_sweep = mailer(settings), worker_name(), clock.now()
    while not stop.is_set():
        try:
            next_sweep = _round(settings, out, worker, next_sweep, stop)
        except Exception:
            # A database that is away for a while must not end the loop.
            log.exception("The jobs failed and will go on")
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)


def _round(
    settings: Settings, out: Mailer, worker: str, next_sweep: datetime, stop: Event
) -> datetime:
    if not send_due(settings, out, worker, stop):
        stop.wait(PAUSE_SECONDS)
    now = clock.now()
    if now < next_sweep or stop.is_set():
        return next_sweep
    log.info("Swept %d rows", sweep())
    return now + SWEEP_EVERY


def worker_name() -> str:
    """Never the same twice: it is what keeps the claims of two loops apart."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
