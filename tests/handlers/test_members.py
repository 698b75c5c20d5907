import pytest
from sqlalchemy import select

from models import Membership, Organization, TeamMember
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=3)


@pytest.fixture
def session(make, owner, organization):
    return make.session(owner)


@pytest.fixture
def change_role(client, organization, session):
    def change_role(member, role, token=session):
        return client.call(
            "change_member_role", organization.id, member.id, token=token, json={"role": role}
        )

    return change_role


@pytest.fixture
def remove(client, organization, session):
    def remove(member, token=session):
        return client.call("remove_member", organization.id, member.id, token=token)

    return remove


@pytest.fixture
def leave(client, organization):
    def leave(token):
        return client.call("leave_organization", organization.id, token=token)

    return leave


@pytest.fixture
def transfer(client, organization, session):
    def transfer(user_id, token=session):
        return client.call(
            "transfer_ownership", organization.id, token=token, json={"user_id": user_id}
        )

    return transfer


@pytest.fixture
def roles(organization):
    """The role of everyone in the organization, by their id."""

    def roles():
        found = rows(select(Membership).where(Membership.organization_id == organization.id))
        return {each.user_id: each.role for each in found}

    return roles


def refusal(response):
    return response.status_code, response.json()["code"]


def test_members_are_listed_in_the_order_they_joined(client, make, owner, organization, session):
    second = make.member(organization, make.user("zoe@example.com"), role="admin")
    third = make.member(organization, make.user("bob@example.com"))
    make.organization()

    listed = client.call("list_members", organization.id, token=session).json()

    assert [each["user_id"] for each in listed] == [owner.id, second.id, third.id]
    assert [each["role"] for each in listed] == ["owner", "admin", "member"]
    assert (listed[1]["email"], listed[1]["name"]) == ("zoe@example.com", second.name)
    assert listed[0]["joined_at"] <= listed[1]["joined_at"] <= listed[2]["joined_at"]


def test_the_list_is_read_in_parts(client, make, owner, organization, session):
    everyone = [owner.id, *(make.member(organization).id for _ in range(4))]

    def part(**query):
        found = client.call("list_members", organization.id, token=session, query=query).json()
        return [each["user_id"] for each in found]

    assert part(limit=2) == everyone[:2]
    assert part(limit=2, offset=2) == everyone[2:4]
    assert part(offset=4) == everyone[4:]
    assert part(offset=5) == []


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"offset": -1}, {"limit": "x"}])
def test_a_part_that_cannot_be_is_refused(client, organization, session, query):
    response = client.call("list_members", organization.id, token=session, query=query)

    assert refusal(response) == (400, "INVALID_REQUEST")
    [name] = query
    assert [each["pointer"] for each in response.json()["details"]] == [f"/query/{name}"]


def test_a_member_sees_the_others(client, make, organization):
    member = make.session(make.member(organization))

    assert len(client.call("list_members", organization.id, token=member).json()) == 2


def test_to_strangers_there_is_nobody(
    client, make, owner, organization, change_role, remove, leave, transfer, roles
):
    stranger = make.session(make.user())

    answers = [
        client.call("list_members", organization.id, token=stranger),
        change_role(owner, "member", token=stranger),
        remove(owner, token=stranger),
        leave(stranger),
        transfer(owner.id, token=stranger),
    ]

    assert [refusal(answer) for answer in answers] == [(404, "NOT_FOUND")] * 5
    assert roles() == {owner.id: "owner"}


def test_who_is_not_a_member_is_not_found(client, make, organization, session, transfer):
    for missing in (make.user().id, NOWHERE):
        answers = [
            client.call(
                "change_member_role",
                organization.id,
                missing,
                token=session,
                json={"role": "admin"},
            ),
            client.call("remove_member", organization.id, missing, token=session),
            transfer(missing),
        ]
        assert [refusal(answer) for answer in answers] == [(404, "NOT_FOUND")] * 3


@pytest.mark.parametrize(
    ("own", "before", "after"),
    [
        ("owner", "member", "owner"),
        ("owner", "owner", "member"),
        ("admin", "member", "admin"),
        ("admin", "admin", "member"),
    ],
)
def test_roles_up_to_ones_own_are_granted_and_taken(
    make, organization, change_role, roles, own, before, after
):
    token = make.session(make.member(organization, role=own))
    member = make.member(organization, role=before)

    changed = change_role(member, after, token=token)

    assert (changed.json()["user_id"], changed.json()["role"]) == (member.id, after)
    assert roles()[member.id] == after


@pytest.mark.parametrize(
    ("own", "before", "after"),
    [
        ("admin", "member", "owner"),
        ("admin", "owner", "member"),
        ("member", "member", "admin"),
        ("member", "member", "member"),
    ],
)
def test_roles_above_ones_own_are_neither_granted_nor_taken(
    make, organization, change_role, roles, own, before, after
):
    token = make.session(make.member(organization, role=own))
    member = make.member(organization, role=before)

    assert refusal(change_role(member, after, token=token)) == (403, "FORBIDDEN")
    assert roles()[member.id] == before


def test_nobody_makes_an_owner_of_themselves(make, organization, change_role, roles):
    admin = make.member(organization, role="admin")

    assert change_role(admin, "owner", token=make.session(admin)).status_code == 403
    assert roles()[admin.id] == "admin"


def test_an_unknown_role_is_refused(make, organization, change_role):
    response = change_role(make.member(organization), "emperor")

    assert refusal(response) == (400, "INVALID_REQUEST")
    assert response.json()["details"][0]["pointer"] == "/role"


@pytest.mark.example("LAST_OWNER")
def test_the_last_owner_stays_owner(make, owner, organization, change_role, roles):
    make.member(organization, role="admin")

    assert refusal(change_role(owner, "admin")) == (409, "LAST_OWNER")
    assert roles()[owner.id] == "owner"
    assert change_role(owner, "owner").status_code == 200  # that takes nothing away
    make.member(organization, role="owner")
    assert change_role(owner, "admin").status_code == 200


def test_a_removed_member_gets_an_organization_of_their_own(
    client, make, organization, remove, roles
):
    member = make.member(organization, role="admin")
    theirs = make.session(member, organization=organization)

    removed = remove(member)

    assert removed.status_code == 200
    home = removed.json()["new_org_id"]
    assert (
        removed.json()["message"] == "User removed from organization; personal workspace created."
    )
    assert member.id not in roles()
    [only] = client.call("list_organizations", token=theirs).json()
    assert (only["id"], only["role"], only["plan"]) == (home, "owner", "free")
    assert only["name"] == f"{member.name}'s workspace"
    assert client.call("get_organization", organization.id, token=theirs).status_code == 404


def test_a_removed_members_tokens_move_with_them(client, make, organization, remove):
    member = make.member(organization)
    elsewhere = make.organization(member)
    moving = make.token(member, organization, slot=1, organization_only=True)
    staying = make.token(member, elsewhere, slot=1)

    home = remove(member).json()["new_org_id"]

    def current(token):
        return client.call("get_current_organization", token=token).json()["organizationId"]

    assert (current(moving), current(staying)) == (home, elsewhere.id)
    assert client.call("get_organization", organization.id, token=moving).status_code == 404
    assert len(client.call("list_api_tokens", token=moving).json()) == 1


def test_a_removed_member_leaves_the_teams_and_frees_the_seat(
    client, make, organization, session, remove
):
    team = make.team(organization)
    member, other = make.member(organization), make.member(organization)
    for each in (member, other):
        make.team_member(team, each)

    def invite():
        return client.call(
            "create_invitation",
            organization.id,
            token=session,
            json={"email": "next@example.com"},
        ).status_code

    assert invite() == 403
    remove(member)
    assert invite() == 201
    assert rows(select(TeamMember.user_id)) == [other.id]


def test_the_removed_may_be_invited_again(client, make, organization, remove, roles):
    member = make.member(organization)
    remove(member)
    invitation = make.invitation(organization, member.email)

    client.call("accept_invitation", token=make.session(member), json={"token": invitation.token})

    assert roles()[member.id] == "member"


@pytest.mark.parametrize(("own", "theirs"), [("admin", "owner"), ("member", "member")])
def test_who_may_not_remove_removes_nobody(make, organization, remove, roles, own, theirs):
    token = make.session(make.member(organization, role=own))
    member = make.member(organization, role=theirs)

    assert refusal(remove(member, token=token)) == (403, "FORBIDDEN")
    assert roles()[member.id] == theirs


def test_an_administrator_removes_another(make, organization, remove, roles):
    token = make.session(make.member(organization, role="admin"))
    member = make.member(organization, role="admin")

    assert remove(member, token=token).status_code == 200
    assert member.id not in roles()


def test_the_last_owner_is_neither_removed_nor_leaves(
    make, owner, organization, session, remove, leave, roles
):
    make.member(organization, role="admin")

    assert refusal(remove(owner)) == refusal(leave(session)) == (409, "LAST_OWNER")
    assert roles()[owner.id] == "owner"
    assert len(rows(select(Organization))) == 1


def test_one_of_two_owners_may_leave(make, owner, organization, session, leave, roles):
    other = make.member(organization, role="owner")

    assert leave(session).status_code == 200
    assert roles() == {other.id: "owner"}


def test_leaving_ends_like_being_removed(client, make, organization, leave, roles):
    member = make.member(organization)
    theirs = make.session(member, organization=organization)

    left = leave(theirs).json()

    assert left["message"] == "You left the organization; personal workspace created."
    assert member.id not in roles()
    current = client.call("get_current_organization", token=theirs)
    assert current.json() == {"organizationId": left["new_org_id"]}
    assert leave(theirs).status_code == 404


def test_handing_over_makes_one_the_owner_and_the_other_administrator(
    make, owner, organization, transfer, roles
):
    heir = make.member(organization)

    transferred = transfer(heir.id)

    assert (transferred.json()["user_id"], transferred.json()["role"]) == (heir.id, "owner")
    assert roles() == {heir.id: "owner", owner.id: "admin"}
    assert refusal(transfer(heir.id)) == (403, "FORBIDDEN")


def test_nobody_hands_over_to_themselves(owner, transfer, roles):
    assert refusal(transfer(owner.id)) == (400, "INVALID_REQUEST")
    assert roles() == {owner.id: "owner"}


@pytest.mark.parametrize("role", ["admin", "member"])
def test_only_owners_hand_over(make, organization, transfer, roles, role):
    member = make.member(organization, role=role)

    assert refusal(transfer(member.id, token=make.session(member))) == (403, "FORBIDDEN")
    assert roles()[member.id] == role
