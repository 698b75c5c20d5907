import threading

import pytest
from sqlalchemy import select

import db
from domain import organizations
from models import ApiToken, Invitation, Membership, Organization
from security.principal import Principal
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def home(make, ada):
    return make.organization(ada, plan="free", seats=1, name="Home")


@pytest.fixture
def session(make, ada, home):
    return make.session(ada)


@pytest.fixture
def named(client):
    """The names in somebody's list of organizations."""

    def named(token):
        return [each["name"] for each in client.call("list_organizations", token=token).json()]

    return named


def refusal(response):
    return response.status_code, response.json()["code"]


def test_a_new_organization_is_free_and_its_maker_owns_it(client, session, named):
    response = client.call("create_organization", token=session, json={"name": " Analytics "})

    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == f"/api/organizations/{body['id']}"
    assert (body["name"], body["plan"], body["role"]) == ("Analytics", "free", "owner")
    assert (body["included_seats"], body["extra_seats"]) == (1, 0)
    assert body["stripe_customer_id"] is None
    assert client.call("get_organization", body["id"], token=session).json() == body
    assert named(session) == ["Home", "Analytics"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 256, 7, None])
def test_an_organization_needs_a_name_people_can_read(client, session, named, name):
    response = client.call("create_organization", token=session, json={"name": name})

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert {each["pointer"] for each in response.json()["details"]} == {"/name"}
    assert named(session) == ["Home"]


def test_the_list_is_ones_own_in_the_order_of_joining(client, make, ada, session):
    workplace = make.organization(name="Workplace")
    make.member(workplace, ada, role="admin")
    make.organization(name="Foreign")

    listed = client.call("list_organizations", token=session).json()

    assert [(each["name"], each["role"]) for each in listed] == [
        ("Home", "owner"),
        ("Workplace", "admin"),
    ]
    assert listed[0]["joined_at"] < listed[1]["joined_at"]


def test_a_member_reads_the_organization_and_their_role_in_it(client, make, home):
    member = make.session(make.member(home))

    found = client.call("get_organization", home.id, token=member)

    assert (found.json()["id"], found.json()["role"]) == (home.id, "member")


def test_to_strangers_an_organization_looks_like_none(client, make, home):
    stranger = make.session(make.user())

    for organization_id in (home.id, NOWHERE):
        answers = [
            client.call("get_organization", organization_id, token=stranger),
            client.call(
                "update_organization", organization_id, token=stranger, json={"name": "Mine"}
            ),
            client.call("delete_organization", organization_id, token=stranger),
        ]
        assert [refusal(answer) for answer in answers] == [(404, "NOT_FOUND")] * 3
    assert rows(select(Organization.name)) == ["Home"]


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_owners_and_administrators_rename(client, make, home, session, role, named):
    token = make.session(make.member(home, role=role))

    renamed = client.call("update_organization", home.id, token=token, json={"name": " New "})

    assert (renamed.json()["name"], renamed.json()["role"]) == ("New", role)
    assert named(session) == ["New"]


def test_members_do_not_rename(client, make, home, session, named):
    member = make.session(make.member(home))

    renamed = client.call("update_organization", home.id, token=member, json={"name": "New"})

    assert refusal(renamed) == (403, "FORBIDDEN")
    assert named(session) == ["Home"]


def test_deleting_takes_everything_along(client, make, ada, home, session, named):
    second = make.organization(ada, name="Second")
    make.invitation(second)
    token = make.token(ada, second)

    response = client.call("delete_organization", second.id, token=session)

    assert response.json() == {"message": "Organization deleted"}
    assert named(session) == ["Home"]
    assert client.call("get_organization", second.id, token=session).status_code == 404
    assert client.call("get_profile", token=token).status_code == 401
    assert rows(select(Invitation)) == rows(select(ApiToken)) == []


@pytest.mark.example("LAST_ORGANIZATION")
def test_the_only_organization_is_kept(client, home, session, named):
    response = client.call("delete_organization", home.id, token=session)

    assert refusal(response) == (409, "LAST_ORGANIZATION")
    assert named(session) == ["Home"]


@pytest.mark.example("ORGANIZATION_HAS_MEMBERS")
def test_an_organization_with_other_members_is_kept(client, make, ada, home, session):
    shared = make.organization(ada)
    member = make.member(shared)

    refused = client.call("delete_organization", shared.id, token=session)

    assert refusal(refused) == (409, "ORGANIZATION_HAS_MEMBERS")
    client.call("remove_member", shared.id, member.id, token=session)
    assert client.call("delete_organization", shared.id, token=session).status_code == 200


def test_only_owners_delete(client, make, ada, home):
    for role in ("admin", "member"):
        token = make.session(make.member(home, role=role))
        refused = client.call("delete_organization", home.id, token=token)
        assert refusal(refused) == (403, "FORBIDDEN")
    assert rows(select(Organization.id)) == [home.id]


def test_of_two_last_organizations_deleted_at_once_one_stays(client, make, ada, home, session):
    second = make.organization(ada)
    answers = []

    def delete_second():
        answers.append(client.call("delete_organization", second.id, token=session))

    thread = threading.Thread(target=delete_second)
    with db.transaction() as transaction:
        organizations.delete(transaction, Principal(ada.id, None), home.id)
        transaction.flush()
        thread.start()
        thread.join(0.5)  # it waits for us to commit, or has already been too quick
    thread.join()

    assert [refusal(answer) for answer in answers] == [(409, "LAST_ORGANIZATION")]
    assert rows(select(Membership.organization_id)) == [second.id]
