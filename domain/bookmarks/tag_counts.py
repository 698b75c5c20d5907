"""How many live bookmarks have each tag, kept with the tag: counting them takes too long."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from domain import access
from models import Bookmark, BookmarkTag, Tag
from models.base import Base
from security.principal import Principal

_TABLE: Any = Base.metadata.tables[Tag.__tablename__]
_CHANGE = (
    update(_TABLE)
    .where(_TABLE.c.organization_id == bindparam("of"), _TABLE.c.id == bindparam("key"))
    .values(bookmarks=_TABLE.c.bookmarks + bindparam("by"))
)


def change(session: Session, organization_id: str, by: Mapping[str, int]) -> None:
    """In one order, so that nobody waits for each other in a circle."""
    rows = [{"of": organization_id, "key": tag_id, "by": by[tag_id]} for tag_id in sorted(by)]
    if rows:
        session.connection().execute(_CHANGE, rows)


def follow(session: Session, user: Principal, bookmarks: Iterable[Bookmark], by: int) -> None:
    """They went to the trash (-1) or came back (1)."""
    organization_id = access.current_organization_id(user)
    theirs = (
        BookmarkTag.organization_id == organization_id,
        BookmarkTag.bookmark_id.in_([each.id for each in bookmarks]),
    )
    # A merge that is under way gives them other tags: they are read after it.
    tagged = Tag.id.in_(select(BookmarkTag.tag_id).where(*theirs))
    locked = select(Tag.id).where(Tag.organization_id == organization_id, tagged).order_by(Tag.id)
    session.execute(locked.with_for_update(key_share=True))
    numbers = select(BookmarkTag.tag_id, func.count()).where(*theirs).group_by(BookmarkTag.tag_id)
    found = session.execute(numbers)
    change(session, organization_id, {tag_id: by * number for tag_id, number in found})


def count(session: Session, tag: Tag) -> None:
    """Anew, of a tag that is locked."""
    in_trash = select(Bookmark.id).where(
        Bookmark.organization_id == tag.organization_id,
        Bookmark.user_id == tag.user_id,
        Bookmark.deleted_at.is_not(None),
    )
    live = select(func.count()).where(
        BookmarkTag.organization_id == tag.organization_id,
        BookmarkTag.tag_id == tag.id,
        BookmarkTag.bookmark_id.not_in(in_trash),
    )
    tag.bookmarks = session.scalars(live).one()
