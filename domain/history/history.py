"""Earlier versions of a bookmark or a folder: who made which, what was in it, and back to it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.history import revisions, trash
from domain.sharing import library
from errors import NotFound
from models import Bookmark, Folder, Revision, User
from security.principal import Principal

State = dict[str, Any]


class NoSuchVersion(NotFound):
    error = "There is no such version."
    message = "Take a `version` from its history."


@dataclass(frozen=True)
class Version:
    number: int
    state: State
    made_at: datetime
    made_by: User | None  # None: the account is gone
    changes: list[str]  # the fields that differ from the version before


def bookmark_with(session: Session, user: Principal, bookmark_id: str) -> Bookmark:
    """Its owner's, also in the trash, or shared with `write`."""
    if trash.has_bookmark(session, user, bookmark_id):
        return trash.bookmark_in(session, user, bookmark_id)
    return library.bookmark_to_change(session, user, bookmark_id)


def folder_with(session: Session, user: Principal, folder_id: str) -> Folder:
    try:
        return trash.folder_in(session, user, folder_id)
    except NotFound:
        return library.folder_to_change(session, user, folder_id)


def page(
    session: Session, item: Bookmark | Folder, before: int | None, limit: int
) -> tuple[list[Version], int | None]:
    """The newest first; and where the next page begins, if there is one."""
    kept = _kept(session, item, before, limit + 1)
    if before is None:
        present = Revision(
            version=item.version,
            state=revisions.state(session, item),
            made_at=item.updated_at,
            made_by=item.updated_by,
        )
        kept = [present, *kept]
    people = _people(session, kept)
    # One more than is shown: what the oldest shown one changed is seen beside it.
    oldest = Revision(state={}) if len(kept) <= limit else kept[limit]
    shown = [
        Version(
            each.version,
            each.state,
            each.made_at,
            people.get(each.made_by or ""),
            _changes(each.state, earlier.state),
        )
        for each, earlier in pairwise([*kept[:limit], oldest])
    ]
    return shown, shown[-1].number if len(kept) > limit else None


def state_of(session: Session, item: Bookmark | Folder, version: int) -> State:
    found = session.get(Revision, (item.organization_id, revisions.kind_of(item), item.id, version))
    if found is None:
        raise NoSuchVersion
    return found.state


def _kept(
    session: Session, item: Bookmark | Folder, before: int | None, limit: int
) -> list[Revision]:
    query = (
        select(Revision)
        .where(
            Revision.organization_id == item.organization_id,
            Revision.kind == revisions.kind_of(item),
            Revision.item_id == item.id,
        )
        .order_by(Revision.version.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Revision.version < before)
    return list(session.scalars(query))


def _people(session: Session, kept: list[Revision]) -> dict[str, User]:
    ids = {each.made_by for each in kept if each.made_by}
    return {each.id: each for each in session.scalars(select(User).where(User.id.in_(ids)))}


def _changes(state: State, earlier: State) -> list[str]:
    """None for the first version: there all is new."""
    return sorted(field for field in earlier if state.get(field) != earlier[field])
