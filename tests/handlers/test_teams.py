import pytest


@pytest.fixture
def organization(make):
    return make.organization()


@pytest.fixture
def member(make, organization):
    return make.member(organization)


@pytest.fixture
def mine(client, make, member, organization):
    token = make.session(member, organization=organization)

    def mine(**query):
        found = client.call("list_teams", token=token, query=query).json()
        items = found if isinstance(found, list) else found["items"]
        return [each["name"] for each in items]

    return mine


def test_my_teams_are_listed_by_name(client, make, organization, member, mine):
    for name in ("Zebras", "Apes", "Others"):
        team = make.team(organization, name)
        if name != "Others":
            make.team_member(team, member)

    assert mine() == ["Apes", "Zebras"]
    assert (mine(limit=1), mine(limit=9, offset=1)) == (["Apes"], ["Zebras"])


def test_a_team_is_shown_whole(client, make, organization, member):
    team = make.team(organization)
    make.team_member(team, member)
    token = make.session(member, organization=organization)

    [shown] = client.call("list_teams", token=token).json()

    assert shown.pop("created_at").endswith("Z")
    assert shown == {
        "id": team.id,
        "name": "Platform",
        "description": None,
        "tenant_id": organization.id,
    }


def test_teams_of_another_organization_are_not_listed(make, member, mine):
    elsewhere = make.organization(member)
    make.team_member(make.team(elsewhere), member)

    assert mine() == []
