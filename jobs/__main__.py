"""`python -m jobs`: the jobs as a process of their own."""

import signal
import sys
from threading import Event

import config
import db
from jobs import log
from jobs.loop import run


def main() -> None:
    log.begin()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = config.settings()
        db.connect(settings.database)
        run(settings, stop)
    except config.BadSettings as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
