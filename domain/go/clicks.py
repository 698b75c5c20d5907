"""Clicks: kept in this process's memory for a moment, then counted in one transaction.

To be followed is what a link is for, so its counter must not make anybody wait; and a click is no
change of a bookmark, so its version stays.
"""

from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, case, select, tuple_, update
from sqlalchemy.orm import Session

import clock
from models import Bookmark
from models.base import Base

# Bookmarks at a time. While the database lets nobody write, clicks on others are not kept.
MOST_KEPT = 100_000

Key = tuple[str, str]
Clicks = dict[Key, tuple[int, datetime]]

_TABLE: Any = Base.metadata.tables[Bookmark.__tablename__]
_COUNT = (
    update(_TABLE)
    .where(_TABLE.c.organization_id == bindparam("of"), _TABLE.c.id == bindparam("key"))
    .values(
        access_count=_TABLE.c.access_count + bindparam("clicks"),
        last_accessed_at=case(
            (_TABLE.c.last_accessed_at < bindparam("at"), bindparam("at")),
            else_=_TABLE.c.last_accessed_at,
        ),
    )
)


class Kept:
    """What waits to be written. Handlers add in any thread, one writer takes."""

    def __init__(self) -> None:
        self._clicks: Clicks = {}
        self._lock = Lock()

    def add(self, organization_id: str, bookmark_id: str) -> None:
        self.put_back({(organization_id, bookmark_id): (1, clock.now())})

    @property
    def is_empty(self) -> bool:
        return not self._clicks

    def take(self) -> Clicks:
        with self._lock:
            taken, self._clicks = self._clicks, {}
        return taken

    def put_back(self, clicks: Clicks) -> None:
        with self._lock:
            for key, (number, at) in clicks.items():
                kept, last = self._clicks.get(key, (0, at))
                if kept or len(self._clicks) < MOST_KEPT:
                    self._clicks[key] = kept + number, max(last, at)


KEPT = Kept()


def write(session: Session, clicks: Clicks) -> Clicks:
    """Count them; the answer is what could not be counted now.

    Rows that somebody else is changing are left for the next time, so that nobody waits for us and
    we for nobody. Clicks on bookmarks that are gone are dropped.
    """
    key = tuple_(Bookmark.organization_id, Bookmark.id)
    named = select(Bookmark.organization_id, Bookmark.id).where(key.in_(clicks))
    free = _keys(session, named.with_for_update(skip_locked=True, key_share=True))
    if free:
        _count(session, {key: clicks[key] for key in clicks if key in free})
    if len(free) == len(clicks):
        return {}
    held = _keys(session, named) - free
    return {key: clicks[key] for key in clicks if key in held}


def count_now(session: Session, bookmark: Bookmark) -> None:
    """One click, in the caller's transaction: for who is told that it was counted."""
    _count(session, {(bookmark.organization_id, bookmark.id): (1, clock.now())})


def _count(session: Session, clicks: Clicks) -> None:
    session.connection().execute(_COUNT, [_row(key, *clicks[key]) for key in clicks])


def _keys(session: Session, named: Any) -> set[Key]:
    return {(row.organization_id, row.id) for row in session.execute(named)}


def _row(key: Key, number: int, at: datetime) -> dict[str, Any]:
    return {"of": key[0], "key": key[1], "clicks": number, "at": at}
