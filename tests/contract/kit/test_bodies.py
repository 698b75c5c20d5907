import json

import pytest

from contract import bodies

AUTH = {"authorization": "Bearer ada"}
GOOD = {"name": "a", "email": "a@example.com"}


def create(ask, body, **more):
    return ask("POST", "/things", headers=AUTH, json={**GOOD, **body}, **more)


def send(ask, raw, content_type="application/json", **more):
    headers = [("authorization", "Bearer ada")]
    if content_type:
        headers.append(("content-type", content_type))
    return ask("POST", "/things", headers=headers, body=raw, **more)


def test_a_good_body_reaches_the_handler(ask):
    answer = create(ask, {"count": 3})

    assert answer.status == 201
    assert answer.json["got"]["count"] == 3


@pytest.mark.parametrize(
    "content_type",
    [
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"',
        "application/json; a=b/c",
    ],
)
def test_the_media_type_may_be_written_in_many_ways(ask, content_type):
    assert send(ask, json.dumps(GOOD).encode(), content_type).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/jsonp",
        "application/json;charset=foo",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "X/X/X",
    ],
)
def test_another_kind_of_body_is_refused(ask, content_type):
    answer = send(ask, json.dumps(GOOD).encode(), content_type)

    assert answer.status == 415
    assert answer.json["code"] == "UNSUPPORTED_MEDIA_TYPE"


def test_two_media_types_are_refused(ask):
    headers = [*AUTH.items(), ("content-type", "application/json"), ("content-type", "text/plain")]

    assert ask("POST", "/things", headers=headers, body=b"{}").status == 415


@pytest.mark.parametrize("headers", [AUTH, {**AUTH, "content-type": "application/json"}])
def test_without_a_body_every_required_field_is_missing(ask, headers):
    answer = ask("POST", "/things", headers=headers)

    assert answer.status == 400
    assert answer.details == {"/name": "is required", "/email": "is required"}


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b'"\xc3"',
        b"{",
        b"nope",
        b"NaN",
        b"[" * 100_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 65 + b"]" * 65,
        b'{"name": "a\x00b"}',
        b'{"name": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'{"name": "\\ud800"}',
        b'{"count": ' + b"9" * 5000 + b"}",
        b'{"count": 9223372036854775808}',
        b'{"count": -9223372036854775809}',
        b'{"count": 1e400}',
        b'{"name": "a", "name": "b"}',
        b'{"parts": [{"size": 1, "size": 2}]}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_as_we_take_it_is_refused(ask, raw):
    answer = send(ask, raw)

    assert answer.status == 400
    assert answer.json["code"] == "INVALID_JSON"


def test_an_escaped_backslash_before_a_u_is_no_nul(ask):
    raw = json.dumps(GOOD | {"name": "\\u0000"}).encode()

    assert send(ask, raw).json["got"]["name"] == "\\u0000"


def test_the_largest_integers_and_the_deepest_body_are_taken(ask):
    assert create(ask, {"count": 2**63 - 1}).status == 201
    deep = {}
    for _ in range(30):
        deep = {"parts": [deep]}
    assert create(ask, {"parts": [{"size": 1, **deep}]}).status == 201


@pytest.mark.parametrize(
    ("body", "pointer", "reason"),
    [
        ({"name": ""}, "/name", "must have at least 1 characters"),
        ({"name": 5}, "/name", "must be string"),
        ({"email": "nobody"}, "/email", "must be a valid email"),
        ({"owner": "1"}, "/owner", "must be a valid uuid"),
        ({"at": "yesterday"}, "/at", "must be a valid date-time"),
        ({"at": "2026-01-02T03:04:05"}, "/at", "must be a valid date-time"),
        ({"link": "not a link"}, "/link", "must be a valid uri"),
        ({"kind": "ugly"}, "/kind", "must be good or bad"),
        ({"id": "1"}, "/id", "is read-only"),
        ({"more": 1}, "/more", "is not a known field"),
        ({"m/o~re": 1}, "/m~1o~0re", "is not a known field"),
        ({"a/b~c": 1}, "/a~1b~0c", "must be boolean"),
        ({"count": -1}, "/count", "must be at least 0"),
        ({"count": 1.0}, "/count", "must be integer"),
        ({"expires": "long"}, "/expires", "must have at most 3 characters"),
        ({"level": "middle"}, "/level", "must be low, high or null"),
        ({"parts": [{}]}, "/parts/0/size", "is required"),
    ],
)
def test_a_failure_is_a_pointer_and_a_reason(ask, body, pointer, reason):
    answer = create(ask, body)

    assert (answer.status, answer.json["code"]) == (400, "INVALID_REQUEST")
    assert answer.details == {pointer: reason}


def test_a_missing_field_is_pointed_at(ask):
    answer = ask("POST", "/things", headers=AUTH, json={"name": "a"})

    assert answer.details == {"/email": "is required"}


def test_values_are_never_quoted(ask):
    answer = create(ask, {"email": "my-secret", "kind": "my-secret", "level": "my-secret"})

    assert "my-secret" not in answer.body.decode()


def test_failures_are_few_and_short(ask):
    answer = create(ask, {f"x{number}": 1 for number in range(50)} | {"y" * 9999: 1})

    assert len(answer.json["details"]) == 20
    assert all(len(one["reason"]) <= 200 for one in answer.json["details"])
    assert len(answer.body) < 6000


def test_null_goes_where_the_contract_says(ask):
    got = create(ask, {"expires": None, "level": None}).json["got"]

    assert (got["expires"], got["level"]) == (None, None)


def test_defaults_are_filled_in_at_every_depth(ask):
    got = create(ask, {"options": {}, "parts": [{"size": 1}, {"size": 2, "unit": "m"}]}).json["got"]

    assert got["kind"] == "good"
    assert got["options"] == {"colour": "red"}
    assert [part["unit"] for part in got["parts"]] == ["cm", "m"]


def test_an_optional_body_may_be_left_out(ask):
    assert ask("POST", "/notes").json == {"body": None}
    assert ask("POST", "/notes", json={}).json == {"body": {}}


def test_a_body_that_nobody_asked_for_is_ignored(ask):
    answer = ask("POST", "/bare", headers={"content-type": "nonsense"}, body=b"{")

    assert answer.json == {"done": True}
    assert answer.left == 1


def test_a_body_may_come_in_pieces(ask):
    raw = json.dumps(GOOD).encode()

    assert send(ask, b"", chunks=[raw[:9], b"", raw[9:]]).status == 201


def test_a_body_that_ends_early_is_refused(ask):
    assert send(ask, b"", chunks=[b"{", None]).status == 400
    assert send(ask, b"", chunks=[None]).status == 400


def test_raw_bytes_arrive_as_they_are(ask):
    headers = {"content-type": "application/octet-stream"}

    assert ask("POST", "/raw", headers=headers, body=b"\xff" * 10).json == {"length": 10}


@pytest.mark.parametrize(
    "chunks", [[b"x" * 11], [b"x" * 5, b"x" * 6], [b"x" * 5, b"x" * 1000, b"", b"x"]]
)
def test_a_body_that_is_too_large_is_read_and_refused(ask, chunks):
    headers = {"content-type": "application/octet-stream"}

    answer = ask("POST", "/raw", headers=headers, chunks=chunks)

    assert answer.status == 413
    assert (answer.json["code"], answer.json["limit_bytes"]) == ("PAYLOAD_TOO_LARGE", 10)
    assert answer.left == 0


def test_the_usual_limit_is_one_mebibyte(ask):
    raw = json.dumps(GOOD).encode()

    assert send(ask, raw + b" " * ((1 << 20) - len(raw))).status == 201
    assert send(ask, raw + b" " * ((1 << 20) - len(raw) + 1)).json["limit_bytes"] == 1 << 20


def test_not_everything_is_read_before_the_refusal(ask):
    endless = [b"x" * (1 << 20)] * 40

    assert send(ask, b"", chunks=endless).status == 413
    assert ask("POST", "/raw", chunks=endless).left > 20


def test_what_is_announced_as_far_too_large_is_refused_unread(ask):
    headers = [("content-length", str(bodies.MOST_BYTES + bodies.MOST_DRAINED + 1))]

    answer = ask("POST", "/raw", headers=headers, chunks=[b"x"] * 9)

    assert (answer.status, answer.left) == (413, 8)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("POST", "/things", 401),
        ("POST", "/nowhere", 404),
        ("POST", "/thread", 405),
        ("POST", "/bare?odd=1", 400),
    ],
)
@pytest.mark.parametrize("name", ["content-length", "transfer-encoding"])
def test_a_refusal_waits_until_the_client_has_sent_its_body(ask, method, target, status, name):
    announcement = {name: "5000" if name == "content-length" else "chunked"}
    answer = ask(method, target, headers=announcement, chunks=[b"a" * 1000] * 5)

    assert (answer.status, answer.left) == (status, 0)


def test_a_refusal_does_not_wait_for_ever(ask):
    endless = [b"a" * (1 << 20)] * 40

    assert ask("POST", "/nowhere", headers={"transfer-encoding": "chunked"}, chunks=endless).left
    assert ask("POST", "/nowhere", headers={"content-length": "41943040"}, chunks=endless).left
    assert ask("POST", "/nowhere").status == 404
