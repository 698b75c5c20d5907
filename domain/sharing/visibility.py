"""Who sees which bookmark: its owner, and whom it, or a folder around it, is shared with.

Whoever shares a folder sees in it what others put there.

Conditions and selects to build queries from. All of them look at one organization, at shares that
have not expired, and at folders that are not in the trash.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Exists,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

import clock
from domain import access
from models import Bookmark, BookmarkFolder, Folder, FolderAncestor, Share, TeamMember
from models.base import UtcTime
from security.principal import Principal

NOW: BindParameter[Any] = bindparam("now", type_=UtcTime(), callable_=lambda: clock.now())


def whoever_asks() -> Principal:
    """For prepared statements: they take `organization_id`, `user_id` and `now` as values."""
    user_id: Any = bindparam("user_id")
    organization_id: Any = bindparam("organization_id")
    return Principal(user_id, organization_id)


def is_mine_or_shared(user: Principal, level: str = "read") -> ColumnElement[bool]:
    """For a bookmark that is found by its id; a list starts from what is shared."""
    return and_(
        Bookmark.organization_id == access.current_organization_id(user),
        Bookmark.deleted_at.is_(None),
        or_(Bookmark.user_id == user.user_id, _is_shared(user, level), _is_within(user, level)),
    )


def is_my_folder_or_shared(user: Principal, level: str = "read") -> ColumnElement[bool]:
    return and_(
        Folder.organization_id == access.current_organization_id(user),
        Folder.deleted_at.is_(None),
        or_(Folder.user_id == user.user_id, _is_below(user, level, Folder.id)),
    )


def shared_folder_ids(user: Principal, level: str = "read") -> Select[str]:
    """Folders shared with me or by me, and all below them; one may come more than once."""
    with_me = _shared_with_me(user, level, Share.folder_id)
    return _with_all_below(user, union(*with_me, _shared_by_me(user, Share.folder_id)))


def given_folder_ids(user: Principal) -> Select[str]:
    """Folders shared by me, and all below them; one may come more than once."""
    return _with_all_below(user, _shared_by_me(user, Share.folder_id))


def _with_all_below(user: Principal, folders: Any) -> Select[str]:
    # For different ids of ancestors SQLite would walk those of the whole organization in order.
    return (
        select(Folder.id)
        .select_from(FolderAncestor)
        .join(
            Folder,
            and_(
                Folder.organization_id == FolderAncestor.organization_id,
                Folder.id == FolderAncestor.descendant_id,
            ),
        )
        .where(
            FolderAncestor.organization_id == access.current_organization_id(user),
            FolderAncestor.ancestor_id.in_(folders),
            Folder.deleted_at.is_(None),
        )
    )


def directly_shared_ids(user: Principal, level: str = "read") -> CompoundSelect[Any]:
    return union(*_shared_with_me(user, level, Share.bookmark_id))


def given_bookmark_ids(user: Principal) -> Select[str | None]:
    """Shared by me, each by itself."""
    return _shared_by_me(user, Share.bookmark_id)


def reaches(user: Principal, level: str = "read") -> ColumnElement[bool]:
    """Does this share show its item to me, now? `level` is what I want to do with it.

    For the few shares of one item. Who shares a folder also sees what others put into it.
    """
    to_me = or_(Share.user_id == user.user_id, Share.team_id.in_(_my_teams(user)))
    return and_(is_live(), or_(and_(to_me, _is_for(level)), Share.shared_by == user.user_id))


def _shared_with_me(
    user: Principal, level: str, item: InstrumentedAttribute[str | None]
) -> tuple[Select[str | None], Select[str | None]]:
    """As reaches, from my side: each half starts from an index, which one condition would not."""
    found = select(item).where(
        Share.organization_id == access.current_organization_id(user),
        item.is_not(None),
        is_live(),
        _is_for(level),
    )
    return (
        found.where(Share.user_id == user.user_id),
        found.where(Share.team_id.in_(_my_teams(user))),
    )


def _shared_by_me(user: Principal, item: InstrumentedAttribute[str | None]) -> Select[str | None]:
    return select(item).where(
        Share.organization_id == access.current_organization_id(user),
        Share.shared_by == user.user_id,
        item.is_not(None),
        is_live(),
    )


def _my_teams(user: Principal) -> Select[str]:
    return select(TeamMember.team_id).where(
        TeamMember.organization_id == access.current_organization_id(user),
        TeamMember.user_id == user.user_id,
    )


def _is_for(level: str) -> ColumnElement[bool]:
    return Share.access == "write" if level == "write" else Share.access.is_not(None)


def is_live(now: Any = NOW) -> ColumnElement[bool]:
    return or_(Share.expires_at.is_(None), Share.expires_at > now)


def _is_shared(user: Principal, level: str) -> Exists:
    return exists().where(
        Share.organization_id == Bookmark.organization_id,
        Share.bookmark_id == Bookmark.id,
        reaches(user, level),
    )


def _is_within(user: Principal, level: str) -> Exists:
    """In a folder that is shared, or lies in one that is."""
    is_kept = exists().where(
        Folder.organization_id == BookmarkFolder.organization_id,
        Folder.id == BookmarkFolder.folder_id,
        Folder.deleted_at.is_(None),
    )
    return exists().where(
        BookmarkFolder.organization_id == Bookmark.organization_id,
        BookmarkFolder.bookmark_id == Bookmark.id,
        is_kept,
        _is_below(user, level, BookmarkFolder.folder_id),
    )


def _is_below(user: Principal, level: str, folder_id: InstrumentedAttribute[str]) -> Exists:
    """Is shared, or lies in one that is. One step inside the other: a database without statistics
    might begin a join with every folder of the organization."""
    around = aliased(FolderAncestor)
    is_shared = exists().where(
        Share.organization_id == around.organization_id,
        Share.folder_id == around.ancestor_id,
        reaches(user, level),
    )
    return exists().where(
        around.organization_id == folder_id.class_.organization_id,
        around.descendant_id == folder_id,
        is_shared,
    )
