from functools import partial

import pytest
from sqlalchemy import select

import db
from models import Membership
from tests.concurrency.conftest import statuses

ROUNDS = 8


def change_role(organization, member, role, token, client):
    return client.call(
        "change_member_role", organization.id, member.id, token=token, json={"role": role}
    )


def leave(organization, token, client):
    return client.call("leave_organization", organization.id, token=token)


def transfer(organization, heir, token, client):
    return client.call(
        "transfer_ownership", organization.id, token=token, json={"user_id": heir.id}
    )


@pytest.fixture
def pair(make):
    """Two people of the same role in an organization, each with a token."""

    def pair(role):
        people = [make.user(), make.user()]
        founder = people[0] if role == "owner" else make.user()
        organization = make.organization(founder)
        for person in people if role != "owner" else people[1:]:
            make.member(organization, person, role=role)
        tokens = [make.token(person, organization) for person in people]
        return organization, people, tokens

    return pair


def roles_in(organization):
    with db.reading() as session:
        found = session.execute(
            select(Membership.user_id, Membership.role).where(
                Membership.organization_id == organization.id
            )
        )
        return dict(iter(found))


def test_two_owners_who_leave_at_once_leave_one_owner(crowd, pair):
    for _ in range(ROUNDS):
        organization, _, tokens = pair("owner")
        answers = crowd.at_once(*(partial(leave, organization, token) for token in tokens))

        assert statuses(answers) == [200, 409]
        assert list(roles_in(organization).values()) == ["owner"]


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_of_two_who_demote_each_other_the_first_wins(crowd, pair, role):
    for _ in range(ROUNDS):
        organization, (ada, bob), (of_ada, of_bob) = pair(role)
        answers = crowd.at_once(
            partial(change_role, organization, bob, "member", of_ada),
            partial(change_role, organization, ada, "member", of_bob),
        )

        # Who has been demoted may not demote: the role is read once the turn has come.
        assert statuses(answers) == [200, 403]
        assert sorted([roles_in(organization)[ada.id], roles_in(organization)[bob.id]]) == sorted(
            ["member", role]
        )
        assert "owner" in roles_in(organization).values()


def test_of_two_who_remove_each_other_the_first_wins(crowd, pair):
    for _ in range(ROUNDS):
        organization, (ada, bob), (of_ada, of_bob) = pair("owner")
        answers = crowd.at_once(
            *(
                partial(remove, organization, member, token)
                for member, token in ((bob, of_ada), (ada, of_bob))
            )
        )

        assert statuses(answers) == [200, 404]
        assert list(roles_in(organization).values()) == ["owner"]


def remove(organization, member, token, client):
    return client.call("remove_member", organization.id, member.id, token=token)


def test_an_organization_is_handed_over_once(crowd, make):
    for _ in range(ROUNDS):
        owner = make.user()
        organization = make.organization(owner)
        heirs = [make.member(organization) for _ in range(3)]
        token = make.token(owner, organization)
        answers = crowd.at_once(*(partial(transfer, organization, heir, token) for heir in heirs))

        assert statuses(answers) == [200, 403, 403]
        assert sorted(roles_in(organization).values()) == ["admin", "member", "member", "owner"]
