"""The statements behind lists of bookmarks.

What is one's own and what is shared with one never overlap, and are asked apart: the first is the
walk of one index. Of each folder around the second only its newest bookmarks are looked at, as many
as a page holds, and none that is older than the last of a full page of one's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    distinct,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from domain.bookmarks import plain_words
from domain.cursors import Order
from domain.sharing import visibility
from models import Bookmark, BookmarkFolder, BookmarkTag
from models.base import UtcTime
from prepared import Prepared, one_of

Arm = Select[*tuple[Any, ...]]

# The id decides between equals; all columns run one way, so that an index can be walked.
ORDERS = {
    "recently_added": ("created_at", "id"),
    "alphabetical": ("title_key", "id"),
    "most_used": ("access_count", "created_at", "id"),
    "recently_accessed": ("last_accessed_at", "created_at", "id"),
}
ASCENDING = {"alphabetical"}

_HERE: Any = bindparam("organization_id")
_ME: Any = bindparam("user_id")
_WHO = visibility.whoever_asks()
_BEGINNING = literal(datetime(1, 1, 1, tzinfo=UTC), UtcTime())


@dataclass(frozen=True)
class Shape:
    """What a list is asked for, without the values."""

    scope: str
    sort_by: str
    in_folder: bool = False
    tagged: bool = False
    pinned: bool = False
    worded: bool = False
    after: bool = False  # there is a cursor
    recent: bool = False  # nothing older than `since` is of use

    @property
    def has_own(self) -> bool:
        return self.scope in ("all", "mine") and not self.in_folder

    @property
    def has_shared(self) -> bool:
        """One's tags are on nothing but one's own."""
        if self.in_folder or self.scope == "shared_by_me":
            return True
        return self.scope != "mine" and not self.tagged

    @property
    def unordered(self) -> "Shape":
        """For counting: in an order that no folder has an index for."""
        return replace(self, sort_by="alphabetical", after=False, recent=False)

    @property
    def walks_tag(self) -> bool:
        """One's own of a tag, in an order that its links have an index for."""
        return self.tagged and self.sort_by == "recently_added"

    @property
    def is_whole(self) -> bool:
        return not (self.tagged or self.pinned or self.worded)

    @property
    def is_all_tagged(self) -> bool:
        return self.tagged and not (self.pinned or self.worded)


def order(sort_by: str) -> Order:
    """For the cursor; the conditions here take the same parameters."""
    columns = (getattr(Bookmark, name) for name in ORDERS[sort_by])
    return Order(*columns, descending=sort_by not in ASCENDING)


@lru_cache(512)
def own(shape: Shape) -> Prepared:
    by = _by_link(BookmarkTag) if shape.walks_tag else _order(shape, Bookmark)
    found = _own(shape).order_by(*by).limit(bindparam("most"))
    return Prepared(found, planned_anew=shape.worded)


@lru_cache(512)
def shared(shape: Shape) -> Prepared:
    arms = [_first(arm, shape).subquery() for arm in _shared(shape)]
    found = union(*(select(arm) for arm in arms)).subquery()
    return Prepared(select(found).order_by(*_order(shape, found.c)).limit(bindparam("most")))


@lru_cache(512)
def own_count(shape: Shape) -> Prepared:
    return _counted([_own(shape.unordered)], planned_anew=shape.worded)


@lru_cache(512)
def shared_count(shape: Shape) -> Prepared:
    return _counted(_shared(shape.unordered))


def _counted(arms: list[Arm], *, planned_anew: bool = False) -> Prepared:
    """Rows, and different bookmarks among them, as far as one counts."""
    every = union_all(*(arm.with_only_columns(Bookmark.id) for arm in arms)).subquery()
    some = select(every.c.id).limit(bindparam("most")).subquery()
    rows, bookmarks = func.count(), func.count(distinct(some.c.id))
    found = select(rows.label("rows"), bookmarks.label("bookmarks")).select_from(some)
    return Prepared(found, planned_anew=planned_anew)


def _own(shape: Shape) -> Arm:
    pinned = [text("bookmarks.pinned")] if shape.pinned else []  # as the index says it
    worded = [plain_words.may_stand_in()] if shape.worded else []
    own = _columns(shape).where(
        Bookmark.user_id == _ME, *pinned, *worded, *_narrowed(shape, Bookmark)
    )
    if not shape.tagged:
        return own
    return (
        own.select_from(BookmarkTag)
        .join(Bookmark, Bookmark.id == BookmarkTag.bookmark_id)
        .where(
            BookmarkTag.organization_id == _HERE,
            BookmarkTag.tag_id == bindparam("rarest_tag_id"),
            *_before(shape, BookmarkTag),
        )
    )


def _shared(shape: Shape) -> list[Arm]:
    """With the caller, or by the caller; or what of a folder the caller sees."""
    if shape.in_folder:
        return [_within(select(bindparam("folder_id").label("id")), shape)]
    bookmarks: Any
    if shape.scope == "shared_by_me":
        bookmarks, folders = visibility.given_bookmark_ids(_WHO), visibility.given_folder_ids(_WHO)
    else:
        bookmarks = visibility.directly_shared_ids(_WHO)
        folders = visibility.shared_folder_ids(_WHO)
    direct = _columns(shape).where(
        Bookmark.id.in_(bookmarks), *_narrowed(shape, Bookmark), *_found(shape, Bookmark)
    )
    return [direct, _within(folders.distinct(), shape)]


def _within(folders: Arm, shape: Shape) -> Arm:
    around = folders.subquery("around")
    lies = and_(BookmarkFolder.organization_id == _HERE, BookmarkFolder.folder_id == around.c[0])
    recent = []
    if shape.sort_by == "recently_added":
        recent = [BookmarkFolder.bookmark_created_at >= _last(around, shape)]
    return (
        _columns(shape)
        .select_from(around)
        .join(BookmarkFolder, and_(lies, *recent, *_before(shape, BookmarkFolder)))
        .join(Bookmark, Bookmark.id == BookmarkFolder.bookmark_id)
        .where(*_narrowed(shape, Bookmark), *_found(shape, Bookmark, BookmarkFolder))
    )


def _last(around: Any, shape: Shape) -> Any:
    """When the last bookmark of a folder was made that can stand on the page."""
    link, bookmark = aliased(BookmarkFolder), aliased(Bookmark)
    since: Any = bindparam("since", type_=UtcTime()) if shape.recent else _BEGINNING
    found = (
        select(link.bookmark_created_at)
        .join(bookmark, bookmark.id == link.bookmark_id)
        .where(
            link.organization_id == _HERE,
            link.folder_id == around.c[0],
            link.bookmark_created_at >= since,
            *_before(shape, link),
            *_narrowed(shape, bookmark),
            *_found(shape, bookmark, link),
        )
        .order_by(*_by_link(link))
        .offset(bindparam("beyond"))
        .limit(1)
        .correlate(around)
    )
    return func.coalesce(found.scalar_subquery(), since)


def _narrowed(shape: Shape, bookmark: Any) -> list[ColumnElement[bool]]:
    found = [bookmark.organization_id == _HERE, bookmark.deleted_at.is_(None)]
    if shape.tagged:
        found.append(_has_all_tags(bookmark))
    if shape.worded:
        found.append(plain_words.stand_in(bookmark))
    columns = [getattr(bookmark, name) for name in ORDERS[shape.sort_by]]
    return [*found, *_after(shape, columns)]


def _found(shape: Shape, bookmark: Any, link: Any = None) -> list[ColumnElement[bool]]:
    """What the walk of one's own says by its index."""
    found = [bookmark.pinned] if shape.pinned else []
    if shape.scope in ("mine", "shared_by_me"):
        found.append(bookmark.user_id == _ME)
    elif shape.scope == "shared_with_me" or not shape.in_folder:
        found.append(bookmark.user_id != _ME)
    if shape.in_folder:
        found.append(_is_seen(shape, bookmark, link))
    return found


def _is_seen(shape: Shape, bookmark: Any, link: Any) -> ColumnElement[bool]:
    """Of what lies in a folder: the owner of the folder sees more of it while it is shared."""
    if shape.scope == "shared_by_me":
        return or_(
            bookmark.id.in_(visibility.given_bookmark_ids(_WHO)),
            link.folder_id.in_(visibility.given_folder_ids(_WHO)),
        )
    return or_(
        bookmark.user_id == _ME,
        link.folder_id.in_(visibility.shared_folder_ids(_WHO)),
        bookmark.id.in_(visibility.directly_shared_ids(_WHO)),
    )


def _has_all_tags(bookmark: Any) -> ColumnElement[bool]:
    link = aliased(BookmarkTag)
    wanted = select(func.count()).where(
        link.organization_id == _HERE,
        link.bookmark_id == bookmark.id,
        one_of(link.tag_id, "tag_ids"),
    )
    return wanted.scalar_subquery() == bindparam("tag_count")


def _after(shape: Shape, columns: Sequence[Any]) -> list[ColumnElement[bool]]:
    if not shape.after:
        return []
    names = ORDERS[shape.sort_by]
    given = (
        bindparam(f"after_{name}", type_=each.type)
        for name, each in zip(names, columns, strict=True)
    )
    further = ">" if shape.sort_by in ASCENDING else "<"
    return [tuple_(*columns).op(further, is_comparison=True)(tuple_(*given))]


def _before(shape: Shape, link: Any) -> list[ColumnElement[bool]]:
    """What a cursor says of the bookmark, said of the index one walks."""
    if shape.sort_by != "recently_added":
        return []
    return _after(shape, (link.bookmark_created_at, link.bookmark_id))


def _columns(shape: Shape) -> Arm:
    return select(*(getattr(Bookmark, name) for name in ORDERS[shape.sort_by]))


def _first(arm: Arm, shape: Shape) -> Arm:
    return arm.order_by(*_order(shape, Bookmark)).limit(bindparam("most"))


def _by_link(link: Any) -> list[Any]:
    """The newest bookmarks first, as the index of their links has them."""
    return [link.bookmark_created_at.desc(), link.bookmark_id.desc()]


def _order(shape: Shape, columns: Any) -> list[Any]:
    every = [getattr(columns, name) for name in ORDERS[shape.sort_by]]
    return every if shape.sort_by in ASCENDING else [each.desc() for each in every]
