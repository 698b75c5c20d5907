"""What the tests of every operation share."""

import functools
import inspect
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

import app
import config
from adapters import language_model, page_heads
from edge.rate_limits import LIMITS
from security import idempotency
from tests import examples
from tests.conftest import listening
from tests.contract.requests import World


@pytest.fixture(autouse=True)
def _nothing_is_asked_outside(monkeypatch):
    proposal = language_model.Proposal(
        title="SlugBase", slug="slugbase", tags=["bookmarks"], language="en", confidence=0.88
    )
    monkeypatch.setattr(page_heads, "read", lambda url: {})
    monkeypatch.setattr(language_model, "propose", lambda settings, facts: proposal)


@pytest.fixture
def world(make):
    world = World(make)
    examples.count_anew()  # so that the world can grow without changing the answers of the others
    return world


@pytest.fixture(scope="session")
def closed_to_all():
    """A server whose rate limits let nobody through. It never gets as far as the database."""
    settings = config.settings().model_copy(update={"rate_limits_enabled": True})
    limits = {name: replace(limit, amount=0) for name, limit in LIMITS.items()}
    with listening(app.create_app(settings, limits=limits)) as url:
        yield url


class Watch:
    """Comes before every handler of a server."""

    def __init__(self):
        self._before = None

    def around(self, operation, function):
        return idempotency.once(operation, self._watched(function))

    def _watched(self, function):
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(**arguments):
                self._call()
                return await function(**arguments)

            return awaited

        @functools.wraps(function)
        def called(**arguments):
            self._call()
            return function(**arguments)

        return called

    def _call(self):
        if self._before is not None:
            self._before()

    @contextmanager
    def raising(self, exception):
        def fail():
            raise exception

        self._before = fail
        yield
        self._before = None

    @contextmanager
    def holding(self):
        """Handlers wait for the end of the block; the event says that one has begun."""
        entered, released = threading.Event(), threading.Event()

        def wait():
            entered.set()
            released.wait(20)

        self._before = wait
        try:
            yield entered
        finally:
            self._before = None
            released.set()


@pytest.fixture(scope="session")
def watched(installation):
    """The URL of a server, and what comes before its handlers."""
    watch = Watch()
    with listening(app.create_app(config.settings(), around=watch.around)) as url:
        yield url, watch
