import asyncio
import logging
import uuid

import orjson
import pytest
from connexion.exceptions import OAuthScopeProblem
from starlette.exceptions import HTTPException

import errors
from contract.refusals import Refusals, as_refusal, write
from tests.contract.kit.client import Answer, call

PROBLEM = "application/problem+json"


def test_a_refusal_is_the_error_of_the_contract(ask):
    answer = ask("GET", "/refused", **{"slugbase.request_id": "abc"})

    assert (answer.status, answer.headers["content-type"]) == (409, "application/json")
    assert answer.headers["retry-after"] == "7"
    assert answer.json == {
        "error": "It clashes.",
        "code": "CLASHES",
        "message": "Choose another.",
        "status": 409,
        "request_id": "abc",
        "seats_total": 5,
    }


@pytest.mark.parametrize(
    "accept", [PROBLEM, f"application/json, {PROBLEM}", f"{PROBLEM.upper()};q=0.5"]
)
def test_a_problem_is_sent_to_who_asks_for_one(ask, accept):
    answer = ask("GET", "/refused", headers={"accept": accept}, **{"slugbase.request_id": "abc"})

    assert answer.headers["content-type"] == PROBLEM
    assert answer.json == {
        "type": "about:blank",
        "title": "It clashes.",
        "detail": "Choose another.",
        "status": 409,
        "instance": "urn:request:abc",
        "code": "CLASHES",
        "request_id": "abc",
        "seats_total": 5,
    }


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", f"{PROBLEM};q=0", f"{PROBLEM}; q=0.0", f"{PROBLEM}x"]
)
def test_others_get_plain_json(ask, accept):
    assert ask("GET", "/refused", headers={"accept": accept}).headers["content-type"] == (
        "application/json"
    )


def test_a_request_without_an_id_gets_one(ask):
    assert uuid.UUID(ask("GET", "/nowhere").json["request_id"])


def test_a_defect_is_logged_and_not_shown(ask, caplog):
    with caplog.at_level(logging.ERROR, "slugbase"):
        answer = ask("GET", "/broken", **{"slugbase.request_id": "abc"})

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert b"secret" not in answer.body
    assert "abc" in caplog.text
    assert "the secret detail" in caplog.text


def test_a_refusal_is_no_defect(ask, caplog):
    ask("GET", "/refused")

    assert not caplog.records


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (HTTPException(404), 404, "NOT_FOUND"),
        (HTTPException(406), 406, "INVALID_REQUEST"),
        (HTTPException(503), 500, "INTERNAL_ERROR"),
        (OAuthScopeProblem([], ["x"]), 403, "FORBIDDEN"),
        (ValueError("x"), 500, "INTERNAL_ERROR"),
        (errors.NotFound(), 404, "NOT_FOUND"),
    ],
)
def test_every_exception_becomes_a_refusal(exception, status, code):
    refusal = as_refusal(exception)

    assert (refusal.status, refusal.code) == (status, code)


def test_the_headers_of_an_exception_are_kept():
    exception = HTTPException(401, headers={"Retry-After": "3"})

    assert as_refusal(exception).headers == {"WWW-Authenticate": "Bearer", "Retry-After": "3"}


def test_an_answer_that_has_begun_is_not_answered_again():
    async def begins(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("too late")

    with pytest.raises(RuntimeError, match="too late"):
        call(Refusals(begins), "GET", "/")


def test_one_refusal_can_be_sent_from_anywhere():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "headers": [], "slugbase.request_id": "abc"}
    asyncio.run(write(errors.HeadersTooLarge(), scope, None, send))

    answer = Answer(sent)
    assert answer.status == 431
    assert orjson.loads(answer.body)["request_id"] == "abc"
    assert answer.headers["content-length"] == str(len(answer.body))
