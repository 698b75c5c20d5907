"""What the contract shows as an example is what the server gives.

`make examples` runs these tests, and those of refusals marked `example`, and writes what they
received.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete

import db
from contract.codes import codes
from contract.current import document
from contract.examples import name_of
from contract.spec import resolve
from models import Membership
from tests import examples
from tests.client import Client
from tests.conftest import empty
from tests.contract.requests import SPEC, each, request, stated

INVITE = document().operations["create_invitation"]
CHANGE = document().operations["update_bookmark"]
KEY = {"Idempotency-Key": "5f1c2b1e-invite-grace"}

# What has to be so before the request of the contract's examples succeeds.
BEFORE = {
    "set_up": lambda world, make: empty(),
    "delete_account": lambda world, make: make.member(world.organization, role="owner"),
    "delete_organization": lambda world, make: _leave_alone(world, make),
    "leave_organization": lambda world, make: make.member(world.organization, role="owner"),
    "create_team": lambda world, make: _rename(world.team),
}
# How an answer is asked for in another than its first form.
OTHER_FORMS = {
    ("export_library", "text/html"): {"query": {"format": "netscape"}},
    ("export_library", "text/csv"): {"query": {"format": "csv"}},
    ("preview_link", "text/html"): {"headers": {"Accept": "text/html"}},
    ("preview_link_with_arguments", "text/html"): {"headers": {"Accept": "text/html"}},
}
JSON = {"Content-Type": "application/json"}
# What makes of an invitation one that is refused, for the refusals of many operations.
SPOILT = {
    "COOKIE_INVALID": lambda world, make: {"token": None, "cookie": "token=dead"},
    "CSRF_FAILED": lambda world, make: {"token": None, "cookie": f"token={world.credential}"},
    "FORBIDDEN": lambda world, make: {"token": make.session(world.member)},
    "HEADERS_TOO_LARGE": lambda world, make: {"headers": {"X-Long": "x" * 10_000}},
    "INVALID_JSON": lambda world, make: {"json": None, "content": b"{", "headers": JSON},
    "INVALID_REQUEST": lambda world, make: {"json": {"role": "member"}},
    "NOT_FOUND": lambda world, make: {"path": [world.token_id]},
    "PAYLOAD_TOO_LARGE": lambda world, make: {"json": {"email": "x" * (1 << 20)}},
    "SCOPE_MISSING": lambda world, make: {
        "token": make.token(world.owner, world.organization, scopes=["members:read"])
    },
    "TEAM_SEAT_LIMIT": lambda world, make: _fill(world, make),
    "UNAUTHORIZED": lambda world, make: {"token": None},
    "UNSUPPORTED_MEDIA_TYPE": lambda world, make: {"json": None, "content": b"email=grace"},
}


@pytest.fixture
def hold(pytestconfig):
    def hold(name, value):
        examples.hold(name, value, recording=pytestconfig.getoption("record"))

    return hold


@each()
@pytest.mark.example
def test_its_answer_is_what_the_server_gives(client, world, make, hold, operation):
    BEFORE.get(operation.id, lambda world, make: None)(world, make)

    response = request(operation, world).send(client)

    assert response.status_code < 400, response.text
    if response.content:
        hold(name_of(operation.id, str(response.status_code)), _shown(operation, response))


@pytest.mark.parametrize(("name", "media"), OTHER_FORMS)
@pytest.mark.example
def test_its_other_forms_are_what_the_server_gives(client, world, hold, name, media):
    operation = document().operations[name]

    response = request(operation, world).send(client, **OTHER_FORMS[name, media])

    assert response.headers["content-type"].startswith(media)
    hold(name_of(name, str(response.status_code), media), _shown(operation, response))


@each()
def test_every_answer_has_an_example(operation):
    for status, response in stated(operation)["responses"].items():
        contents = [*resolve(SPEC, response).get("content", {}).values()]
        told_as_json = contents[:1] if status >= "400" else contents
        for content in told_as_json:
            assert "examples" in content, f"{status}: run `make examples`"


@each()
def test_every_code_it_names_has_an_example(operation):
    without = {*codes(SPEC, stated(operation))} - SPEC["components"]["examples"].keys()

    assert without == set(), "mark a test that receives it `example`, and run `make examples`"


@pytest.mark.parametrize(
    "code", [pytest.param(code, marks=pytest.mark.example(code)) for code in SPOILT]
)
def test_a_refusal_is_what_the_server_gives(client, world, make, code):
    response = request(INVITE, world).send(client, **SPOILT[code](world, make))

    assert response.json()["code"] == code


@pytest.mark.example("PRECONDITION_FAILED")
def test_a_version_that_is_no_longer(client, world):
    response = request(CHANGE, world).send(client, headers={"If-Match": '"0.0"'})

    assert response.status_code == 412


@pytest.mark.example("METHOD_NOT_ALLOWED")
def test_a_method_that_is_not_there(client):
    response = client.http.put("/api/version")

    assert response.status_code == 405
    client.contract.check("unmatched", response)


@pytest.mark.example("RATE_LIMITED")
def test_too_many_requests(closed_to_all, world):
    with Client(closed_to_all, SPEC) as client:
        assert request(INVITE, world).send(client).status_code == 429


@pytest.mark.example("INTERNAL_ERROR")
def test_a_defect(watched, world):
    url, watch = watched
    with Client(url, SPEC) as client, watch.raising(RuntimeError()):
        assert request(INVITE, world).send(client).status_code == 500


@pytest.mark.example("IDEMPOTENCY_KEY_REUSED")
def test_a_key_used_for_something_else(client, world):
    invite = request(INVITE, world)
    invite.send(client, headers=KEY)

    response = invite.send(client, headers=KEY, json={"email": "alan@example.com"})

    assert response.status_code == 422


@pytest.mark.example("IDEMPOTENCY_KEY_IN_USE")
def test_a_key_whose_first_request_still_runs(watched, world):
    url, watch = watched
    invite = request(INVITE, world)
    with Client(url, SPEC) as one, Client(url, SPEC) as other, ThreadPoolExecutor() as pool:
        with watch.holding() as entered:
            first = pool.submit(invite.send, one, headers=KEY)
            assert entered.wait(20)
            assert invite.send(other, headers=KEY).status_code == 409
        first.result()


def _fill(world, make):
    for _ in range(2):
        make.member(world.organization)
    return {}


def _rename(row):
    with db.transaction() as session:
        session.merge(row).name = "Somewhere else"


def _leave_alone(world, make):
    """Nobody but the owner belongs to the organization, and the owner to another one too."""
    with db.transaction() as session:
        others = Membership.user_id != world.owner.id
        session.execute(delete(Membership).where(others))
    make.organization(world.owner)


def _shown(operation, response):
    """The answer; of a long text its first lines, and of a document its head."""
    if operation.id == "get_metrics":
        return "".join(line for line in response.text.splitlines(True) if "in_flight" in line)
    if operation.id == "export_library" and "json" not in response.headers["content-type"]:
        return response.text
    if "json" not in response.headers["content-type"]:
        return "".join(response.text.splitlines(True)[:5])
    body = response.json()
    if "openapi" in body:
        info = {name: body["info"][name] for name in ("title", "version")}
        return {"openapi": body["openapi"], "info": info, "paths": {}}
    if operation.id == "get_readiness":
        return {**body, "database": "sqlite"}  # the other database answers the same but for this
    return body
