"""The jobs inside the server process, for installations that want a single process."""

from collections.abc import Callable
from threading import Event, Thread

from config import Settings
from jobs import log
from jobs.loop import run

# One mail may take this long; a server that is told to stop does not wait for more.
STOP_SECONDS = 25


def run_in_thread(settings: Settings) -> Callable[[], None]:
    """Start the loop; call the answer to stop it. The database must be connected."""
    log.begin()
    stop = Event()
    thread = Thread(target=run, args=(settings, stop), name="jobs", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(STOP_SECONDS)

    return end
