"""Slugs: the names of bookmarks; within an organization each leads to one.

A bookmark that is renamed keeps its former names as aliases, and all of them while it lies in the
trash.
"""

import re

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from errors import Conflict, Invalid
from models import Bookmark, Slug

LONGEST = 255
# As Slug of the contract. domain.go.golinks looks for so many parts, and no more.
MOST_PARTS = 8
PART = re.compile(r"[A-Za-z0-9_-]+")
GRAMMAR = re.compile(rf"{PART.pattern}(/{PART.pattern}){{0,{MOST_PARTS - 1}}}")
# First words of the addresses below /go that lead to SlugBase itself.
RESERVED = frozenset({"new", "opensearch", "preferences", "remember", "suggestions"})
_RESERVED_PREFIX = "_internal_"

_OTHER = "Choose another slug."
_KEPT_BY = {
    "current": _OTHER,
    "alias": "Another bookmark had it and keeps it as an alias. " + _OTHER,
    "trash": "A bookmark in the trash keeps it. Restore that one, or choose another slug.",
}


class SlugTaken(Conflict):
    code = "SLUG_TAKEN"
    error = "Slug already exists. Slugs are unique within the organization."

    def __init__(self, kept_by: str = "current") -> None:
        super().__init__()
        self.message = _KEPT_BY[kept_by]


class SlugReserved(Invalid):
    code = "SLUG_RESERVED"
    error = "This slug is reserved."
    message = _OTHER


def require_free(
    session: Session, organization_id: str, slug: str, bookmark_id: str | None = None
) -> None:
    """A bookmark may take what is its own already."""
    if is_reserved(slug):
        raise SlugReserved
    found = session.execute(
        select(Bookmark.id, Bookmark.slug, Bookmark.deleted_at)
        .join(
            Slug,
            (Slug.organization_id == Bookmark.organization_id) & (Slug.bookmark_id == Bookmark.id),
        )
        .where(Slug.organization_id == organization_id, Slug.slug == slug)
    ).one_or_none()
    if found is None or found.id == bookmark_id:
        return
    if found.deleted_at is not None:
        raise SlugTaken("trash")
    raise SlugTaken("current" if found.slug == slug else "alias")


def is_sound(slug: str) -> bool:
    """May a bookmark have it, if no other has?"""
    return len(slug) <= LONGEST and GRAMMAR.fullmatch(slug) is not None and not is_reserved(slug)


def is_reserved(slug: str) -> bool:
    first, *others = slug.lower().split("/")
    # Behind a slug, /go/…/remember/… is an address of our own.
    return first in RESERVED or first.startswith(_RESERVED_PREFIX) or "remember" in others


def claim(session: Session, bookmark: Bookmark, slug: str) -> None:
    """Make it the current slug; the former one stays as an alias."""
    register(session, bookmark, slug)
    bookmark.slug = slug


def register(session: Session, bookmark: Bookmark, slug: str) -> Slug:
    """Let it lead there, beside those that do already."""
    require_free(session, bookmark.organization_id, slug, bookmark.id)
    own = session.get(Slug, (bookmark.organization_id, slug))
    return own or _registered(session, bookmark, slug)


def _registered(session: Session, bookmark: Bookmark, slug: str) -> Slug:
    added = Slug(
        organization_id=bookmark.organization_id,
        slug=slug,
        folded=slug.casefold(),
        bookmark_id=bookmark.id,
    )
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError:
        raise SlugTaken from None  # somebody was faster
    return added


def release(session: Session, bookmark: Bookmark, slug: str) -> None:
    """Let others have it."""
    session.execute(
        delete(Slug).where(
            Slug.organization_id == bookmark.organization_id,
            Slug.slug == slug,
            Slug.bookmark_id == bookmark.id,
        )
    )
    if bookmark.slug == slug:
        bookmark.slug = None


def release_all(session: Session, bookmark: Bookmark) -> None:
    """The current one and every alias."""
    session.execute(
        delete(Slug).where(
            Slug.organization_id == bookmark.organization_id, Slug.bookmark_id == bookmark.id
        )
    )
    bookmark.slug = None
