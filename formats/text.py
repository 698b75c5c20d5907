"""From the bytes of a file to its text."""

import codecs
import re
from collections.abc import Iterable, Iterator

# The first that fits: UTF-32 is not looked for, nobody exports bookmarks in it.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*["']?([\w.:-]{1,40})""", re.I
)
_HEAD = 4096


def encoding(chunks: Iterable[bytes]) -> str:
    """By its mark, by what it declares, UTF-8 where that fits, and else what Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    head = b""
    try:
        for chunk in chunks:
            if not head:
                head = chunk[:_HEAD]
                if told := _told(head):
                    return told
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _told(head: bytes) -> str | None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    declared = _DECLARED.search(head)
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared[1].decode()).name
        # Nothing is written in an encoding that reads its own name otherwise. UTF-8 is tried
        # anyway, and UTF-16 would have begun with its mark.
        is_used = declared[1].decode(name, "replace") == declared[1].decode()
    except (LookupError, UnicodeError):
        return None
    return name if is_used and not name.startswith("utf-") else None
