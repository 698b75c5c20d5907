"""Who sees which bookmark: its owner, and whom it, or a folder around it, is shared with.

Conditions and selects to build queries from. All of them look at one organization, at shares that
have not expired, and at folders that are not in the trash.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import aliased

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
    around = aliased(FolderAncestor)
    shared = exists().where(
        around.organization_id == Folder.organization_id,
        around.descendant_id == Folder.id,
        Share.organization_id == around.organization_id,
        Share.folder_id == around.ancestor_id,
        reaches(user, level),
    )
    return and_(
        Folder.organization_id == access.current_organization_id(user),
        Folder.deleted_at.is_(None),
        or_(Folder.user_id == user.user_id, shared),
    )


def shared_folder_ids(user: Principal, level: str = "read") -> Select[str]:
    """Folders shared with me and all below them, mine included if they lie there."""
    return (
        select(FolderAncestor.descendant_id)
        .join(
            Share,
            and_(
                Share.organization_id == FolderAncestor.organization_id,
                Share.folder_id == FolderAncestor.ancestor_id,
            ),
        )
        .join(
            Folder,
            and_(
                Folder.organization_id == FolderAncestor.organization_id,
                Folder.id == FolderAncestor.descendant_id,
            ),
        )
        .where(
            FolderAncestor.organization_id == access.current_organization_id(user),
            Folder.deleted_at.is_(None),
            reaches(user, level),
        )
        .distinct()
    )


def directly_shared_ids(user: Principal, level: str = "read") -> Select[str | None]:
    return (
        select(Share.bookmark_id)
        .where(
            Share.organization_id == access.current_organization_id(user),
            Share.bookmark_id.is_not(None),
            reaches(user, level),
        )
        .distinct()
    )


def reaches(user: Principal, level: str = "read") -> ColumnElement[bool]:
    """Does this share show its item to me, now? `level` is what I want to do with it."""
    mine = select(TeamMember.team_id).where(
        TeamMember.organization_id == access.current_organization_id(user),
        TeamMember.user_id == user.user_id,
    )
    to_me = or_(Share.user_id == user.user_id, Share.team_id.in_(mine))
    wide_enough = Share.access == "write" if level == "write" else Share.access.is_not(None)
    return and_(to_me, is_live(), wide_enough)


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
    return exists().where(
        BookmarkFolder.organization_id == Bookmark.organization_id,
        BookmarkFolder.bookmark_id == Bookmark.id,
        Folder.organization_id == BookmarkFolder.organization_id,
        Folder.id == BookmarkFolder.folder_id,
        Folder.deleted_at.is_(None),
        FolderAncestor.organization_id == BookmarkFolder.organization_id,
        FolderAncestor.descendant_id == BookmarkFolder.folder_id,
        Share.organization_id == FolderAncestor.organization_id,
        Share.folder_id == FolderAncestor.ancestor_id,
        reaches(user, level),
    )
