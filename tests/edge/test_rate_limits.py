"""Who has called too often, and what they are told."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from connexion import AsyncApp
from connexion.middleware import ConnexionMiddleware
from connexion.middleware.security import SecurityMiddleware

import clock
import errors
from edge.counts import Counts
from edge.rate_limits import LIMITS, Limit, RateLimits
from tests.edge.asgi import answering, front, request, routed, send_request, settings

FEW = {
    "general": Limit(5, 900),
    "auth": Limit(2, 900, failures_only=True),
    "contact": Limit(2, 3600),
}


class Document:
    """Every operation is in the class it is named after."""

    def of(self, operation_id):
        return SimpleNamespace(rate_limit=operation_id.rpartition(".")[2])


class Clock:
    def __init__(self):
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self):
        return self.time

    def pass_seconds(self, seconds):
        self.time += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def hours(monkeypatch):
    frozen = Clock()
    monkeypatch.setattr(clock, "now", frozen.now)
    return frozen


async def refusals(app, scope, receive, send):
    """As contract.Refusals does it, outside the limits: exceptions become answers."""
    try:
        await app(scope, receive, send)
    except errors.Refusal as refusal:
        headers = [(k.lower().encode(), v.encode()) for k, v in refusal.headers.items()]
        start = {"type": "http.response.start", "status": refusal.status, "headers": headers}
        await send(start)
        body = json.dumps(refusal.body(scope["slugbase.request_id"])).encode()
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def calls():
    """calls(class, app): one client after another, all against the same counters."""
    storage = Counts()

    def call(name, app=None, *, enabled=True, **kwargs):
        inner = app or answering(operation_id=f"handlers.things.{name}")
        quiet = settings(access_log=False, rate_limits_enabled=enabled)
        limited = RateLimits(
            inner, document=Document(), settings=quiet, limits=FEW, storage=storage
        )
        operation_id = f"handlers.things.{name}" if name else None
        return request(
            front(partial(refusals, routed(limited, operation_id)), access_log=False), **kwargs
        )

    return call


async def refusing(scope, receive, send):
    raise errors.Unauthorized


def test_every_answer_tells_how_much_is_left(calls, hours):
    calls("general")
    hours.pass_seconds(10.5)

    headers = calls("general").headers

    assert headers["ratelimit-limit"] == "5"
    assert headers["ratelimit-remaining"] == "3"
    assert headers["ratelimit-reset"] == "890"
    assert headers["ratelimit-policy"] == "5;w=900"


def test_beyond_the_limit_a_caller_is_told_when_to_come_back(calls, hours):
    assert [calls("general").status for _ in range(5)] == [200] * 5
    hours.pass_seconds(100)

    reply = calls("general")

    assert reply.status == 429
    assert reply.headers["retry-after"] == "800"
    assert (reply.json()["code"], reply.json()["retry_after"]) == ("RATE_LIMITED", 800)
    assert reply.headers["ratelimit-limit"] == "5"
    assert reply.headers["ratelimit-remaining"] == "0"
    assert reply.headers["ratelimit-reset"] == "800"
    assert len(reply.raw_headers) == len(reply.headers)


def test_a_new_window_starts_with_a_full_count(calls, hours):
    for _ in range(6):
        calls("general")
    hours.pass_seconds(900)

    assert calls("general").headers["ratelimit-remaining"] == "4"


def test_a_class_shows_its_own_numbers_and_counts_in_general_too(calls):
    assert calls("contact").headers["ratelimit-policy"] == "2;w=3600"
    calls("contact")
    assert calls("contact").status == 429

    assert calls("general").headers["ratelimit-remaining"] == "1"


def test_an_exception_is_answered_with_the_numbers_as_well(calls):
    reply = calls("general", refusing)

    assert (reply.status, reply.headers["ratelimit-remaining"]) == (401, "4")


def test_class_none_is_not_counted(calls):
    replies = [calls("none") for _ in range(9)]

    assert {reply.status for reply in replies} == {200}
    assert "ratelimit-limit" not in replies[0].headers


def test_what_stock_connexion_cannot_route_is_general(calls):
    assert calls(None).headers["ratelimit-remaining"] == "4"


def test_switched_off_nothing_is_counted_or_said(calls):
    replies = [calls("general", enabled=False) for _ in range(9)]

    assert {reply.status for reply in replies} == {200}
    assert "ratelimit-limit" not in replies[0].headers


def test_successes_are_not_counted_where_failures_are(calls):
    remaining = [calls("auth").headers["ratelimit-remaining"] for _ in range(4)]

    assert remaining == ["2"] * 4


@pytest.mark.parametrize("failing", [refusing, answering(401, operation_id="handlers.things.auth")])
def test_failures_are_counted_whether_raised_or_sent(calls, failing):
    replies = [calls("auth", failing) for _ in range(3)]

    assert [reply.status for reply in replies] == [401, 401, 429]
    assert [reply.headers["ratelimit-remaining"] for reply in replies] == ["1", "0", "0"]


def test_a_right_password_does_not_help_after_too_many_wrong_ones(calls):
    for _ in range(2):
        calls("auth", refusing)

    assert calls("auth").status == 429


def test_many_guesses_at_once_are_not_all_let_in():
    async def slow(scope, receive, send):
        await asyncio.sleep(0.01)
        raise errors.Unauthorized

    quiet = settings(access_log=False)
    limited = RateLimits(slow, document=Document(), settings=quiet, limits=FEW)
    app = front(partial(refusals, routed(limited, "handlers.things.auth")), access_log=False)

    async def guess():
        return await asyncio.gather(*(send_request(app) for _ in range(4)))

    assert [reply.status for reply in asyncio.run(guess())] == [401, 401, 429, 429]


def test_each_ipv4_address_has_its_own_count(calls):
    calls("general", client="192.0.2.1")

    assert calls("general", client="192.0.2.2").headers["ratelimit-remaining"] == "4"
    assert calls("general", client="::ffff:192.0.2.2").headers["ratelimit-remaining"] == "3"


def test_an_ipv6_slash_56_is_one_client(calls):
    calls("general", client="2001:db8:0:100::1")

    assert calls("general", client="2001:db8:0:1ff::9").headers["ratelimit-remaining"] == "3"
    assert calls("general", client="2001:db8:0:200::1").headers["ratelimit-remaining"] == "4"


@pytest.mark.parametrize("client", [None, "fe80::1%eth0", "testclient", ""])
def test_odd_clients_are_counted_too(calls, client):
    assert calls("general", client=client).headers["ratelimit-remaining"] == "4"


def test_invented_addresses_share_one_count(calls):
    calls("general", client="a:b:c")

    assert calls("general", client="1:2:3").headers["ratelimit-remaining"] == "3"


def test_a_window_that_ended_meanwhile_is_not_given_anything_back():
    counts = Counts()

    assert counts.incr("auth:a", 900, -1) == 0
    assert counts.incr("auth:a", 900) == 1


def test_counters_that_ended_are_forgotten(hours):
    counts = Counts()
    for number in range(Counts.FIRST_SWEEP):
        counts.incr(f"general:{number}", 900)
    hours.pass_seconds(900)

    counts.incr("general:new", 900)

    assert len(counts) == 1


def test_the_numbers_are_the_ones_we_publish():
    assert LIMITS["general"] == Limit(2000, 900)
    assert LIMITS["auth"] == Limit(50, 900, failures_only=True)
    assert LIMITS["contact"] == Limit(10, 3600)


async def contact():
    return {}


SPEC = {
    "openapi": "3.0.3",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/contact": {
            "get": {
                "operationId": f"{__name__}.contact",
                "responses": {"200": {"description": "ok"}},
            }
        }
    },
}


def test_it_is_a_middleware_of_an_untouched_connexion_app():
    quiet = settings(access_log=False)
    limits = partial(RateLimits, document=Document(), settings=quiet, limits=FEW)
    stack = list(ConnexionMiddleware.default_middlewares)
    stack.insert(stack.index(SecurityMiddleware), limits)
    stock = AsyncApp(__name__, middlewares=stack)
    stock.add_api(SPEC)
    app = front(stock, access_log=False)

    reply = request(app, "/contact")

    assert (reply.status, reply.headers["ratelimit-remaining"]) == (200, "1")
    assert request(app, "/nowhere").headers["ratelimit-remaining"] == "3"
