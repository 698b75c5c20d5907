import functools
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from contract.document import BrokenContract
from contract.resolver import TagResolver
from tests.contract.kit.client import call
from tests.contract.kit.conftest import PACKAGE, as_it_is


def only(document, *operations):
    return replace(document, operations={each.id: each for each in operations})


def test_everything_missing_is_named_at_start(document):
    here = document.operations["get_page"]
    broken = only(
        document,
        replace(here, id="get_nothing"),
        replace(here, id="get_lost", tag="Lost things"),
    )

    with pytest.raises(BrokenContract) as caught:
        TagResolver(broken, as_it_is, PACKAGE)

    assert f"{PACKAGE}.odd_jobs.get_nothing" in str(caught.value)
    assert f"{PACKAGE}.lost_things.get_lost" in str(caught.value)


def test_a_module_that_fails_keeps_its_own_error(document, tmp_path, monkeypatch):
    package = ModuleType("broken_rooms")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "broken_rooms", package)
    (tmp_path / "things.py").write_text("import is_not_installed_anywhere")

    with pytest.raises(ModuleNotFoundError, match="is_not_installed_anywhere"):
        TagResolver(only(document, document.operations["get_thing"]), as_it_is, "broken_rooms")


def test_a_wrapped_handler_gets_the_same_arguments(make):
    seen = []

    def around(operation, handler):
        @functools.wraps(handler)
        def wrapped(**arguments):
            seen.append((operation.id, arguments))
            return handler(**arguments)

        return wrapped

    answer = call(make(around), "GET", "/names/a/b")

    assert answer.json == {"name": "a", "part": "b"}
    assert seen == [("get_name", {"name": "a", "part_name": "b"})]


def test_routing_keeps_the_dotted_path(ask):
    answer = ask("GET", "/pages/3")

    context = answer.scope["extensions"]["connexion_routing"]
    assert context["operation_id"] == f"{PACKAGE}.odd_jobs.get_page"
