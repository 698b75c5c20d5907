import pytest
from sqlalchemy import select

from models import Team, TeamMember
from tests.concurrency.conftest import statuses
from tests.stored import rows


@pytest.fixture
def owner(make):
    return make.user()


@pytest.fixture
def organization(make, owner):
    return make.organization(owner)


@pytest.fixture
def token(make, owner, organization):
    return make.session(owner, organization=organization)


def test_one_of_many_gets_a_name(crowd, organization, token):
    answers = crowd.each(
        20, lambda client: client.call("create_team", token=token, json={"name": "Platform"})
    )

    assert statuses(answers) == [201] + [400] * 19
    assert rows(select(Team.name)) == ["Platform"]


def test_nobody_is_twice_in_a_team(crowd, make, owner, organization, token):
    team = make.team(organization)

    answers = crowd.each(
        20,
        lambda client: client.call(
            "add_team_member", team.id, token=token, json={"user_id": owner.id}
        ),
    )

    assert statuses(answers) == [200] + [400] * 19
    assert rows(select(TeamMember.user_id)) == [owner.id]
