"""Bookmark files of browsers (Netscape HTML): read from anybody, written so that nothing is lost.

What the format has no place for stands as JSON in the attribute DATA-SLUGBASE of our own files, and
counts before the rest. Pocket's HTML is read too: a list of links without folders.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any

from formats import library, times
from formats.entries import Entry, FolderEntry, Item, Path
from formats.html import Tag, tokens

OURS = "data-slugbase"
# Folders are not looked at further down: a path takes time and room for each of its names.
DEEPEST = 20
_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""
_ENDS_A_TEXT = frozenset({"a", "h3", "dd", "dt", "dl", "li", "hr", "/a", "/h3", "/dd", "/dl"})
_ENDS_A_LINK = frozenset({"a", "h3", "dt", "dl", "li", "hr", "/dl"})
# linkding keeps notes within the description, between these.
_LINKDING_NOTES = re.compile(r"\s*\[/?linkding-notes\]\s*")


def read(pieces: Iterable[str]) -> Iterator[Item]:
    reader = _Reader()
    for token in tokens(pieces):
        if isinstance(token, str):
            reader.text.append(token)
        else:
            yield from reader.tag(token)
    yield from reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.text: list[str] = []
        self._around: list[Path] = [()]  # of the lists that are open
        self._folder = ""  # the name of the one whose list comes next
        self._told: dict[str, Any] = {}
        self._entry: Entry | None = None
        self._place = ""  # whose text this is: a, h3, dd

    def tag(self, tag: Tag) -> Iterator[Item]:
        if tag.name in _ENDS_A_TEXT:
            self._take_text()
        if tag.name in _ENDS_A_LINK:
            yield from self.finish()
        if tag.name == "a":
            self._begin(tag.values())
        elif tag.name == "h3":
            self._told, self._place = _object(tag.values().get(OURS)), "h3"
        elif tag.name == "/h3" and self._folder:
            yield library.folder_of({**self._told, "path": (*self._around[-1], self._folder)})
        elif tag.name == "dd":
            self._place = "dd"
        elif tag.name == "dl":
            around = self._around[-1]
            is_folder = self._folder and len(around) < DEEPEST
            self._around.append((*around, self._folder) if is_folder else around)
            self._folder = ""
        elif tag.name == "/dl" and len(self._around) > 1:
            self._around.pop()

    def finish(self) -> Iterator[Entry]:
        self._take_text()
        if self._entry is not None:
            yield library.named(self._entry)
        self._entry = None

    def _begin(self, values: dict[str, str]) -> None:
        if "href" not in values:
            return
        path = self._around[-1]
        entry = Entry(
            url=values["href"],
            folders=[path] if path else [],
            tags=[tag for tag in values.get("tags", "").split(",") if tag],
            created_at=times.read(values.get("add_date") or values.get("time_added")),
            updated_at=times.read(values.get("last_modified")),
            pinned=values.get("data-important") == "true",  # Raindrop's favourites
        )
        if OURS in values:
            library.entry_of(_object(values[OURS]), entry)
        self._entry, self._place = entry, "a"

    def _take_text(self) -> None:
        text, place = "".join(self.text), self._place
        self.text, self._place = [], ""
        if place == "a" and self._entry is not None:
            self._entry.title = unescape(text)
        elif place == "h3":
            self._folder = " ".join(unescape(text).split())
        elif place == "dd" and self._entry is not None and not self._entry.notes:
            self._entry.notes = _LINKDING_NOTES.sub("\n\n", unescape(text)).strip()


def _object(written: str | None) -> dict[str, Any]:
    try:
        told = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def write(items: Iterable[Item]) -> Iterator[str]:
    """A folder before the bookmarks in it, and these before the folders in it."""
    yield _HEAD
    path: Path = ()
    for item in items:
        if isinstance(item, Entry):
            yield _link(item, path)
            continue
        while path and path != item.path[:-1]:
            path = path[:-1]
            yield _indented(path, "</DL><p>")
        yield _indented(path, _heading(item)) + _indented(path, "<DL><p>")
        path = item.path
    while path:
        path = path[:-1]
        yield _indented(path, "</DL><p>")
    yield "</DL><p>\n"


def _heading(folder: FolderEntry) -> str:
    told = {"icon": folder.icon, "position": folder.position}
    return f"<DT><H3{_ours(told)}>{escape(folder.path[-1])}</H3>"


def _link(entry: Entry, path: Path) -> str:
    attributes = f' HREF="{escape(entry.url)}"'
    for name, time in (("ADD_DATE", entry.created_at), ("LAST_MODIFIED", entry.updated_at)):
        if time is not None:
            attributes += f' {name}="{int(time.timestamp())}"'
    if entry.tags:
        attributes += f' TAGS="{escape(",".join(entry.tags))}"'
    attributes += _ours(_beyond(entry, path))
    notes = f"\n<DD>{escape(entry.notes)}" if entry.notes else ""
    return _indented(path, f"<DT><A{attributes}>{escape(entry.title)}</A>{notes}")


def _beyond(entry: Entry, path: Path) -> dict[str, Any]:
    """What the rest of the link would not tell a reader."""
    told = library.told_of(entry)
    for name in ("title", "url"):
        del told[name]
    for name in ("created_at", "updated_at"):
        if getattr(entry, name) and not getattr(entry, name).microsecond:
            del told[name]  # the attributes of browsers tell whole seconds
    if not any("," in tag or not tag for tag in entry.tags):
        del told["tags"]
    if [*entry.folders] == ([path] if path else []):
        del told["folders"]
    if entry.notes == _LINKDING_NOTES.sub("\n\n", entry.notes).strip():
        del told["notes"]
    return told


def _ours(told: dict[str, Any]) -> str:
    told = {name: value for name, value in told.items() if value not in (None, "", False, 0, [])}
    return f' {OURS.upper()}="{escape(json.dumps(told, ensure_ascii=False))}"' if told else ""


def _indented(path: Path, line: str) -> str:
    return "    " * (len(path) + 1) + line + "\n"
