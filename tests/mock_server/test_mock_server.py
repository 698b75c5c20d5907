"""Every operation, answered by the examples of the contract over real HTTP."""

import pytest

import app
import config
from contract.current import document
from contract.spec import parameters
from mock_server.examples import examples, sample
from tests.client import Client
from tests.conftest import listening
from tests.contract.requests import FILE, OPERATIONS, SPEC, each, file, schema_of_body

EVERY_ANSWER = [
    pytest.param(operation, status, id=f"{operation.id}-{status}")
    for operation in OPERATIONS
    for status in sorted(operation.statuses)
]


@pytest.fixture(scope="module")
def url():
    with listening(app.create_mock(config.settings())) as url:
        yield url


@pytest.fixture
def client(url, monkeypatch):
    # What an example shows, the server has not answered.
    monkeypatch.setattr("tests.client.SEEN", set())
    monkeypatch.setattr("tests.client.REFUSED", set())
    with Client(url, SPEC) as client:
        yield client


def ask(client, operation, **changes):
    """The request that the examples of the contract make."""
    declared = parameters(SPEC, operation.path, operation.method.lower())
    given = {
        place: {one["name"]: sample(SPEC, one["schema"]) for one in declared if one["in"] == place}
        for place in ("path", "query")
    }
    required = {one["name"] for one in declared if one.get("required")}
    sent = {
        "token": None if operation.public else "sb_example",
        "query": {name: given["query"][name] for name in given["query"] if name in required},
        "json": sample(SPEC, body) if (body := schema_of_body(operation)) else None,
    }
    if (content := file(operation)) is not None:
        sent["content"] = content
        changes["headers"] = {"Content-Type": FILE, **changes.get("headers", {})}
    return client.call(operation.id, *given["path"].values(), **{**sent, **changes})


def prefer(text):
    return {"headers": {"Prefer": text}}


@each()
def test_an_operation_answers_with_a_success(client, operation):
    response = ask(client, operation)

    assert str(response.status_code) == min(operation.statuses)
    assert response.headers["x-request-id"]


@pytest.mark.parametrize(("operation", "status"), EVERY_ANSWER)
def test_every_declared_answer_can_be_asked_for(client, operation, status):
    response = ask(client, operation, **prefer(f"status={status}"))

    assert str(response.status_code) == status
    if status >= "400":
        assert response.json()["status"] == int(status)


@each(lambda operation: not operation.anonymous and not operation.public)
def test_a_credential_must_be_there(client, operation):
    assert ask(client, operation, token=None).status_code == 401


@each(schema_of_body)
def test_a_body_must_be_what_the_contract_says(client, operation):
    response = ask(client, operation, json={"unknown": 1})

    assert response.status_code == 400
    assert response.json()["code"] == "INVALID_REQUEST"


CREATE = document().operations["create_invitation"]


@pytest.mark.parametrize(
    ("preference", "status", "code"),
    [
        ("code=TEAM_SEAT_LIMIT", 403, "TEAM_SEAT_LIMIT"),
        ('status="403"', 403, "FORBIDDEN"),
        ("code=404", 404, "NOT_FOUND"),
        ("handling=strict, status=429; foo=bar", 429, "RATE_LIMITED"),
        ("respond-async", 201, None),
        ("status=404, code=TEAM_SEAT_LIMIT", 400, "INVALID_REQUEST"),
        ("status=418", 400, "INVALID_REQUEST"),
        ("example=none", 400, "INVALID_REQUEST"),
    ],
)
def test_a_caller_chooses_the_answer(client, preference, status, code):
    response = ask(client, CREATE, **prefer(preference))

    assert (response.status_code, response.json().get("code")) == (status, code)


@pytest.mark.parametrize("form", ["html", "csv"])
def test_a_caller_chooses_the_form_of_an_answer(client, form):
    response = ask(client, document().operations["export_library"], **prefer(f"example={form}"))

    assert response.headers["content-type"].startswith(f"text/{form}")
    assert "Page 5" in response.text


def test_a_refusal_carries_its_facts_and_the_id_of_this_request(client):
    headers = {"Prefer": "code=TEAM_SEAT_LIMIT", "X-Request-Id": "mine"}

    told = ask(client, CREATE, headers=headers).json()

    assert told["request_id"] == "mine"
    assert {"seats_total", "seats_used", "pending_invitations"} <= told.keys()


def test_a_problem_is_sent_to_who_asks_for_one(client):
    headers = {"Prefer": "status=409", "Accept": "application/problem+json"}

    response = ask(client, CREATE, headers=headers)

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 409


def test_what_cannot_be_chosen_is_refused_with_what_can(client):
    response = ask(client, CREATE, **prefer("status=418"))

    [detail] = response.json()["details"]
    assert detail["pointer"] == "/header/Prefer"
    assert detail["reason"].startswith("status can be 201, 400, 401, 403")


def test_a_wait_is_told_as_by_the_server(client):
    response = ask(client, CREATE, **prefer("status=429"))

    assert int(response.headers["retry-after"]) > 0


def test_other_paths_and_methods_are_refused_as_by_the_server(client):
    assert client.http.get("/nowhere").json()["code"] == "NOT_FOUND"
    assert client.http.put("/api/health").headers["allow"] == "GET, HEAD, OPTIONS"


def test_an_example_with_a_name_comes_first_and_can_be_asked_for():
    content = {
        "schema": {"type": "object", "example": {"n": 0}},
        "examples": {"one": {"value": {"n": 1}}, "two": {"$ref": "#/components/examples/Two"}},
    }
    responses = {"200": {"description": "Some.", "content": {"application/json": content}}}
    spec = {
        "paths": {"/things": {"get": {"responses": responses}}},
        "components": {"examples": {"Two": {"value": {"n": 2}}}},
    }

    found = examples(spec, "/things", "get")

    assert [(each.name, each.value["n"]) for each in found] == [("one", 1), ("two", 2), ("", 0)]
