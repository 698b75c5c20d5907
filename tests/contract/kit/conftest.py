from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest
from connexion import AsyncApp
from connexion.exceptions import ProblemException
from starlette.exceptions import HTTPException

from contract import document as documents
from contract.app import App
from contract.refusals import answer
from contract.resolver import TagResolver
from tests.contract.kit.client import call

PACKAGE = "tests.contract.kit.handlers"


def as_it_is(operation, function):
    return function


@pytest.fixture(scope="session")
def document():
    return documents.load(Path(__file__).parent / "openapi.yaml")


@pytest.fixture(scope="session")
def make(document):
    """An application over the small document."""

    def make(around=as_it_is, **options):
        resolver = TagResolver(document, around, PACKAGE)
        return App(__name__, **{"document": document, "resolver": resolver} | options)

    return make


@pytest.fixture(scope="session")
def ask(make):
    return partial(call, make())


@pytest.fixture(scope="session")
def ask_stock(document):
    """The same document and handlers through connexion as it comes."""
    app = AsyncApp(
        __name__, resolver=TagResolver(document, as_it_is, PACKAGE), strict_validation=True
    )
    for kind in (ProblemException, HTTPException, Exception):
        app.add_error_handler(kind, answer)
    app.add_api(without_problems(document.spec))
    return partial(call, app)


def without_problems(spec):
    """Connexion looks at the media types of refusals too when it decides how to write data."""
    spec = deepcopy(spec)
    for item in spec["paths"].values():
        for operation in (one for one in item.values() if "responses" in one):
            for response in operation["responses"].values():
                response.get("content", {}).pop("application/problem+json", None)
    return spec
