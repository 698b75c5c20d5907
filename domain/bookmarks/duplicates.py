"""Bookmarks of the same page."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.bookmarks import urls
from domain.sharing import visibility
from errors import Conflict, Invalid
from models import Bookmark
from prepared import Prepared, Reader
from security.principal import Principal

# As many as anybody wants to be told of.
_MOST = 50
_VISIBLE = Prepared(
    select(Bookmark.id)
    .where(
        Bookmark.organization_id == bindparam("organization_id"),
        Bookmark.url_hash == bindparam("url_hash"),
        visibility.is_mine_or_shared(visibility.whoever_asks()),
    )
    .order_by(Bookmark.created_at, Bookmark.id)
    .limit(_MOST)
)


class DuplicateUrl(Conflict):
    code = "DUPLICATE_URL"
    error = "You have a bookmark of this page already."
    message = "Change that one, see `existing`, or send `on_duplicate` as `allow` or `merge`."


class NotAUrl(Invalid):
    def __init__(self) -> None:
        super().__init__(details=[{"pointer": "/url", "reason": "is not a URL"}])


def fingerprint(url: str) -> str:
    try:
        return urls.fingerprint(url)
    except ValueError:  # a port that is no number, an address with half a bracket
        raise NotAUrl from None


def of_own(
    session: Session, user: Principal, url_hash: str, *, lock: bool = False
) -> list[Bookmark]:
    """The caller's, the oldest first. With `lock`, nobody else changes them meanwhile."""
    query = (
        select(Bookmark)
        .where(
            Bookmark.organization_id == access.current_organization_id(user),
            Bookmark.user_id == user.user_id,
            Bookmark.url_hash == url_hash,
            Bookmark.deleted_at.is_(None),
        )
        .order_by(Bookmark.created_at, Bookmark.id)
        .limit(_MOST)
    )
    return list(session.scalars(query.with_for_update() if lock else query))


def visible_ids(read: Reader, user: Principal, url: str) -> list[str]:
    """One's own and those shared with one, the oldest first."""
    rows: list[Any] = read.rows(
        _VISIBLE,
        organization_id=access.current_organization_id(user),
        user_id=user.user_id,
        url_hash=fingerprint(url),
        now=clock.now(),
    )
    return [row.id for row in rows]
