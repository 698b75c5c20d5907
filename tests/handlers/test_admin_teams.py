import pytest
from sqlalchemy import select

from models import Share, Team, TeamMember
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def owner(make):
    return make.user()


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=20)


@pytest.fixture
def call(client, make, owner, organization):
    """Performs an operation as the owner, or as whom `token` names."""
    session = make.session(owner, organization=organization)

    def call(operation, *path, token=session, **given):
        return client.call(operation, *path, token=token, **given)

    return call


def refusal(response):
    return response.status_code, response.json()["code"]


def test_a_team_is_made_read_changed_and_deleted(call, organization):
    made = call("create_team", json={"name": "  Platform ", "description": " Runs it "})

    assert made.status_code == 201
    team = made.json()
    assert (team["name"], team["description"]) == ("Platform", "Runs it")
    assert team["tenant_id"] == organization.id
    assert made.headers["location"] == f"/api/admin/teams/{team['id']}"
    assert call("get_team", team["id"]).json() == {**team, "members": []}

    changed = call("update_team", team["id"], json={"name": "Tools"})
    assert changed.json() == {**team, "name": "Tools"}
    assert call("update_team", team["id"], json={"description": None}).json() == {
        **team,
        "name": "Tools",
        "description": None,
    }

    assert call("delete_team", team["id"]).json() == {"message": "Team deleted"}
    assert call("get_team", team["id"]).status_code == 404
    assert call("delete_team", team["id"]).status_code == 404


def test_all_teams_are_listed_newest_first_with_their_sizes(call, make, organization):
    make.team(make.organization(), "Elsewhere")
    empty, full = make.team(organization, "Empty"), make.team(organization, "Full")
    for _ in range(2):
        make.team_member(full, make.member(organization))

    listed = call("list_all_teams").json()

    assert [(each["id"], each["member_count"]) for each in listed] == [(full.id, 2), (empty.id, 0)]
    first = call("list_all_teams", query={"limit": 1}).json()
    assert (first["items"], first["total"]) == (listed[:1], 2)
    query = {"cursor": first["next_cursor"]}
    assert call("list_all_teams", query=query).json() == {
        "items": listed[1:],
        "total": 2,
        "next_cursor": None,
    }


@pytest.mark.parametrize("operation", ["update_team", "delete_team"])
def test_a_team_is_changed_and_deleted_in_the_version_last_seen(
    call, make, organization, operation
):
    team = make.team(organization, "Platform")
    seen = {"If-Match": call("get_team", team.id).headers["etag"]}
    make.team_member(team, make.member(organization))
    body = {"json": {"name": "Engines"}} if operation == "update_team" else {}

    changed = call("update_team", team.id, json={"description": "Trains"}, headers=seen)
    assert changed.status_code == 200  # who is in it is no part of the version

    refused = call(operation, team.id, **body, headers=seen)
    assert (refused.status_code, refused.json()["code"]) == (412, "PRECONDITION_FAILED")
    seen["If-Match"] = changed.headers["etag"]
    assert call(operation, team.id, **body, headers=seen).status_code == 200


@pytest.mark.example("TEAM_NAME_TAKEN")
def test_names_are_unique_in_the_organization_only(call, make, organization):
    make.team(make.organization(), "Platform")
    first = call("create_team", json={"name": "Platform"}).json()
    second = call("create_team", json={"name": "Tools"}).json()

    taken = (400, "TEAM_NAME_TAKEN")
    assert refusal(call("create_team", json={"name": " Platform "})) == taken
    assert refusal(call("update_team", second["id"], json={"name": "Platform"})) == taken
    assert call("update_team", first["id"], json={"name": "Platform"}).status_code == 200
    assert sorted(rows(select(Team.name).where(Team.organization_id == organization.id))) == [
        "Platform",
        "Tools",
    ]


@pytest.mark.parametrize("name", ["", "   ", "\n", "x" * 256, None, 5])
def test_a_name_has_to_be_one(call, name):
    assert refusal(call("create_team", json={"name": name})) == (400, "INVALID_REQUEST")


def test_a_change_of_nothing_is_refused(call, make, organization):
    team = make.team(organization)

    assert refusal(call("update_team", team.id, json={})) == (400, "INVALID_REQUEST")


@pytest.mark.example("ALREADY_IN_TEAM")
def test_members_come_and_go(call, make, organization):
    team, member = make.team(organization), make.member(organization)

    added = call("add_team_member", team.id, json={"user_id": member.id})

    assert (added.status_code, added.json()) == (200, {"message": "User added to team"})
    assert call("get_team", team.id).json()["members"] == [
        {"id": member.id, "email": member.email, "name": member.name, "is_admin": False}
    ]
    again = call("add_team_member", team.id, json={"user_id": member.id})
    assert refusal(again) == (400, "ALREADY_IN_TEAM")
    [listed] = call("list_teams_of_user", member.id).json()
    assert listed["id"] == team.id

    removed = call("remove_team_member", team.id, member.id)
    assert removed.json() == {"message": "User removed from team"}
    assert refusal(call("remove_team_member", team.id, member.id)) == (404, "NOT_FOUND")
    assert call("list_teams_of_user", member.id).json() == []


@pytest.mark.example("USER_UNKNOWN")
def test_only_members_of_the_organization_are_added(call, make, organization):
    team = make.team(organization)

    for stranger in (make.user().id, NOWHERE):
        response = call("add_team_member", team.id, json={"user_id": stranger})
        assert refusal(response) == (404, "USER_UNKNOWN")
        assert refusal(call("list_teams_of_user", stranger)) == (404, "NOT_FOUND")
    assert rows(select(TeamMember)) == []


def test_with_a_team_go_its_members_and_shares_but_not_what_was_shared(
    call, client, make, owner, organization
):
    team, member = make.team(organization), make.member(organization)
    make.team_member(team, member)
    make.share(make.bookmark(organization, owner), team)
    make.share(make.folder(organization, owner), team)

    call("delete_team", team.id)

    assert rows(select(TeamMember)) == rows(select(Share)) == []


MANAGING = [
    ("list_all_teams", None),
    ("create_team", {"name": "New"}),
    ("get_team", None),
    ("update_team", {"name": "New"}),
    ("delete_team", None),
    ("add_team_member", {"user_id": NOWHERE}),
    ("remove_team_member", None),
]


def performed(call, team, operation, body, token):
    path = () if operation in ("list_all_teams", "create_team") else (team.id,)
    if operation == "remove_team_member":
        path = (team.id, NOWHERE)
    return call(operation, *path, token=token, json=body)


@pytest.mark.parametrize(("operation", "body"), MANAGING)
def test_members_do_not_manage_teams(call, make, organization, operation, body):
    team, member = make.team(organization), make.member(organization)
    make.team_member(team, member)

    response = performed(call, team, operation, body, make.session(member))

    assert refusal(response) == (403, "FORBIDDEN")
    assert rows(select(Team.name)) == ["Platform"]


def test_members_do_not_look_up_the_teams_of_others(call, make, owner, organization):
    token = make.session(make.member(organization))

    assert refusal(call("list_teams_of_user", owner.id, token=token)) == (403, "FORBIDDEN")


@pytest.mark.parametrize("plan", ["free", "personal", "supporter"])
@pytest.mark.parametrize(("operation", "body"), MANAGING)
def test_teams_need_the_team_plan(call, make, plan, operation, body):
    owner = make.user()
    organization = make.organization(owner, plan=plan)
    team = make.team(organization)

    response = performed(call, team, operation, body, make.session(owner))

    assert refusal(response) == (403, "PLAN_REQUIRES_TEAM")
    assert rows(select(Team.name)) == ["Platform"]


def test_administrators_manage_teams(call, make, organization):
    token = make.session(make.member(organization, role="admin"))

    assert call("create_team", token=token, json={"name": "Tools"}).status_code == 201
