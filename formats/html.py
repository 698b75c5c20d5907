"""The tags and texts of an HTML file, of whatever quality, in one pass and in linear time."""

import re
from collections.abc import Generator, Iterable, Iterator
from html import unescape
from typing import NamedTuple

# A tag that is longer, icons included, is none.
LONGEST_TAG = 1 << 18
_START = re.compile(r"</?[A-Za-z]")
# Nothing in it is ever tried twice: the quantifiers with a second plus give nothing back. A quote
# counts only behind an equals sign, as in HTML itself.
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s]++))?+""")


class Tag(NamedTuple):
    name: str  # in lower case, with a slash before it where it ends something
    attributes: str

    def values(self) -> dict[str, str]:
        """Names in lower case; of two of one name the first counts."""
        found: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(self.attributes):
            if value[:1] in ("'", '"') and value[-1:] == value[:1]:
                value = value[1:-1]
            found.setdefault(name.lower(), unescape(value))
        return found


def tokens(pieces: Iterable[str]) -> Iterator[Tag | str]:
    """Tags, and the texts between them as they stand in the file, in pieces of any length."""
    kept = ""
    for piece in pieces:
        kept += piece
        if len(kept) > 4 * LONGEST_TAG:
            kept = yield from _tokens(kept, len(kept) - LONGEST_TAG)
    yield from _tokens(kept, len(kept))


def _tokens(text: str, end: int) -> Generator[Tag | str, None, str]:
    """Up to the first tag that begins behind `end`; what follows is given back."""
    position = 0
    while start := _START.search(text, position):
        if start.start() >= end:
            break
        if start.start() > position:
            yield text[position : start.start()]
        found = _TAG.match(text, start.start())
        if found is None:  # it never ends, and neither does any that follows
            return ""
        yield Tag((found[1] + found[2]).lower(), found[3])
        position = found.end()
    cut = max(position, end)
    if cut > position:
        yield text[position:cut]
    return text[cut:]
