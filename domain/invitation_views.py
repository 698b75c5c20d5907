"""How invitations are seen: their state, one, and the list of an organization's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session

import clock
from domain.cursors import Order
from errors import NotFound
from models import Invitation, InvitationTeam, Team, User
from prepared import Prepared, within

_SEEN = (
    select(
        *Invitation.__table__.columns,
        User.name.label("inviter_name"),
        User.email.label("inviter_email"),
    )
    .outerjoin(User, User.id == Invitation.invited_by)
    .where(Invitation.organization_id == bindparam("of_organization"))
)
_ORDER = Order(Invitation.id, descending=True)
_ONE = Prepared(_SEEN.where(Invitation.id == bindparam("of_id")))


def state(row: Any, now: datetime) -> str:
    """Derived, never stored: a stored state would be wrong from the second it expires."""
    if row.accepted_at:
        return "accepted"
    if row.declined_at:
        return "declined"
    if row.revoked_at:
        return "revoked"
    return "pending" if row.closed_at is None and now < row.expires_at else "expired"


def is_in_state(wanted: str, now: datetime) -> ColumnElement[bool]:
    """The same rule as state() == wanted, for a query."""
    ended = {
        "accepted": Invitation.accepted_at,
        "declined": Invitation.declined_at,
        "revoked": Invitation.revoked_at,
    }
    if wanted in ended:
        return ended[wanted].is_not(None)
    if wanted == "pending":
        return Invitation.is_pending(now)
    not_ended = and_(*(column.is_(None) for column in ended.values()))
    return and_(not_ended, ~Invitation.is_pending(now))


def page(
    session: Session, organization_id: str, *, state: str | None, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Newest first, as their ids are, each with its inviter; and the next cursor."""
    query = _ORDER.page(_SEEN, _ORDER.after(cursor), limit)
    if state:
        query = query.where(is_in_state(state, clock.now()))
    rows = session.execute(query, {"of_organization": organization_id})
    return _ORDER.cut(rows.all(), limit)


def one(session: Session, organization_id: str, invitation_id: str) -> Any:
    session.flush()  # a prepared statement does not do it by itself
    found = within(session).row(_ONE, of_organization=organization_id, of_id=invitation_id)
    if found is None:
        raise NotFound
    return found


def teams_of(
    session: Session, organization_id: str, invitation_ids: Sequence[str]
) -> dict[str, list[Any]]:
    """The teams each invitation leads to, by name."""
    rows = session.execute(
        select(InvitationTeam.invitation_id, Team.id, Team.name)
        .join(
            Team,
            and_(
                Team.organization_id == InvitationTeam.organization_id,
                Team.id == InvitationTeam.team_id,
            ),
        )
        .where(
            InvitationTeam.organization_id == organization_id,
            InvitationTeam.invitation_id.in_(invitation_ids),
        )
        .order_by(Team.name, Team.id)
    )
    by_invitation: dict[str, list[Any]] = {}
    for row in rows:
        by_invitation.setdefault(row.invitation_id, []).append(row)
    return by_invitation
