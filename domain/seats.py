"""Seats: members hold them, pending invitations reserve them.

Every function here counts, so the caller has locked the organization (access.organization_for).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from errors import Conflict, Forbidden
from models import Invitation, Membership, Organization
from models.base import UtcTime
from prepared import Prepared, within

_MEMBERS = (
    select(func.count())
    .select_from(Membership)
    .where(Membership.organization_id == bindparam("organization_id"))
)
_PENDING = (
    select(func.count())
    .select_from(Invitation)
    .where(
        Invitation.organization_id == bindparam("organization_id"),
        Invitation.is_pending(bindparam("now", type_=UtcTime)),
    )
)
_COUNT = Prepared(
    select(_MEMBERS.scalar_subquery().label("members"), _PENDING.scalar_subquery().label("pending"))
)


class SeatLimitReached(Forbidden):
    code = "TEAM_SEAT_LIMIT"
    error = "Your team has used all of its seats."
    message = "Add seats or revoke a pending invitation, then invite again."


class SeatCapacityExceeded(Forbidden):
    code = "SEAT_CAPACITY_EXCEEDED"
    error = "This team has no spare seat any more."
    message = "Ask an owner or administrator to add seats, then accept again."


class SeatsInUse(Conflict):
    code = "SEATS_IN_USE"
    error = "More seats are in use than would remain."
    message = "Remove members or revoke pending invitations first."


@dataclass(frozen=True)
class Seats:
    seats_used: int
    pending_invitations: int
    included_seats: int
    extra_seats: int

    @property
    def seats_total(self) -> int:
        return self.included_seats + self.extra_seats

    @property
    def seats_free(self) -> int:
        return max(0, self.seats_total - self.seats_used - self.pending_invitations)

    def facts(self) -> dict[str, Any]:
        return {
            "seats_total": self.seats_total,
            "seats_used": self.seats_used,
            "pending_invitations": self.pending_invitations,
            "included_seats": self.included_seats,
            "extra_seats": self.extra_seats,
        }


def count(session: Session, organization: Organization, now: datetime) -> Seats:
    session.flush()  # a prepared statement does not do it by itself
    counted = within(session).row(_COUNT, organization_id=organization.id, now=now)
    return Seats(
        counted.members, counted.pending, organization.included_seats, organization.extra_seats
    )


def require_free(session: Session, organization: Organization, now: datetime) -> None:
    """For a new promise: an invitation, or the renewal of an expired one."""
    seats = count(session, organization, now)
    if seats.seats_used + seats.pending_invitations >= seats.seats_total:
        raise SeatLimitReached(**seats.facts())


def require_for_member(session: Session, organization: Organization, now: datetime) -> None:
    """For keeping a promise: it fails only where seats were taken away meanwhile."""
    seats = count(session, organization, now)
    if seats.seats_used >= seats.seats_total:
        raise SeatCapacityExceeded(**seats.facts())


def set_extra(session: Session, organization: Organization, extra: int, now: datetime) -> Seats:
    before = count(session, organization, now)
    after = Seats(before.seats_used, before.pending_invitations, before.included_seats, extra)
    if extra < before.extra_seats and (
        after.seats_used + after.pending_invitations > after.seats_total
    ):
        raise SeatsInUse(**before.facts())
    organization.extra_seats = extra
    return after
