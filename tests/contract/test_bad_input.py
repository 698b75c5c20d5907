"""Requests that no client library would send, written byte by byte."""

import base64
import json
import re
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

import clock
import config
from contract.current import document
from security import access_tokens
from tests.client import Contract
from tests.contract.requests import SPEC, everything

ERROR = {"error", "code", "message", "status", "request_id"}
PROBLEM = "application/problem+json"
CONTRACT = Contract(document().spec)


@pytest.fixture
def send(server):
    """One request as it is written; the answer as httpx shows answers."""
    address = urlsplit(server)

    def send(method, target, *headers, body=b""):
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
        if body and not any(line.lower().startswith("transfer-encoding") for line in headers):
            lines.append(f"Content-Length: {len(body)}")
        written = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
            connection.sendall(written)
            return _answer(connection)

    return send


@pytest.fixture
def bearer(world):
    return f"Authorization: Bearer {world.credential}"


@pytest.fixture
def unchanged(world):
    before = everything()
    yield
    assert everything() == before


def _answer(connection):
    received = b""
    while part := connection.recv(65536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)


def is_refusal(response, status, code=None):
    body = response.json()
    assert response.status_code == status, response.text
    assert body.keys() >= ERROR
    assert body["status"] == status
    assert response.headers["x-request-id"] == body["request_id"]
    assert code in (None, body["code"])
    CONTRACT.validator({"$ref": "#/components/schemas/ErrorCode"}).validate(body["code"])
    return True


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "target",
    [
        "/nowhere",
        "/api",
        "/api/",
        "/api/health/",
        "//api/health",
        "/api//health",
        "/API/health",
        "/api/health%2Fready",
        "/api-docs/",
        "/api-docs/index.html",
        "/api-docs/viewer.js.gz",
        "/api-docs/..%2Ffiles.py",
        "/api/%68ealth%00",
        "/api/organizations/%00",
        "/api/organizations/%2F",
        "/api/organizations/%FF",
        "/api/organizations/../health",
        "/api/organizations/%2e%2e/health",
        "/api/organizations/" + "x" * 5000,
        "/%",
        "/%zz",
        "*",
    ],
)
def test_a_path_that_is_not_there_is_not_found(send, bearer, unchanged, target):
    response = send("GET", target, bearer)

    assert is_refusal(response, 404, "NOT_FOUND")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("target", ["/nowhere", "/api/organizations/%2F"])
def test_it_is_a_problem_when_asked_for(send, bearer, target):
    response = send("GET", target, bearer, f"Accept: {PROBLEM}")

    assert response.headers["content-type"] == PROBLEM
    CONTRACT.validator({"$ref": "#/components/schemas/Problem"}).validate(response.json())


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("path", SPEC["paths"])
def test_a_wrong_method_is_told_the_right_ones(send, unchanged, path):
    target = re.sub(r"\{\w+\}", "0192f0c1-0000-7000-8000-000000000000", path)
    allowed = {method.upper() for method in SPEC["paths"][path]} | {"OPTIONS"}
    allowed |= {"HEAD"} if "GET" in allowed else set()

    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} - allowed:
        response = send(method, target)
        if method == "BREW":  # the server's parser knows the registered methods
            assert response.status_code in (400, 405)
            continue
        assert is_refusal(response, 405, "METHOD_NOT_ALLOWED")
        assert set(response.headers["allow"].split(", ")) == allowed
    options = send("OPTIONS", target)
    assert (options.status_code, options.content) == (204, b"")
    assert set(options.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "query",
    [
        "limit=1&limit=1",
        "limit=",
        "limit=1e1",
        "limit=0",
        "limit=99999999999999999999999999",
        "limit=%31%00",
        "limit=%FF",
        "limit[]=1",
        "LIMIT=1",
        "offset=-1",
        "offset=%2B1",
        "=1",
        "&".join(f"a{number}=1" for number in range(300)),
    ],
)
def test_a_query_that_cannot_be_is_refused(send, world, bearer, unchanged, query):
    response = send("GET", f"/api/organizations/{world.organization.id}/members?{query}", bearer)

    assert is_refusal(response, 400, "INVALID_REQUEST")
    assert all(
        each["pointer"].startswith("/query") and each["reason"]
        for each in response.json()["details"]
    )


def test_a_chunked_body_is_a_body(send, world, bearer):
    body = json.dumps({"email": "grace@example.com"}).encode()
    chunked = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"

    response = send(
        "POST",
        f"/api/organizations/{world.organization.id}/invitations",
        bearer,
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
        body=chunked,
    )

    assert response.status_code == 201
    assert response.json()["email"] == "grace@example.com"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        (("Content-Type: text/plain",), 415),
        (("Content-Type: application/json; charset=utf-16",), 415),
        (("Content-Type: application/json", "Content-Type: text/plain"), 415),
        (("Content-Type: application/x-www-form-urlencoded",), 415),
        (("Content-Type: multipart/form-data; boundary=x",), 415),
        (("Content-Type: \xff",), 415),
        ((), 415),
        (("Content-Type: APPLICATION/JSON ; charset=UTF-8", "Expect: nothing"), 400),
    ],
)
def test_a_body_of_another_kind_is_refused(send, world, bearer, unchanged, written, status):
    target = f"/api/organizations/{world.organization.id}/invitations"

    assert is_refusal(send("POST", target, bearer, *written, body=b'{"role": 7}'), status)


def test_headers_that_are_too_many_or_too_long_are_refused(send, unchanged):
    for headers in (["X-Long: " + "x" * 10_000], [f"X-{number}: 1" for number in range(200)]):
        assert is_refusal(send("GET", "/api/version", *headers), 431, "HEADERS_TOO_LARGE")


def tokens(world):
    """Access tokens that look right, and what is wrong with each."""
    header, payload, signature = world.credential.split(".")
    claims = jwt.decode(world.credential, options={"verify_signature": False})
    key_id = jwt.get_unverified_header(world.credential)
    own = config.settings().signing_keys()[0]
    named = {"kid": key_id["kid"]}
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", **named}).encode()).decode()
    past = clock.now() - timedelta(seconds=1)
    return {
        "expired": access_tokens.sign(claims["sub"], claims["sid"], past),
        "of another key": jwt.encode(claims, "x" * 40, "HS256", headers=named),
        "of an unknown key": jwt.encode(claims, own, "HS256", headers={"kid": "unknown"}),
        "of no key": jwt.encode(claims, own, "HS256"),
        "unsigned": f"{unsigned.rstrip('=')}.{payload}.",
        "of another algorithm": jwt.encode(claims, own + "x" * 64, "HS512", headers=named),
        "of another audience": jwt.encode({**claims, "aud": "x"}, own, "HS256", headers=named),
        "of another issuer": jwt.encode({**claims, "iss": "x"}, own, "HS256", headers=named),
        "of another person": jwt.encode(
            {**claims, "sub": world.member.id}, own, "HS256", headers=named
        ),
        "changed": f"{header}.{payload[:-2]}AA.{signature}",
        "cut": world.credential[:-1],
        "doubled": world.credential + world.credential,
        "without a session": jwt.encode(
            {key: claims[key] for key in claims if key != "sid"}, own, "HS256", headers=named
        ),
        "with a number for a session": jwt.encode(
            {**claims, "sid": 7}, own, "HS256", headers=named
        ),
    }


def test_an_access_token_that_is_not_ours_is_refused(send, world, unchanged):
    assert send("GET", "/api/auth/me", f"Authorization: Bearer {world.credential}").is_success
    for wrong, token in tokens(world).items():
        response = send("GET", "/api/auth/me", f"Authorization: Bearer {token}")
        assert is_refusal(response, 401), wrong
        cookie = send("GET", "/api/auth/me", f"Cookie: token={token}")
        assert is_refusal(cookie, 401, "COOKIE_INVALID"), wrong
        beside = send(
            "GET",
            "/api/auth/me",
            f"Authorization: Bearer {world.credential}",
            f"Cookie: a=b; token={token}",
        )
        assert is_refusal(beside, 401, "COOKIE_INVALID"), wrong


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "bearer\tx", "Bearer \xff", "x" * 4000],
)
def test_an_authorization_that_is_none_is_refused(send, unchanged, value):
    assert is_refusal(send("GET", "/api/auth/me", f"Authorization: {value}"), 401)


@pytest.mark.parametrize("target", ["/ HTTP/1.1\r\nbroken line", "/\xff", "/ /"])
def test_what_is_not_http_does_not_reach_us(send, unchanged, target):
    response = send("GET", target)

    assert response.status_code == 400
    assert "x-request-id" not in response.headers
