"""Our own terms for a bookmark and a folder, as they stand in JSON and, as an extra, in HTML."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from formats import times
from formats.entries import Entry, FolderEntry

Told = Mapping[str, Any]


def told_of(entry: Entry) -> dict[str, Any]:
    """Everything."""
    return {
        "title": entry.title,
        "url": entry.url,
        "slug": entry.slug,
        "aliases": [*entry.aliases],
        "forwarding_enabled": entry.forwarding_enabled,
        "pinned": entry.pinned,
        "notes": entry.notes,
        "folders": [[*path] for path in entry.folders],
        "tags": [*entry.tags],
        "created_at": times.write(entry.created_at),
        "updated_at": times.write(entry.updated_at),
        "access_count": entry.access_count,
        "last_accessed_at": times.write(entry.last_accessed_at),
    }


def told_of_folder(folder: FolderEntry) -> dict[str, Any]:
    return {"path": [*folder.path], "icon": folder.icon, "position": folder.position}


def entry_of(told: Told, entry: Entry | None = None) -> Entry:
    """What it says, over what the entry said before; of what has a wrong type, nothing.

    The names of the original's import and of linkding are understood too.
    """
    entry = entry or Entry()
    for name in ("title", "url", "slug", "notes"):
        if isinstance(told.get(name), str):
            setattr(entry, name, told[name])
    for name in ("forwarding_enabled", "pinned"):
        if isinstance(told.get(name), bool):
            setattr(entry, name, told[name])
    for name, written in (
        ("created_at", told.get("created_at") or told.get("date_added")),
        ("updated_at", told.get("updated_at") or told.get("date_modified")),
        ("last_accessed_at", told.get("last_accessed_at")),
    ):
        setattr(entry, name, times.read(written) or getattr(entry, name))
    if _is_integer(told.get("access_count")):
        entry.access_count = told["access_count"]
    _take_lists(told, entry)
    if isinstance(told.get("description"), str):
        entry.notes = "\n\n".join(text for text in (told["description"], entry.notes) if text)
    return named(entry, told.get("website_title"))


def folder_of(told: Told) -> FolderEntry:
    icon, position = told.get("icon"), told.get("position")
    return FolderEntry(
        tuple(_texts(told.get("path"))),
        icon if isinstance(icon, str) else None,
        position if _is_integer(position) and 0 <= position < 1 << 31 else None,
    )


def named(entry: Entry, otherwise: Any = None) -> Entry:
    """Browsers take a bookmark without a title; it is then called by its URL."""
    if not entry.title.strip():
        entry.title = otherwise if isinstance(otherwise, str) and otherwise else entry.url[:500]
    return entry


def _take_lists(told: Told, entry: Entry) -> None:
    if "aliases" in told:
        entry.aliases = _texts(told["aliases"])
    if "tags" in told or "tag_names" in told:
        entry.tags = _texts(told.get("tags", told.get("tag_names")))
    if "folder_names" in told:
        entry.folders = [(name,) for name in _texts(told["folder_names"])]
    if isinstance(told.get("folders"), list):
        entry.folders = [tuple(_texts(path)) for path in told["folders"]]


def _is_integer(value: Any) -> TypeGuard[int]:
    """Python counts true and false among them."""
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: Any) -> list[str]:
    return (
        [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
    )
