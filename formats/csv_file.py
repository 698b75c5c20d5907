"""Tables of bookmarks: our own, which loses nothing, and those of Pocket, Raindrop and others.

The first line names the columns; there may be others than these, and they may be in any order.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from formats import library, times
from formats.entries import Entry, Unreadable

COLUMNS = (
    "title",
    "url",
    "slug",
    "aliases",
    "forwarding_enabled",
    "pinned",
    "notes",
    "folders",
    "tags",
    "created_at",
    "updated_at",
    "access_count",
    "last_accessed_at",
)
_TRUE = frozenset({"true", "1", "yes", "t", "y"})
# A spreadsheet takes what begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_LINE = 1 << 20
# What Pocket, Raindrop and others call a column.
_ALIASES = {
    "href": "url",
    "link": "url",
    "name": "title",
    "note": "notes",
    "time_added": "created_at",
    "created": "created_at",
    "date_added": "created_at",
    "labels": "tags",
    "favorite": "pinned",
}
csv.field_size_limit(_LONGEST_LINE)

Record = dict[str, str]


def read(pieces: Iterable[str]) -> Iterator[Entry]:
    lines = _lines(pieces)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().lower() for name in next(_records(iter([first]), delimiter), ())]
    columns = [_ALIASES.get(name, name) for name in names]
    if "url" not in columns:
        raise Unreadable("The first line of a CSV file must name its columns, one of them `url`.")
    is_ours = {"aliases", "folders", "forwarding_enabled"} <= {*columns}
    entry_of = _our_entry if is_ours else _entry
    for values in _records(lines, delimiter):
        yield library.named(entry_of(_record(columns, values)))


def write(entries: Iterable[Entry]) -> Iterator[str]:
    """What a spreadsheet would take for a formula gets an apostrophe, which `read` takes off."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.text
    for entry in entries:
        writer.writerow(map(_harmless, _cells(entry)))
        yield line.text


class _Line:
    """What csv.writer takes for a file."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """With their ends, as csv.reader wants them."""
    kept = ""
    for piece in pieces:
        *whole, kept = (kept + piece).split("\n")
        yield from (line + "\n" for line in whole)
        if len(kept) > _LONGEST_LINE:
            yield kept
            kept = ""
    if kept:
        yield kept


def _records(lines: Iterator[str], delimiter: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a quote that never ends; the row makes no bookmark
            values = ["", ""]
        if values:
            yield values


def _record(columns: Sequence[str], values: Sequence[str]) -> Record:
    record: Record = {}
    for column, value in zip(columns, values, strict=False):
        record.setdefault(column, value)
    return record


def _entry(record: Record) -> Entry:
    """Somebody else's."""
    path = tuple(name.strip() for name in record.get("folder", "").split("/") if name.strip())
    tags = record.get("tags", "")
    notes = [record.get("notes", ""), record.get("excerpt", ""), record.get("description", "")]
    return Entry(
        title=record.get("title", ""),
        url=record.get("url", ""),
        slug=record.get("slug", ""),
        forwarding_enabled=_is_true(record.get("forwarding_enabled", "")),
        pinned=_is_true(record.get("pinned", "")),
        notes="\n\n".join(text for text in notes if text.strip()),
        folders=[path] if path else [],
        tags=[tag.strip() for tag in tags.split("|" if "|" in tags else ",") if tag.strip()],
        created_at=times.read(record.get("created_at")),
    )


def _our_entry(record: Record) -> Entry:
    record = {name: _plain(value) for name, value in record.items()}
    count = record.get("access_count", "")
    return Entry(
        title=record.get("title", ""),
        url=record.get("url", ""),
        slug=record.get("slug", ""),
        aliases=_names(record.get("aliases", ""), ","),
        forwarding_enabled=_is_true(record.get("forwarding_enabled", "")),
        pinned=_is_true(record.get("pinned", "")),
        notes=record.get("notes", ""),
        folders=[tuple(_names(path, "/")) for path in _split(record.get("folders", ""), ",")],
        tags=_names(record.get("tags", ""), ","),
        created_at=times.read(record.get("created_at")),
        updated_at=times.read(record.get("updated_at")),
        access_count=int(count) if count.isdecimal() and len(count) < 19 else 0,
        last_accessed_at=times.read(record.get("last_accessed_at")),
    )


def _cells(entry: Entry) -> Iterator[str]:
    told = library.told_of(entry)
    told["folders"] = ["/".join(map(_escaped, path)) for path in entry.folders]
    told["tags"] = [*map(_escaped, entry.tags)]
    for column in COLUMNS:
        value = told[column]
        if isinstance(value, bool):
            yield "true" if value else "false"
        elif isinstance(value, list):
            yield ",".join(value)
        else:
            yield "" if value is None else str(value)


def _escaped(name: str) -> str:
    return re.sub(r"[\\/,]", r"\\\g<0>", name)


def _names(written: str, separator: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", name) for name in _split(written, separator)]


def _split(written: str, separator: str) -> list[str]:
    """At each separator that no backslash stands before; the backslashes stay."""
    pieces = re.findall(rf"(?:[^\\{separator}]|\\.)+", written, re.DOTALL)
    return [piece for piece in pieces if piece]


def _is_true(written: str) -> bool:
    return written.strip().lower() in _TRUE


def _harmless(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
