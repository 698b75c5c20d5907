"""Request id, limit on headers and standing headers of every answer."""

import asyncio
from functools import partial

import pytest

from tests.edge import asgi
from tests.edge.asgi import answering, request

front = partial(asgi.front, access_log=False)


def test_an_answer_carries_an_id_the_app_has_seen_too():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["slugbase.request_id"])
        await answering()(scope, receive, send)

    first, second = request(front(app)), request(front(app))

    assert [first.headers["x-request-id"], second.headers["x-request-id"]] == seen
    assert seen[0] != seen[1]


def test_the_callers_own_id_is_kept():
    reply = request(front(answering()), headers=[("X-Request-Id", "job-7.retry_2")])

    assert reply.headers["x-request-id"] == "job-7.retry_2"


@pytest.mark.parametrize("sent", ["", "a" * 129, "two words", "line\nbreak", "ü", '"}'])
def test_an_id_that_could_do_harm_is_replaced(sent):
    reply = request(front(answering()), headers=[("X-Request-Id", sent)])

    assert reply.headers["x-request-id"] != sent
    assert len(reply.headers["x-request-id"]) == 36


@pytest.mark.parametrize(
    "headers",
    [
        [("x-long", "a" * 8192)],
        [("a" * 8193, "")],
        [("x-half", "a" * 4100)] * 2,
        [("x", "")] * 101,
    ],
)
def test_too_many_headers_are_refused_before_the_app(headers):
    async def unreached(scope, receive, send):
        raise AssertionError

    reply = request(front(unreached), headers=headers)

    assert reply.status == 431
    assert reply.json()["code"] == "HEADERS_TOO_LARGE"
    assert reply.json()["request_id"] == reply.headers["x-request-id"]
    assert reply.headers["content-type"] == "application/json"
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_8192_bytes_in_100_headers_are_let_through():
    headers = [("x", "")] * 99 + [("y", "a" * (8192 - 99 - 1))]

    assert request(front(answering()), headers=headers).status == 200


def test_every_answer_carries_the_security_headers():
    headers = request(front(answering(404))).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_an_answer_keeps_its_own_values():
    own = [("content-security-policy", "default-src 'self'"), ("cache-control", "max-age=60")]

    reply = request(front(answering(headers=own)))

    assert reply.headers["content-security-policy"] == "default-src 'self'"
    assert reply.headers["cache-control"] == "max-age=60"
    assert len(reply.raw_headers) == len(reply.headers)


def test_a_refusal_of_headers_keeps_to_what_the_caller_accepts():
    long, problem = ("x", "a" * 8192), ("accept", "application/problem+json")

    assert request(front(answering()), headers=[long, problem]).json()["title"]
    assert request(front(answering()), method="HEAD", headers=[long]).body == b""


def test_an_https_installation_asks_for_https():
    reply = request(front(answering(), public_url="https://go.example.com"))

    assert reply.headers["strict-transport-security"].startswith("max-age=31536000")


def test_an_app_may_send_the_same_message_again():
    app = front(answering())

    assert len(request(app).raw_headers) == len(request(app).raw_headers)


def test_a_defect_is_answered_in_our_shape_and_still_reaches_the_server():
    async def broken(scope, receive, send):
        raise RuntimeError("password=hunter2")

    async def call():
        sent = []

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/api/x", "headers": []}
        with pytest.raises(RuntimeError):
            await front(broken)(scope, None, send)
        return sent

    start, body = asyncio.run(call())
    assert start["status"] == 500
    assert b"INTERNAL_ERROR" in body["body"]
    assert b"hunter2" not in body["body"]


def test_a_defect_after_the_answer_began_sends_nothing_more():
    async def broken(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    async def call():
        sent = []

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/api/x", "headers": []}
        with pytest.raises(RuntimeError):
            await front(broken)(scope, None, send)
        return sent

    assert [message["type"] for message in asyncio.run(call())] == ["http.response.start"]


def test_lifespan_passes_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    asyncio.run(front(app)({"type": "lifespan"}, None, None))

    assert seen == [{"type": "lifespan"}]
