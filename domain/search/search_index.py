"""The newest matches, asked of the index of either database."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
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

from domain.sharing import visibility
from models import Bookmark, BookmarkWords
from models.base import UtcTime
from prepared import AnySelect, Prepared

Words = Any  # bookmark_words, or what was found of it

_ME: Any = bindparam("owner")
_OWNER: Any = func.split_part(BookmarkWords.places, text("' '"), text("1"))


def _newest(found: AnySelect, words: Words, bookmark: Any, order: Any) -> AnySelect:
    """With what ranking needs."""
    return (
        found.add_columns(
            words.number,
            words.bookmark_id,
            words.title,
            words.address,
            bookmark.slug,
            bookmark.pinned,
            bookmark.last_accessed_at,
        )
        .order_by(order)
        .limit(bindparam("most"))
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
        .cte("shared")
        .prefix_with("MATERIALIZED")
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
    words = (
        select(*BookmarkWords.__table__.columns)
        .where(
            BookmarkWords.organization_id == bindparam("organization_id"),
            BookmarkWords.bookmark_id.in_(shared),
            number.between(bindparam("first"), bindparam("last")),
        )
        .cte("words")
        .prefix_with("MATERIALIZED")
    )
    found = select(words.c.notes, words.c.places).join(Bookmark, _is_meant(words.c))
    return _newest(found, words.c, Bookmark, words.c.number.desc()).limit(None)


NEWEST = {"sqlite": Prepared(_sqlite()), "postgresql": Prepared(_postgresql(), planned_anew=True)}
DIRECT = Prepared(_direct())
