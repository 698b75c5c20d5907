"""Searching one's own bookmarks and those shared with one, at a cost that does not grow with them.

Whose a bookmark is, where it lies and what it is are words of the index too: what may be seen is a
part of what is looked for. The newest matches are put in order, then the next: so many at a time, a
window.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, column, func, select, table, text

from domain import access, search_language, search_ranks, search_terms
from domain.cursors import CursorInvalid
from domain.search_names import Names
from errors import Invalid
from models import Bookmark, BookmarkWords
from models.base import UtcTime
from prepared import AnySelect, Prepared, Reader
from security.principal import Principal

WINDOW = 500
LAST = 10**15 - 1
_CURSOR = re.compile(r"(\d{1,15})-(\d{1,15})-(\d{1,15})", re.ASCII)

_INDEX = table("bookmark_search", column("rowid", Integer))
_COLUMNS = select(
    BookmarkWords.number,
    BookmarkWords.bookmark_id,
    BookmarkWords.title,
    BookmarkWords.address,
    Bookmark.slug,
    Bookmark.pinned,
    Bookmark.last_accessed_at,
)


def _newest(found: AnySelect, number: Any) -> Prepared:
    of_bookmark = and_(
        Bookmark.organization_id == BookmarkWords.organization_id,
        Bookmark.id == BookmarkWords.bookmark_id,
    )
    return Prepared(
        found.join(Bookmark, of_bookmark)
        .where(
            BookmarkWords.organization_id == bindparam("organization_id"),
            Bookmark.deleted_at.is_(None),
            Bookmark.created_at >= bindparam("since", type_=UtcTime()),
            Bookmark.created_at < bindparam("until", type_=UtcTime()),
            number <= bindparam("last"),
        )
        .order_by(number.desc())
        .limit(bindparam("most"))
    )


FOUND = {
    "sqlite": _newest(
        _COLUMNS.select_from(_INDEX)
        .join(BookmarkWords, BookmarkWords.number == _INDEX.c.rowid)
        .where(text("bookmark_search MATCH :match")),
        _INDEX.c.rowid,
    ),
    "postgresql": _newest(
        _COLUMNS.select_from(BookmarkWords).where(
            column("vector").op("@@")(func.to_tsquery(text("'simple'"), bindparam("match")))
        ),
        BookmarkWords.number,
    ),
}


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
        self._organization_id = access.current_organization_id(user)
        self.names = Names(read, user)
        self._match = search_terms.match(self.names, self._terms)

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
        since, until = search_terms.span(self._terms)
        return self._read.rows(
            FOUND[self._read.database],
            organization_id=self._organization_id,
            match=self._match.on(self._read.database),
            since=since,
            until=until,
            last=last,
            most=most,
        )


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return Place()
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise CursorInvalid(details=[{"pointer": "/query/cursor", "reason": "is not of a search"}])
    return Place(*map(int, found.groups()))
