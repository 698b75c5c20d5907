"""Small documents before and after a change, and who is told about it."""

from datetime import UTC, datetime

import pytest

import clock
from drift.documents import compare
from tests.drift.documents import LIMIT, NAME, NEW_THING, changed, document, refers

POST = "paths /things post"
RESPONSES = f"{POST} responses"
NEW = "components schemas NewThing"
SHOWN = "components schemas Thing"

BREAKING = {
    "a path": (["paths /things/{id}"], "POST /things/{id} is gone; callers get 404."),
    "a method": (
        [f"{POST}", ("paths /things get", {"operationId": "get_thing", "responses": {}})],
        "POST /things/{id} is gone; callers get 405.",
    ),
    "an operationId": (
        [(f"{POST} operationId", "create_thing")],
        "the operationId is now create_thing; clients generated from the contract lose the "
        "function of that name.",
    ),
    "a tag": (
        [(f"{POST} tags", ["Parts"])],
        "the tag is now `Parts`; clients generated from the contract move the function of that "
        "name.",
    ),
    "a status": (
        [f"{RESPONSES} 409"],
        "the status 409 is gone; callers that wait for 409 never see it.",
    ),
    "another success": (
        [(f"{RESPONSES} 202", refers("Thing"))],
        "the status 202 is new; callers that know only 201 do not understand it.",
    ),
    "a header": (
        [f"{RESPONSES} 201 headers Location"],
        "the header Location of the 201 answer is gone; callers that read it find nothing.",
    ),
    "a media type of an answer": (
        [(f"{RESPONSES} 201 content", {"text/plain": {}})],
        "the 201 answer is no longer given as application/json; callers that accept it cannot "
        "read.",
    ),
    "a media type of a request": (
        [(f"{POST} requestBody content", {"text/plain": {}})],
        "the request body application/json is gone; callers that send it get 415.",
    ),
    "a parameter": (
        [f"{POST} parameters 1"],
        "the query parameter `limit` is gone; callers that send it get 400.",
    ),
    "a new parameter that is required": (
        [(f"{POST} parameters 1", {**LIMIT, "name": "offset", "required": True})],
        "the query parameter `offset` is new and required; callers that do not know it get 400.",
    ),
    "a parameter that became required": (
        [(f"{POST} parameters 1 required", True)],
        "the query parameter `limit` became required; callers that leave it out get 400.",
    ),
    "a lower limit of a parameter": (
        [(f"{POST} parameters 1 schema maximum", 50)],
        "the query parameter `limit` has maximum `50` instead of `100`; callers that send more "
        "get 400.",
    ),
    "a narrower path parameter": (
        [(f"{POST} parameters 0 schema pattern", "^x")],
        "the path parameter `id` has pattern `^x` instead of none; callers that send anything "
        "else get 404.",
    ),
    "a field that became required": (
        [(f"{NEW} required", ["name", "color"])],
        "the request field `NewThing.color` became required; callers that leave it out get 400.",
    ),
    "a new field that is required": (
        [(f"{NEW} required", ["name", "size"]), (f"{NEW} properties size", {"type": "integer"})],
        "the request field `NewThing.size` is new and required; callers that do not know it get "
        "400.",
    ),
    "a field that is no longer taken": (
        [f"{NEW} properties color"],
        "the request field `NewThing.color` is gone; callers that send it get 400.",
    ),
    "another type": (
        [(f"{NEW} properties parts items type", "integer")],
        "the request field `NewThing.parts[]` is integer instead of string; callers that send "
        "string get 400.",
    ),
    "fewer items": (
        [(f"{NEW} properties parts maxItems", 8)],
        "the request field `NewThing.parts` has maxItems `8` instead of `9`; callers that send "
        "more get 400.",
    ),
    "a value that is no longer taken": (
        [(f"{NEW} properties color enum", ["red"])],
        "the request field `NewThing.color` lost `blue`; callers that send it get 400.",
    ),
    "an enum where everything went": (
        [("components schemas Name enum", ["a", "b"])],
        "the request type `Name` takes only `a`, `b`; callers that send anything else get 400.",
    ),
    "another default": (
        [(f"{NEW} properties color default", "blue")],
        "the request field `NewThing.color` has the default blue instead of red; callers that "
        "leave it out get something else.",
    ),
    "a body that became required to be shorter": (
        [("components schemas Name maxLength", 20)],
        "the request type `Name` has maxLength `20` instead of `50`; callers that send more get "
        "400.",
    ),
    "a longer answer": (
        [("components schemas Name maxLength", 60)],
        "the answer type `Name` has maxLength `60` instead of `50`; callers that rely on "
        "maxLength `50` fail.",
    ),
    "a field that is no longer shown": (
        [f"{SHOWN} properties size"],
        "the answer field `Thing.size` is gone; callers that read it find nothing.",
    ),
    "a field that may be missing": (
        [(f"{SHOWN} required", ["id"])],
        "the answer field `Thing.name` is no longer required; callers that count on it fail when "
        "it is missing.",
    ),
    "a field that may be null": (
        [(f"{SHOWN} properties size nullable", True)],
        "the answer field `Thing.size` may be null; callers that read it fail.",
    ),
    "a wider type": (
        [(f"{SHOWN} properties size type", "number")],
        "the answer field `Thing.size` is number instead of integer; callers that expect integer "
        "fail.",
    ),
    "a value callers do not know": (
        [(f"{SHOWN} properties state enum", ["new", "old", "lost"])],
        "the answer field `Thing.state` gained `lost`; callers that know only the old values "
        "fail, since it does not say “May grow.”.",
    ),
    "a value callers wait for": (
        [(f"{SHOWN} properties kind enum", ["a"])],
        "the answer field `Thing.kind` lost `b`; callers that wait for it never see it again.",
    ),
    "another format": (
        [(f"{SHOWN} properties id pattern", "^x")],
        "the answer field `Thing.id` has pattern `^x` instead of `^[0-9]+$`; callers that rely on "
        "pattern `^[0-9]+$` fail.",
    ),
    "one more form": (
        [(f"{SHOWN} properties shape oneOf 2", {"type": "integer"})],
        "the answer field `Thing.shape` may also be integer; callers that know only the other "
        "forms fail.",
    ),
    "a schema": (
        [
            "components schemas NewThing",
            ("components schemas ThingToMake", NEW_THING),
            (f"{POST} requestBody content", refers("ThingToMake")["content"]),
        ],
        "the schema `NewThing` is gone; clients generated from the contract lose the type of that "
        "name.",
    ),
    "a credential": (
        [(f"{POST} security", [{"bearer": []}])],
        "cookie is no longer enough; callers that rely on it get 401.",
    ),
    "one more credential": (
        [(f"{POST} security", [{"bearer": [], "cookie": []}, {"cookie": []}])],
        "bearer is no longer enough; callers that rely on it get 401.",
    ),
    "a scope": (
        [(f"{POST} x-scope", "parts:write")],
        "x-scope is parts:write instead of things:write; tokens that carry only the old scope get "
        "403.",
    ),
    "a CSRF token": (
        [(f"{POST} x-csrf", True)],
        "x-csrf is True instead of none; callers that send the cookie without `X-CSRF-Token` get "
        "403.",
    ),
    "a rate limit": (
        [(f"{POST} x-rate-limit", "strict")],
        "x-rate-limit is strict instead of general; callers that call as often as before may get "
        "429.",
    ),
    "where a credential is sent": (
        [("components securitySchemes bearer scheme", "basic")],
        "the credential bearer is sent otherwise; callers that send it as before get 401.",
    ),
}

COMPATIBLE = {
    "an answer to what is known": [(f"{RESPONSES} 304", {"description": "Nothing has changed."})],
    "nothing": [],
    "descriptions and examples": [
        (f"{POST} summary", "Make it"),
        (f"{NEW} example", {"name": "x"}),
        (f"{NEW} properties color description", "Of the paint."),
    ],
    "an operation": [("paths /parts", {"get": {"operationId": "list_parts", "responses": {}}})],
    "a refusal": [(f"{RESPONSES} 404", refers("Thing"))],
    "an answer's header": [(f"{RESPONSES} 409 headers", {"Retry-After": {"schema": {}}})],
    "one more media type": [(f"{POST} requestBody content text/plain", {})],
    "an optional parameter": [(f"{POST} parameters 1", {**LIMIT, "name": "offset"})],
    "an optional field": [(f"{NEW} properties size", {"type": "integer"})],
    "a field in answers": [(f"{SHOWN} properties color", {"type": "string"})],
    "a field that may be left out": [(f"{NEW} required", [])],
    "a field that is always there": [(f"{SHOWN} required", ["id", "name", "size"])],
    "a higher limit": [(f"{POST} parameters 1 schema maximum", 200)],
    "more values in requests": [(f"{NEW} properties color enum", ["red", "blue", "green"])],
    "more values where it may grow": [(f"{SHOWN} properties kind enum", ["a", "b", "c"])],
    "null in requests": [(f"{NEW} properties color nullable", True)],
    "a smaller number in answers": [(f"{SHOWN} properties size maximum", 5)],
    "fewer forms of answers": [(f"{SHOWN} properties shape oneOf", [{"type": "string"}])],
    "a readOnly field in requests": [
        (f"{NEW} properties id", {"type": "string", "readOnly": True}),
        (f"{NEW} required", ["name", "id"]),
    ],
    "a writeOnly field in answers": [
        (f"{SHOWN} properties secret", {"type": "string", "writeOnly": True}),
        (f"{SHOWN} required", ["id", "name", "secret"]),
    ],
    "nobody signed in": [(f"{POST} security", [])],
    "no scope": [(f"{POST} x-scope", "none")],
    "no limit": [(f"{POST} x-rate-limit", "none")],
    "a reference through allOf": [
        (f"{NEW} properties name", {"allOf": [{"$ref": "#/components/schemas/Name"}]})
    ],
    "an announced end": [(f"{POST} deprecated", True), (f"{POST} x-deprecated-at", "2026-01-01")],
}


def told(old, new, level):
    return [each.sentence for each in compare(old, new) if each.level == level]


@pytest.mark.parametrize("case", BREAKING)
def test_it_says_what_breaks_whom(case):
    edits, sentence = BREAKING[case]
    where = "the contract" if case in ("a schema", "where a credential is sent") else "make_thing"

    assert f"{where}: {sentence}" in told(document(), changed(*edits), "breaking")


@pytest.mark.parametrize("case", COMPATIBLE)
def test_it_lets_pass_what_breaks_nobody(case):
    assert told(document(), changed(*COMPATIBLE[case]), "breaking") == []


def test_what_is_only_more_is_told_as_added():
    after = changed(
        ("paths /parts", {"get": {"operationId": "list_parts", "responses": {}}}),
        (f"{RESPONSES} 201 headers ETag", {"schema": {"type": "string"}}),
        (f"{SHOWN} properties color", {"type": "string"}),
        (f"{SHOWN} properties kind enum", ["a", "b", "c"]),
        (f"{POST} parameters 1 schema maximum", 200),
    )

    assert told(document(), after, "added") == [
        "make_thing: the answer field `Thing.kind` gained `c`.",
        "make_thing: the answer field `Thing.color` is new.",
        "make_thing: the header ETag of the 201 answer is new.",
        "list_parts: GET /parts is new.",
    ]
    assert told(document(), after, "compatible") == [
        "make_thing: the query parameter `limit` has maximum `200` instead of `100`."
    ]


def test_a_renamed_path_parameter_keeps_the_address_but_not_the_clients():
    after = changed((f"{POST} parameters 0 name", "thing"))
    after["paths"] = {"/things/{thing}": after["paths"]["/things/{id}"]}

    assert told(document(), after, "breaking") == [
        "make_thing: the path parameter `id` is now called `thing`; clients generated from the "
        "contract name it otherwise."
    ]


def test_one_sentence_names_three_operations_and_counts_the_rest():
    before, after = document(), changed(("components schemas Name nullable", True))
    for spec in (before, after):
        item = spec["paths"]["/things/{id}"]
        for number in range(4):
            spec["paths"][f"/copies/{number}"] = {
                "get": {**item["post"], "operationId": f"copy_{number}", "parameters": []}
            }

    assert told(before, after, "breaking") == [
        "make_thing, copy_0, copy_1 and 2 more: the answer type `Name` may be null; callers that "
        "read it fail."
    ]


@pytest.mark.parametrize(
    ("was", "now", "level"),
    [
        ({"type": "string"}, {"oneOf": [{"type": "string"}, {"type": "integer"}]}, "breaking"),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "integer"}, "compatible"),
        ({"anyOf": [{"type": "string"}]}, {"oneOf": [{"type": "string"}]}, None),
        ({"$ref": "#/components/schemas/Name"}, {"allOf": [NAME]}, None),
        ({"allOf": [{"type": "string"}, {"maxLength": 5}]}, {"type": "string"}, "breaking"),
        ({"type": "string"}, {"allOf": [{"type": "string"}, {"maxLength": 5}]}, "compatible"),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, "compatible"),
        ({}, {"type": "string"}, "compatible"),
        ({"type": "integer"}, {}, "breaking"),
    ],
)
def test_one_form_among_several_is_found_again(was, now, level):
    before, after = (changed((f"{SHOWN} properties size", schema)) for schema in (was, now))

    assert {each.level for each in compare(before, after)} == ({level} if level else set())


def test_a_schema_may_contain_itself_in_any_way():
    inside = {"allOf": [{"$ref": "#/components/schemas/Thing"}], "nullable": True}
    before = changed((f"{SHOWN} properties parent", inside))
    after = changed(
        (f"{SHOWN} properties parent", inside), (f"{SHOWN} properties size nullable", True)
    )

    assert told(before, before, "breaking") == []
    assert "the answer field `Thing.size` may be null" in told(before, after, "breaking")[0]


@pytest.mark.parametrize(
    ("today", "level"), [("2026-12-31", "breaking"), ("2027-01-01", "compatible")]
)
def test_what_was_deprecated_may_go_at_its_sunset(monkeypatch, today, level):
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(today).replace(tzinfo=UTC))
    before = changed((f"{POST} deprecated", True), (f"{POST} x-sunset", "2027-01-01"))
    after = changed("paths /things/{id}")

    assert [each.level for each in compare(before, after)] == [level]


def test_the_end_must_have_been_announced():
    before, after = changed((f"{POST} x-sunset", "2020-01-01")), changed("paths /things/{id}")

    assert told(before, after, "breaking") != []
