"""The only way to a tenant's rows: what the caller may not see is not found."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain import roles
from errors import Forbidden, NotFound, Unauthorized
from models import Membership, Organization, User
from prepared import Prepared, Reader
from security.principal import Principal

_ROLE = Prepared(
    select(Membership.role).where(
        Membership.organization_id == bindparam("organization_id"),
        Membership.user_id == bindparam("user_id"),
    )
)
_PERSON = Prepared(select(*User.__table__.columns).where(User.id == bindparam("id")))


class SessionRequired(Forbidden):
    code = "SESSION_REQUIRED"
    error = "An API token cannot do this."
    message = "Sign in, and send the access token or the cookie."


class TokenBound(Forbidden):
    code = "TOKEN_BOUND"
    error = "This token is bound to one organization."
    message = "Use a token that was made without `organization_only`."


def organization_for(
    session: Session, user: Principal, organization_id: str, action: str, *, lock: bool = False
) -> tuple[Organization, Membership]:
    """The organization and the caller's membership, if their role allows `action`.

    With `lock`, everyone else who wants to count or change its seats waits until this transaction
    ends (on SQLite they already wait to begin).
    """
    _require_within_reach(user, organization_id)
    if lock:
        lock_organization(session, organization_id)
    query = (
        select(Organization, Membership)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Organization.id == organization_id, Membership.user_id == user.user_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    organization, membership = found
    roles.require(membership.role, action)
    return organization, membership


def _require_within_reach(user: Principal, organization_id: str) -> None:
    if user.organization_only and organization_id != user.organization_id:
        raise NotFound


def lock_organization(session: Session, organization_id: str) -> None:
    """Everyone who locks locks this first, so nobody waits for another in a circle.

    A statement of its own: what is read after it is what the one before us left, their own role
    included. The lock leaves others free to refer to the organization by a foreign key.
    """
    query = select(Organization.id).where(Organization.id == organization_id)
    if session.scalar(query.with_for_update(key_share=True)) is None:
        raise NotFound


def current_organization(
    session: Session, user: Principal, *, lock: bool = False
) -> tuple[Organization, Membership]:
    """The one chosen in the session or bound to the token, else the oldest membership."""
    found = session.execute(
        select(Organization, Membership)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user.user_id)
        .order_by(
            (Organization.id == user.organization_id).desc(),
            Membership.joined_at,
            Membership.organization_id,
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    organization, membership = found
    if lock:
        try:
            return organization_for(session, user, organization.id, "read", lock=True)
        except NotFound:  # left while we waited; there is another, everyone always has one
            return current_organization(session, user, lock=True)
    return organization, membership


def account(session: Session, user: Principal) -> User:
    found = session.get(User, user.user_id)
    if found is None:
        raise Unauthorized  # deleted since the credential was checked
    return found


def role_for(read: Reader, user: Principal, organization_id: str, action: str) -> str:
    """As organization_for, when nothing but the role is needed."""
    _require_within_reach(user, organization_id)
    found = read.row(_ROLE, organization_id=organization_id, user_id=user.user_id)
    if found is None:
        raise NotFound
    roles.require(found.role, action)
    return str(found.role)


def current_organization_id(user: Principal) -> str:
    if user.organization_id is None:
        raise NotFound
    return user.organization_id


def stay(session: Session, user: Principal) -> str:
    """The id of the current organization, for whoever is about to put something of theirs there.

    Nobody can take them out of it before this transaction ends: their library would go along, but
    not what we are about to add.
    """
    organization_id = current_organization_id(user)
    query = select(Membership.role).where(
        Membership.organization_id == organization_id, Membership.user_id == user.user_id
    )
    if session.scalar(query.with_for_update(read=True, key_share=True)) is None:
        raise Unauthorized  # removed since the credential was checked
    return organization_id


def person(read: Reader, user: Principal) -> Any:
    """As account, for showing it."""
    found = read.row(_PERSON, id=user.user_id)
    if found is None:
        raise Unauthorized  # deleted since the credential was checked
    return found


def require_session(user: Principal) -> str:
    if user.session_id is None:
        raise SessionRequired
    return user.session_id


def require_whole_account(user: Principal) -> None:
    if user.organization_only:
        raise TokenBound
