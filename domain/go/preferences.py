"""Which bookmark a person wants a slug to lead to.

Counts only while the slug is one of that bookmark's: a name that was given up or taken by another
bookmark leads where everybody's does.
"""

from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.sharing import library, visibility
from errors import NotFound
from models import Bookmark, Slug, SlugPreference, User
from security.principal import Principal

_IS_ITS_SLUG = and_(
    Slug.organization_id == SlugPreference.organization_id,
    Slug.slug == SlugPreference.slug,
    Slug.bookmark_id == SlugPreference.bookmark_id,
)


class SlugMismatch(NotFound):
    error = "Bookmark not found or slug mismatch."
    message = "Name a bookmark with forwarding, and one of its slugs."


def of(session: Session, user: Principal) -> list[Any]:
    """Rows in the order of their slugs, whatever their number by one statement."""
    return [
        *session.execute(
            select(
                SlugPreference.slug,
                SlugPreference.bookmark_id,
                SlugPreference.created_at,
                SlugPreference.updated_at,
                Bookmark.title,
                Bookmark.url,
                Bookmark.user_id,
                User.name.label("user_name"),
                User.email.label("user_email"),
            )
            .join(Slug, _IS_ITS_SLUG)
            .join(
                Bookmark,
                and_(
                    Bookmark.organization_id == Slug.organization_id,
                    Bookmark.id == Slug.bookmark_id,
                ),
            )
            .join(User, User.id == Bookmark.user_id)
            .where(
                SlugPreference.organization_id == access.current_organization_id(user),
                SlugPreference.user_id == user.user_id,
                visibility.is_mine_or_shared(user),
            )
            .order_by(SlugPreference.slug)
        )
    ]


def choose(session: Session, user: Principal, slug: str, bookmark_id: str) -> Bookmark:
    bookmark = library.bookmark_to_read(session, user, bookmark_id)
    named = session.get(Slug, (bookmark.organization_id, slug))
    if named is None or named.bookmark_id != bookmark.id or not bookmark.forwarding_enabled:
        raise SlugMismatch
    key = (bookmark.organization_id, user.user_id, slug)
    chosen = session.get(SlugPreference, key) or _added(session, key, bookmark.id)
    chosen.bookmark_id, chosen.updated_at = bookmark.id, clock.now()
    return bookmark


def forget(session: Session, user: Principal, slug: str) -> None:
    gone = session.execute(
        delete(SlugPreference)
        .where(
            SlugPreference.organization_id == access.current_organization_id(user),
            SlugPreference.user_id == user.user_id,
            SlugPreference.slug == slug,
        )
        .returning(SlugPreference.slug)
    )
    if gone.first() is None:
        raise NotFound


def _added(session: Session, key: tuple[str, str, str], bookmark_id: str) -> SlugPreference:
    organization_id, user_id, slug = key
    added = SlugPreference(
        organization_id=organization_id,
        user_id=user_id,
        slug=slug,
        bookmark_id=bookmark_id,
        updated_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError:  # chosen at the same moment from another window
        return session.get_one(SlugPreference, key)
    return added
