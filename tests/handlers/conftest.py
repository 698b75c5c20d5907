"""Who the tests are about, and the clock and the settings of the running server in their hands."""

from datetime import timedelta

import pytest
from sqlalchemy import event

import clock
import config
import db


@pytest.fixture
def later(monkeypatch):
    """`later(minutes=5)` moves the clock to five minutes after what it showed before the test."""
    began = clock.now

    def later(**passed):
        monkeypatch.setattr(clock, "now", lambda: began() + timedelta(**passed))

    return later


@pytest.fixture
def configure(monkeypatch):
    """`configure(mode="cloud")` changes settings until the test ends."""

    def configure(**changes):
        changed = config.settings().model_copy(update=changes)
        monkeypatch.setattr(config, "settings", lambda: changed)

    return configure


@pytest.fixture
def ada(make):
    return make.user("ada@example.com")


@pytest.fixture
def organization(make, ada):
    return make.organization(ada)


@pytest.fixture
def home(organization):
    """The same, where there are others beside it."""
    return organization


@pytest.fixture
def token(make, ada, organization):
    return make.token(ada, organization)


@pytest.fixture
def colleague(make, organization):
    """A member of the same organization, and their token."""
    person = make.member(organization)
    return person, make.token(person, organization)


@pytest.fixture
def owner(make):
    return make.user("owner@example.com")


@pytest.fixture
def statements(database):
    """`statements(action)`: how many the server sends to the database meanwhile."""

    def statements(action):
        sent = []

        def note(*_):
            sent.append(None)

        event.listen(db.engine(), "before_cursor_execute", note)
        try:
            action()
        finally:
            event.remove(db.engine(), "before_cursor_execute", note)
        return len(sent)

    return statements
