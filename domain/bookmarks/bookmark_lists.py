"""Lists of bookmarks: which, in what order, from where to where."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select

import clock
from domain import access
from domain.bookmarks import bookmark_arms, plain_words
from domain.bookmarks.bookmark_arms import ASCENDING, Shape
from domain.bookmarks.filing import FolderNotFound, TagNotFound
from domain.sharing import visibility
from models import Folder, LibrarySize, Tag
from prepared import Prepared, Reader, one_of
from security.principal import Principal

# What is not kept count of is counted so far.
MOST_COUNTED = 250
MOST_IDS = 10_000
SCOPES = {"shared": "shared_with_me"}

Values = dict[str, Any]

_FOLDER = Prepared(
    select(Folder.id).where(
        Folder.id == bindparam("folder_id"),
        visibility.is_my_folder_or_shared(visibility.whoever_asks()),
    )
)
_TAGS = Prepared(
    select(Tag.id, Tag.bookmarks).where(
        Tag.organization_id == bindparam("organization_id"),
        Tag.user_id == bindparam("user_id"),
        one_of(Tag.id, "tag_ids"),
    )
)
_SIZE = Prepared(
    select(LibrarySize.bookmarks).where(
        LibrarySize.organization_id == bindparam("organization_id"),
        LibrarySize.user_id == bindparam("user_id"),
    )
)


@dataclass(frozen=True)
class Wanted:
    scope: str = "all"
    sort_by: str = "recently_added"
    folder_id: str | None = None
    tag_ids: Collection[str] = ()
    pinned: bool = False
    words: str = ""


@dataclass(frozen=True)
class Page:
    ids: list[str]
    total: int
    total_is_exact: bool
    next_cursor: str | None


def page(
    read: Reader, user: Principal, wanted: Wanted, limit: int, offset: int, cursor: str | None
) -> Page:
    shape, values = _asked(read, user, wanted)
    total, is_exact = _count(read, shape, values)
    found, next_cursor = _part(read, shape, values, limit, offset, cursor)
    return Page(found, total, is_exact, next_cursor)


def ids(
    read: Reader, user: Principal, wanted: Wanted, cursor: str | None
) -> tuple[list[str], str | None]:
    """And the next cursor."""
    shape, values = _asked(read, user, wanted)
    return _part(read, shape, values, MOST_IDS, 0, cursor)


def _part(
    read: Reader, shape: Shape, values: Values, limit: int, offset: int, cursor: str | None
) -> tuple[list[str], str | None]:
    order = bookmark_arms.order(shape.sort_by)
    if cursor:
        shape, values = replace(shape, after=True), values | order.after(cursor)
    rows = _rows(read, shape, values, offset + limit + 1)
    shown, next_cursor = order.cut(rows[offset:], limit)
    return [row.id for row in shown], next_cursor


def _asked(read: Reader, user: Principal, wanted: Wanted) -> tuple[Shape, Values]:
    """The form of the statements, and the values for them; refused for what is not visible."""
    values: Values = {
        "organization_id": access.current_organization_id(user),
        "user_id": user.user_id,
        "now": clock.now(),
        "folder_id": wanted.folder_id,
        "tag_ids": set(wanted.tag_ids),
        "tag_count": len(set(wanted.tag_ids)),
        **plain_words.values(wanted.words),
    }
    if wanted.folder_id is not None and read.row(_FOLDER, **values) is None:
        raise FolderNotFound
    if wanted.tag_ids:
        tags = read.rows(_TAGS, **values)
        if len(tags) < values["tag_count"]:
            raise TagNotFound
        rarest = min(tags, key=attrgetter("bookmarks"))
        values |= {"rarest_tag_id": rarest.id, "tagged": rarest.bookmarks}
    shape = Shape(
        SCOPES.get(wanted.scope, wanted.scope),
        wanted.sort_by,
        in_folder=wanted.folder_id is not None,
        tagged=bool(wanted.tag_ids),
        pinned=wanted.pinned,
        worded=bool(values["words"]),
    )
    return shape, values


def _rows(read: Reader, shape: Shape, values: Values, most: int) -> list[Any]:
    """The first ones, with the columns they are ordered by."""
    values = values | {"most": most, "beyond": most - 1, "since": None}
    rows = read.rows(bookmark_arms.own(shape), **values) if shape.has_own else []
    if shape.has_shared:
        if len(rows) == most and shape.sort_by == "recently_added":
            shape, values["since"] = replace(shape, recent=True), rows[-1].created_at
        rows = [*rows, *read.rows(bookmark_arms.shared(shape), **values)]
        rows.sort(reverse=shape.sort_by not in ASCENDING)
    return rows[:most]


def _count(read: Reader, shape: Shape, values: Values) -> tuple[int, bool]:
    """How many there are, and whether all were counted."""
    values = values | {"most": MOST_COUNTED + 1}
    total, is_exact = 0, True
    counts = []
    if shape.has_own and shape.is_whole:
        kept = read.row(_SIZE, **values)
        total = kept.bookmarks if kept else 0
    elif shape.has_own and shape.is_all_tagged and values["tag_count"] == 1:
        total = values["tagged"]
    elif shape.has_own:
        counts.append(bookmark_arms.own_count(shape))
    if shape.has_shared:
        counts.append(bookmark_arms.shared_count(shape))
    for count in counts:
        found = read.row(count, **values)
        total += min(found.bookmarks, MOST_COUNTED)
        is_exact = is_exact and found.rows <= MOST_COUNTED
    return total, is_exact
