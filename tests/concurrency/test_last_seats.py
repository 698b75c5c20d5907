from collections import Counter
from functools import partial

import pytest
from sqlalchemy import func, select

import clock
import db
from domain import seats
from models import Invitation, Organization, OutboxMessage

# Nobody waits longer for a lock than a person waits for a page.
PATIENCE_SECONDS = 10


def invite(organization, token, email, client):
    return client.call("create_invitation", organization.id, token=token, json={"email": email})


@pytest.fixture
def owner(make):
    return make.user()


def counted(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_two_hundred_invitations_race_for_seven_seats(crowd, make, owner):
    organization = make.organization(owner, seats=10)
    for _ in range(2):
        make.member(organization)
    token = make.token(owner, organization)

    answers = crowd.at_once(
        *(partial(invite, organization, token, f"guest{n}@example.com") for n in range(200))
    )

    assert Counter(answer.status_code for answer in answers) == {201: 7, 403: 193}
    for answer in answers:
        if answer.status_code == 403:
            body = answer.json()
            assert body["code"] == "TEAM_SEAT_LIMIT"
            assert (body["seats_total"], body["included_seats"], body["extra_seats"]) == (10, 1, 9)
            assert (body["seats_used"], body["pending_invitations"]) == (3, 7)
    assert counted(Invitation) == counted(OutboxMessage) == 7
    invited = {answer.json()["email"] for answer in answers if answer.status_code == 201}
    with db.reading() as session:
        assert set(session.scalars(select(OutboxMessage.recipient))) == invited
    assert max(crowd.seconds) < PATIENCE_SECONDS


def test_one_address_is_invited_once(crowd, make, owner):
    organization = make.organization(owner, seats=10)
    token = make.token(owner, organization)

    answers = crowd.each(30, partial(invite, organization, token, "guest@example.com"))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 29}
    [created] = [answer.json() for answer in answers if answer.status_code == 201]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {body["code"] for body in refused} == {"INVITATION_PENDING"}
    assert {body["invitation_id"] for body in refused} == {created["id"]}
    assert counted(Invitation) == counted(OutboxMessage) == 1


def test_batches_race_for_the_same_seats(crowd, make, owner):
    organization = make.organization(owner, seats=10)
    token = make.token(owner, organization)

    def invite_five(number, client):
        emails = [f"guest{number}-{item}@example.com" for item in range(5)]
        return client.call(
            "create_invitations",
            organization.id,
            token=token,
            json={"invitations": [{"email": email} for email in emails], "atomic": number % 2 == 0},
        )

    answers = crowd.at_once(*(partial(invite_five, number) for number in range(20)))

    results = [answer.json() for answer in answers]
    assert sum(result["invited"] for result in results) == counted(Invitation)
    assert counted(Invitation) == counted(OutboxMessage) <= 9
    assert counted(Invitation) == 9  # batches of one by one take what whole ones leave
    for number, result in enumerate(results):
        assert number % 2 or result["invited"] in (0, 5)


def test_promises_never_exceed_seats_while_seats_are_taken_away(crowd, make, owner):
    """Inviting, joining, revoking and lowering the number of seats, all at once."""
    organization = make.organization(owner, seats=8)
    token = make.token(owner, organization)
    guests = [make.user(f"guest{number}@example.com") for number in range(5)]
    promised = [make.invitation(organization, guest.email) for guest in guests]
    accepts = [
        partial(accept, row, make.session(guest))
        for row, guest in zip(promised, guests, strict=True)
    ]
    invites = [
        partial(invite, organization, token, f"new{number}@example.com") for number in range(20)
    ]
    lowers = [partial(set_seats, organization, token, extra) for extra in (7, 6, 5, 4) * 3]

    answers = crowd.at_once(*mixed(invites, lowers, accepts))

    joined = [answer for answer in answers if answer.request.url.path.endswith("/accept")]
    assert {answer.status_code for answer in joined} == {200}
    for answer in answers:
        body = answer.json()
        if answer.status_code in (403, 409) or "seats_total" in body:
            promised_seats = body["seats_used"] + body["pending_invitations"]
            assert promised_seats <= body["seats_total"]
            if body.get("code") == "TEAM_SEAT_LIMIT":
                assert promised_seats == body["seats_total"]
    left = seats_of(organization)
    assert left.seats_used == 6
    assert left.seats_used + left.pending_invitations <= left.seats_total


def accept(invitation, session, client):
    return client.call("accept_invitation", token=session, json={"token": invitation.token})


def set_seats(organization, token, extra, client):
    return client.call("set_extra_seats", organization.id, token=token, json={"extra_seats": extra})


def mixed(*groups):
    """One of each in turn, the longest group spread over the rest."""
    indexed = [(place / len(group), call) for group in groups for place, call in enumerate(group)]
    return [call for _, call in sorted(indexed, key=lambda pair: pair[0])]


def seats_of(organization):
    with db.reading() as session:
        return seats.count(session, session.get_one(Organization, organization.id), clock.now())
