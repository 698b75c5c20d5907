"""What a repeated POST means, shown with the one that matters most: an invitation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

import clock
import db
from models import IdempotencyKey, Invitation, OutboxMessage
from security import idempotency

KEY = "invite-grace-1"


@pytest.fixture
def owner(make):
    return make.user()


@pytest.fixture
def organization(make, owner):
    return make.organization(owner)


@pytest.fixture
def token(make, owner, organization):
    return make.token(owner, organization)


@pytest.fixture
def invite(client, organization, token):
    def invite(email="grace@example.com", key=KEY, token=token, **fields):
        return client.call(
            "create_invitation",
            organization.id,
            token=token,
            headers={"Idempotency-Key": key},
            json={"email": email, **fields},
        )

    return invite


def count(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def kept():
    with db.reading() as session:
        return session.scalars(select(IdempotencyKey)).all()


def change_kept(**values):
    with db.transaction() as session:
        session.execute(update(IdempotencyKey).values(**values))


def test_the_same_request_again_shows_the_same_link_and_invites_once(invite):
    first = invite()
    again = invite()

    assert first.status_code == again.status_code == 201
    assert first.json()["accept_url"] == again.json()["accept_url"]
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert (count(Invitation), count(OutboxMessage), count(IdempotencyKey)) == (1, 1, 1)


def test_the_order_of_fields_makes_no_other_request(invite):
    first = invite(role="member", expires_in_days=7)
    again = invite(expires_in_days=7, role="member")

    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content


def test_another_body_under_the_same_key_is_refused_and_invites_nobody(invite):
    invite()

    response = invite("alan@example.com")

    assert (response.status_code, response.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert count(Invitation) == 1


def test_another_organization_under_the_same_key_is_another_request(client, make, owner, invite):
    invite()
    elsewhere = make.organization(owner)

    response = client.call(
        "create_invitation",
        elsewhere.id,
        token=make.token(owner, elsewhere),
        headers={"Idempotency-Key": KEY},
        json={"email": "grace@example.com"},
    )

    assert response.status_code == 422


def test_a_key_belongs_to_one_caller(invite, make, organization):
    other = make.token(make.member(organization, role="admin"), organization)
    invite()

    response = invite("alan@example.com", token=other)

    assert response.status_code == 201
    assert "idempotency-replayed" not in response.headers
    assert count(Invitation) == 2


def test_without_a_key_every_request_counts(client, organization, token):
    for expected in (201, 409):
        response = client.call(
            "create_invitation", organization.id, token=token, json={"email": "grace@example.com"}
        )
        assert response.status_code == expected
    assert count(IdempotencyKey) == 0


def test_what_is_kept_shows_neither_the_link_nor_the_key_nor_any_text(invite):
    secret = invite().json()["accept_url"].rpartition("=")[2]

    [row] = kept()

    stored = repr(vars(row)).encode() + row.answer
    for plain in (secret, KEY, "grace@example.com", "accept_url"):
        assert plain.encode() not in stored


def test_after_a_day_the_key_is_new(invite, client, organization, token):
    first = invite().json()
    client.call("revoke_invitation", organization.id, first["id"], token=token)
    change_kept(created_at=clock.now() - idempotency.LIFETIME - timedelta(seconds=1))

    response = invite()

    assert response.status_code == 201
    assert response.json()["id"] != first["id"]
    assert "idempotency-replayed" not in response.headers


def test_a_minute_before_a_day_has_passed_the_answer_is_still_there(invite):
    invite()
    change_kept(created_at=clock.now() - idempotency.LIFETIME + timedelta(minutes=1))

    assert invite().headers["idempotency-replayed"] == "true"


def test_a_running_request_keeps_its_key_until_its_process_is_taken_for_dead(invite, make):
    invite()
    with db.transaction() as session:  # as if the first had died before it changed anything
        for model in (OutboxMessage, Invitation):
            session.execute(model.__table__.delete())
    change_kept(answer=None, claimed_until=clock.now() + timedelta(seconds=30))
    waiting = invite()
    assert (waiting.status_code, waiting.json()["code"]) == (409, "IDEMPOTENCY_KEY_IN_USE")

    change_kept(claimed_until=clock.now() - timedelta(seconds=1))
    taken_over = invite()

    assert taken_over.status_code == 201
    assert "idempotency-replayed" not in taken_over.headers
    assert invite().content == taken_over.content
    assert count(Invitation) == 1


def test_a_refusal_gives_the_key_back(invite, make, organization):
    make.member(organization, make.user("grace@example.com"))

    for _ in range(2):
        refused = invite()
        assert (refused.status_code, refused.json()["code"]) == (409, "ALREADY_MEMBER")
        assert count(IdempotencyKey) == 0
    assert invite("alan@example.com").status_code == 201


def test_a_body_that_is_not_valid_never_takes_the_key(invite):
    assert invite("not an address").status_code == 400
    assert count(IdempotencyKey) == 0
    assert invite().status_code == 201


def test_of_many_at_once_one_invites_and_the_others_wait_or_hear_the_same(invite):
    with ThreadPoolExecutor(8) as pool:
        answers = [each.result() for each in [pool.submit(invite) for _ in range(16)]]

    succeeded = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in succeeded}) == 1
    waiting = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert waiting <= {"IDEMPOTENCY_KEY_IN_USE"}
    assert (count(Invitation), count(OutboxMessage)) == (1, 1)


def test_an_answer_sealed_under_a_key_that_is_gone_is_not_given_to_anybody(invite):
    invite()
    [row] = kept()
    change_kept(answer=row.answer[:-1] + bytes([row.answer[-1] ^ 1]))

    assert invite().status_code == 422
    assert count(Invitation) == 1
