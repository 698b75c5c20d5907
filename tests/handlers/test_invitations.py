from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

import clock
from models import Invitation, OutboxMessage, TeamMember
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=3)


@pytest.fixture
def token(make, owner, organization):
    return make.token(owner, organization)


@pytest.fixture
def invite(client, organization, token):
    def invite(email="guest@example.com", token=token, **fields):
        return client.call(
            "create_invitation", organization.id, token=token, json={"email": email, **fields}
        )

    return invite


@pytest.fixture
def guest(make):
    return make.user("guest@example.com")


def link_token(invitation):
    return urlsplit(invitation["accept_url"]).fragment.removeprefix("token=")


def test_an_owner_invites_by_email(invite, organization, owner):
    response = invite("Guest@Example.com")

    assert response.status_code == 201
    body = response.json()
    assert body["email"] == "guest@example.com"
    assert body["state"] == "pending"
    assert body["role"] == "member"
    assert body["invited_by"] == {"id": owner.id, "name": owner.name, "email": owner.email}
    assert response.headers["location"].endswith(body["id"])
    [message] = rows(select(OutboxMessage))
    assert (message.kind, message.recipient) == ("invitation", "guest@example.com")
    assert link_token(body) in message.facts["link"]
    [stored] = rows(select(Invitation))
    assert link_token(body) not in str(vars(stored))


def test_the_founding_pages_request_without_a_body_says_what_is_missing(
    client, organization, token
):
    response = client.call("create_invitation", organization.id, token=token)

    assert response.status_code == 400
    assert response.json()["details"] == [{"pointer": "/email", "reason": "is required"}]
    assert rows(select(Invitation)) == []


def test_a_pending_invitation_holds_a_seat_and_a_full_team_answers_five_facts(invite, make):
    assert invite("one@example.com").status_code == 201
    assert invite("two@example.com").status_code == 201

    response = invite("three@example.com")

    assert response.status_code == 403
    body = response.json()
    assert body.pop("request_id")
    assert body == {
        "error": "Your team has used all of its seats.",
        "code": "TEAM_SEAT_LIMIT",
        "message": "Add seats or revoke a pending invitation, then invite again.",
        "status": 403,
        "seats_total": 3,
        "seats_used": 1,
        "pending_invitations": 2,
        "included_seats": 1,
        "extra_seats": 2,
    }


def test_an_expired_invitation_gives_its_seat_back(invite, make, organization):
    past = clock.now() - timedelta(days=8)
    make.invitation(organization, "one@example.com", sent_at=past)
    make.invitation(organization, "two@example.com", sent_at=past)

    assert invite("three@example.com").status_code == 201
    assert invite("one@example.com").status_code == 201  # and its address may be invited anew


@pytest.mark.example("INVITATION_PENDING")
def test_inviting_an_invited_address_names_the_open_invitation(invite):
    first = invite().json()

    response = invite()

    assert response.status_code == 409
    assert response.json()["code"] == "INVITATION_PENDING"
    assert response.json()["invitation_id"] == first["id"]


@pytest.mark.example("ALREADY_MEMBER")
def test_inviting_a_member_is_a_conflict_even_when_the_team_is_full(invite, make, organization):
    for _ in range(2):
        make.member(organization, make.user())
    make.member(organization, make.user("known@example.com"))

    response = invite("Known@example.com")

    assert (response.status_code, response.json()["code"]) == (409, "ALREADY_MEMBER")


@pytest.mark.example("PLAN_REQUIRES_TEAM")
def test_only_the_team_plan_invites(client, make, owner):
    organization = make.organization(owner, plan="personal")
    response = client.call(
        "create_invitation",
        organization.id,
        token=make.token(owner, organization),
        json={"email": "guest@example.com"},
    )

    assert (response.status_code, response.json()["code"]) == (403, "PLAN_REQUIRES_TEAM")


def test_members_do_not_invite_and_admins_do_not_invite_owners(invite, make, organization):
    member = make.token(make.member(organization), organization)
    admin = make.token(make.member(organization, role="admin"), organization)

    assert invite(token=member).json()["code"] == "FORBIDDEN"
    assert invite(token=admin, role="owner").status_code == 403
    assert rows(select(Invitation)) == []


def test_a_stranger_cannot_tell_that_the_organization_exists(invite, make):
    stranger = make.user()
    token = make.token(stranger, make.organization(stranger))

    assert invite(token=token).status_code == 404


@pytest.mark.example("TEAM_UNKNOWN")
def test_teams_come_with_the_invitation_and_only_those_of_the_organization(
    client, invite, make, organization, guest
):
    team = make.team(organization)
    foreign = make.team(make.organization(make.user()))

    refused = invite(team_ids=[team.id, foreign.id])
    assert (refused.status_code, refused.json()["code"]) == (400, "TEAM_UNKNOWN")
    body = invite(team_ids=[team.id]).json()
    assert body["teams"] == [{"id": team.id, "name": "Platform"}]

    client.call("accept_invitation", token=make.session(guest), json={"token": link_token(body)})
    assert [row.user_id for row in rows(select(TeamMember))] == [guest.id]


def test_accepting_makes_a_member_and_the_organization_current(
    client, invite, make, organization, guest
):
    session = make.session(guest)
    body = invite(role="admin").json()

    response = client.call("accept_invitation", token=session, json={"token": link_token(body)})

    assert response.json() == {
        "message": "Joined organization",
        "orgId": organization.id,
        "organization_id": organization.id,
        "role": "admin",
    }
    current = client.call("get_current_organization", token=session)
    assert current.json() == {"organizationId": organization.id}


def test_revoking_frees_the_seat_at_once_and_may_be_repeated(client, invite, organization, token):
    first = invite("one@example.com").json()
    invite("two@example.com")
    assert invite("three@example.com").status_code == 403

    for _ in range(2):
        revoked = client.call("revoke_invitation", organization.id, first["id"], token=token)
        assert revoked.json()["state"] == "revoked"

    assert invite("three@example.com").status_code == 201


def test_resending_keeps_the_id_and_ends_the_old_link(client, make, organization, token, guest):
    then = clock.now() - timedelta(minutes=2)
    invitation = make.invitation(organization, guest.email, sent_at=then)

    response = client.call("resend_invitation", organization.id, invitation.id, token=token)

    assert response.status_code == 200
    assert response.json()["id"] == invitation.id
    old = client.call("inspect_invitation", json={"token": invitation.token})
    new = client.call("inspect_invitation", json={"token": link_token(response.json())})
    assert (old.status_code, new.status_code) == (404, 200)
    [message] = rows(select(OutboxMessage))
    assert message.recipient == guest.email


@pytest.mark.example("RESEND_TOO_SOON")
def test_resending_waits_a_minute(client, invite, organization, token):
    invitation = invite().json()

    response = client.call("resend_invitation", organization.id, invitation["id"], token=token)

    assert (response.status_code, response.json()["code"]) == (429, "RESEND_TOO_SOON")
    assert 0 < int(response.headers["retry-after"]) <= 60
    assert response.json()["retry_after"] == int(response.headers["retry-after"])


def test_resending_an_expired_invitation_takes_a_seat_anew(client, make, organization, token):
    expired = make.invitation(organization, sent_at=clock.now() - timedelta(days=8))
    for _ in range(2):
        make.invitation(organization)

    full = client.call("resend_invitation", organization.id, expired.id, token=token)

    assert (full.status_code, full.json()["code"]) == (403, "TEAM_SEAT_LIMIT")


def test_an_expired_invitation_is_not_sent_to_who_is_a_member_by_now(
    client, make, organization, token
):
    member = make.member(organization)
    expired = make.invitation(organization, member.email, sent_at=clock.now() - timedelta(days=8))

    response = client.call("resend_invitation", organization.id, expired.id, token=token)

    assert (response.status_code, response.json()["code"]) == (409, "ALREADY_MEMBER")


@pytest.mark.example("INVITATION_NOT_OPEN")
def test_a_closed_invitation_is_not_sent_again(client, make, organization, token):
    now = clock.now()
    revoked = make.invitation(organization, revoked_at=now, closed_at=now)

    response = client.call("resend_invitation", organization.id, revoked.id, token=token)

    assert (response.status_code, response.json()["code"]) == (409, "INVITATION_NOT_OPEN")


def test_a_batch_answers_for_each_item(client, organization, token, owner):
    response = client.call(
        "create_invitations",
        organization.id,
        token=token,
        json={
            "invitations": [
                {"email": "one@example.com"},
                {"email": owner.email},
                {"email": "ONE@example.com"},
                {"email": "two@example.com", "role": "admin"},
                {"email": "three@example.com"},
            ]
        },
    )

    assert response.status_code == 207
    body = response.json()
    assert [item["status"] for item in body["results"]] == [201, 409, 409, 201, 403]
    assert (body["invited"], body["refused"]) == (2, 3)
    assert body["results"][4]["refusal"]["seats_total"] == 3


@pytest.mark.example("BATCH_REFUSED")
def test_an_atomic_batch_invites_all_or_nobody(client, organization, token):
    def batch(*emails):
        return client.call(
            "create_invitations",
            organization.id,
            token=token,
            json={"invitations": [{"email": each} for each in emails], "atomic": True},
        ).json()

    refused = batch("one@example.com", "two@example.com", "three@example.com")
    assert [item["status"] for item in refused["results"]] == [424, 424, 403]
    assert rows(select(Invitation)) == rows(select(OutboxMessage)) == []
    assert batch("one@example.com", "two@example.com")["invited"] == 2


def test_the_list_pages_and_filters(client, make, organization, token):
    now = clock.now()
    made = [make.invitation(organization, created_at=now) for _ in range(3)]
    made.append(make.invitation(organization, revoked_at=now, closed_at=now))
    made.append(make.invitation(organization, sent_at=now - timedelta(days=9)))

    def page(**query):
        return client.call("list_invitations", organization.id, token=token, query=query).json()

    first = page(limit=3)
    second = page(limit=3, cursor=first["next_cursor"])
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == [row.id for row in reversed(made)]
    assert second["next_cursor"] is None
    for state, number in {"pending": 3, "revoked": 1, "expired": 1, "accepted": 0}.items():
        found = page(state=state)["items"]
        assert len(found) == number
        assert {item["state"] for item in found} <= {state}


def test_one_invitation_can_be_read(client, make, organization, token):
    invitation = make.invitation(organization)

    found = client.call("get_invitation", organization.id, invitation.id, token=token)
    missing = client.call("get_invitation", organization.id, NOWHERE, token=token)

    assert found.json()["email"] == invitation.email
    assert missing.status_code == 404
