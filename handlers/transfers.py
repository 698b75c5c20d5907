"""Tag: Transfers."""

from collections.abc import Iterator
from typing import Any

import orjson
from starlette.responses import Response, StreamingResponse

import clock
from db import reading, transaction
from domain import import_batches
from domain.exports import Library
from domain.import_batches import Options
from handlers import transfer_shapes
from security.principal import Principal

Json = dict[str, Any]


def import_bookmarks(body: Json, user: Principal) -> Json:
    entries = [transfer_shapes.entry(row) for row in body["bookmarks"]]
    with transaction() as session:
        options = Options(body["on_duplicate"])
        return transfer_shapes.result(import_batches.write(session, user, entries, options))


def export_bookmarks(user: Principal) -> Response:
    library = Library(reading, user)
    rows = (transfer_shapes.exported(entry) for entry in library.newest_first())
    return _attached(_array(rows), "application/json", "slugbase-bookmarks", "json")


def _attached(chunks: Iterator[bytes], media: str, name: str, ending: str) -> Response:
    dated = f"{name}-{clock.now():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{dated}"'}
    return StreamingResponse(chunks, media_type=media, headers=headers)


def _array(rows: Iterator[Json]) -> Iterator[bytes]:
    before = b"["
    for row in rows:
        yield before + orjson.dumps(row)
        before = b",\n"
    yield b"[]" if before == b"[" else b"]"
