"""The newest matches, asked of the index of either database."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    column,
    func,
    select,
    table,
    text,
    true,
    union_all,
)

from domain.search.search_matches import Match
from domain.sharing import visibility
from models import Bookmark, BookmarkWords
from models.base import UtcTime
from prepared import AnySelect, Prepared, Reader, one_of

Words = Any  # bookmark_words, or what was found of it

MOST_ENDINGS = 32
SHORTEST = 4  # FTS5 keeps lists of their own for beginnings of up to three letters
_ME: Any = bindparam("owner")
_OWNER: Any = func.split_part(BookmarkWords.places, text("' '"), text("1"))


def _newest(found: AnySelect, words: Words, bookmark: Any, order: Any) -> AnySelect:
    return _told(found, words, bookmark).order_by(order).limit(bindparam("most"))


def _told(found: AnySelect, words: Words, bookmark: Any) -> AnySelect:
    """With what ranking needs."""
    return found.add_columns(
        words.number,
        words.bookmark_id,
        words.title,
        words.address,
        bookmark.slug,
        bookmark.pinned,
        bookmark.last_accessed_at,
    )


def _is_meant(words: Words) -> ColumnElement[bool]:
    """The bookmark is the one of these words, and was made in time."""
    return and_(
        words.organization_id == bindparam("organization_id"),
        Bookmark.organization_id == words.organization_id,
        Bookmark.id == words.bookmark_id,
        Bookmark.deleted_at.is_(None),
        Bookmark.created_at >= bindparam("since", type_=UtcTime()),
        Bookmark.created_at < bindparam("until", type_=UtcTime()),
    )


def _sqlite() -> AnySelect:
    """FTS5 gives its rows in the order of their numbers, and stops when it has enough."""
    index = table("bookmark_search", column("rowid", Integer))
    found = (
        select()
        .select_from(index)
        .join(BookmarkWords, BookmarkWords.number == index.c.rowid)
        .join(Bookmark, _is_meant(BookmarkWords))
        .where(text("bookmark_search MATCH :match"), index.c.rowid <= bindparam("last"))
    )
    return _newest(found, BookmarkWords, Bookmark, index.c.rowid.desc())


def _postgresql() -> AnySelect:
    """GIN gives all matches, in no order. For a word that is everywhere the planner walks one's own
    from the newest on instead; what is shared is less, but lies among that of everybody."""
    number = -BookmarkWords.number  # so that no other index looks as if it had the order
    own = (
        select(*BookmarkWords.__table__.columns, number.label("order"))
        .where(_OWNER == _ME, _matches("own"), number >= -bindparam("last"))
        .subquery()
    )
    shared = (
        select(*BookmarkWords.__table__.columns, number.label("order"))
        .where(_OWNER != _ME, _matches("shared"), BookmarkWords.number <= bindparam("last"))
        .order_by(number)
        .offset(0)  # found and put in order as a whole, then looked up as far as needed
        .subquery()
    )
    arms = [_looked_up(own), _looked_up(shared)]
    found = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    return select(found).order_by(found.c.number.desc()).limit(bindparam("most"))


def _looked_up(found: Any) -> AnySelect:
    """One bookmark after the other: a join of all would read those of everybody."""
    bookmark = select(Bookmark.__table__).where(_is_meant(found.c)).offset(0).lateral()
    joined = select().select_from(found).join(bookmark, true())
    return _newest(joined, found.c, bookmark.c, found.c.order)


def _matches(name: str) -> Any:
    return column("vector").op("@@")(func.to_tsquery(text("'simple'"), bindparam(name)))


def _direct() -> AnySelect:
    """What is shared by itself, whatever it says: it is little, and would be a word each."""
    shared = visibility.directly_shared_ids(visibility.whoever_asks())
    # Not by the index of numbers, which is that of everybody's.
    number = BookmarkWords.number + 0
    return select(*BookmarkWords.__table__.columns).where(
        BookmarkWords.organization_id == bindparam("organization_id"),
        BookmarkWords.bookmark_id.in_(shared),
        number.between(bindparam("first"), bindparam("last")),
    )


def _these() -> AnySelect:
    found = select().select_from(BookmarkWords).join(Bookmark, _is_meant(BookmarkWords))
    return _told(found.where(one_of(BookmarkWords.bookmark_id, "ids")), BookmarkWords, Bookmark)


def _beginning_so() -> AnySelect:
    """From one term to the next, past all that stands in the list of each."""
    terms = table("bookmark_search_terms", column("term", Text))
    beginning: Any = bindparam("beginning", type_=Text())

    def first(least: Any) -> Any:
        return select(terms.c.term).where(terms.c.term >= least).limit(1).scalar_subquery()

    def begins_so(term: Any) -> Any:
        return func.substr(term, 1, func.length(beginning)) == beginning

    found = select(first(beginning).label("term")).cte("found", recursive=True)
    following = first(found.c.term + text("'0'"))  # no letter or digit comes before it
    found = found.union_all(select(following).where(begins_so(found.c.term)))
    return select(found.c.term).where(begins_so(found.c.term)).limit(bindparam("most"))


def spelled_out(read: Reader, match: Match) -> Match:
    """For a beginning FTS5 first copies together the lists of all words that begin so; those of
    whole words it reads as far as it needs to. Many words are left to it."""
    if read.database != "sqlite":
        return match

    def endings(beginning: str) -> list[str]:
        if len(beginning) < SHORTEST:
            return []
        found = read.rows(_BEGINNING_SO, beginning=beginning, most=MOST_ENDINGS + 1)
        return [row.term for row in found] if len(found) <= MOST_ENDINGS else []

    return match.spelled_out(endings)


_BEGINNING_SO = Prepared(_beginning_so())
NEWEST = {"sqlite": Prepared(_sqlite()), "postgresql": Prepared(_postgresql(), planned_anew=True)}
DIRECT = Prepared(_direct())
THESE = Prepared(_these())
