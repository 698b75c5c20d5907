"""What the contract promises of every operation, asked of every operation."""

import pytest

import db
from contract.codes import codes
from contract.current import document
from contract.spec import parameters
from tests.client import Client
from tests.contract.requests import (
    CHANGED_BY_GET,
    SPEC,
    each,
    everything,
    is_open,
    names_what_is_wrong,
    request,
    schema_of_body,
    stated,
    takes_the_bearer,
)

SCOPES = SPEC["components"]["schemas"]["Scope"]["enum"]


@each(lambda operation: not is_open(operation))
def test_without_a_credential_it_answers_401(client, world, operation):
    before = everything()

    response = request(operation, world).send(client, token=None)

    assert response.status_code == 401
    assert response.json()["code"] == "UNAUTHORIZED"
    assert response.headers["www-authenticate"] == "Bearer"
    assert everything() == before


@each(lambda operation: not is_open(operation))
def test_with_a_credential_nobody_gave_out_it_answers_401(client, world, operation):
    for invented in ("sb_" + "A" * 43, "a.b.c", "Ü"):
        response = request(operation, world).send(
            client, token=None, headers={"Authorization": f"Bearer {invented}".encode()}
        )
        assert response.status_code == 401


@each(lambda operation: operation.scope != "none")
def test_a_token_of_every_other_scope_does_not_reach_it(client, make, world, operation):
    others = [scope for scope in SCOPES if scope != operation.scope]
    token = make.token(world.owner, world.organization, scopes=others)
    before = everything()

    response = request(operation, world).send(client, token=token)

    assert response.status_code == 403
    assert response.json()["code"] == "SCOPE_MISSING"
    assert response.json()["scope"] == operation.scope
    before.pop("api_tokens")  # when it was last used stands there
    assert before.items() <= everything().items()


def names(code):
    return lambda operation: code in codes(SPEC, stated(operation))


@each(names("FORBIDDEN"))
def test_what_a_member_may_not_do_it_refuses_them(client, make, world, operation):
    token = make.session(world.member, organization=world.organization)
    before = everything()

    response = request(operation, world).send(client, token=token)

    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
    assert everything() == before


@each(lambda operation: operation.plan == "team")
def test_on_another_plan_it_refuses(client, world, operation):
    with db.transaction() as session:
        session.merge(world.organization).plan = "free"
    before = everything()

    response = request(operation, world).send(client)

    assert (response.status_code, response.json()["code"]) == (403, "PLAN_REQUIRES_TEAM")
    assert everything() == before


@each(names("SESSION_REQUIRED"))
def test_what_needs_a_session_it_refuses_an_api_token(client, make, world, operation):
    token = make.token(world.owner, world.organization)

    response = request(operation, world).send(client, token=token)

    assert (response.status_code, response.json()["code"]) == (403, "SESSION_REQUIRED")


@each(names("TOKEN_BOUND"))
def test_what_concerns_the_whole_account_it_refuses_a_bound_token(client, make, world, operation):
    token = make.token(world.owner, world.organization, organization_only=True)

    response = request(operation, world).send(client, token=token)

    assert (response.status_code, response.json()["code"]) == (403, "TOKEN_BOUND")


@each(lambda operation: operation.csrf)
def test_a_cookie_alone_does_not_change_anything(client, world, operation):
    before = everything()

    for cookies in ("", "; _csrf=" + "a" * 64):
        response = request(operation, world).send(
            client, token=None, cookie=f"token={world.credential}{cookies}"
        )
        assert (response.status_code, response.json()["code"]) == (403, "CSRF_FAILED")
    assert everything() == before


@each(takes_the_bearer)
def test_a_dead_cookie_is_refused_even_beside_a_good_bearer(client, world, operation):
    response = request(operation, world).send(client, cookie="token=dead")

    if is_open(operation):
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["code"]) == (401, "COOKIE_INVALID")
        assert response.headers["set-cookie"].startswith("token=; Path=/; Max-Age=0")


@each(names_what_is_wrong)
def test_an_unknown_query_parameter_is_named(client, world, operation):
    before = everything()
    wanted = request(operation, world)

    response = wanted.send(client, query={**(wanted.query or {}), "nonsense": "1"})

    assert response.status_code == 400
    assert response.json()["details"] == [
        {"pointer": "/query/nonsense", "reason": "is not a known parameter"}
    ]
    assert everything() == before


@each()
def test_a_nul_in_the_query_is_refused(client, world, operation):
    wanted = request(operation, world)

    response = wanted.send(client, query={**(wanted.query or {}), "nonsense": "\0"})

    assert (response.status_code, response.json()["code"]) == (400, "INVALID_REQUEST")


@each()
def test_headers_beyond_8_kilobytes_are_refused(client, world, operation):
    response = request(operation, world).send(client, headers={"X-Long": "x" * 10_000})

    assert (response.status_code, response.json()["code"]) == (431, "HEADERS_TOO_LARGE")


@each(schema_of_body)
def test_a_body_of_11_megabytes_is_refused(client, world, operation):
    before = everything()

    response = request(operation, world).send(
        client,
        json=None,
        content=b'{"a": "' + b"x" * (11 << 20) + b'"}',
        headers={"Content-Type": "application/json"},
    )

    assert (response.status_code, response.json()["limit_bytes"]) == (413, 1 << 20)
    assert everything() == before


@each(schema_of_body)
@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=latin-1", None])
def test_a_body_that_is_not_json_is_refused(client, world, operation, kind):
    before = everything()

    response = request(operation, world).send(
        client, json=None, content=b"{}", headers={"Content-Type": kind} if kind else {}
    )

    assert response.status_code == 415
    assert "application/json" in response.json()["message"]
    assert everything() == before


@each(names_what_is_wrong)
def test_a_refusal_comes_as_problem_when_asked_for(client, world, operation):
    plain = request(operation, world).send(client, query={"nonsense": "1"}).json()

    response = request(operation, world).send(
        client, query={"nonsense": "1"}, headers={"Accept": "application/problem+json"}
    )

    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["title"], body["detail"]) == (plain["error"], plain["message"])
    assert (body["code"], body["details"]) == (plain["code"], plain["details"])


@each(lambda operation: operation.method == "GET")
def test_head_answers_as_get_does_without_a_body(client, world, operation):
    got = request(operation, world).send(client)
    head = request(operation, world).send(client, method="HEAD")

    assert head.status_code == got.status_code < 400
    assert head.content == b""
    assert head.headers.get("content-type") == got.headers.get("content-type")


@each(lambda operation: operation.method == "GET" and operation.id not in CHANGED_BY_GET)
def test_a_get_changes_nothing(client, world, operation):
    before = everything()

    assert request(operation, world).send(client).status_code < 400
    assert everything() == before


@each(lambda operation: operation.rate_limit != "none")
def test_a_client_that_calls_too_often_is_told_when_to_come_back(closed_to_all, operation):
    path = ["0192f0c1-0000-7000-8000-000000000000"] * operation.path.count("{")
    with Client(closed_to_all, document().spec) as client:
        response = client.call(operation.id, *path)

    assert (response.status_code, response.json()["code"]) == (429, "RATE_LIMITED")
    assert response.headers["ratelimit-remaining"] == "0"
    assert int(response.headers["retry-after"]) > 0


@each(lambda operation: operation.rate_limit == "none")
def test_what_has_no_rate_limit_answers_however_often_it_is_called(closed_to_all, operation):
    with Client(closed_to_all, document().spec) as client:
        response = client.http.get(operation.path)

    assert response.status_code != 429
    assert "429" not in stated(operation)["responses"]


def takes_a_cursor(operation):
    given = parameters(SPEC, operation.path, operation.method.lower())
    return "cursor" in {each["name"] for each in given}


@each(takes_a_cursor)
def test_only_a_cursor_of_the_same_list_leads_on(client, world, operation):
    wanted = request(operation, world)

    # Nonsense, "null", `[]`, and what reads as a row of a list that there is not.
    for cursor in ("x", "bnVsbA", "W10", "WyJOb3RoaW5nLmlkIiwiMjAyNi0xMS0yNVQwMDowMDowMFoiLCJ4Il0"):
        response = wanted.send(client, query={**(wanted.query or {}), "cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (400, "INVALID_REQUEST")
        assert response.json()["details"][0]["pointer"] == "/query/cursor"


@each(lambda operation: "304" in operation.statuses)
def test_what_the_caller_has_seen_is_not_sent_again(client, world, operation):
    wanted = request(operation, world)
    tag = wanted.send(client).headers["etag"]

    for given in (tag, f'"other", W/{tag.removeprefix("W/")}', "*"):
        response = wanted.send(client, headers={"If-None-Match": given})
        assert (response.status_code, response.headers["etag"]) == (304, tag)
    assert wanted.send(client, headers={"If-None-Match": '"other"'}).status_code == 200


@each(lambda operation: "412" in operation.statuses)
def test_what_has_another_version_by_now_is_not_changed(client, world, operation):
    before = everything()

    for given in ('"999.0"', 'W/"1.0"', "nonsense"):
        response = request(operation, world).send(client, headers={"If-Match": given})
        assert (response.status_code, response.json()["code"]) == (412, "PRECONDITION_FAILED")
    assert everything() == before
    assert request(operation, world).send(client, headers={"If-Match": "*"}).status_code == 200
