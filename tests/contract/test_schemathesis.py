"""schemathesis against the served contract: examples, coverage, fuzzing and stateful runs."""

import os
from copy import deepcopy
from itertools import count
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import db
from contract.current import document
from models import Organization
from security.tokens import hash_secret
from tests.conftest import empty
from tests.factories import PASSWORD, Make

# The example of the contract's schema `Id`: the world below lies where the examples point.
ID = document().spec["components"]["schemas"]["Id"]["example"]
# Known before there is a world: schemathesis makes requests while pytest collects.
API_TOKEN = "sb_" + "t" * 43

KEY = "Idempotency-Key"
EXAMPLE_KEY = document().spec["components"]["parameters"]["idempotency_key"]["schema"]["example"]
numbers = count()

schemathesis.openapi.format(
    "password",
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=100).map(
        lambda rest: "aA1!" + rest
    ),
)
CONFIG = schemathesis.Config.from_path(Path(__file__).parent / "schemathesis.toml")
# A copy: schemathesis puts what references mean in their place.
SCHEMA = schemathesis.openapi.from_dict(deepcopy(document().spec), config=CONFIG)


@SCHEMA.auth()
class WorldsToken:
    def get(self, case, context):
        is_metrics = case.operation.definition.raw["operationId"] == "get_metrics"
        return os.environ["METRICS_SECRET"] if is_metrics else API_TOKEN

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@SCHEMA.hook
def map_path_parameters(context, path_parameters):
    """Half of the ids lead to rows that exist."""
    return {
        name: ID if isinstance(value, str) and len(value) == 36 and value < "8" else value
        for name, value in (path_parameters or {}).items()
    }


@schemathesis.hook
def before_call(context, case, kwargs):
    """Under one key, every request after the first would only be told that the key was used."""
    if (case.headers or {}).get(KEY) == EXAMPLE_KEY:
        case.headers[KEY] = f"key-{next(numbers)}"


def build_world():
    """One owner with an organization and one of each thing, where the examples point."""
    empty()
    make = Make()
    owner = make.user(password=PASSWORD)
    organization = Organization(
        id=ID, name="Analytical Engines", plan="team", included_seats=5, extra_seats=500
    )
    with db.transaction() as session:
        session.add(organization)
    make.member(organization, owner, role="owner")
    make.invitation(organization, id=ID)
    make.import_job(make.bookmark(organization, owner), id=ID)
    make.token(owner, organization, token_hash=hash_secret(API_TOKEN))


@pytest.fixture
def world(server, database):
    build_world()
    return server


@SCHEMA.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_the_server_and_the_document_agree(case, world):
    case.call_and_validate(base_url=world)


def test_they_agree_over_sequences_of_requests(world):
    class Machine(SCHEMA.as_state_machine()):
        def setup(self):
            build_world()

        def get_call_kwargs(self, case):
            return {"base_url": world}

    Machine.run(
        settings=settings(
            max_examples=30,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )
