"""Who belongs to an organization, as what, and how that ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from domain import access, moving, organizations, roles
from domain.cursors import Order, Page
from domain.paging import Paged, Span
from errors import Conflict, Invalid, NotFound
from models import ApiToken, Membership, Organization, User, UserSession
from prepared import Prepared, Reader
from security.principal import Principal

_LISTED = (
    select(Membership.user_id, Membership.role, Membership.joined_at, User.email, User.name)
    .join(User, User.id == Membership.user_id)
    .where(Membership.organization_id == bindparam("organization_id"))
    .order_by(Membership.joined_at, Membership.user_id)
)
_PAGE = Prepared(_LISTED.limit(bindparam("limit")).offset(bindparam("offset")))
_OTHERS = Paged(
    select(User.id, User.name, User.email)
    .join(Membership, Membership.user_id == User.id)
    .where(
        Membership.organization_id == bindparam("organization_id"),
        User.id != bindparam("user_id"),
    ),
    Order(User.name, User.email, User.id),
)


class LastOwner(Conflict):
    code = "LAST_OWNER"
    error = "An organization keeps at least one owner."
    message = "Make somebody else an owner first."


class AlreadyYours(Invalid):
    error = "You cannot hand an organization over to yourself."
    message = "Name another member in `user_id`."


def page(read: Reader, organization_id: str, limit: int, offset: int) -> Sequence[Any]:
    """In the order they joined."""
    return read.rows(_PAGE, organization_id=organization_id, limit=limit, offset=offset)


def others(read: Reader, user: Principal, span: Span) -> Sequence[Any] | Page:
    """Of the current organization, by name."""
    here = {"organization_id": access.current_organization_id(user), "user_id": user.user_id}
    return _OTHERS.of(read, span, **here)


def one(session: Session, organization_id: str, user_id: str) -> Any:
    query = _LISTED.where(Membership.user_id == user_id)
    return session.execute(query, {"organization_id": organization_id}).one()


def change_role(
    session: Session, user: Principal, organization_id: str, member_id: str, role: str
) -> Membership:
    organization, own = access.organization_for(
        session, user, organization_id, "change_roles", lock=True
    )
    member = _member(session, organization, member_id)
    roles.require_not_above(own.role, role, member.role)
    if member.role == "owner" and role != "owner":
        _require_another_owner(session, organization)
    member.role = role
    return member


def remove(session: Session, user: Principal, organization_id: str, member_id: str) -> Organization:
    """Ends a membership; the answer is the organization that now holds the person's own content."""
    organization, own = access.organization_for(
        session, user, organization_id, "remove_members", lock=True
    )
    member = _member(session, organization, member_id)
    roles.require_not_above(own.role, member.role)
    return _spin_off(session, organization, member)


def leave(session: Session, user: Principal, organization_id: str) -> Organization:
    organization, own = access.organization_for(session, user, organization_id, "read", lock=True)
    return _spin_off(session, organization, own)


def transfer(session: Session, user: Principal, organization_id: str, member_id: str) -> Membership:
    organization, own = access.organization_for(
        session, user, organization_id, "transfer", lock=True
    )
    if member_id == user.user_id:
        raise AlreadyYours
    heir = _member(session, organization, member_id)
    heir.role, own.role = "owner", "admin"
    return heir


def _member(session: Session, organization: Organization, user_id: str) -> Membership:
    found = session.get(Membership, (organization.id, user_id))
    if found is None:
        raise NotFound
    return found


def _require_another_owner(session: Session, organization: Organization) -> None:
    owners = session.scalars(
        select(func.count()).where(
            Membership.organization_id == organization.id, Membership.role == "owner"
        )
    ).one()
    if owners < 2:
        raise LastOwner


def _spin_off(session: Session, organization: Organization, member: Membership) -> Organization:
    if member.role == "owner":
        _require_another_owner(session, organization)
    person = session.get_one(User, member.user_id)
    session.delete(member)
    home = organizations.found_for_new_person(session, person)
    belongs = {"organization_id": organization.id, "user_id": person.id}
    session.execute(update(ApiToken).filter_by(**belongs).values(organization_id=home.id))
    session.execute(update(UserSession).filter_by(**belongs).values(organization_id=home.id))
    moving.take_along(session, person.id, organization.id, home.id)
    return home
