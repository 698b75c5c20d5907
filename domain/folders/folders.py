"""Making, changing, moving and deleting folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import access, plans
from domain.bookmarks.bookmarks import cleaned
from domain.bookmarks.filing import FolderNotFound
from domain.folders import trees
from domain.history import revisions
from domain.sharing import library, sharing
from domain.sharing.library import OnlyShared
from errors import Invalid, NotFound
from models import Folder, Organization
from models.base import new_id
from models.bookmark import sort_key
from security.principal import Principal

Fields = dict[str, Any]


class FolderNameTaken(Invalid):
    code = "FOLDER_NAME_TAKEN"
    error = "Folder with this name already exists"
    message = "Choose another name: it is unique among the folders that lie in the same place."


class FolderOwnersDiffer(Invalid):
    code = "FOLDER_OWNERS_DIFFER"
    error = "A folder moves only among the folders of its owner."
    message = "Choose a `parent_id` that belongs to the same person."


def create(session: Session, user: Principal, wanted: Fields) -> Folder:
    """With the trees locked. It belongs to whom the folder around it belongs to."""
    _require_plan(session, user, wanted)
    parent_id = wanted.get("parent_id")
    parent = _parent(session, user, parent_id)
    if parent is not None:
        trees.require_room(session, parent)
    now = clock.now()
    folder = Folder(
        organization_id=access.stay(session, user),
        id=new_id(),
        user_id=user.user_id if parent is None else parent.user_id,
        parent_id=parent_id,
        created_at=now,
        updated_at=now,
        updated_by=user.user_id,
    )
    folder.position = _position_of_a_new_one(session, folder)
    with _name_is_free(session):
        _set(folder, wanted)
        session.add(folder)
    trees.plant(session, folder)
    _share(session, user, folder, wanted)
    return folder


def change(session: Session, user: Principal, folder: Folder, wanted: Fields) -> None:
    """Of a folder that is locked (library.folder_to_change)."""
    _require_plan(session, user, wanted)
    if (cleaned(wanted["name"]), wanted.get("icon") or None) != (folder.name, folder.icon):
        revisions.keep(session, user, folder)
        with _name_is_free(session):
            _set(folder, wanted)
    _share(session, user, folder, wanted)


def move(
    session: Session, user: Principal, folder: Folder, parent_id: str | None, position: int | None
) -> None:
    """With the trees locked. Takes along everything below; without a position it comes last."""
    _require_way_out(session, user, folder)
    parent = _parent(session, user, parent_id)
    if folder.user_id != (user.user_id if parent is None else parent.user_id):
        raise FolderOwnersDiffer
    is_elsewhere = parent_id != folder.parent_id
    if is_elsewhere and parent is not None:
        trees.require_room(session, parent, folder)
    present = _siblings(session, folder, parent_id)
    ordered = [each for each in present if each is not folder]
    ordered.insert(len(ordered) if position is None else position, folder)
    if ordered == present:
        return
    revisions.keep(session, user, folder)
    with _name_is_free(session):
        folder.parent_id = parent_id
    for number, sibling in enumerate(ordered):
        sibling.position = number
    if is_elsewhere:
        trees.cut(session, folder)
        trees.hang(session, folder)


def trash(session: Session, user: Principal, folder: Folder) -> None:
    """With the trees locked. Takes along everything below; bookmarks stay.

    What lay in the trash before keeps its own place there.
    """
    revisions.keep(session, user, folder)
    trees.cut(session, folder)
    folder.deleted_at = clock.now()
    session.execute(
        update(Folder)
        .where(
            Folder.organization_id == folder.organization_id,
            Folder.id.in_(trees.within(folder)),
            Folder.id != folder.id,
        )
        .values(deleted_at=folder.deleted_at, deleted_with=folder.id)
    )


def restore(session: Session, user: Principal, folder: Folder) -> None:
    """Out of the trash, with the trees locked and with what was deleted along with it.

    If the folder around it is gone, or now lies too deep, it comes to lie at the top.
    """
    revisions.keep(session, user, folder)
    with _name_is_free(session):
        folder.deleted_at = None
        folder.parent_id = _parent_that_is_left(session, user, folder)
    session.execute(
        update(Folder)
        .where(Folder.organization_id == folder.organization_id, Folder.deleted_with == folder.id)
        .values(deleted_at=None, deleted_with=None)
    )
    trees.hang(session, folder)


def _parent_that_is_left(session: Session, user: Principal, folder: Folder) -> str | None:
    if folder.parent_id is None:
        return None
    try:
        parent = library.folder_to_own(session, user, folder.parent_id)
        trees.require_room(session, parent, folder)
    except (NotFound, OnlyShared, trees.FolderTooDeep):
        return None
    return parent.id


@contextmanager
def _name_is_free(session: Session) -> Iterator[None]:
    """Only the database knows, and it says so when the block ends."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise FolderNameTaken from None


def _set(folder: Folder, wanted: Fields) -> None:
    folder.name = cleaned(wanted["name"])
    folder.name_key = sort_key(folder.name)
    folder.icon = wanted.get("icon") or None


def _require_plan(session: Session, user: Principal, wanted: Fields) -> None:
    """Said first: the answer must not depend on what else is wrong."""
    if wanted.get("team_ids") or wanted["share_all_teams"]:
        organization_id = access.current_organization_id(user)
        plans.require_team(session.get_one(Organization, organization_id))


def _share(session: Session, user: Principal, folder: Folder, wanted: Fields) -> None:
    sharing.replace(
        session,
        user,
        folder,
        team_ids=wanted.get("team_ids"),
        user_ids=wanted.get("user_ids"),
        all_teams=wanted["share_all_teams"],
    )


def _parent(session: Session, user: Principal, parent_id: str | None) -> Folder | None:
    if parent_id is None:
        return None
    try:
        return library.folder_to_change(session, user, parent_id)
    except NotFound:
        raise FolderNotFound from None


def _require_way_out(session: Session, user: Principal, folder: Folder) -> None:
    """Whoever does not own it must be allowed to change the folder it lies in."""
    if folder.user_id == user.user_id:
        return
    try:
        library.folder_to_change(session, user, folder.parent_id or "")
    except NotFound:
        raise OnlyShared from None


def _position_of_a_new_one(session: Session, folder: Folder) -> int:
    """The last; but where nobody has ordered anything, names alone say the order."""
    last = session.scalar(
        select(func.max(Folder.position)).where(_lies_in(folder, folder.parent_id))
    )
    return last + 1 if last else 0


def _siblings(session: Session, folder: Folder, parent_id: str | None) -> list[Folder]:
    """What lies there, in order; the folder too, if it does."""
    there = select(Folder).where(_lies_in(folder, parent_id))
    return list(session.scalars(there.order_by(Folder.position, Folder.name_key, Folder.id)))


def _lies_in(folder: Folder, parent_id: str | None) -> ColumnElement[bool]:
    return and_(
        Folder.organization_id == folder.organization_id,
        Folder.user_id == folder.user_id,
        Folder.parent_id == parent_id,
        Folder.deleted_at.is_(None),
    )
