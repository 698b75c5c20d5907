"""One's own account: its profile, its password, its end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

import clock
from domain import access, outbox, sessions
from domain.history import revisions
from errors import Conflict, Forbidden, Invalid
from models import Membership, Organization, User
from security.passwords import is_right
from security.principal import Principal

RECENT = timedelta(minutes=10)


class SignInAgain(Forbidden):
    code = "SIGN_IN_AGAIN"
    error = "This needs a recent sign-in."
    message = "Sign in again, then repeat it within ten minutes."


class SoleOwner(Conflict):
    code = "SOLE_OWNER"
    error = "You are the only owner of an organization that has other members."

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.message = f"Hand over or empty these organizations first: {', '.join(names)}."[:1000]


class WrongPassword(Invalid):
    code = "WRONG_PASSWORD"
    error = "The current password is wrong."
    message = "Check it, or reset the password."


def change(session: Session, user: Principal, changes: Mapping[str, Any]) -> User:
    access.require_whole_account(user)
    person = access.account(session, user)
    for field, value in changes.items():
        setattr(person, field, value.strip() if field == "name" else value)
    return person


def password_hash_of(session: Session, user: Principal) -> str | None:
    access.require_session(user)
    return access.account(session, user).password_hash


def require_current_password(password_hash: str | None, password: str) -> None:
    """Slow on purpose: call it outside of a transaction."""
    if not is_right(password_hash, password):
        raise WrongPassword


def change_password(session: Session, user: Principal, password_hash: str) -> None:
    """Whoever else was signed in with the old password is signed out."""
    session_id = access.require_session(user)
    person = access.account(session, user)
    person.password_hash = password_hash
    now = clock.now()
    sessions.end_all(session, person.id, session_id, now)
    outbox.mail(
        session,
        "password_changed",
        person.email,
        name=person.name,
        time=now.isoformat(timespec="minutes"),
    )


def held_back_by(session: Session, user: Principal) -> list[str]:
    """Names of organizations that would be left without an owner."""
    access.require_whole_account(user)
    mine, other = aliased(Membership), aliased(Membership)
    others = select(func.count()).where(
        other.organization_id == mine.organization_id, other.user_id != user.user_id
    )
    return list(
        session.scalars(
            select(Organization.name)
            .join(mine, mine.organization_id == Organization.id)
            .where(
                mine.user_id == user.user_id,
                mine.role == "owner",
                others.scalar_subquery() > 0,
                others.where(other.role == "owner").scalar_subquery() == 0,
            )
            .order_by(Organization.name, Organization.id)
        )
    )


def delete(session: Session, user: Principal) -> None:
    """Organizations nobody else belongs to go with the account."""
    access.require_session(user)
    if user.signed_in_at is None or user.signed_in_at < clock.now() - RECENT:
        raise SignInAgain
    mine = select(Membership.organization_id).where(Membership.user_id == user.user_id)
    organizations = session.scalars(
        select(Organization)
        .where(Organization.id.in_(mine))
        .order_by(Organization.id)
        .with_for_update()
    ).all()
    if names := held_back_by(session, user):
        raise SoleOwner(names)
    revisions.forget(session, user.user_id)
    session.delete(access.account(session, user))
    session.flush()  # its memberships go first, so that what is left is empty
    for organization in organizations:
        if not _has_members(session, organization.id):
            session.delete(organization)


def _has_members(session: Session, organization_id: str) -> bool:
    return (
        session.scalar(
            select(Membership.user_id).where(Membership.organization_id == organization_id).limit(1)
        )
        is not None
    )
