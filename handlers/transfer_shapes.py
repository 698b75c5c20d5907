"""How imports and exports look on the wire."""

from collections.abc import Sequence
from typing import Any

from domain.transfers.import_batches import Outcome
from formats import times
from formats.entries import Entry
from handlers import shapes

Json = dict[str, Any]


def entry(row: Json) -> Entry:
    return Entry(
        title=row.get("title") or "",
        url=row.get("url") or "",
        slug=row.get("slug") or "",
        forwarding_enabled=row.get("forwarding_enabled") or False,
        pinned=row.get("pinned") or False,
        notes=row.get("notes") or "",
        folders=[(name,) for name in row.get("folder_names") or ()],
        tags=row.get("tag_names") or (),
        created_at=times.read(row.get("created_at")),
    )


def result(outcomes: Sequence[Outcome]) -> Json:
    failed = [each for each in outcomes if each.outcome == "failed"]
    success = len(outcomes) - len(failed)
    return {
        "message": f"Imported {success} bookmark(s), {len(failed)} failed",
        "success": success,
        "failed": len(failed),
        "errors": [f"Row {each.number}: {each.reason}" for each in failed],
    }


def exported(entry: Entry) -> Json:
    assert entry.created_at is not None
    return {
        "title": entry.title,
        "url": entry.url,
        "slug": entry.slug,
        "forwarding_enabled": entry.forwarding_enabled,
        "pinned": entry.pinned,
        "created_at": shapes.time(entry.created_at),
        "notes": entry.notes,
        "folder_names": [path[-1] for path in entry.folders],
        "tag_names": entry.tags,
    }
