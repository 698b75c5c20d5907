"""What is shown of bookmarks: the rows, and with each its owner, tags, folders and shares.

Asked in a fixed number of statements, however many there are.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, select
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.sharing import grantees, visibility
from domain.sharing.grantees import Grantees
from errors import NotFound
from models import Bookmark, BookmarkFolder, BookmarkTag, Folder, Tag, User
from prepared import Prepared, Reader, one_of, within
from security.principal import Principal

_HERE: BindParameter[str] = bindparam("organization_id")
_ROWS = Prepared(
    select(
        *Bookmark.__table__.columns, User.name.label("user_name"), User.email.label("user_email")
    )
    .join(User, User.id == Bookmark.user_id)
    .where(
        Bookmark.organization_id == _HERE, one_of(Bookmark.id, "ids"), Bookmark.deleted_at.is_(None)
    )
)
_TAGS = Prepared(
    select(BookmarkTag.bookmark_id, *Tag.__table__.columns)
    .join(
        Tag, and_(Tag.organization_id == BookmarkTag.organization_id, Tag.id == BookmarkTag.tag_id)
    )
    .where(BookmarkTag.organization_id == _HERE, one_of(BookmarkTag.bookmark_id, "ids"))
    .order_by(Tag.name_key, Tag.id)
)
_FOLDERS = Prepared(
    select(BookmarkFolder.bookmark_id, Folder.id, Folder.name, Folder.icon)
    .join(
        Folder,
        and_(
            Folder.organization_id == BookmarkFolder.organization_id,
            Folder.id == BookmarkFolder.folder_id,
        ),
    )
    .where(
        BookmarkFolder.organization_id == _HERE,
        one_of(BookmarkFolder.bookmark_id, "ids"),
        visibility.is_my_folder_or_shared(visibility.whoever_asks()),
    )
    .order_by(Folder.name_key, Folder.id)
)
_IS_VISIBLE = Prepared(
    select(Bookmark.id).where(
        Bookmark.id == bindparam("id"), visibility.is_mine_or_shared(visibility.whoever_asks())
    )
)


@dataclass(frozen=True)
class View:
    bookmark: Any  # a row with the columns of Bookmark, user_name and user_email
    is_own: bool
    tags: list[Any]
    folders: list[tuple[Any, Grantees]]  # those the viewer sees
    grantees: Grantees


def one(read: Reader, user: Principal, bookmark_id: str) -> View:
    found = read.row(
        _IS_VISIBLE,
        id=bookmark_id,
        organization_id=access.current_organization_id(user),
        user_id=user.user_id,
        now=clock.now(),
    )
    if found is None:
        raise NotFound
    return _only(of(read, user, [bookmark_id]))


def shown(session: Session, user: Principal, bookmark: Bookmark) -> View:
    """In the middle of a change of it."""
    session.flush()  # prepared statements see only what is stored
    return _only(of(within(session), user, [bookmark.id]))


def of(read: Reader, user: Principal, ids: Sequence[str]) -> list[View]:
    """In the order of the ids, which the caller may see; what was deleted meanwhile is left out."""
    organization_id = access.current_organization_id(user)
    here = {"organization_id": organization_id, "ids": ids}
    rows = {row.id: row for row in read.rows(_ROWS, **here)}
    tags, folders = defaultdict(list), defaultdict(list)
    for tag in read.rows(_TAGS, **here):
        tags[tag.bookmark_id].append(tag)
    for folder in read.rows(_FOLDERS, **here, user_id=user.user_id, now=clock.now()):
        folders[folder.bookmark_id].append(folder)
    shared = grantees.of_bookmarks(read, organization_id, ids)
    around = grantees.of_folders(read, organization_id, _ids(folders.values()))
    return [
        View(
            rows[id],
            rows[id].user_id == user.user_id,
            tags[id],
            [(folder, around[folder.id]) for folder in folders[id]],
            shared[id],
        )
        for id in ids
        if id in rows
    ]


def _ids(groups: Collection[list[Any]]) -> list[str]:
    return list({row.id for group in groups for row in group})


def _only(views: list[View]) -> View:
    if not views:
        raise NotFound
    return views[0]
