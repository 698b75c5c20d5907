"""Pages on other origins: allowed by name, otherwise answered as if nothing had been asked."""

import pytest

from edge.cors import cors
from tests.edge.asgi import answering, request

ALLOWED = "https://app.example.com"


@pytest.fixture
def app():
    return cors(answering(405, headers=[("allow", "GET")], operation_id=None), [ALLOWED])


def preflight(app, origin=ALLOWED, method="POST", asked="authorization, x-csrf-token"):
    headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", asked),
    ]
    return request(app, method="OPTIONS", headers=headers)


def cors_headers(reply):
    return {name for name in reply.headers if name.startswith("access-control-")}


def test_an_allowed_preflight_is_answered_here(app):
    reply = preflight(app)

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == ALLOWED
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert "PATCH" in reply.headers["access-control-allow-methods"]
    assert "content-type" not in reply.headers


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Content-Type",
        "X-CSRF-Token",
        "Idempotency-Key",
        "X-Request-Id",
        "If-Match",
        "If-None-Match",
    ],
)
def test_a_page_may_send_what_the_contract_reads(app, name):
    assert preflight(app, asked=name).status == 204


@pytest.mark.parametrize(
    "refused",
    [
        {"origin": "https://evil.example.com"},
        {"origin": "null"},
        {"method": "TRACE"},
        {"asked": "x-invented"},
    ],
)
def test_a_refused_preflight_gets_the_apps_own_answer(app, refused):
    reply = preflight(app, **refused)

    assert (reply.status, reply.headers["allow"]) == (405, "GET")
    assert cors_headers(reply) == set()


def test_an_allowed_page_may_read_the_answer_and_its_headers():
    reply = request(cors(answering(), [ALLOWED]), headers=[("Origin", ALLOWED)])

    assert reply.headers["access-control-allow-origin"] == ALLOWED
    assert reply.headers["access-control-allow-credentials"] == "true"
    exposed = reply.headers["access-control-expose-headers"].split(", ")
    assert {"X-Request-Id", "Retry-After", "RateLimit-Remaining", "Allow"} <= set(exposed)
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("headers", [[], [("Origin", "https://evil.example.com")]])
def test_anyone_else_is_answered_without_permission(headers):
    reply = request(cors(answering(), [ALLOWED]), headers=headers)

    assert reply.status == 200
    assert cors_headers(reply) == set()
    assert reply.headers["vary"] == "Origin"


def test_without_origins_the_app_stands_alone():
    app = answering()

    assert cors(app, []) is app


@pytest.mark.parametrize("origin", ["*", "null"])
def test_everyone_is_not_an_origin(origin):
    with pytest.raises(ValueError, match="named"):
        cors(answering(), [ALLOWED, origin])
