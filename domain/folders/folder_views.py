"""What is shown of folders: pages of those the caller sees, one of them, and all as a tree.

Asked in a fixed number of statements, however many there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, null, or_, select
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.cursors import Order, Page
from domain.paging import Paged, Span
from domain.sharing import grantees, visibility
from domain.sharing.grantees import Grantees
from errors import NotFound
from models import Bookmark, BookmarkFolder, Folder, Share, User
from prepared import AnySelect, Prepared, Reader, one_of, within
from security.principal import Principal

_ORDERS = {
    "alphabetical": Order(Folder.name_key, Folder.id),
    "recently_added": Order(Folder.created_at, Folder.id, descending=True),
}

_HERE: Any = bindparam("organization_id")
_WHO = visibility.whoever_asks()
_IS_MINE = Folder.user_id == _WHO.user_id
_SHARED = select(visibility.shared_folder_ids(_WHO).cte("shared").c.id)
_OWN = select(Folder.id).where(
    Folder.organization_id == _HERE,
    Folder.user_id == _WHO.user_id,
    Folder.deleted_at.is_(None),
)
_SCOPES: Mapping[str, ColumnElement[bool]] = {
    # Not "mine or shared": a database finds either by an index, but not both at once.
    "all": Folder.id.in_(_OWN.union(_SHARED)),
    "mine": _IS_MINE,
    "shared_with_me": and_(~_IS_MINE, Folder.id.in_(_SHARED)),
    "shared_by_me": and_(
        _IS_MINE,
        exists().where(
            Share.organization_id == Folder.organization_id,
            Share.folder_id == Folder.id,
            visibility.is_live(),
        ),
    ),
}
# Whoever sees a folder need not see the one around it.
_VISIBLE_PARENT = case(
    (or_(_IS_MINE, Folder.parent_id.in_(_SHARED)), Folder.parent_id), else_=null()
)
# To look up each bookmark takes ten times as long as to leave out the few that lie in the trash.
_TRASH = select(Bookmark.id).where(
    Bookmark.organization_id == _HERE, Bookmark.deleted_at.is_not(None)
)
_BOOKMARKS = Prepared(
    select(BookmarkFolder.folder_id, func.count().label("number"))
    .where(
        BookmarkFolder.organization_id == _HERE,
        one_of(BookmarkFolder.folder_id, "ids"),
        BookmarkFolder.bookmark_id.not_in(_TRASH),
    )
    .group_by(BookmarkFolder.folder_id)
)
_FOLDERS = Prepared(
    select(Folder.parent_id.label("folder_id"), func.count().label("number"))
    .where(
        Folder.organization_id == _HERE,
        one_of(Folder.parent_id, "ids"),
        Folder.deleted_at.is_(None),
    )
    .group_by(Folder.parent_id)
)


@dataclass(frozen=True)
class View:
    folder: Any  # a row with the columns of Folder, user_name and user_email
    is_own: bool
    folder_count: int
    bookmark_count: int
    grantees: Grantees


@dataclass(frozen=True)
class Node:
    folder: Any
    is_own: bool
    depth: int
    bookmark_count: int


def listed(
    read: Reader, user: Principal, scope: str, sort_by: str, span: Span
) -> Sequence[View] | Page:
    found = _LISTS[scope, sort_by].of(read, span, **_values(user))
    if isinstance(found, Page):
        return replace(found, items=_views(read, user, found.items))
    return _views(read, user, found)


def one(read: Reader, user: Principal, folder_id: str) -> View:
    rows = read.rows(_ONE, id=folder_id, **_values(user))
    if not rows:
        raise NotFound
    return _views(read, user, rows)[0]


def shown(session: Session, user: Principal, folder: Folder) -> View:
    """In the middle of a change of it."""
    session.flush()  # prepared statements see only what is stored
    return one(within(session), user, folder.id)


def tree(read: Reader, user: Principal) -> list[Node]:
    """Each folder before what lies in it: one's own, then what is shared with one."""
    rows = read.rows(_TREE, **_values(user))
    bookmarks = _counts(read, user, _BOOKMARKS, [row.id for row in rows])
    inside = defaultdict(list)
    for row in rows:
        inside[row.parent_id].append(row)

    def below(parent_id: str | None, depth: int) -> Iterator[Node]:
        for row in inside[parent_id]:
            yield Node(row, row.user_id == user.user_id, depth, bookmarks[row.id])
            yield from below(row.id, depth + 1)

    return list(below(None, 0))


def _views(read: Reader, user: Principal, rows: Sequence[Any]) -> list[View]:
    ids = [row.id for row in rows]
    folders = _counts(read, user, _FOLDERS, ids)
    bookmarks = _counts(read, user, _BOOKMARKS, ids)
    shared = grantees.of_folders(read, access.current_organization_id(user), ids)
    return [
        View(row, row.user_id == user.user_id, folders[row.id], bookmarks[row.id], shared[row.id])
        for row in rows
    ]


def _counts(
    read: Reader, user: Principal, counting: Prepared, ids: Collection[str]
) -> Mapping[str, int]:
    here = {"organization_id": access.current_organization_id(user), "ids": ids}
    return defaultdict(int, {row.folder_id: row.number for row in read.rows(counting, **here)})


def _values(user: Principal) -> dict[str, Any]:
    organization_id = access.current_organization_id(user)
    return {"organization_id": organization_id, "user_id": user.user_id, "now": clock.now()}


def _shown() -> AnySelect:
    columns = [column for column in Folder.__table__.columns if column.key != "parent_id"]
    return (
        select(
            *columns,
            _VISIBLE_PARENT.label("parent_id"),
            User.name.label("user_name"),
            User.email.label("user_email"),
        )
        .join(User, User.id == Folder.user_id)
        .where(Folder.organization_id == _HERE, Folder.deleted_at.is_(None))
    )


_LISTS = {
    (scope, sort_by): Paged(_shown().where(is_in_it), order)
    for scope, is_in_it in _SCOPES.items()
    for sort_by, order in _ORDERS.items()
}
_ONE = Prepared(
    _shown().where(Folder.id == bindparam("id"), visibility.is_my_folder_or_shared(_WHO))
)
_TREE = Prepared(
    _shown()
    .where(_SCOPES["all"])
    .order_by((~_IS_MINE), Folder.position, Folder.name_key, Folder.id)
)
