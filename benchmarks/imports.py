"""python -m benchmarks.imports: how long a file of 100,000 bookmarks takes from sending it to done.

For each format a database of its own is made, and a server process of its own takes the file and
imports it, as `make run` would. Printed are the seconds for sending the file and until the import
is done, those of them in which the server had a CPU, and by how much its memory grew.
"""

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.library import database, filled
from benchmarks.run import serving
from formats import csv_file, json_file, netscape
from formats.entries import Entry, FolderEntry, Item

WORDS = [
    "Review",
    "budget",
    "guide",
    "launch",
    "metrics",
    "onboarding",
    "release",
    "design",
    "search",
    "team",
    "notes",
]
FOLDERS = [
    FolderEntry((f"Area {area}", f"Topic {topic}")[:depth])
    for area in range(20)
    for topic in range(10)
    for depth in ((1, 2) if topic == 0 else (2,))
]
FILE = {"Content-Type": "application/octet-stream"}


def main(rows: int = 100_000, formats: str = "netscape,json,csv", postgresql: bool = False) -> None:
    """Print the table."""
    table = Table("format", "MB", "sent", "done", "of CPU", "MB gained", title="seconds")
    for name in formats.split(","):
        file = "".join(_file(name, [*_entries(rows)])).encode()
        with tempfile.TemporaryDirectory() as folder:
            sent, done, cpu, memory = _import(Path(folder), file, rows, postgresql)
        cells = (len(file) / 1e6, sent, done, cpu, memory / 1e6)
        table.add_row(name, *(f"{cell:,.1f}" for cell in cells))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    table.caption = f"{rows:,} bookmarks, load average {load}"
    Console(width=100).print(table)


def _entries(rows: int) -> Iterator[Entry]:
    chance = random.Random(1)
    first = datetime(2015, 1, 1, tzinfo=UTC)
    for number in range(rows):
        yield Entry(
            title=" ".join(chance.choices(WORDS, k=4)).capitalize() + f" {number}",
            url=f"https://{chance.choice(WORDS)}.example.com/{number}/{chance.choice(WORDS)}",
            folders=[chance.choice(FOLDERS).path],
            tags=chance.sample(WORDS, chance.randint(0, 3)),
            created_at=first + timedelta(minutes=number * 50),
        )


def _file(name: str, entries: list[Entry]) -> Iterator[str]:
    if name == "netscape":
        return netscape.write(_in_folders(entries))
    if name == "csv":
        return csv_file.write(entries)
    return json_file.write(FOLDERS, entries)


def _in_folders(entries: list[Entry]) -> Iterator[Item]:
    inside: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        inside.setdefault(entry.folders[0], []).append(entry)
    for folder in FOLDERS:
        yield folder
        yield from inside.get(folder.path, ())


def _import(folder: Path, file: bytes, rows: int, postgresql: bool) -> tuple[float, ...]:
    with database(folder, postgresql) as url:
        settings, token = filled(url, folder, bookmarks=10, people=2)
        with serving("ours", settings, 0) as (port, process), _memory(process) as most:
            headers = {"Authorization": f"Bearer {token}"}
            address = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
                began, before = time.perf_counter(), _cpu(process)
                answer = client.post("/api/imports", content=file, headers=FILE)
                sent = time.perf_counter() - began
                job = _ended(client, answer.raise_for_status().headers["Location"])
                done, cpu = time.perf_counter() - began, _cpu(process) - before
    assert (job["status"], job["created"]) == ("done", rows), job
    return sent, done, cpu, max(most) - most[0]


def _ended(client: httpx.Client, path: str) -> dict[str, Any]:
    while True:
        job: dict[str, Any] = client.get(path).json()
        if job["finished_at"]:
            return job
        time.sleep(0.25)


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _memory(process: Any) -> Iterator[list[int]]:
    """What the process took, every now and then, while the block ran."""
    taken, stop = [process.memory_info().rss], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            taken.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield taken
    finally:
        stop.set()
        watcher.join()


if __name__ == "__main__":
    typer.run(main)
