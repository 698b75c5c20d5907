"""How many bookmarks there are, and how many a plan allows."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain import access, plans
from errors import Forbidden
from models import LibrarySize, Organization

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class BookmarkLimitReached(Forbidden):
    code = "BOOKMARK_LIMIT_REACHED"
    error = "You've reached the Free plan limit (50 bookmarks). Upgrade to add more."
    message = "Delete bookmarks, or ask an owner to move the organization to another plan."


def require_room(session: Session, organization: Organization, more: int = 1) -> None:
    """Under a limited plan, everyone else who adds bookmarks waits until this transaction ends."""
    if plans.of(organization).bookmark_limit is None:
        return
    access.lock_organization(session, organization.id)
    session.refresh(organization)
    limit = plans.of(organization).bookmark_limit
    if limit is not None and count(session, organization.id) + more > limit:
        raise BookmarkLimitReached


def count(session: Session, organization_id: str) -> int:
    """In the whole organization, without the trash."""
    total = select(func.coalesce(func.sum(LibrarySize.bookmarks), 0))
    return int(session.scalars(total.where(LibrarySize.organization_id == organization_id)).one())


def grow(session: Session, organization_id: str, user_id: str, by: int) -> None:
    """Keep a person's count in step with what is added, trashed or restored."""
    insert = _INSERT[session.get_bind().dialect.name](LibrarySize).values(
        organization_id=organization_id, user_id=user_id, bookmarks=by
    )
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["organization_id", "user_id"],
            set_={"bookmarks": LibrarySize.bookmarks + insert.excluded.bookmarks},
        )
    )
