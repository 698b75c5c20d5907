"""Idempotency-Key, which every POST takes."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

import clock
import db
from models import IdempotencyKey
from models.base import new_id
from tests.client import Client
from tests.contract.requests import SPEC, each, everything, request

KEY = "5f1c2b1e-every-post"
WITH_KEY = {"Idempotency-Key": KEY}


def is_post(operation):
    return operation.method == "POST"


def kept():
    with db.reading() as session:
        return session.scalars(select(IdempotencyKey)).all()


@each(is_post)
def test_a_repeated_request_gets_the_first_answer_and_changes_nothing(client, world, operation):
    wanted = request(operation, world)

    first = wanted.send(client, headers=WITH_KEY)
    after_the_first = everything()
    again = wanted.send(client, headers=WITH_KEY)

    assert "idempotency-replayed" not in first.headers
    if first.is_error:
        assert kept() == []  # a refused request gives its key back
        assert (again.status_code, again.json()["code"]) == (
            first.status_code,
            first.json()["code"],
        )
    elif not _ends_its_own_credential(operation):
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers.get("location") == first.headers.get("location")
        assert again.headers.get("set-cookie") == first.headers.get("set-cookie")
        assert everything() == after_the_first


@each(is_post)
def test_a_key_that_was_used_for_something_else_is_refused(client, world, operation):
    claim(_caller(operation, world))
    before = everything()

    response = request(operation, world).send(client, headers=WITH_KEY)

    assert (response.status_code, response.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert everything() == before


@each(is_post)
def test_while_the_first_request_runs_the_second_is_told_to_wait(watched, world, operation):
    url, watch = watched
    wanted = request(operation, world)
    with Client(url, SPEC) as one, Client(url, SPEC) as other, ThreadPoolExecutor() as pool:
        with watch.holding() as entered:
            first = pool.submit(wanted.send, one, headers=WITH_KEY)
            assert entered.wait(20)
            second = wanted.send(other, headers=WITH_KEY)
        first.result()

    assert (second.status_code, second.json()["code"]) == (409, "IDEMPOTENCY_KEY_IN_USE")
    assert second.headers["retry-after"] == "1"


@each(is_post)
def test_a_key_is_1_to_255_printable_characters(client, world, operation):
    before = everything()

    for key in ("", "x" * 256, "with space", b"\xc3\xa4"):
        response = request(operation, world).send(client, headers={"Idempotency-Key": key})
        assert response.status_code == 400
        pointers = {detail["pointer"] for detail in response.json()["details"]}
        assert pointers == {"/header/Idempotency-Key"}
    assert everything() == before


def claim(caller):
    """As if this caller's request under the key were still running, with another content."""
    now = clock.now()
    with db.transaction() as session:
        session.add(
            IdempotencyKey(
                caller=caller,
                key_hash=hashlib.sha256(KEY.encode()).hexdigest(),
                request_hash="another request",
                claim=new_id(),
                created_at=now,
                claimed_until=now + timedelta(minutes=1),
            )
        )


def _caller(operation, world):
    return "ip 127.0.0.1" if operation.public else world.owner.id


def _ends_its_own_credential(operation):
    """After these the caller is another one, or nobody."""
    return operation.id in ("sign_out", "refresh_session")
