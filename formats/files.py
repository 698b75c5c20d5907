"""Which format a file is in, and its items."""

from collections.abc import Callable, Iterable, Iterator

from formats import csv_file, json_file, netscape, text
from formats.entries import Item, Unreadable

Chunks = Iterable[bytes]
_READ: dict[str, Callable[[Iterable[str]], Iterator[Item]]] = {
    "html": netscape.read,
    "json": json_file.read,
    "csv": csv_file.read,
}
# What each product exports; the first is the most usual.
FORMATS = {
    "netscape": ("html",),
    "json": ("json",),
    "csv": ("csv",),
    "pocket": ("html", "csv"),
    "raindrop": ("csv", "html"),
    "linkding": ("html", "json"),
}
_HEAD = 1 << 16


def items(chunks: Chunks, syntax: str, encoding: str) -> Iterator[Item]:
    """Raises Unreadable where the file is not what it should be."""
    return _READ[syntax](text.decoded(chunks, encoding))


def syntax_of(chunks: Chunks, encoding: str, wanted: str | None = None) -> str:
    """html, json or csv, as the file begins; it must be one of those that the format allows."""
    head = ""
    for piece in text.decoded(chunks, encoding):
        head = (head + piece).lstrip()
        if len(head) >= _HEAD:
            break
    found = _begins(head[:_HEAD].lower())
    if found is None or (wanted is not None and found not in FORMATS[wanted]):
        raise Unreadable("It does not begin like " + _expected(wanted) + ".")
    return found


def _begins(head: str) -> str | None:
    if head.startswith(("{", "[")):
        return "json"
    if head.startswith("<"):
        return "html"
    return "csv" if "url" in head.partition("\n")[0] or "href" in head.partition("\n")[0] else None


def _expected(wanted: str | None) -> str:
    names = {"html": "HTML", "json": "JSON", "csv": "CSV with a column `url`"}
    syntaxes = ("html", "json", "csv") if wanted is None else FORMATS[wanted]
    return " or ".join(names[each] for each in syntaxes)
