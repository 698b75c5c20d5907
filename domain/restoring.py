"""Back out of the trash, and back to an earlier version."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import access
from domain.bookmarks import bookmarks, quota, tag_counts
from domain.folders import folders, trees
from domain.history import history, revisions, trash
from domain.sharing import library, visibility
from errors import NotFound
from models import Bookmark, Folder, Organization, Tag
from security.principal import Principal


def bookmark(session: Session, user: Principal, bookmark_id: str, version: int | None) -> Bookmark:
    """Out of the trash, if it lies there; then, with a version, as it was in that one."""
    was_deleted = trash.has_bookmark(session, user, bookmark_id)
    if was_deleted:
        # The organization is locked before the bookmark, as everywhere.
        organization = session.get_one(Organization, access.current_organization_id(user))
        quota.require_room(session, organization)
        found = trash.bookmark_in(session, user, bookmark_id)
        revisions.keep(session, user, found)
        found.deleted_at = None
        tag_counts.follow(session, user, [found], 1)
    else:
        found = library.bookmark_to_change(session, user, bookmark_id)
    if version is not None:
        state = history.state_of(session, found, version)
        bookmarks.change(session, user, found, _content(session, user, found, state))
    if was_deleted:  # counted last, as where a bookmark is made: all wait in one order
        quota.grow(session, found.organization_id, found.user_id, 1)
    return found


def folder(session: Session, user: Principal, folder_id: str, version: int | None) -> Folder:
    """The same for a folder and what was deleted along with it."""
    trees.lock(session, user)
    try:
        found = trash.folder_in(session, user, folder_id)
        folders.restore(session, user, found)
    except NotFound:
        found = library.folder_to_change(session, user, folder_id)
    if version is not None:
        state = history.state_of(session, found, version)
        wanted = {"name": state["name"], "icon": state["icon"], "share_all_teams": False}
        folders.change(session, user, found, wanted)
    return found


def _content(
    session: Session, user: Principal, bookmark: Bookmark, state: history.State
) -> dict[str, Any]:
    """What of it the caller may bring back; folders and tags that are gone stay away."""
    wanted = {field: state[field] for field in bookmarks.SHARED_FIELDS}
    wanted["slug"] = state["slug"] or ""
    if bookmark.user_id != user.user_id:
        return wanted
    reachable = visibility.is_my_folder_or_shared(user, "write")
    own_tag = (
        Tag.organization_id == bookmark.organization_id,
        Tag.user_id == user.user_id,
        Tag.id.in_(state["tag_ids"]),
    )
    here = select(Folder.id).where(Folder.id.in_(state["folder_ids"]), reachable)
    return wanted | {
        "pinned": state["pinned"],
        "folder_ids": session.scalars(here).all(),
        "tag_ids": session.scalars(select(Tag.id).where(*own_tag)).all(),
    }
