"""Searching one's own bookmarks and those shared with one, at a cost that does not grow with them.

Whose a bookmark is, where it lies and what it is are words of the index too: what may be seen is a
part of what is looked for. The newest matches are put in order, then the next: so many at a time, a
window.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from domain.cursors import CursorInvalid
from domain.search import search_language, search_ranks, search_terms
from domain.search.search_index import DIRECT, NEWEST, THESE, spelled_out
from domain.search.search_names import Names
from errors import Invalid
from prepared import Reader
from security.principal import Principal

WINDOW = 200
LAST = 10**15 - 1
_CURSOR = re.compile(r"(\d{1,15})-(\d{1,15})-(\d{1,15})", re.ASCII)


class QueryRequired(Invalid):
    error = "Search query is required"
    message = "Send it as `q`; docs/search.md tells the language."


@dataclass(frozen=True)
class Page:
    ids: list[str]
    next_cursor: str | None


class Place(NamedTuple):
    """Where a page begins."""

    last: int = LAST  # the first number of the window
    points: int = LAST  # of the bookmark before
    number: int = LAST


class Search:
    def __init__(
        self, read: Reader, user: Principal, query: str, pointer: str = "/query/q"
    ) -> None:
        """The pointer is to where the query stands in the request."""
        if not query.strip():
            raise QueryRequired
        self._terms = search_language.parse(query, pointer)
        self._read = read
        self.names = Names(read, user)
        match = search_terms.match(self.names, self._terms)
        self._match = match and spelled_out(read, match)

    def page(self, limit: int, cursor: str | None) -> Page:
        """Out of one window: it is short where the window ends."""
        place = _place(cursor)
        found = self._newest(place.last, WINDOW + 1)
        window, beyond = found[:WINDOW], found[WINDOW:]
        ranked = search_ranks.ranked(window, self._terms)
        left = [each for each in ranked if each[:2] < (place.points, place.number)]
        following = None
        if len(left) > limit:
            following = Place(window[0].number, *left[limit - 1][:2])
        elif beyond:
            following = Place(beyond[0].number)
        ids = [bookmark_id for _, _, bookmark_id in left[:limit]]
        return Page(ids, following and "-".join(map(str, following)))

    def newest(self, most: int) -> list[str]:
        return [row.bookmark_id for row in self._newest(LAST, most)]

    def _newest(self, last: int, most: int) -> list[Any]:
        if self._match is None:
            return []
        database = self._read.database
        since, until = search_terms.span(self._terms)
        values = {**self.names.here, "since": since, "until": until, "last": last, "most": most}
        found = self._read.rows(NEWEST[database], **self._match.values(database), **values)
        if self._match.others is None:
            return found
        first = found[-1].number if len(found) == most else 0
        direct = filter(self._match.has, self._read.rows(DIRECT, **values, first=first))
        found += self._read.rows(THESE, **values, ids=[row.bookmark_id for row in direct])
        by_number = {row.number: row for row in found}
        return [by_number[number] for number in sorted(by_number, reverse=True)[:most]]


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return Place()
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise CursorInvalid(details=[{"pointer": "/query/cursor", "reason": "is not of a search"}])
    return Place(*map(int, found.groups()))
