"""Tag: Transfers."""

from collections.abc import Iterator
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

import clock
from db import reading, transaction
from domain.transfers import import_batches
from domain.transfers.exports import Library
from domain.transfers.import_batches import Options
from formats import csv_file, json_file, netscape
from handlers import transfer_shapes
from security.principal import Principal

Json = dict[str, Any]

PIECE = 1 << 16


def import_bookmarks(body: Json, user: Principal) -> Json:
    entries = [transfer_shapes.entry(row) for row in body["bookmarks"]]
    with transaction() as session:
        options = Options(body["on_duplicate"])
        return transfer_shapes.result(import_batches.write(session, user, entries, options))


def export_bookmarks(user: Principal) -> Response:
    library = Library(reading, user)
    rows = (transfer_shapes.exported(entry) for entry in library.newest_first())
    return _attached(_gathered(_array(rows)), "application/json", "slugbase-bookmarks", "json")


def export_library(user: Principal, format: str) -> Response:
    library = Library(reading, user)
    if format == "netscape":
        return _file(netscape.write(library.in_tree()), "text/html", "html")
    if format == "csv":
        return _file(csv_file.write(library.oldest_first()), "text/csv", "csv")
    return _file(
        json_file.write(library.folders(), library.oldest_first()), "application/json", "json"
    )


def _file(lines: Iterator[str], media: str, ending: str) -> Response:
    return _attached(_gathered(lines), media, "slugbase-library", ending)


def _gathered(lines: Iterator[str]) -> Iterator[bytes]:
    """Each piece that is sent costs a way to a thread and back."""
    gathered, size = [], 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(gathered).encode()
            gathered, size = [], 0
    yield "".join(gathered).encode()


def _attached(chunks: Iterator[bytes], media: str, name: str, ending: str) -> Response:
    dated = f"{name}-{clock.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{dated}"'}
    return StreamingResponse(chunks, media_type=media, headers=headers)


def _array(rows: Iterator[Json]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + orjson.dumps(row).decode()
        before = ",\n"
    yield "[]" if before == "[" else "]"
