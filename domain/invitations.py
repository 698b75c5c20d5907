"""Inviting people: the organization's side of an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

import clock
from domain import access, outbox, plans, roles, seats
from domain.invitation_views import state
from errors import Conflict, Invalid, NotFound, Refusal, TooManyRequests
from models import Invitation, InvitationTeam, Membership, Organization, Team, User
from prepared import Prepared, within
from security.principal import Principal
from security.tokens import new_secret

RESEND_PAUSE = timedelta(minutes=1)


_MEMBER = Prepared(
    select(Membership.user_id)
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.organization_id == bindparam("organization_id"),
        User.email == bindparam("email"),
    )
)


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
        seconds = ceil(pause)
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
    member = within(session).row(_MEMBER, organization_id=organization.id, email=email)
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
