"""The trash: what was deleted can be had back for thirty days, then it is gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from domain import access
from domain.cursors import Order
from errors import NotFound
from models import Bookmark, Folder, Revision
from security.principal import Principal

KEPT = timedelta(days=30)

_BOOKMARKS = Order(Bookmark.deleted_at, Bookmark.id, descending=True)
_FOLDERS = Order(Folder.deleted_at, Folder.id, descending=True)


def page(
    session: Session, user: Principal, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Rows of kind, id, title, deleted_at: the last deleted first; and the next cursor."""
    kinds: tuple[Any, ...] = (
        ("bookmark", Bookmark.title, Bookmark, is_own_bookmark(user), _BOOKMARKS),
        ("folder", Folder.name, Folder, _own_folders(user), _FOLDERS),
    )
    after = _BOOKMARKS.after(cursor)  # names the same columns of either
    found: list[Any] = []
    for kind, title, model, own, order in kinds:
        columns = (literal(kind).label("kind"), model.id, title.label("title"), model.deleted_at)
        query = select(*columns).where(own)
        found += session.execute(order.page(query, after, limit))
    found.sort(key=lambda row: (row.deleted_at, row.id), reverse=True)
    return _BOOKMARKS.cut(found[: limit + 1], limit)


def has_bookmark(session: Session, user: Principal, bookmark_id: str) -> bool:
    query = select(Bookmark.id).where(Bookmark.id == bookmark_id, is_own_bookmark(user))
    return session.scalar(query) is not None


def bookmark_in(session: Session, user: Principal, bookmark_id: str) -> Bookmark:
    """One's own, locked."""
    query = select(Bookmark).where(Bookmark.id == bookmark_id, is_own_bookmark(user))
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound
    return found


def folder_in(session: Session, user: Principal, folder_id: str) -> Folder:
    """One's own, that was deleted itself and not along with another; locked."""
    query = select(Folder).where(Folder.id == folder_id, _own_folders(user))
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound
    return found


def empty(session: Session, user: Principal) -> tuple[int, int]:
    """How many bookmarks and folders are gone for good."""
    return (
        _purge_bookmarks(session, is_own_bookmark(user)),
        _purge_folders(session, and_(_own(Folder, user), Folder.deleted_at.is_not(None))),
    )


def purge(session: Session, user: Principal, item_id: str) -> None:
    """A bookmark, or a folder with what was deleted along with it."""
    if _purge_bookmarks(session, and_(is_own_bookmark(user), Bookmark.id == item_id)):
        return
    folder_in(session, user, item_id)
    # Never null, so that it can be negated.
    with_it = or_(Folder.id == item_id, func.coalesce(Folder.deleted_with, "") == item_id)
    _purge_folders(session, and_(_own(Folder, user), with_it))


def purge_old(session: Session, now: datetime) -> int:
    """Of all organizations; how many are gone."""
    old = now - KEPT
    return _purge_bookmarks(session, Bookmark.deleted_at < old) + _purge_folders(
        session, Folder.deleted_at < old
    )


def _own(model: type[Bookmark] | type[Folder], user: Principal) -> ColumnElement[bool]:
    return and_(
        model.organization_id == access.current_organization_id(user),
        model.user_id == user.user_id,
    )


def is_own_bookmark(user: Principal) -> ColumnElement[bool]:
    return and_(_own(Bookmark, user), Bookmark.deleted_at.is_not(None))


def _own_folders(user: Principal) -> ColumnElement[bool]:
    """Those that were deleted themselves."""
    return and_(_own(Folder, user), Folder.deleted_at.is_not(None), Folder.deleted_with.is_(None))


def _purge_bookmarks(session: Session, gone: ColumnElement[bool]) -> int:
    """Their slugs, folders, tags and shares go by themselves."""
    _forget(session, "bookmark", Bookmark, gone)
    return _delete(session, Bookmark, gone)


def _purge_folders(session: Session, gone: ColumnElement[bool]) -> int:
    _forget(session, "folder", Folder, gone)
    # What was deleted before them lies in the trash for itself.
    parents = select(Folder.organization_id, Folder.id).where(gone).subquery()
    lay_in = tuple_(Folder.organization_id, Folder.parent_id).in_(select(parents))
    session.execute(update(Folder).where(lay_in, not_(gone)).values(parent_id=None))
    return _delete(session, Folder, gone)


def _forget(
    session: Session, kind: str, model: type[Bookmark] | type[Folder], gone: ColumnElement[bool]
) -> None:
    item = tuple_(Revision.organization_id, Revision.item_id)
    items = select(model.organization_id, model.id).where(gone)
    session.execute(delete(Revision).where(Revision.kind == kind, item.in_(items)))


def _delete(
    session: Session, model: type[Bookmark] | type[Folder], gone: ColumnElement[bool]
) -> int:
    # Counted before: what a deletion takes along by a foreign key is in no count.
    count = session.scalars(select(func.count()).select_from(model).where(gone)).one()
    session.execute(delete(model).where(gone).execution_options(synchronize_session=False))
    return count
