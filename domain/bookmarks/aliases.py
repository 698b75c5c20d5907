"""Aliases: further slugs of a bookmark, which lead to it beside its current one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.bookmarks import slugs
from errors import Conflict, NotFound
from models import Bookmark, Slug

MOST = 50


class AliasLimit(Conflict):
    code = "ALIAS_LIMIT"
    error = "This bookmark has 50 aliases already."
    message = "Delete one of them first."


def of(session: Session, bookmark: Bookmark) -> Sequence[Slug]:
    """In the order in which they came to be."""
    return session.scalars(
        select(Slug)
        .where(
            Slug.organization_id == bookmark.organization_id,
            Slug.bookmark_id == bookmark.id,
            Slug.slug != (bookmark.slug or ""),
        )
        .order_by(Slug.created_at, Slug.slug)
    ).all()


def add(session: Session, bookmark: Bookmark, slug: str) -> Slug:
    """To a bookmark that is locked (library.bookmark_to_change), which makes the limit hold."""
    if slug == bookmark.slug:
        raise slugs.SlugTaken
    present = of(session, bookmark)
    if len(present) >= MOST and slug not in {each.slug for each in present}:
        raise AliasLimit
    return slugs.register(session, bookmark, slug)


def remove(session: Session, bookmark: Bookmark, slug: str) -> None:
    """Others may take it from now on."""
    if slug not in {each.slug for each in of(session, bookmark)}:
        raise NotFound
    slugs.release(session, bookmark, slug)
