"""Which folders a bookmark lies in and which tags it has."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from domain import access
from domain.bookmarks import tag_counts
from domain.sharing import visibility
from domain.sharing.library import OnlyShared
from errors import NotFound
from models import Bookmark, BookmarkFolder, BookmarkTag, Folder, Tag
from security.principal import Principal


class FolderNotFound(NotFound):
    error = "Folder not found."
    message = "Name folders of your own, or shared with you."


class TagNotFound(NotFound):
    error = "Tag not found."
    message = "Name tags of your own."


def put_into(
    session: Session, user: Principal, bookmark: Bookmark, folder_ids: Iterable[str]
) -> None:
    """Leave it in exactly these folders; where it lies already it may stay."""
    wanted = set(folder_ids)
    require_folders(session, user, wanted - _linked(session, bookmark, BookmarkFolder.folder_id))
    _link(session, bookmark, wanted, BookmarkFolder)


def tag(session: Session, user: Principal, bookmark: Bookmark, tag_ids: Iterable[str]) -> None:
    """Leave it with exactly these tags."""
    present = _linked(session, bookmark, BookmarkTag.tag_id)
    wanted = require_tags(session, user, tag_ids, present)
    gained, lost = _link(session, bookmark, wanted, BookmarkTag)
    by = dict.fromkeys(gained, 1) | dict.fromkeys(lost, -1)
    tag_counts.change(session, bookmark.organization_id, by)


def folder_ids(session: Session, bookmark: Bookmark) -> set[str]:
    return _linked(session, bookmark, BookmarkFolder.folder_id)


def tag_ids(session: Session, bookmark: Bookmark) -> set[str]:
    return _linked(session, bookmark, BookmarkTag.tag_id)


def require_folders(session: Session, user: Principal, folder_ids: Iterable[str]) -> set[str]:
    """One's own, and those shared with `write`."""
    wanted = set(folder_ids)
    if wanted - _folders(session, user, wanted, "write"):
        if wanted - _folders(session, user, wanted, "read"):
            raise FolderNotFound
        raise OnlyShared
    return wanted


def require_tags(
    session: Session, user: Principal, tag_ids: Iterable[str], lost: Iterable[str] = ()
) -> set[str]:
    wanted = set(tag_ids)
    query = select(Tag.id).where(
        Tag.organization_id == access.current_organization_id(user),
        Tag.user_id == user.user_id,
        Tag.id.in_(wanted.union(lost)),
    )
    # Nobody may merge or delete one of them before they are counted; all lock them in this order.
    found = session.scalars(query.order_by(Tag.id).with_for_update(key_share=True))
    if wanted - set(found):
        raise TagNotFound
    return wanted


def _folders(session: Session, user: Principal, ids: set[str], level: str) -> set[str]:
    reachable = visibility.is_my_folder_or_shared(user, level)
    return set(session.scalars(select(Folder.id).where(Folder.id.in_(ids), reachable)))


def _linked(session: Session, bookmark: Bookmark, other: Any) -> set[str]:
    own = {"organization_id": bookmark.organization_id, "bookmark_id": bookmark.id}
    return set(session.scalars(select(other).filter_by(**own)))


def _link(
    session: Session,
    bookmark: Bookmark,
    wanted: set[str],
    link: type[BookmarkFolder] | type[BookmarkTag],
) -> tuple[set[str], set[str]]:
    """What it gained and what it lost."""
    session.flush()  # the bookmark itself may be new
    other: Any = link.folder_id if issubclass(link, BookmarkFolder) else link.tag_id
    own = {"organization_id": bookmark.organization_id, "bookmark_id": bookmark.id}
    present = _linked(session, bookmark, other)
    gained, lost = wanted - present, present - wanted
    if lost:
        session.execute(delete(link).filter_by(**own).where(other.in_(lost)))
    if gained:
        made = {**own, "bookmark_created_at": bookmark.created_at}
        rows = [{**made, other.key: each} for each in sorted(gained)]
        session.execute(insert(link), rows)
    return gained, lost
