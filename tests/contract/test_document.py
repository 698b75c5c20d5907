"""openapi.yaml itself: valid, complete, in order, and of one mind with the code."""

import re
from importlib import import_module
from itertools import groupby, takewhile
from keyword import kwlist
from pathlib import Path

import pytest
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator

import errors
from contract import catalogue
from contract.codes import general
from contract.current import PATH
from contract.merge import PARTS, merged
from contract.spec import parameters, references, resolve
from edge.rate_limits import LIMITS
from tests.contract.requests import (
    CHANGED_BY_GET,
    OPERATIONS,
    SPEC,
    each,
    is_open,
    schema_of_body,
    stated,
)

ROOMS = ("contract", "domain", "edge", "handlers", "security")
COMPONENTS = SPEC["components"]
SCHEMAS = COMPONENTS["schemas"]
TAGS = [tag["name"] for tag in SPEC["tags"]]
MAY_BE_LEFT_OUT = [
    "externalDocs",
    "deprecated",
    "x-deprecated-at",
    "x-sunset",
    "security",
    "x-csrf",
    "x-plan",
    "x-errors",
    "x-max-body",
    "parameters",
    "requestBody",
]
KEYS = [
    "operationId",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "deprecated",
    "x-deprecated-at",
    "x-sunset",
    "security",
    "x-scope",
    "x-csrf",
    "x-rate-limit",
    "x-plan",
    "x-errors",
    "x-max-body",
    "parameters",
    "requestBody",
    "responses",
]
# Nouns that Ruby and Java keep for themselves, in upper and lower case; CI makes no client in them.
KEPT = {"alias", "case", "class", "default", "enum", "import", "interface", "object", "package"}
REDIRECTS = {"follow_typed_link", "follow_link", "follow_link_with_arguments", "remember_link"}
SAFE = ("GET", "HEAD", "OPTIONS")


def test_it_is_what_its_parts_make():
    assert PATH.read_text() == merged(), "run `make contract`"


def test_the_page_of_errors_is_made_of_it():
    assert catalogue.PATH.read_text() == catalogue.page(SPEC), "run `make contract`"


def test_the_page_of_errors_knows_which_codes_follow_from_an_operation():
    follow = {code for operation in OPERATIONS for code in general(SPEC, stated(operation))}

    assert follow <= {*catalogue.FOLLOWS, "UNAVAILABLE"}


def test_its_parts_define_nothing_twice(tmp_path):
    for part in PARTS.iterdir():
        (tmp_path / part.name).write_bytes(part.read_bytes())
    again = (tmp_path / "billing.yaml").read_text()
    (tmp_path / "shared.yaml").write_text(again)

    with pytest.raises(ValueError, match="stands in two parts"):
        merged(tmp_path)


def test_it_is_valid_openapi():
    assert list(OpenAPIV30SpecValidator(SPEC).iter_errors()) == []


def test_its_parts_stand_in_order():
    parts = [key for key in SPEC if not key.startswith("x-")]
    assert parts == ["openapi", "info", "servers", "tags", "security", "paths", "components"]
    tags = [operation.tag for operation in OPERATIONS]
    assert [tag for tag, _ in groupby(tags)] == TAGS, "paths are grouped in the order of the tags"


@each()
def test_no_path_before_it_takes_its_requests(operation):
    """Our router prefers what is fixed; others, connexion's own among them, take the first."""
    before = list(takewhile(lambda path: path != operation.path, SPEC["paths"]))
    patterns = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) for path in before]

    assert [found for found in patterns if re.fullmatch(found, operation.path)] == []


@pytest.mark.parametrize("kind", ["headers", "responses", "schemas", "parameters"])
def test_components_stand_in_alphabetical_order(kind):
    assert list(COMPONENTS[kind]) == sorted(COMPONENTS[kind])


@each()
def test_an_operation_says_the_same_things_in_the_same_order(operation):
    keys = list(stated(operation))

    assert keys == [key for key in KEYS if key in keys]
    assert {*KEYS} - {*keys} <= {*MAY_BE_LEFT_OUT}
    assert list(stated(operation)["responses"]) == sorted(stated(operation)["responses"])
    assert not operation.path.endswith("/")


@each()
def test_its_vocabulary_is_the_servers(operation):
    assert operation.scope in ("none", *SCHEMAS["Scope"]["enum"])
    assert operation.rate_limit in ("none", *LIMITS)
    assert operation.plan in (None, *SCHEMAS["PlanName"]["enum"])
    assert operation.tag in TAGS
    if operation.scope != "none":
        reads = operation.method == "GET" and operation.id not in CHANGED_BY_GET
        assert operation.scope.endswith("read" if reads else "write")


@each()
def test_its_own_codes_are_known_and_do_not_follow_from_the_rest(operation):
    own = stated(operation).get("x-errors", [])

    assert own == sorted({*own})
    assert {*own} <= {*SCHEMAS["ErrorCode"]["enum"]}
    assert {*own} & general(SPEC, stated(operation)) == set()


@each(lambda operation: operation.method not in SAFE)
def test_what_changes_something_says_whether_a_cookie_needs_a_csrf_token(operation):
    assert "x-csrf" in stated(operation)
    if operation.scope != "none":
        assert operation.csrf


@each(lambda operation: operation.method == "POST")
def test_every_post_takes_an_idempotency_key(operation):
    headers = {
        each["name"] for each in parameters(SPEC, operation.path, "post") if each["in"] == "header"
    }

    assert {"Idempotency-Key"} <= headers <= {"Idempotency-Key", "If-Match"}
    assert {"409", "422"} <= operation.statuses


def shows_something(operation):
    """As JSON, to those who are signed in; not a file that is as large as a library."""
    shown = operation.method == "GET" and stated(operation)["responses"].get("200", {})
    is_json = bool(shown) and "application/json" in shown.get("content", {})
    return is_json and not is_open(operation) and "Content-Disposition" not in shown["headers"]


@each(shows_something)
def test_what_is_shown_has_an_etag(operation):
    given = {each["name"] for each in parameters(SPEC, operation.path, "get")}

    assert "ETag" in stated(operation)["responses"]["200"]["headers"]
    assert "304" in operation.statuses
    assert "If-None-Match" in given


def has_a_version(operation):
    """Somewhere at this path it is changed, and then shown with its version."""
    changes = [one for one in OPERATIONS if (one.path, one.method) == (operation.path, "PUT")]
    return operation.method in ("PUT", "DELETE") and any(
        "ETag" in stated(one)["responses"]["200"].get("headers", {}) for one in changes
    )


@each(has_a_version)
def test_what_has_a_version_can_be_changed_in_the_one_last_seen_alone(operation):
    given = parameters(SPEC, operation.path, operation.method.lower())

    assert "If-Match" in {each["name"] for each in given}
    assert "412" in operation.statuses


@each()
def test_every_status_that_can_be_is_declared(operation):
    expected = {"400", "431", "500"}
    if not is_open(operation):
        expected |= {"401"}
    if operation.scope != "none":
        expected |= {"403"}
    if "{" in operation.path:
        expected |= {"404"}
    if schema_of_body(operation):
        expected |= {"413", "415"}
    if operation.rate_limit != "none":
        expected |= {"429"}

    assert expected <= operation.statuses
    success = "3" if operation.id in REDIRECTS else "2"
    assert any(status.startswith(success) for status in operation.statuses)


@each()
def test_every_schema_of_an_operation_has_a_name_and_an_example(operation):
    for schema in _schemas_of(stated(operation)):
        assert "$ref" in schema, "schemas stand under components, where they have a name"
        found = resolve(SPEC, schema)
        assert "example" in found or found["type"] == "array"


@each()
def test_every_parameter_says_what_it_is(operation):
    for one in parameters(SPEC, operation.path, operation.method.lower()):
        assert one["description"].endswith("."), one["name"]


def test_no_schema_is_called_what_a_class_cannot_be_called():
    assert {name.lower() for name in SCHEMAS} & {*KEPT, *kwlist} == set()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_and_field_says_what_it_is(name):
    fields = SCHEMAS[name].get("properties", {}).values()
    for one in (SCHEMAS[name], *(field for field in fields if "$ref" not in field)):
        assert one["description"].rstrip().endswith("."), one


@each()
def test_every_refusal_is_told_as_json_and_as_problem(operation):
    for status, response in stated(operation)["responses"].items():
        if status >= "400":
            content = resolve(SPEC, response)["content"]
            assert [*content][:2] == ["application/json", "application/problem+json"]
            assert [*content][2:] in ([], ["text/html"])


@pytest.mark.parametrize("name", [name for name in SCHEMAS if "example" in SCHEMAS[name]])
def test_an_example_is_what_its_schema_says(name):
    whole = {**SCHEMAS[name], "components": COMPONENTS}
    for kind in (OAS30ReadValidator, OAS30WriteValidator):
        kind(whole, format_checker=oas30_format_checker).validate(SCHEMAS[name]["example"])


def test_every_object_says_what_is_in_it():
    for node in _nodes(SPEC):
        if node.get("type") == "object":
            assert "additionalProperties" in node, node
            assert "properties" in node or node["additionalProperties"], node


@pytest.mark.parametrize(
    "name",
    [name for name, each in SCHEMAS.items() if each.get("nullable") and "properties" in each],
)
def test_an_object_that_may_be_null_has_its_name_as_title(name):
    """Else a generator calls it `…Type0`: for it, this is one of two types."""
    assert SCHEMAS[name].get("title") == name


@each(schema_of_body)
def test_a_request_body_takes_nothing_it_does_not_name(operation):
    assert schema_of_body(operation)["additionalProperties"] is False


def test_every_text_in_a_request_has_an_end():
    asked = [schema_of_body(operation) for operation in OPERATIONS if schema_of_body(operation)]
    for body in asked:
        for name, field in body["properties"].items():
            found = resolve(SPEC, field)
            if found["type"] == "string":
                assert {"maxLength", "enum"} & found.keys() or found["format"] == "uuid", name
            if found["type"] == "array":
                assert "maxItems" in found, name


def test_every_component_is_used():
    used = set(references(SPEC))
    for kind in ("examples", "headers", "parameters", "responses", "schemas"):
        unused = [name for name in COMPONENTS[kind] if f"#/components/{kind}/{name}" not in used]
        assert unused == [], kind


def test_the_codes_of_the_contract_are_those_the_code_raises():
    raised = {kind.code for kind in _refusals() if hasattr(kind, "code")}

    assert raised == set(SCHEMAS["ErrorCode"]["enum"])


def test_each_kind_of_refusal_keeps_a_status_the_contract_knows():
    declared = {int(status) for operation in OPERATIONS for status in operation.statuses}
    of_a_batch = set(SCHEMAS["InvitationBatchItem"]["properties"]["status"]["enum"])

    for kind in _refusals():
        assert kind.status in declared | of_a_batch | {405}, kind


def _refusals():
    for room in ROOMS:
        for path in sorted(Path(PATH.parent, room).glob("*.py")):
            import_module(f"{room}.{path.stem}" if path.stem != "__init__" else room)
    found, left = set(), [errors.Refusal]
    while left:
        subclasses = left.pop().__subclasses__()
        ours = [kind for kind in subclasses if kind.__module__.partition(".")[0] != "tests"]
        found.update(ours)
        left.extend(ours)
    return found


def _schemas_of(operation):
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [
        resolve(SPEC, response).get("content", {}) for response in operation["responses"].values()
    ]
    return [media["schema"] for content in contents for media in content.values()]


def _nodes(node):
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node:
        if isinstance(child, dict | list):
            yield from _nodes(child)
