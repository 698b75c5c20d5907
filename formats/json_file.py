"""Libraries as JSON: our own, which loses nothing, and what others call bookmarks.

Read element by element: a file of any size takes little memory.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from formats import library
from formats.entries import Entry, FolderEntry, Item, Unreadable

# Under which names lists of bookmarks stand: ours and the original's, linkding's.
_LISTS = ("bookmarks", "results")
LONGEST_ELEMENT = 1 << 20
_SPACE = " \t\r\n"


def read(pieces: Iterable[str]) -> Iterator[Item]:
    """An array of bookmarks, an object with a list of them, or a single one."""
    text = _Text(iter(pieces))
    if text.next() == "[":
        for told in text.elements():
            yield library.entry_of(_object(told))
    else:
        yield from _object_of_lists(text)
    if text.next():
        raise text.unreadable("there is more behind the end")


def write(folders: Iterable[FolderEntry], entries: Iterable[Entry]) -> Iterator[str]:
    yield '{"format": "slugbase", "version": 1, "folders": '
    yield from _array(library.told_of_folder(folder) for folder in folders)
    yield ', "bookmarks": '
    yield from _array(library.told_of(entry) for entry in entries)
    yield "}\n"


def _array(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + "\n" + json.dumps(row, ensure_ascii=False)
        before = ","
    yield "[]" if before == "[" else "\n]"


def _object_of_lists(text: "_Text") -> Iterator[Item]:
    single: dict[str, Any] = {}
    has_list = False
    for name in text.names():
        if name in _LISTS and text.next() == "[":
            has_list = True
            for told in text.elements():
                yield library.entry_of(_object(told))
        elif name == "folders" and text.next() == "[":
            folders = [*text.elements()]
            single[name] = folders
            yield from (library.folder_of(each) for each in folders if isinstance(each, dict))
        else:
            single[name] = text.value()
    if not has_list and ("url" in single or "title" in single):
        yield library.entry_of(single)


def _object(told: Any) -> dict[str, Any]:
    """What is no object makes no bookmark, and is counted as a row."""
    return told if isinstance(told, dict) else {}


class _Text:
    """The text of one JSON value, as far as it was read."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._position = 0
        self._before = 0  # characters that are no longer kept
        self._decoder = json.JSONDecoder(parse_constant=self._refuse)

    def next(self) -> str:
        """The character that comes next, spaces aside; empty at the end."""
        while True:
            while self._position < len(self._text):
                if self._text[self._position] not in _SPACE:
                    return self._text[self._position]
                self._position += 1
            if not self._more():
                return ""

    def elements(self) -> Iterator[Any]:
        self._take("[")
        if self.next() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self._take(",]") == "]":
                return

    def names(self) -> Iterator[str]:
        """Of an object; the value behind each is taken before the next name."""
        self._take("{")
        if self.next() == "}":
            self._take("}")
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self.unreadable("a name is expected")
            self._take(":")
            yield name
            if self._take(",}") == "}":
                return

    def value(self) -> Any:
        if not self.next():
            raise self.unreadable("it ends too early")
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except RecursionError:
                raise self.unreadable("it is nested too deep") from None
            except ValueError:
                # It may go on in what was not read yet.
                if len(self._text) - self._position > LONGEST_ELEMENT:
                    raise self.unreadable("no value, or one of more than a megabyte") from None
                if not self._more():
                    raise self.unreadable("no value, or it ends too early") from None
                continue
            # A number, too.
            if end == len(self._text) and self._more():
                continue
            self._position = end
            return value

    def unreadable(self, reason: str) -> Unreadable:
        return Unreadable(f"It is no JSON at character {self._before + self._position}: {reason}.")

    def _take(self, expected: str) -> str:
        found = self.next()
        if not found or found not in expected:
            raise self.unreadable(f"one of {' '.join(expected)} is expected")
        self._position += 1
        return found

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._before += self._position
        self._text = self._text[self._position :] + piece
        self._position = 0
        return True

    def _refuse(self, constant: str) -> Any:
        raise ValueError(constant)
