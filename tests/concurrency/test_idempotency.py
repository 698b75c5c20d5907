from functools import partial

import pytest
from sqlalchemy import func, select

import db
from models import IdempotencyKey, Invitation, OutboxMessage

KEY = {"Idempotency-Key": "one-and-the-same"}


@pytest.fixture
def owner(make):
    return make.user()


@pytest.fixture
def organization(make, owner):
    return make.organization(owner, seats=5)


@pytest.fixture
def invite(make, owner, organization):
    token = make.token(owner, organization)

    def invite(client, email="guest@example.com"):
        return client.call(
            "create_invitation", organization.id, token=token, json={"email": email}, headers=KEY
        )

    return invite


def counted(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_one_key_thirty_times_has_one_effect_and_one_answer(crowd, invite):
    answers = crowd.each(30, invite)

    created = [answer for answer in answers if answer.status_code == 201]
    others = [answer for answer in answers if answer.status_code != 201]
    first = [answer for answer in created if "idempotency-replayed" not in answer.headers]
    assert len(first) == 1
    assert {answer.content for answer in created} == {first[0].content}
    assert {answer.status_code for answer in others} <= {409}
    assert {answer.json()["code"] for answer in others} <= {"IDEMPOTENCY_KEY_IN_USE"}
    assert counted(Invitation) == counted(OutboxMessage) == counted(IdempotencyKey) == 1

    [again] = crowd.at_once(invite)
    assert (again.status_code, again.content) == (201, first[0].content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first[0].headers["location"]


def test_one_key_for_two_requests_lets_one_of_them_through(crowd, invite):
    calls = [partial(invite, email=f"guest{number % 2}@example.com") for number in range(20)]

    answers = crowd.at_once(*calls)

    assert {answer.status_code for answer in answers} <= {201, 409, 422}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 422} == {
        "IDEMPOTENCY_KEY_REUSED"
    }
    assert counted(Invitation) == counted(OutboxMessage) == 1


def test_a_refused_request_leaves_its_key_to_the_next(crowd, invite, make, organization):
    for _ in range(4):
        make.member(organization)  # full

    answers = crowd.each(20, invite)

    assert {answer.json()["code"] for answer in answers} <= {
        "TEAM_SEAT_LIMIT",
        "IDEMPOTENCY_KEY_IN_USE",
    }
    assert counted(IdempotencyKey) == counted(Invitation) == counted(OutboxMessage) == 0
