"""What the tests of every operation share."""

from dataclasses import replace

import pytest

import app
import config
from edge.rate_limits import LIMITS
from tests.conftest import listening
from tests.contract.requests import World


@pytest.fixture
def world(make):
    return World(make)


@pytest.fixture(scope="session")
def closed_to_all():
    """A server whose rate limits let nobody through. It never gets as far as the database."""
    settings = config.settings().model_copy(update={"rate_limits_enabled": True})
    limits = {name: replace(limit, amount=0) for name, limit in LIMITS.items()}
    with listening(app.create_app(settings, limits=limits)) as url:
        yield url
