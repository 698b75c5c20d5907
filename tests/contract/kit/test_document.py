from pathlib import Path

import orjson
import pytest

from contract.document import BrokenContract, load

SOURCE = (Path(__file__).parent / "openapi.yaml").read_text()
START = """
openapi: 3.0.3
info: {title: Small, version: "1"}
paths:
"""
OPERATION = """
  /%s:
    get:
      operationId: %s
      tags: [Things]
      x-scope: none
      responses: {"200": {description: Fine.}}
"""


REST_FIRST = """
  /{rest}/a:
    get:
      operationId: get_a
      tags: [Things]
      x-scope: none
      parameters:
        - {name: rest, in: path, required: true, schema: {type: string, format: path}}
      responses: {"200": {description: Fine.}}
"""


def refused(tmp_path, text):
    path = tmp_path / "openapi.yaml"
    path.write_text(text)
    with pytest.raises(BrokenContract) as caught:
        load(path)
    return str(caught.value)


def test_the_document_is_kept_as_it_was_written(document):
    assert document.text.decode() == SOURCE
    assert orjson.loads(document.json) == document.spec
    assert document.spec["info"]["description"] == "Kept as it is: {{ path }}, 2026-01-02."
    assert b'"$ref":"#/components/schemas/NewThing"' in document.json


def test_dates_stay_strings(tmp_path):
    path = tmp_path / "openapi.yaml"
    path.write_text(START + OPERATION % ("a", "get_a") + "x-released: 2026-01-02\n")

    assert load(path).spec["x-released"] == "2026-01-02"


def test_an_operation_says_what_the_document_says(document):
    operation = document.operations["create_thing"]

    assert (operation.method, operation.path, operation.tag) == ("POST", "/things", "Things")
    assert (operation.scope, operation.csrf) == ("things:write", True)
    assert (operation.rate_limit, operation.plan) == ("strict", "team")
    assert operation.statuses == {"201", "400"}
    assert not operation.public


def test_what_an_operation_leaves_out_has_a_default(document):
    operation = document.operations["list_things"]

    assert (operation.csrf, operation.rate_limit, operation.plan) == (False, "general", None)
    assert operation.public


def test_optional_credentials_are_not_public(document):
    assert not document.operations["get_thing"].public


def test_routing_names_an_operation_by_its_handler(document):
    assert document.of("handlers.things.get_thing") is document.operations["get_thing"]


def test_every_problem_is_named_at_once(tmp_path):
    text = START + OPERATION % ("a", "same") + OPERATION % ("b", "same")
    text += OPERATION.replace("tags: [Things]", "summary: None") % ("c", "untagged")
    text += OPERATION.replace("x-scope: none", "summary: None") % ("d", "unscoped")

    problems = refused(tmp_path, text)

    assert "same" in problems
    assert "GET /c" in problems
    assert "GET /d" in problems


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("openapi: [", "YAML"),
        ("- a list", "mapping"),
        (START + OPERATION.replace("responses", "answers") % ("a", "get_a"), "responses"),
        (START + OPERATION.replace('"200"', "200") % ("a", "get_a"), "200"),
        (START + OPERATION % ("a", "get_a") + OPERATION % ("a", "get_b"), "twice"),
        (START + OPERATION % ("a/x{b}", "get_a"), "x{b}"),
        (START + REST_FIRST, "which rest is not"),
    ],
)
def test_a_broken_document_is_refused(tmp_path, text, named):
    assert named in refused(tmp_path, text)
