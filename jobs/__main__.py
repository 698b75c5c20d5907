"""`python -m jobs`: the jobs as a process of their own."""

import logging
import signal
import sys
from threading import Event

import config
import db
from jobs.loop import run


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
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
