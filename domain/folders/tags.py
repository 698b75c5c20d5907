"""A person's own words for bookmarks: making, renaming, merging and deleting them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import and_, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.bookmarks import tag_counts
from domain.bookmarks.bookmarks import cleaned
from domain.bookmarks.filing import TagNotFound
from domain.cursors import Order, Page
from domain.paging import Paged, Span
from domain.search import search_words
from errors import Invalid, NotFound
from models import BookmarkTag, Tag
from models.bookmark import sort_key
from prepared import Prepared, Reader
from security.principal import Principal

_MINE = and_(
    Tag.organization_id == bindparam("organization_id"), Tag.user_id == bindparam("user_id")
)
_EVERY = select(*Tag.__table__.columns).where(_MINE)
_ONE = Prepared(_EVERY.where(Tag.id == bindparam("id")))
_LISTS = {
    "alphabetical": Paged(_EVERY, Order(Tag.name_key, Tag.id)),
    "recently_added": Paged(_EVERY, Order(Tag.created_at, Tag.id, descending=True)),
}


class TagNameTaken(Invalid):
    code = "TAG_NAME_TAKEN"
    error = "Tag with this name already exists"
    message = "Choose another name, or merge the two tags."


class MergedIntoItself(Invalid):
    error = "A tag cannot be merged into itself."
    message = "Name other tags in `tag_ids`."


def listed(read: Reader, user: Principal, sort_by: str, span: Span) -> Sequence[Any] | Page:
    """Rows with the columns of Tag."""
    return _LISTS[sort_by].of(read, span, **_mine(user))


def one(read: Reader, user: Principal, tag_id: str) -> Any:
    row = read.row(_ONE, id=tag_id, **_mine(user))
    if row is None:
        raise NotFound
    return row


def create(session: Session, user: Principal, name: str) -> Tag:
    tag = Tag(
        organization_id=access.stay(session, user),
        user_id=user.user_id,
        created_at=clock.now(),
    )
    with _name_is_free(session):
        _name(tag, name)
        session.add(tag)
    return tag


def rename(session: Session, tag: Tag, name: str) -> None:
    """Of a tag that is locked (library.tag_to_own)."""
    if cleaned(name) == tag.name:
        return
    with _name_is_free(session):
        _name(tag, name)
        tag.version += 1


def to_merge(
    session: Session, user: Principal, tag_id: str, merged_ids: Collection[str]
) -> tuple[Tag, list[Tag]]:
    """The tag that stays and those that become it, locked.

    All at once and in one order: two who merge each other's tags wait for each other in no circle.
    """
    if tag_id in merged_ids:
        raise MergedIntoItself
    query = (
        select(Tag)
        .filter_by(organization_id=access.current_organization_id(user), user_id=user.user_id)
        .where(Tag.id.in_({tag_id, *merged_ids}))
        .order_by(Tag.id)
        .with_for_update()
    )
    found = {tag.id: tag for tag in session.scalars(query)}
    if tag_id not in found:
        raise NotFound
    if not found.keys() >= set(merged_ids):
        raise TagNotFound
    return found.pop(tag_id), list(found.values())


def merge(session: Session, tag: Tag, merged: Collection[Tag]) -> None:
    """Their bookmarks get this tag, and they are gone."""
    has_it = (
        select(BookmarkTag.bookmark_id)
        .filter_by(organization_id=tag.organization_id, tag_id=tag.id)
        .scalar_subquery()
    )
    gained: Any = (
        select(
            BookmarkTag.organization_id,
            BookmarkTag.bookmark_id,
            BookmarkTag.bookmark_created_at,
            bindparam("tag_id", tag.id),
        )
        .where(
            BookmarkTag.organization_id == tag.organization_id,
            BookmarkTag.tag_id.in_([each.id for each in merged]),
            BookmarkTag.bookmark_id.not_in(has_it),
        )
        .distinct()
    )
    columns = ["organization_id", "bookmark_id", "bookmark_created_at", "tag_id"]
    session.execute(insert(BookmarkTag).from_select(columns, gained))
    tag_counts.count(session, tag)
    for each in merged:
        search_words.retag(session, tag.organization_id, each.id, tag.id)
        session.delete(each)


@contextmanager
def _name_is_free(session: Session) -> Iterator[None]:
    """Only the database knows, and it says so when the block ends."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise TagNameTaken from None


def _name(tag: Tag, name: str) -> None:
    tag.name = cleaned(name)
    tag.name_key = sort_key(tag.name)


def _mine(user: Principal) -> dict[str, Any]:
    organization_id = access.current_organization_id(user)
    return {"organization_id": organization_id, "user_id": user.user_id}
