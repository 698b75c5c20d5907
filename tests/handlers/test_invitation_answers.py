"""Answering an invitation: accept, decline, and what its link and its addressee may see."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import clock
from models import Invitation, Membership, UserSession
from tests.stored import rows


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=3)


@pytest.fixture
def token(make, owner, organization):
    return make.token(owner, organization)


@pytest.fixture
def guest(make):
    return make.user("guest@example.com")


def test_a_retry_after_a_lost_answer_gets_the_same_answer(client, make, organization, guest):
    invitation = make.invitation(organization, guest.email)
    session = make.session(guest)

    first = client.call("accept_invitation", token=session, json={"token": invitation.token})
    again = client.call("accept_invitation", token=session, json={"token": invitation.token})

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert len(rows(select(Membership))) == 2


@pytest.mark.example("INVITATION_EMAIL_MISMATCH")
def test_the_wrong_account_consumes_nothing(client, make, organization, guest):
    invitation = make.invitation(organization, guest.email)
    other = make.session(make.user())

    refused = client.call("accept_invitation", token=other, json={"token": invitation.token})
    assert (refused.status_code, refused.json()["code"]) == (403, "INVITATION_EMAIL_MISMATCH")
    by_id = client.call("accept_invitation", token=other, json={"invitation_id": invitation.id})
    assert by_id.status_code == 404
    accepted = client.call(
        "accept_invitation", token=make.session(guest), json={"invitation_id": invitation.id}
    )
    assert accepted.status_code == 200


def test_the_wrong_account_does_not_decline(client, make, organization, guest):
    invitation = make.invitation(organization, guest.email)
    other = make.session(make.user())

    response = client.call("decline_invitation", token=other, json={"token": invitation.token})

    assert (response.status_code, response.json()["code"]) == (403, "INVITATION_EMAIL_MISMATCH")
    assert rows(select(Invitation.declined_at)) == [None]


def test_a_revoked_invitation_is_not_declined(client, make, organization, guest):
    now = clock.now()
    revoked = make.invitation(organization, guest.email, revoked_at=now, closed_at=now)
    answer = {"token": revoked.token}

    response = client.call("decline_invitation", token=make.session(guest), json=answer)

    assert (response.status_code, response.json()["code"]) == (400, "INVITATION_REVOKED")


def test_an_unverified_address_does_not_accept(client, make, organization):
    unverified = make.user("guest@example.com", verified=False)
    invitation = make.invitation(organization, "guest@example.com")

    response = client.call(
        "accept_invitation", token=make.session(unverified), json={"token": invitation.token}
    )

    assert (response.status_code, response.json()["code"]) == (403, "INVITATION_EMAIL_MISMATCH")


@pytest.mark.parametrize(
    ("ended", "status", "code"),
    [
        ("expired", 410, "INVITATION_EXPIRED"),
        ("revoked", 400, "INVITATION_REVOKED"),
        ("declined", 400, "INVITATION_DECLINED"),
        ("accepted", 400, "INVITATION_USED"),
    ],
)
@pytest.mark.example(
    "INVITATION_DECLINED", "INVITATION_EXPIRED", "INVITATION_REVOKED", "INVITATION_USED"
)
def test_what_is_over_says_how_it_ended(client, make, organization, guest, ended, status, code):
    now = clock.now()
    fields = {f"{ended}_at": now, "closed_at": now}
    if ended == "expired":
        fields = {"sent_at": now - timedelta(days=8)}
    invitation = make.invitation(organization, guest.email, **fields)
    session = make.session(guest)

    response = client.call("accept_invitation", token=session, json={"token": invitation.token})
    assert (response.status_code, response.json()["code"]) == (status, code)
    preview = client.call("inspect_invitation", json={"token": invitation.token})
    assert preview.json()["state"] == ended


@pytest.mark.example("SEAT_CAPACITY_EXCEEDED")
def test_seats_taken_away_leave_the_invitation_untouched(
    client, make, organization, guest, owner, token
):
    invitation = make.invitation(organization, guest.email)
    for _ in range(2):
        make.member(organization)
    session = make.session(guest)

    refused = client.call("accept_invitation", token=session, json={"token": invitation.token})
    assert refused.status_code == 403
    body = refused.json()
    assert body["code"] == "SEAT_CAPACITY_EXCEEDED"
    assert (body["seats_total"], body["seats_used"], body["pending_invitations"]) == (3, 3, 1)

    client.call("set_extra_seats", organization.id, token=token, json={"extra_seats": 3})
    accepted = client.call("accept_invitation", token=session, json={"token": invitation.token})
    assert accepted.status_code == 200


def test_a_member_who_accepts_stays_one_and_gives_the_seat_back(client, make, organization):
    member = make.member(organization, make.user("guest@example.com"), role="admin")
    invitation = make.invitation(organization, member.email)

    response = client.call(
        "accept_invitation", token=make.session(member), json={"token": invitation.token}
    )

    assert response.json()["message"] == "Already a member"
    assert response.json()["role"] == "admin"
    [row] = rows(select(Invitation))
    assert row.accepted_at is not None


def test_declining_frees_the_seat_and_may_be_repeated(client, make, organization, guest):
    invitation = make.invitation(organization, guest.email)
    session = make.session(guest)

    for _ in range(2):
        response = client.call(
            "decline_invitation", token=session, json={"token": invitation.token}
        )
        assert response.status_code == 200
    unknown = client.call("decline_invitation", token=session, json={"token": "unknown"})
    assert unknown.status_code == 404
    expired = make.invitation(organization, guest.email, sent_at=clock.now() - timedelta(days=8))
    gone = client.call("decline_invitation", token=session, json={"token": expired.token})
    assert gone.status_code == 410


def test_my_list_shows_pending_invitations_to_my_address(client, make, organization, guest):
    mine = make.invitation(organization, guest.email)
    make.invitation(organization)
    make.invitation(make.organization(), guest.email, revoked_at=clock.now(), closed_at=clock.now())

    response = client.call("list_my_invitations", token=make.session(guest))

    assert [item["id"] for item in response.json()] == [mine.id]


def test_the_preview_shows_what_the_holder_of_the_link_may_know(client, make, organization):
    invitation = make.invitation(organization, "guest@example.com")

    response = client.call("inspect_invitation", json={"token": invitation.token})

    assert response.json() == {
        "organization_name": "Analytical Engines",
        "inviter_name": None,
        "email": "guest@example.com",
        "state": "pending",
    }


def test_a_bound_token_does_not_answer_for_the_person(client, make, organization, guest):
    home = make.organization(guest)
    bound = make.token(guest, home, organization_only=True)
    invitation = make.invitation(organization, guest.email)

    response = client.call("accept_invitation", token=bound, json={"token": invitation.token})

    assert (response.status_code, response.json()["code"]) == (403, "TOKEN_BOUND")
    assert rows(select(func.count()).select_from(UserSession)) == [0]
