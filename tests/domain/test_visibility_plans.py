"""In a large organization, who asks what they see touches their own rows and not everybody's."""

import json
import re

import pytest
from sqlalchemy import insert, select, text

import clock
import db
from domain.sharing import visibility
from models import (
    Bookmark,
    BookmarkFolder,
    Folder,
    FolderAncestor,
    Membership,
    Share,
    Team,
    TeamMember,
    User,
)
from models.base import new_id
from models.bookmark import NEVER
from security.principal import Principal

PEOPLE = 1500
EACH = 4
FEW = 300


LIBRARY = (Folder, FolderAncestor, Bookmark, BookmarkFolder, Share)


class Crowd:
    """An organization of many people, each with a few folders, bookmarks and shares."""

    def __init__(self, make):
        self.home = make.organization().id
        self.now = clock.now()
        self.people = [new_id() for _ in range(PEOPLE)]
        self.teams = [new_id() for _ in range(PEOPLE // 4)]
        self.rows = {model: [] for model in (User, Membership, Team, TeamMember, *LIBRARY)}
        for number in range(PEOPLE):
            self._join(number)
        for number in range(PEOPLE):
            for _ in range(EACH):
                self._own(number)
        with db.transaction() as session:
            for model, rows in self.rows.items():
                session.execute(insert(model.__table__), rows)
        self.user = Principal(self.people[7], self.home)
        self.bookmark = self.rows[Share][7 * EACH * 2]["bookmark_id"]
        self.folder = self.rows[Share][7 * EACH * 2 + 1]["folder_id"]

    def _add(self, model, **fields):
        self.rows[model].append({"organization_id": self.home, **fields})

    def _join(self, number):
        person, team = self.people[number], self.teams[number % len(self.teams)]
        name = f"crowd{number}"
        self.rows[User].append(
            {"id": person, "email": f"{name}@example.com", "name": name, "user_key": name}
        )
        self._add(Membership, user_id=person, role="member", joined_at=self.now)
        if number < len(self.teams):
            self._add(Team, id=team, name=name)
        self._add(TeamMember, team_id=team, user_id=person)

    def _own(self, number):
        owner, item = self.people[number], {"updated_at": self.now, "version": 1}
        folder, bookmark = new_id(), new_id()
        item["user_id"] = owner
        self._add(Folder, id=folder, name=folder, name_key=folder, **item)
        self._add(FolderAncestor, descendant_id=folder, ancestor_id=folder, distance=0)
        page = {"title": "Page", "title_key": "page", "url": "https://example.com/"}
        page |= {"url_hash": "x", "last_accessed_at": NEVER}
        self._add(Bookmark, id=bookmark, **page, **item)
        self._add(
            BookmarkFolder, bookmark_id=bookmark, folder_id=folder, bookmark_created_at=self.now
        )
        given = {"shared_by": owner, "access": "read"}
        friend = self.people[(number + 1) % PEOPLE]
        team = self.teams[number % len(self.teams)]
        self._add(
            Share, bookmark_id=bookmark, folder_id=None, user_id=friend, team_id=None, **given
        )
        self._add(Share, bookmark_id=None, folder_id=folder, user_id=None, team_id=team, **given)


QUESTIONS = {
    "bookmark": lambda crowd: select(Bookmark.id).where(
        Bookmark.id == crowd.bookmark, visibility.is_mine_or_shared(crowd.user)
    ),
    "folder": lambda crowd: select(Folder.id).where(
        Folder.id == crowd.folder, visibility.is_my_folder_or_shared(crowd.user)
    ),
    "shared folders": lambda crowd: visibility.shared_folder_ids(crowd.user),
    "shared bookmarks": lambda crowd: visibility.directly_shared_ids(crowd.user),
}


@pytest.fixture
def crowd(make):
    return Crowd(make)


def test_each_question_is_answered_from_few_rows(crowd):
    with db.peek() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
        for name, question in QUESTIONS.items():
            asked = question(crowd)
            assert connection.execute(asked).all(), name
            made = asked.compile(connection, compile_kwargs={"literal_binds": True})
            if connection.dialect.name == "postgresql":
                assert rows_touched(connection, made) <= FEW, name
            else:
                assert wide_steps(connection, made) == [], name


def rows_touched(connection, made):
    [[plan]] = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {made}").all()
    [whole] = json.loads(plan) if isinstance(plan, str) else plan
    return touched(whole["Plan"])


def touched(node):
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    rows += node.get("Rows Removed by Join Filter", 0)
    return rows * node["Actual Loops"] + sum(map(touched, node.get("Plans", ())))


def wide_steps(connection, made):
    """Steps that read a table whole, or all that an organization has in it."""
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made}").all()
    wide = re.compile(r"^SCAN (?!CONSTANT)|\(organization_id=\?\)$")
    return [step[3] for step in steps if wide.search(step[3])]
