"""Bodies that are not what the contract says: refused where they are wrong, and without effect."""

import json
from copy import deepcopy

import pytest

from contract.spec import resolve
from tests.contract.requests import SPEC, each, everything, request, schema_of_body

MALFORMED = {
    "an open brace": b"{",
    "an open string": b'{"a": "b}',
    "a comma at the end": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "two values": b"{} {}",
    "NaN": b'{"a": NaN}',
    "not UTF-8": b'{"a": "\xff"}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "NUL": b'{"a": "\\u0000"}',
    "a key twice": b'{"a": 1, "a": 1}',
    "an integer beyond 64 bits": b'{"a": 18446744073709551616}',
    "too deep": b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}",
    "far too deep": b"[" * 100_000,
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@each(schema_of_body)
def test_what_is_not_json_is_refused(client, world, operation):
    before = everything()

    for body in MALFORMED.values():
        response = _send(client, world, operation, body)
        assert (response.status_code, response.json()["code"]) == (400, "INVALID_JSON")
    assert everything() == before


@each(schema_of_body)
@pytest.mark.parametrize("value", [None, [], "text", 1, True])
def test_what_is_not_an_object_is_refused(client, world, operation, value):
    response = _send(client, world, operation, json.dumps(value).encode())

    assert response.status_code == 400
    assert response.json()["details"] == [{"pointer": "", "reason": "must be object"}]


@each(schema_of_body)
def test_an_unknown_field_is_named(client, world, operation):
    before = everything()
    wanted = request(operation, world)

    response = wanted.send(client, json={**wanted.body, "nonsense/~": 1})

    assert response.status_code == 400
    named = {"pointer": "/nonsense~1~0", "reason": "is not a known field"}
    assert named in response.json()["details"]
    assert everything() == before


@each(schema_of_body)
def test_each_required_field_is_missed(client, world, operation):
    before = everything()
    wanted = request(operation, world)

    for name in schema_of_body(operation).get("required", ()):
        body = {field: value for field, value in wanted.body.items() if field != name}
        response = wanted.send(client, json=body)
        assert response.status_code == 400
        assert {"pointer": f"/{name}", "reason": "is required"} in response.json()["details"]
    assert everything() == before


@each(schema_of_body)
def test_each_field_of_a_wrong_type_is_pointed_at(client, world, operation):
    before = everything()
    wanted = request(operation, world)

    for name, written in schema_of_body(operation)["properties"].items():
        for wrong in _wrong_values(resolve(SPEC, written)):
            body = {**deepcopy(wanted.body), name: wrong}
            response = wanted.send(client, json=body)
            assert response.status_code == 400, (name, wrong)
            pointers = [detail["pointer"] for detail in response.json()["details"]]
            assert any(pointer.startswith(f"/{name}") for pointer in pointers), (name, wrong)
    assert everything() == before


@each(schema_of_body)
def test_without_a_body_the_missing_fields_are_named(client, world, operation):
    response = request(operation, world).send(client, json=None)

    required = schema_of_body(operation).get("required", [])
    assert response.status_code == 400
    assert [detail["pointer"] for detail in response.json()["details"]] == (
        [f"/{name}" for name in required] or [""]
    )


def _send(client, world, operation, body):
    return request(operation, world).send(
        client, json=None, content=body, headers={"Content-Type": "application/json"}
    )


def _wrong_values(schema):
    yield [] if schema["type"] == "object" else {}
    if not schema.get("nullable"):
        yield None
    if schema["type"] in ("integer", "number"):
        yield from ("1", 1.5, schema["minimum"] - 1, schema["maximum"] + 1, True)
    elif schema["type"] == "boolean":
        yield from (0, "true")
    elif schema["type"] == "array":
        yield from ("text", [{"nonsense": 1}], [None])
    else:
        yield from (1, True)
        if "maxLength" in schema:
            yield "x" * (schema["maxLength"] + 1)
        if "enum" in schema:
            yield "nonsense"
