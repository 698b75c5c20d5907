"""The only way to one bookmark, folder, tag or import: what the caller may not see is not found."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from domain import access
from domain.sharing import visibility
from errors import Forbidden, NotFound
from models import Bookmark, Folder, ImportJob, Tag
from security.principal import Principal


class OnlyShared(Forbidden):
    code = "ONLY_SHARED"
    error = "This is shared with you, but not to change."
    message = "Ask its owner to share it with `write`, or to do it."


def bookmark_to_read(session: Session, user: Principal, bookmark_id: str) -> Bookmark:
    return _bookmark(session, bookmark_id, visibility.is_mine_or_shared(user))


def bookmark_to_change(session: Session, user: Principal, bookmark_id: str) -> Bookmark:
    """Its owner's, or shared with `write`. Locked until the transaction ends."""
    found = _bookmark(session, bookmark_id, visibility.is_mine_or_shared(user), lock=True)
    if found.user_id != user.user_id:
        try:
            _bookmark(session, bookmark_id, visibility.is_mine_or_shared(user, "write"))
        except NotFound:
            raise OnlyShared from None
    return found


def bookmark_to_own(session: Session, user: Principal, bookmark_id: str) -> Bookmark:
    """For what only its owner may do. Locked until the transaction ends."""
    found = _bookmark(session, bookmark_id, visibility.is_mine_or_shared(user), lock=True)
    require_owner(user, found)
    return found


def folder_to_read(session: Session, user: Principal, folder_id: str) -> Folder:
    return _folder(session, folder_id, visibility.is_my_folder_or_shared(user))


def folder_to_change(session: Session, user: Principal, folder_id: str) -> Folder:
    """Its owner's, or shared with `write`. Locked until the transaction ends."""
    found = _folder(session, folder_id, visibility.is_my_folder_or_shared(user), lock=True)
    if found.user_id != user.user_id:
        try:
            _folder(session, folder_id, visibility.is_my_folder_or_shared(user, "write"))
        except NotFound:
            raise OnlyShared from None
    return found


def folder_to_own(session: Session, user: Principal, folder_id: str) -> Folder:
    found = _folder(session, folder_id, visibility.is_my_folder_or_shared(user), lock=True)
    require_owner(user, found)
    return found


def require_owner(user: Principal, item: Bookmark | Folder) -> None:
    if item.user_id != user.user_id:
        raise OnlyShared


def tag_to_own(session: Session, user: Principal, tag_id: str) -> Tag:
    """Tags are never shared."""
    found = session.scalar(
        select(Tag)
        .where(
            Tag.organization_id == access.current_organization_id(user),
            Tag.id == tag_id,
            Tag.user_id == user.user_id,
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def import_to_read(session: Session, user: Principal, import_id: str) -> ImportJob:
    """Seen by whoever made it, in the organization it was made in."""
    return _import(session, user, import_id)


def import_to_own(session: Session, user: Principal, import_id: str) -> ImportJob:
    """Locked until the transaction ends."""
    return _import(session, user, import_id, lock=True)


def _import(session: Session, user: Principal, import_id: str, *, lock: bool = False) -> ImportJob:
    query = select(ImportJob).where(
        ImportJob.organization_id == access.current_organization_id(user),
        ImportJob.id == import_id,
        ImportJob.user_id == user.user_id,
    )
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def _bookmark(
    session: Session, bookmark_id: str, visible: ColumnElement[bool], *, lock: bool = False
) -> Bookmark:
    query = select(Bookmark).where(Bookmark.id == bookmark_id, visible)
    found = session.scalar(query.with_for_update(of=Bookmark) if lock else query)
    if found is None:
        raise NotFound
    return found


def _folder(
    session: Session, folder_id: str, visible: ColumnElement[bool], *, lock: bool = False
) -> Folder:
    query = select(Folder).where(Folder.id == folder_id, visible)
    found = session.scalar(query.with_for_update(of=Folder) if lock else query)
    if found is None:
        raise NotFound
    return found
