"""Who the tests are about, and the clock and the settings of the running server in their hands."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event

import clock
import config
import db
from jobs import run_imports
from tests.handlers.go_links import URL
from tests.imports import FILE


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


@pytest.fixture
def send_file(client, token):
    """Bytes, or what is then written as JSON."""

    def send_file(content, token=token, **query):
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        return client.call("create_import", token=token, content=content, query=query, headers=FILE)

    return send_file


@pytest.fixture
def read_import(client, token):
    return lambda id: client.call("get_import", id, token=token).json()


@pytest.fixture
def import_rows(client, token):
    def import_rows(id, **query):
        return client.call("list_import_rows", id, token=token, query=query).json()

    return import_rows


@pytest.fixture
def imported(client, token, send_file):
    """The import, when the job is through with it."""

    def imported(content, token=token, **query):
        answer = send_file(content, token, **query)
        assert answer.status_code == 202, answer.text
        assert run_imports.run_next("tests")
        return client.call("get_import", answer.json()["id"], token=token).json()

    return imported


@pytest.fixture
def link(make, home, ada):
    def link(slug, url=URL, **fields):
        return make.bookmark(home, fields.pop("owner", ada), slug=slug, url=url, **fields)

    return link


@pytest.fixture
def go(client, token):
    """Follows a path as it is written, and holds the answer against the contract."""

    def go(path, operation="follow_link", *, token=token, query=None, **headers):
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"/go/{path}" if query is None else f"/go?q={query}"
        response = client.http.get(url, headers={**sent, **headers})
        client.contract.check(operation, response)
        return response

    return go
