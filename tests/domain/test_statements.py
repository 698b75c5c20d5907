"""Hot statements use an index, and a list asks as often for twenty rows as for one."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

import clock
import db
from domain import access, dashboard, invitation_views, invitations, members, seats, teams
from domain.bookmarks import bookmark_lists, bookmark_views, duplicates
from domain.folders import folder_views, tags
from domain.paging import Paged
from domain.sharing import grantees
from models import BookmarkFolder, BookmarkTag, Folder, FolderAncestor, Share, Tag
from models.base import new_id
from prepared import Prepared, Reader
from security import schemes

# What one sees is asked for in an organization large enough to tell: test_visibility_plans.py.
VISIBLE = {"_FOLDER", "_IS_VISIBLE", "_VISIBLE"}
HOT = {
    f"{module.__name__}.{name}": hot
    for module in (
        access,
        bookmark_lists,
        bookmark_views,
        dashboard,
        duplicates,
        folder_views,
        grantees,
        invitation_views,
        invitations,
        members,
        seats,
        schemes,
        tags,
        teams,
    )
    for name, hot in vars(module).items()
    if isinstance(hot, Prepared | Paged) and name not in VISIBLE
}
PREPARED = {
    name + part: statement
    for name, hot in HOT.items()
    for part, statement in (vars(hot) if isinstance(hot, Paged) else {"": hot}).items()
    if isinstance(statement, Prepared)
}


class AnyValue(dict):
    """A value for every parameter, of the kind its name says."""

    def __missing__(self, name):
        if name == "now" or name.endswith("_at"):
            return clock.now()
        return 10 if name in ("limit", "offset") else new_id()


def test_all_hot_statements_are_looked_at():
    assert len(PREPARED) >= 8


@pytest.mark.parametrize("statement", PREPARED.values(), ids=PREPARED)
def test_a_hot_statement_reads_no_table_whole(database, statement):
    form = statement.form(db.engine().dialect)
    names = form._positions or form._fixed
    values = form.parameters(
        {name: AnyValue()[name] for name in names if form._fixed[name] is None}
    )
    with db.peek() as connection:
        driver = connection.connection.dbapi_connection
        if db.engine().dialect.name == "sqlite":
            plan = driver.execute(f"EXPLAIN QUERY PLAN {form.text}", values).fetchall()
            whole = [
                step[3]
                for step in plan
                if re.match(r"SCAN (?!CONSTANT|json_each|shared\b)", step[3])
            ]
        else:
            connection.execute(text("SET enable_seqscan = off"))
            plan = driver.execute(f"EXPLAIN {form.text}", values).fetchall()
            connection.execute(text("RESET enable_seqscan"))
            whole = [step[0] for step in plan if "Seq Scan" in step[0]]
    assert whole == []


def reads_of_everybody(steps):
    """Those that read a table of the library whole, or all that an organization has in it.

    On SQLite, which is told how large the tables are; PostgreSQL knows how little is in them here.
    """
    table = r"(bookmark\w*|folder_ancestors|slugs|shares)\b"
    whole = re.compile(rf"SCAN {table}|Seq Scan on {table}|SEARCH {table}.*\(organization_id=\?\)$")
    return [step for step in steps if whole.search(step)]


@contextmanager
def counted(monkeypatch):
    """How many statements the server sends while the block runs."""
    sent = []
    rows, row = Reader.rows, Reader.row
    monkeypatch.setattr(Reader, "rows", lambda *a, **k: sent.append("rows") or rows(*a, **k))
    monkeypatch.setattr(Reader, "row", lambda *a, **k: sent.append("row") or row(*a, **k))

    def note(*arguments):
        sent.append(arguments[2])

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
        monkeypatch.undo()


@pytest.mark.parametrize("operation", ["list_members", "list_invitations", "list_organizations"])
def test_a_list_asks_as_often_for_twenty_rows_as_for_one(client, make, monkeypatch, operation):
    owner = make.user()
    organization = make.organization(owner)
    token = make.token(owner, organization)
    path = () if operation == "list_organizations" else (organization.id,)

    def statements():
        client.call(operation, *path, token=token)  # writes when the token was last used
        with counted(monkeypatch) as sent:
            client.call(operation, *path, token=token)
        return len(sent)

    make.invitation(organization)
    few = statements()
    for _ in range(19):
        make.member(organization)
        make.invitation(organization)
        make.member(make.organization(), owner)

    assert statements() == few > 0


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        ("list_folders", {}),
        ("list_folders", {"limit": 500}),
        ("list_folders", {"limit": 500, "sort_by": "recently_added"}),
        ("get_folder_tree", {}),
        ("list_tags", {}),
        ("list_tags", {"limit": 500}),
    ],
)
def test_a_list_asks_as_often_for_500_rows_as_for_one(client, make, monkeypatch, operation, query):
    owner = make.user()
    organization = make.organization(owner)
    token = make.token(owner, organization)
    bookmark = make.bookmark(organization, owner)

    def statements():
        client.call(operation, token=token, query=query)  # writes when the token was last used
        with counted(monkeypatch) as sent:
            client.call(operation, token=token, query=query)
        return len(sent)

    make.filed(bookmark, make.folder(organization, owner), make.tag(organization, owner))
    few = statements()
    with db.transaction() as session:
        for number in range(499):
            session.add_all(_filled_folder_and_tag(organization, owner, bookmark, number))

    assert statements() == few > 0


def _filled_folder_and_tag(organization, owner, bookmark, number):
    here = {"organization_id": organization.id}
    named = {"id": new_id(), "user_id": owner.id, "name": f"{number}", "name_key": f"{number}"}
    link = {"bookmark_id": bookmark.id, "bookmark_created_at": bookmark.created_at}
    own = {"descendant_id": named["id"], "ancestor_id": named["id"], "distance": 0}
    yield Folder(**here, **named, updated_at=clock.now())
    yield FolderAncestor(**here, **own)
    yield BookmarkFolder(**here, **link, folder_id=named["id"])
    yield Share(**here, folder_id=named["id"], user_id=owner.id, shared_by=owner.id)
    yield Tag(**here, **named, bookmarks=1)
    yield BookmarkTag(**here, **link, tag_id=named["id"])
