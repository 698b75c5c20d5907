"""The first page: how much there is, and what is at hand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

import clock
from domain import access, plans
from domain.bookmarks import bookmark_lists, bookmark_views
from domain.bookmarks.bookmark_lists import Wanted
from domain.bookmarks.bookmark_views import View
from domain.sharing import visibility
from models import Bookmark, Folder, LibrarySize, Organization, Tag
from prepared import Prepared, Reader
from security.principal import Principal

RECENT, TAGS, AT_HAND = 5, 10, 16

_HERE: Any = bindparam("organization_id")
_ME: Any = bindparam("user_id")
_IS_MINE = (
    Bookmark.organization_id == _HERE,
    Bookmark.user_id == _ME,
    Bookmark.deleted_at.is_(None),
)
_FOLDERS = (
    select(func.count())
    .select_from(Folder)
    .where(Folder.organization_id == _HERE, Folder.user_id == _ME, Folder.deleted_at.is_(None))
)
_TAGS = (
    select(func.count()).select_from(Tag).where(Tag.organization_id == _HERE, Tag.user_id == _ME)
)
_SHARED_FOLDERS = (
    select(func.count())
    .select_from(Folder)
    .where(
        Folder.organization_id == _HERE,
        Folder.user_id != _ME,
        Folder.id.in_(visibility.shared_folder_ids(visibility.whoever_asks())),
    )
)
_BOOKMARKS = select(func.coalesce(func.sum(LibrarySize.bookmarks), 0)).where(
    LibrarySize.organization_id == _HERE
)
_COUNTS = Prepared(
    select(
        Organization.plan,
        _BOOKMARKS.scalar_subquery().label("all_bookmarks"),
        _FOLDERS.scalar_subquery().label("folders"),
        _TAGS.scalar_subquery().label("tags"),
        _SHARED_FOLDERS.scalar_subquery().label("shared_folders"),
    ).where(Organization.id == _HERE)
)
_TOP_TAGS = Prepared(
    select(Tag.id, Tag.name, Tag.bookmarks)
    .where(Tag.organization_id == _HERE, Tag.user_id == _ME, Tag.bookmarks > 0)
    .order_by(Tag.bookmarks.desc(), Tag.name_key, Tag.id)
    .limit(TAGS)
)
_BRIEF = select(Bookmark.id, Bookmark.title, Bookmark.url, Bookmark.slug).where(*_IS_MINE)
_QUICK = Prepared(
    _BRIEF.where(Bookmark.slug.is_not(None))
    .order_by(Bookmark.access_count.desc(), Bookmark.created_at.desc(), Bookmark.id.desc())
    .limit(AT_HAND)
)


@dataclass(frozen=True)
class Stats:
    plan: str
    all_bookmarks: int  # of everybody in the organization
    own: int
    folders: int
    tags: int
    shared: int
    shared_folders: int
    recent: list[View]
    top_tags: list[Any]
    quick: list[Any]
    pinned: list[View]

    @property
    def includes(self) -> plans.Plan:
        return plans.PLANS[self.plan]


def stats(read: Reader, user: Principal) -> Stats:
    values = {
        "organization_id": access.current_organization_id(user),
        "user_id": user.user_id,
        "now": clock.now(),
    }
    counts = read.row(_COUNTS, **values)
    own = bookmark_lists.page(read, user, Wanted("mine"), RECENT, 0, None)
    shared = bookmark_lists.page(read, user, Wanted("shared_with_me"), 1, 0, None)
    pinned = bookmark_lists.page(read, user, Wanted("mine", pinned=True), AT_HAND, 0, None)
    views = bookmark_views.of(read, user, [*own.ids, *pinned.ids])
    return Stats(
        counts.plan,
        counts.all_bookmarks,
        own.total,
        counts.folders,
        counts.tags,
        shared.total,
        counts.shared_folders,
        views[: len(own.ids)],
        read.rows(_TOP_TAGS, **values),
        read.rows(_QUICK, **values),
        views[len(own.ids) :],
    )
