import pytest
from sqlalchemy import select

import db
from domain import organizations, plans
from domain.seats import Seats
from models import Membership, Organization
from tests.stored import rows


def changed_to(plan, organization):
    with db.transaction() as session:
        found = session.get_one(Organization, organization.id)
        plans.change(found, plan)
        return found.plan, found.included_seats, found.extra_seats


@pytest.mark.parametrize("plan", ["free", "personal", "supporter"])
def test_a_smaller_plan_has_one_seat_and_removes_nobody(make, plan):
    organization = make.organization(seats=5)
    for _ in range(3):
        make.member(organization)

    assert changed_to(plan, organization) == (plan, 1, 0)
    assert len(rows(select(Membership))) == 4


def test_the_team_plan_includes_five_seats_and_keeps_those_that_were_bought(make):
    assert changed_to("team", make.organization(seats=3)) == ("team", 5, 2)
    assert changed_to("team", make.organization(plan="free", seats=1)) == ("team", 5, 0)


def test_a_new_organization_has_what_its_plan_includes(make):
    owner = make.user()
    with db.transaction() as session:
        organization, membership = organizations.found(session, owner.id, "New")
        made = plans.of(organization).included_seats

    assert (organization.included_seats, membership.role) == (made, "owner")


@pytest.mark.parametrize(
    ("used", "pending", "free"), [(1, 0, 4), (3, 2, 0), (5, 0, 0), (4, 3, 0), (9, 9, 0)]
)
def test_free_is_what_is_neither_used_nor_promised_and_never_less_than_none(used, pending, free):
    assert Seats(used, pending, included_seats=2, extra_seats=3).seats_free == free
