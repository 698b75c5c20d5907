"""Inviting people: the organization's side of an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

import clock
from domain import access, outbox, plans, roles, seats
from errors import Conflict, Invalid, NotFound, Refusal, TooManyRequests
from models import Invitation, InvitationTeam, Membership, Organization, Team, User
from security.principal import Principal
from security.tokens import new_secret

RESEND_PAUSE = timedelta(minutes=1)


class AlreadyMember(Conflict):
    code = "ALREADY_MEMBER"
    error = "This person is already a member."
    message = "Nothing is left to do."


class InvitationPending(Conflict):
    code = "INVITATION_PENDING"
    error = "An invitation to this address is still open."
    message = "Send the open invitation again, or revoke it first."


class InvitationNotOpen(Conflict):
    code = "INVITATION_NOT_OPEN"
    error = "This invitation is no longer open."
    message = "Invite the person anew."


class TeamUnknown(Invalid):
    code = "TEAM_UNKNOWN"
    error = "A team in `team_ids` is not a team of this organization."
    message = "Use ids of the organization's teams."


class ResendTooSoon(TooManyRequests):
    code = "RESEND_TOO_SOON"
    error = "This invitation was sent less than a minute ago."


class BatchRefused(Refusal):
    status, code = 424, "BATCH_REFUSED"
    error = "Another item of the batch was refused, so nobody was invited."
    message = "Correct the refused items, or send the batch without `atomic`."


@dataclass(frozen=True)
class Wanted:
    """What a caller asks for, as the contract's schema `NewInvitation` has it."""

    email: str
    role: str
    expires_in_days: int
    message: str | None = None
    team_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Sent:
    organization_id: str
    invitation_id: str
    link: str  # the path and fragment of the page that accepts; shown once


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


def invite(session: Session, user: Principal, organization_id: str, wanted: Wanted) -> Sent:
    organization, own = access.organization_for(session, user, organization_id, "invite", lock=True)
    roles.require_not_above(own.role, wanted.role)
    plans.require_team(organization)
    return _invite(session, user, organization, wanted)


def invite_all(
    session: Session,
    user: Principal,
    organization_id: str,
    batch: Sequence[Wanted],
    *,
    atomic: bool,
) -> list[Sent | Refusal]:
    """One outcome for each item, in order. Nothing is written where `atomic` and one is refused."""
    organization, own = access.organization_for(session, user, organization_id, "invite", lock=True)
    plans.require_team(organization)
    attempt = session.begin_nested()
    outcomes: list[Sent | Refusal] = []
    for wanted in batch:
        try:
            roles.require_not_above(own.role, wanted.role)
            outcomes.append(_invite(session, user, organization, wanted))
        except Refusal as refusal:
            outcomes.append(refusal)
    if atomic and any(isinstance(outcome, Refusal) for outcome in outcomes):
        attempt.rollback()
        return [each if isinstance(each, Refusal) else BatchRefused() for each in outcomes]
    attempt.commit()
    return outcomes


def _invite(session: Session, user: Principal, organization: Organization, wanted: Wanted) -> Sent:
    """Refuses before it writes, so a refusal inside a batch leaves nothing behind."""
    email, now = wanted.email.lower(), clock.now()
    _require_teams(session, organization, wanted.team_ids)
    _require_stranger(session, organization, email)
    earlier = _unclosed(session, organization, email)
    if earlier is not None and state(earlier, now) == "pending":
        raise InvitationPending(invitation_id=earlier.id)
    seats.require_free(session, organization, now)

    if earlier is not None:
        earlier.closed_at = now  # expired; it makes room under the unique index
        session.flush()
    invitation = Invitation(
        organization_id=organization.id,
        email=email,
        role=wanted.role,
        message=wanted.message,
        lifetime_days=wanted.expires_in_days,
        invited_by=user.user_id,
        created_at=now,
    )
    link = _send(session, organization, invitation, now)
    session.flush()  # the teams point to it
    session.add_all(
        InvitationTeam(
            organization_id=organization.id, invitation_id=invitation.id, team_id=team_id
        )
        for team_id in wanted.team_ids
    )
    return Sent(organization.id, invitation.id, link)


def resend(session: Session, user: Principal, organization_id: str, invitation_id: str) -> Sent:
    """The same invitation with a new link and a new expiry; the old link ends."""
    organization, own = access.organization_for(session, user, organization_id, "invite", lock=True)
    now = clock.now()
    invitation = _of(session, organization, invitation_id)
    roles.require_not_above(own.role, invitation.role)
    plans.require_team(organization)
    if invitation.closed_at is not None:
        raise InvitationNotOpen(invitation_id=invitation.id)
    pause = (invitation.sent_at + RESEND_PAUSE - now).total_seconds()
    if pause > 0:
        seconds = int(pause) + 1
        raise ResendTooSoon(headers={"Retry-After": str(seconds)}, retry_after=seconds)
    if state(invitation, now) == "expired":
        _require_stranger(session, organization, invitation.email)
        seats.require_free(session, organization, now)
    link = _send(session, organization, invitation, now)
    return Sent(organization.id, invitation.id, link)


def revoke(session: Session, user: Principal, organization_id: str, invitation_id: str) -> None:
    organization, own = access.organization_for(session, user, organization_id, "invite", lock=True)
    invitation = _of(session, organization, invitation_id)
    roles.require_not_above(own.role, invitation.role)
    if invitation.closed_at is None:
        invitation.closed_at = invitation.revoked_at = clock.now()
        invitation.revoked_by = user.user_id


def page(
    session: Session,
    organization_id: str,
    *,
    only: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int = 1,
) -> list[Any]:
    """Newest first, each with its inviter. Ids are UUIDv7, so their order is that of time."""
    query = (
        select(
            *Invitation.__table__.columns,
            User.name.label("inviter_name"),
            User.email.label("inviter_email"),
        )
        .outerjoin(User, User.id == Invitation.invited_by)
        .where(Invitation.organization_id == organization_id)
        .order_by(Invitation.id.desc())
        .limit(limit)
    )
    if only:
        query = query.where(Invitation.id == only)
    if state:
        query = query.where(is_in_state(state, clock.now()))
    if after:
        query = query.where(Invitation.id < after)
    return list(session.execute(query).all())


def one(session: Session, organization_id: str, invitation_id: str) -> Any:
    rows = page(session, organization_id, only=invitation_id)
    if not rows:
        raise NotFound
    return rows[0]


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


def _of(session: Session, organization: Organization, invitation_id: str) -> Invitation:
    found = session.get(Invitation, (organization.id, invitation_id))
    if found is None:
        raise NotFound
    return found


def _unclosed(session: Session, organization: Organization, email: str) -> Invitation | None:
    return session.scalar(
        select(Invitation).where(
            Invitation.organization_id == organization.id,
            Invitation.email == email,
            Invitation.closed_at.is_(None),
        )
    )


def _require_stranger(session: Session, organization: Organization, email: str) -> None:
    member = session.scalar(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organization_id == organization.id, User.email == email)
    )
    if member is not None:
        raise AlreadyMember


def _require_teams(session: Session, organization: Organization, team_ids: Sequence[str]) -> None:
    if not team_ids:
        return
    known = session.scalars(
        select(Team.id).where(Team.organization_id == organization.id, Team.id.in_(team_ids))
    ).all()
    if unknown := sorted(set(team_ids) - set(known)):
        raise TeamUnknown(
            details=[
                {"pointer": "/team_ids", "reason": f"{team_id} is not a team here"}
                for team_id in unknown
            ]
        )


def _send(
    session: Session, organization: Organization, invitation: Invitation, now: datetime
) -> str:
    """Give the invitation a new link and put the mail that carries it in the outbox."""
    token, invitation.token_hash = new_secret()
    invitation.sent_at = now
    invitation.expires_at = now + timedelta(days=invitation.lifetime_days)
    session.add(invitation)
    inviter = session.get(User, invitation.invited_by) if invitation.invited_by else None
    link = f"/app/accept-invite#token={token}"
    outbox.mail(
        session,
        "invitation",
        invitation.email,
        organization=organization.name,
        inviter=inviter.name if inviter else None,
        role=invitation.role,
        message=invitation.message,
        link=link,
        expires_at=invitation.expires_at.isoformat(timespec="minutes"),
    )
    return link
