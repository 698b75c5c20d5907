"""What callers of a deprecated operation are told, and what its document must say."""

import logging
import sys
from types import ModuleType

import pytest
import yaml

import errors
from contract.app import App
from contract.document import BrokenContract, load
from contract.resolver import TagResolver
from tests.contract.kit.client import call

HEADERS = {
    "deprecation": "@1767225600",
    "sunset": "Fri, 01 Jan 2027 00:00:00 GMT",
    "link": '<https://slugbase.example/news>; rel="deprecation"',
}
REFUSED = {"description": "Refused.", "content": {"application/json": {"schema": {}}}}
STATED = {name.capitalize(): {"schema": {"type": "string"}} for name in HEADERS}
OLD = {
    "operationId": "list_old",
    "tags": ["Old"],
    "externalDocs": {"url": "https://slugbase.example/news"},
    "deprecated": True,
    "x-deprecated-at": "2026-01-01",
    "x-sunset": "2027-01-01",
    "x-scope": "none",
    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
    "responses": {
        "200": {"description": "Some.", "headers": STATED},
        "default": {**REFUSED, "headers": STATED},
        "431": REFUSED,
    },
}
NEW = {
    "operationId": "list_new",
    "tags": ["Old"],
    "x-scope": "none",
    "responses": {"200": {"description": "Some."}, "default": REFUSED},
}


@pytest.fixture
def documented(tmp_path):
    def documented(**changes):
        paths = {"/old": {"get": {**OLD, **changes}}, "/new": {"get": NEW}}
        spec = {"openapi": "3.0.3", "info": {"title": "Old", "version": "1"}, "paths": paths}
        path = tmp_path / "openapi.yaml"
        path.write_text(yaml.safe_dump(spec))
        return load(path)

    return documented


@pytest.fixture
def ask(documented, monkeypatch):
    handlers = ModuleType("retired.old")
    handlers.list_new = handlers.list_old = _answer
    handlers.__spec__ = True
    monkeypatch.setitem(sys.modules, "retired.old", handlers)
    document = documented()
    app = App(__name__, document=document, resolver=TagResolver(document, package="retired"))
    return lambda method, target: call(app, method, target)


def _answer(limit=0):
    if limit == 1:
        raise errors.Forbidden
    return {"quotient": 1 / (limit - 2)}


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/old", 200),
        ("HEAD", "/old", 200),
        ("GET", "/old?limit=1", 403),
        ("GET", "/old?limit=x", 400),
        ("GET", "/old?limit=2", 500),
    ],
)
def test_every_answer_of_a_deprecated_operation_tells_its_end(ask, method, target, status):
    answer = ask(method, target)

    assert answer.status == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_others_tell_nothing(ask):
    assert not HEADERS.keys() & ask("GET", "/new").headers.keys()
    assert not HEADERS.keys() & ask("PUT", "/old").headers.keys()


def test_a_defect_is_still_logged_with_its_cause(ask, caplog):
    with caplog.at_level(logging.ERROR, "slugbase"):
        ask("GET", "/old?limit=2")

    assert "ZeroDivisionError" in caplog.text


def without(name):
    kept = {header: schema for header, schema in STATED.items() if header != name}
    return {**OLD["responses"], "200": {"description": "Some.", "headers": kept}}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"deprecated": False}, "`deprecated: true` and x-deprecated-at belong together"),
        ({"x-deprecated-at": "soon"}, "are days, such as 2027-01-31"),
        ({"x-sunset": "2027-13-01"}, "are days, such as 2027-01-31"),
        ({"x-sunset": "2025-12-31"}, "must not end before it is deprecated"),
        ({"responses": without("Sunset")}, "the 200 answer must state Sunset"),
        ({"responses": without("Link")}, "the 200 answer must state Link"),
        (
            {"responses": {**OLD["responses"], "431": {**REFUSED, "headers": STATED}}},
            "the 431 answer states Deprecation, which it never has",
        ),
    ],
)
def test_a_document_that_tells_it_otherwise_is_not_served(documented, changes, problem):
    with pytest.raises(BrokenContract) as broken:
        documented(**changes)

    assert problem in str(broken.value)


def test_what_is_not_deprecated_states_nothing_of_it(documented, monkeypatch):
    monkeypatch.setitem(NEW, "responses", {"200": {"description": "Some.", "headers": STATED}})

    with pytest.raises(BrokenContract, match="GET /new: the 200 answer states Sunset"):
        documented()
