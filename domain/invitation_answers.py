"""Answering an invitation: the invited person's side."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import clock
from domain import access, seats, sessions
from domain.invitation_views import state
from errors import Forbidden, Gone, Invalid, NotFound
from models import (
    Invitation,
    InvitationTeam,
    Membership,
    Organization,
    TeamMember,
    User,
)
from security.principal import Principal
from security.tokens import hash_secret


class EmailMismatch(Forbidden):
    code = "INVITATION_EMAIL_MISMATCH"
    error = "This invitation was sent to another e-mail address."
    message = "Sign in with the invited, verified address; the invitation stays open."


class InvitationUsed(Invalid):
    code = "INVITATION_USED"
    error = "This invitation has already been accepted."
    message = "Ask for a new one if you are no longer a member."


class InvitationRevoked(Invalid):
    code = "INVITATION_REVOKED"
    error = "This invitation has been revoked."
    message = "Ask the organization for a new one."


class InvitationDeclined(Invalid):
    code = "INVITATION_DECLINED"
    error = "This invitation has been declined."
    message = "Ask the organization for a new one."


class InvitationExpired(Gone):
    code = "INVITATION_EXPIRED"
    error = "This invitation has expired."
    message = "Ask the organization to send it again."


REFUSED = {
    "accepted": InvitationUsed,
    "revoked": InvitationRevoked,
    "declined": InvitationDeclined,
    "expired": InvitationExpired,
}


# As the invited person sees it: with the names of the organization and the inviter.
_RECEIVED = (
    select(
        *Invitation.__table__.columns,
        Organization.name.label("organization_name"),
        User.name.label("inviter_name"),
    )
    .join(Organization, Organization.id == Invitation.organization_id)
    .outerjoin(User, User.id == Invitation.invited_by)
)


def accept(
    session: Session, user: Principal, token: str | None, invitation_id: str | None
) -> tuple[Membership, bool]:
    """The membership, and whether this invitation made it (or had made it, on a retry)."""
    invitation, organization, person = _mine(session, user, token, invitation_id)
    now = clock.now()
    membership = session.get(Membership, (organization.id, person.id))
    if membership is not None and invitation.accepted_by == person.id:
        return membership, True  # the answer to the first request was lost
    if (found := state(invitation, now)) != "pending":
        raise REFUSED[found]
    was_member = membership is not None
    if membership is None:
        seats.require_for_member(session, organization, now)
        membership = _join(session, invitation, person, now)
    invitation.closed_at = invitation.accepted_at = now
    invitation.accepted_by = person.id
    if user.session_id is not None:
        sessions.work_in(session, user.session_id, organization.id)
    return membership, not was_member


def decline(
    session: Session, user: Principal, token: str | None, invitation_id: str | None
) -> None:
    invitation, _, _ = _mine(session, user, token, invitation_id)
    now = clock.now()
    found = state(invitation, now)
    if found == "declined":
        return
    if found != "pending":
        raise REFUSED[found]
    invitation.closed_at = invitation.declined_at = now


def inspect(session: Session, token: str) -> Any:
    """What whoever holds the link may see; never more."""
    found = session.execute(
        _RECEIVED.where(Invitation.token_hash == hash_secret(token))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def addressed_to(session: Session, user: Principal) -> list[Any]:
    """Pending invitations to the caller's verified address, newest first."""
    access.require_whole_account(user)
    person = access.account(session, user)
    if person.email_verified_at is None:
        return []
    return list(
        session.execute(
            _RECEIVED.where(Invitation.email == person.email, Invitation.is_pending(clock.now()))
            .order_by(Invitation.id.desc())
            .limit(500)
        ).all()
    )


def _mine(
    session: Session, user: Principal, token: str | None, invitation_id: str | None
) -> tuple[Invitation, Organization, User]:
    """The invitation, if it is the caller's to answer; its organization is locked."""
    access.require_whole_account(user)
    person = access.account(session, user)
    query = select(Invitation.organization_id, Invitation.id)
    if token is not None:
        query = query.where(Invitation.token_hash == hash_secret(token))
    else:
        query = query.where(Invitation.id == invitation_id, Invitation.email == person.email)
    key = session.execute(query).one_or_none()
    if key is None:
        raise NotFound
    access.lock_organization(session, key.organization_id)
    organization = session.get_one(Organization, key.organization_id)
    invitation = session.get_one(Invitation, tuple(key))
    if person.email_verified_at is None or person.email != invitation.email:
        raise EmailMismatch
    return invitation, organization, person


def _join(session: Session, invitation: Invitation, person: User, now: datetime) -> Membership:
    membership = Membership(
        organization_id=invitation.organization_id,
        user_id=person.id,
        role=invitation.role,
        joined_at=now,
        invited_by=invitation.invited_by,
    )
    session.add(membership)
    session.flush()  # the teams point to it
    teams = session.scalars(
        select(InvitationTeam.team_id).where(
            InvitationTeam.organization_id == invitation.organization_id,
            InvitationTeam.invitation_id == invitation.id,
        )
    )
    session.add_all(
        TeamMember(organization_id=invitation.organization_id, team_id=team_id, user_id=person.id)
        for team_id in teams
    )
    return membership
