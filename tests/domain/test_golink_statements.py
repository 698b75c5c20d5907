"""A go-link costs as little in a large library: few statements, and an index for each."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, insert, text

import clock
import db
from domain.bookmarks import loading
from domain.bookmarks.loading import Loaded
from domain.go import clicks, golinks, near_slugs
from domain.go.clicks import KEPT
from models import Share
from models.base import new_id
from prepared import Reader
from security.principal import Principal
from tests.domain.test_statements import reads_of_everybody

PAGE = Loaded("Page", "https://example.com/", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def home(make):
    return make.organization()


@pytest.fixture
def ada(make, home):
    return make.member(home)


@pytest.fixture
def jira(make, home, ada):
    return make.bookmark(home, ada, slug="jira")


@pytest.fixture
def user(ada, home, jira):
    return Principal(ada.id, home.id)


@pytest.fixture
def large(user, make, home):
    """So many shares that reading them all is not the shortest way."""
    other = make.member(home)
    with db.transaction() as session:
        ids = loading.load(session, home.id, other.id, [PAGE] * 3000)
        shares = [
            {"organization_id": home.id, "id": new_id(), "bookmark_id": id, "user_id": user.user_id}
            for id in ids
        ]
        session.execute(insert(Share.__table__), shares)
    if db.engine().dialect.name == "postgresql":  # it plans by what it knows of the rows
        with db.transaction() as session:
            session.execute(text("ANALYZE"))


@pytest.fixture
def asked(monkeypatch):
    """Statements as they are sent, prepared ones included."""
    sent = []
    row = Reader.row
    monkeypatch.setattr(
        Reader, "row", lambda *a, **k: sent.append(("prepared", {})) or row(*a, **k)
    )

    def note(connection, cursor, statement, parameters, context, many):
        sent.append((statement, parameters[0] if many else parameters))

    KEPT.take()  # nothing is written meanwhile
    event.listen(db.engine(), "before_cursor_execute", note)
    yield sent
    event.remove(db.engine(), "before_cursor_execute", note)


def tables_read_whole(statement, parameters):
    with db.peek() as connection:
        if db.engine().dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [step[3] for step in plan]
            inner = ("CONSTANT", "SUBQUERY", "anon", "few", "close", "first", "LIST")
            whole = [s for s in steps if s.startswith("SCAN") and not any(i in s for i in inner)]
            return whole + reads_of_everybody(steps)
        connection.execute(text("SET enable_seqscan = off"))
        plan = [*connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
        connection.execute(text("RESET enable_seqscan"))
        return [step[0] for step in plan if "Seq Scan" in step[0]]


@pytest.mark.parametrize(("slug", "statements"), [("jira", 1), ("JIRA", 2), ("jria", 3)])
def test_a_link_takes_one_statement_and_a_miss_three(
    client, make, home, ada, user, asked, slug, statements
):
    token = make.session(ada)
    asked.clear()

    client.call("follow_link", slug, token=token)

    # Who is calling is the first.
    found = [each for each in asked if "UPDATE" not in each[0] and "FOR " not in each[0]]
    assert len(found) - 1 == statements


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("slug", ["jira", "jira/ABC-1", "a/b/c/d/e/f/g/h", "JIRA"])
def test_a_link_is_found_by_an_index(user, slug):
    names = golinks._names(slug.split("/"))
    for prepared in (golinks._AS_WRITTEN[len(names)], golinks._FOLDED[len(names)]):
        form = prepared.form(db.engine().dialect)
        given = {"user_id": user.user_id, "organization_id": user.organization_id}
        values = form.parameters({**given, **golinks._numbered(names), "now": clock.now()})
        assert (
            tables_read_whole(form.text, values if isinstance(values, dict) else tuple(values))
            == []
        )


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("slug", ["jria", "r" * 255, "jira/of/many/parts"])
def test_the_nearest_are_found_by_an_index(user, asked, slug):
    with db.reading() as session:
        near_slugs.nearest(session, user, slug.split("/"))

    [one] = asked
    assert tables_read_whole(*one) == []


@pytest.mark.usefixtures("large")
def test_suggestions_are_found_by_an_index(user, asked):
    with db.reading() as session:
        near_slugs.beginning(session, user, "ji", 10)

    [one] = asked
    assert tables_read_whole(*one) == []


def test_clicks_are_written_by_an_index(user, jira, asked):
    KEPT.take()
    KEPT.add(jira.organization_id, jira.id)
    with db.transaction() as session:
        assert clicks.write(session, KEPT.take()) == {}

    found = [each for each in asked if "bookmarks" in each[0]]
    assert len(found) == 2
    for one in found:
        assert tables_read_whole(*one) == []
