"""Signing in, staying signed in, signing out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import clock
from domain import access
from errors import Forbidden, NotFound, Unauthorized
from models import User, UserSession
from security.passwords import is_right
from security.principal import Principal

LIFETIME = timedelta(days=7)


class InvalidCredentials(Unauthorized):
    code = "INVALID_CREDENTIALS"
    error = "The e-mail address or the password is wrong."
    message = "Check both, or reset the password."


class EmailNotVerified(Forbidden):
    code = "EMAIL_NOT_VERIFIED"
    error = "Your e-mail address is not verified yet."
    message = "Follow the link in the mail we sent you, or ask for a new one."


class Credentials(NamedTuple):
    person_id: str
    password_hash: str | None


def credentials_of(session: Session, email: str) -> Credentials | None:
    found = session.execute(
        select(User.id, User.password_hash).where(User.email == email.lower())
    ).one_or_none()
    return Credentials(*found) if found else None


def is_password_of(known: Credentials | None, password: str) -> bool:
    """Slow on purpose: call it outside of a transaction."""
    return is_right(known.password_hash if known else None, password)


def require_password(known: Credentials | None, password: str) -> str:
    """The id of whose password it is."""
    if not is_password_of(known, password) or known is None:
        raise InvalidCredentials
    return known.person_id


def start_for(session: Session, person_id: str, user_agent: str | None) -> tuple[User, UserSession]:
    person = session.get(User, person_id)
    if person is None:
        raise InvalidCredentials  # deleted since the password was checked
    return person, start(session, person, user_agent)


def start(session: Session, person: User, user_agent: str | None) -> UserSession:
    if person.email_verified_at is None:
        raise EmailNotVerified
    now = clock.now()
    started = UserSession(
        user_id=person.id,
        signed_in_at=now,
        expires_at=now + LIFETIME,
        user_agent=user_agent[:255] if user_agent else None,
    )
    session.add(started)
    session.flush()  # the caller signs its id
    return started


def renew(session: Session, user: Principal) -> tuple[User, UserSession]:
    """A new session in the old one's place. Of two requests to renew one session, one wins."""
    now = clock.now()
    old = session.get(UserSession, access.require_session(user), with_for_update=True)
    if old is None or old.ended_at is not None:
        raise Unauthorized
    old.ended_at = now
    new = UserSession(
        user_id=old.user_id,
        organization_id=old.organization_id,
        signed_in_at=old.signed_in_at,
        expires_at=now + LIFETIME,
        user_agent=old.user_agent,
    )
    session.add(new)
    session.flush()  # the caller signs its id
    return access.account(session, user), new


def live(session: Session, user: Principal) -> Sequence[UserSession]:
    access.require_whole_account(user)
    return session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user.user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > clock.now(),
        )
        .order_by(UserSession.id.desc())
        .limit(500)
    ).all()


def end(session: Session, user: Principal, session_id: str) -> None:
    access.require_whole_account(user)
    found = session.get(UserSession, session_id)
    if found is None or found.user_id != user.user_id:
        raise NotFound
    if found.ended_at is None:
        found.ended_at = clock.now()


def end_others(session: Session, user: Principal) -> int:
    access.require_whole_account(user)
    return end_all(session, user.user_id, user.session_id, clock.now())


def end_all(session: Session, user_id: str, but: str | None, now: datetime) -> int:
    ended = session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.id != (but or ""),
        )
        .values(ended_at=now)
        .returning(UserSession.id)
    )
    return len(ended.all())


def choose_organization(session: Session, user: Principal, organization_id: str) -> str:
    session_id = access.require_session(user)
    organization, _ = access.organization_for(session, user, organization_id, "read")
    work_in(session, session_id, organization.id)
    return organization.id


def work_in(session: Session, session_id: str, organization_id: str) -> None:
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id)
        .values(organization_id=organization_id)
    )
