"""Making, naming and ending organizations; everyone always has one."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

import clock
from domain import access, plans
from errors import Conflict
from models import Membership, Organization, User
from security.principal import Principal


class LastOrganization(Conflict):
    code = "LAST_ORGANIZATION"
    error = "This is your only organization."
    message = "Make or join another one first."


class OrganizationHasMembers(Conflict):
    code = "ORGANIZATION_HAS_MEMBERS"
    error = "Other people still belong to this organization."
    message = "Remove them first, or hand the organization over and leave."


def found(session: Session, owner_id: str, name: str) -> tuple[Organization, Membership]:
    """A new organization on the Free plan and its owner's membership."""
    organization = Organization(
        name=name, plan="free", included_seats=plans.PLANS["free"].included_seats, extra_seats=0
    )
    session.add(organization)
    session.flush()  # the membership needs its id
    membership = Membership(
        organization_id=organization.id, user_id=owner_id, role="owner", joined_at=clock.now()
    )
    session.add(membership)
    return organization, membership


def found_for_new_person(session: Session, user: User) -> Organization:
    return found(session, user.id, f"{user.name[:200]}'s workspace")[0]


def of_person(session: Session, user: Principal) -> Sequence[Row[Organization, Membership]]:
    """Oldest membership first; a token bound to one organization sees only that."""
    query = (
        select(Organization, Membership)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user.user_id)
        .order_by(Membership.joined_at, Membership.organization_id)
        .limit(500)
    )
    if user.organization_only:
        query = query.where(Organization.id == user.organization_id)
    return session.execute(query).all()


def rename(
    session: Session, user: Principal, organization_id: str, name: str
) -> tuple[Organization, Membership]:
    organization, membership = access.organization_for(session, user, organization_id, "rename")
    organization.name = name.strip()
    return organization, membership


def delete(session: Session, user: Principal, organization_id: str) -> None:
    organization, _ = access.organization_for(session, user, organization_id, "delete", lock=True)
    if member_count(session, organization.id) > 1:
        raise OrganizationHasMembers
    session.get_one(User, user.user_id, with_for_update=True)  # two last ones may go at once
    others = session.scalar(
        select(func.count()).where(
            Membership.user_id == user.user_id, Membership.organization_id != organization.id
        )
    )
    if not others:
        raise LastOrganization
    session.delete(organization)


def member_count(session: Session, organization_id: str) -> int:
    return session.scalars(
        select(func.count()).where(Membership.organization_id == organization_id)
    ).one()
