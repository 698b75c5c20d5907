"""Lists of bookmarks walk indexes, and ask as often for five hundred as for one."""

from itertools import product

import pytest
from sqlalchemy import text

import clock
import db
from domain import dashboard
from domain.bookmarks import bookmark_arms, plain_words
from domain.bookmarks.bookmark_arms import ORDERS, Shape
from domain.bookmarks.loading import Loaded, load
from models.base import new_id
from tests.domain.test_statements import counted, reads_of_everybody

ORDERED = [Shape("all", sort_by, after=after) for sort_by, after in product(ORDERS, (False, True))]
FILTERED = [
    Shape("all", "recently_added"),
    Shape("all", "recently_added", recent=True),
    Shape("all", "recently_added", in_folder=True),
    Shape("all", "recently_added", tagged=True),
    Shape("mine", "recently_added", worded=True),
    Shape("shared_with_me", "most_used", pinned=True),
    Shape("shared_by_me", "alphabetical"),
]

_ID, _NOW = new_id(), clock.now()
VALUES = {
    **dict.fromkeys(("organization_id", "user_id", "folder_id", "rarest_tag_id", "after_id"), _ID),
    **dict.fromkeys(("now", "since", "after_created_at", "after_last_accessed_at"), _NOW),
    **{"most": 51, "beyond": 50, "tag_ids": [_ID], "tag_count": 1},
    **{"after_title_key": "x", "after_access_count": 1},
    **plain_words.values("xyz"),
}


@pytest.fixture
def plan(database):
    """The steps in which a statement is carried out: on PostgreSQL by indexes, in their order."""

    def plan(prepared, settings=("seqscan", "bitmapscan", "sort"), **values):
        is_sqlite = db.engine().dialect.name == "sqlite"
        form = prepared.form(db.engine().dialect)
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        with db.peek() as connection:
            for name in () if is_sqlite else settings:
                connection.execute(text(f"SET enable_{name} = off"))  # of no rows all is cheap
            driver = connection.connection.dbapi_connection
            steps = driver.execute(f"{explain} {form.text}", form.parameters(VALUES | values))
            found = [step[3] if is_sqlite else step[0] for step in steps.fetchall()]
            for name in () if is_sqlite else settings:
                connection.execute(text(f"RESET enable_{name}"))
        return found

    return plan


@pytest.mark.parametrize("shape", ORDERED, ids=str)
def test_ones_own_are_read_in_the_order_of_an_index(plan, shape):
    steps = " ".join(plan(bookmark_arms.own(shape)))

    index = {
        "recently_added": "newest",
        "alphabetical": "by_title",
        "most_used": "most_used",
        "recently_accessed": "last_opened",
    }[shape.sort_by]
    assert f"ix_bookmarks_{index}" in steps
    assert "Sort" not in steps
    assert "TEMP B-TREE" not in steps


def test_pinned_ones_have_an_index_of_their_own(plan):
    steps = " ".join(plan(bookmark_arms.own(Shape("mine", "recently_added", pinned=True))))

    assert "ix_bookmarks_pinned" in steps


@pytest.mark.parametrize("shape", FILTERED, ids=str)
def test_no_list_reads_the_bookmarks_of_everybody(plan, shape):
    statements = [bookmark_arms.own_count(shape), bookmark_arms.own(shape)]
    if shape.has_shared:
        statements += [bookmark_arms.shared(shape), bookmark_arms.shared_count(shape)]
    for statement in statements:
        assert reads_of_everybody(plan(statement)) == []


def test_a_folder_is_read_from_its_newest_on(plan):
    for shape in (Shape("shared_with_me", "recently_added"), Shape("all", "recently_added")):
        steps = " ".join(plan(bookmark_arms.shared(shape)))
        assert "ix_bookmark_folders_newest" in steps


@pytest.mark.parametrize("after", [False, True])
def test_a_tag_is_read_from_its_newest_on(plan, after):
    steps = " ".join(
        plan(bookmark_arms.own(Shape("all", "recently_added", tagged=True, after=after)))
    )

    assert "ix_bookmark_tags_newest" in steps
    assert "Sort" not in steps
    assert "TEMP B-TREE" not in steps


def test_a_part_of_a_word_is_looked_up_by_its_trigrams(plan, make):
    """On PostgreSQL; SQLite looks through one's own."""
    owner = make.user()
    here = {"organization_id": make.organization(owner).id, "user_id": owner.id}
    pages = [
        Loaded(f"Page {number}", f"https://example.com/{number}", created_at=clock.now())
        for number in range(3000)
    ]
    is_sqlite = db.engine().dialect.name == "sqlite"
    with db.transaction() as session:
        load(session, *here.values(), pages)
    if not is_sqlite:
        with db.peek() as connection:
            connection.execute(text("VACUUM ANALYZE bookmarks"))
    shape, words = Shape("mine", "recently_added", worded=True), plain_words.values("nothere")

    for statement in (bookmark_arms.own(shape), bookmark_arms.own_count(shape)):
        steps = " ".join(plan(statement, (), **here, **words))
        assert ("ix_bookmarks_" if is_sqlite else "bookmarks_plain_words") in steps


def test_what_is_at_hand_is_read_in_the_order_of_an_index(plan):
    steps = " ".join(plan(dashboard._QUICK))

    assert "ix_bookmarks_most_used" in steps
    assert "Sort" not in steps
    assert "TEMP B-TREE" not in steps


def test_nobody_counts_the_bookmarks_of_a_tag(plan):
    assert "bookmark_tags" not in " ".join(plan(dashboard._TOP_TAGS))


OPERATIONS = ["list_bookmarks", "list_bookmark_ids", "get_dashboard_stats"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_list_of_bookmarks_asks_as_often_for_500_as_for_one(client, make, monkeypatch, operation):
    owner = make.user()
    home = make.organization(owner)
    other = make.member(home)
    folder, team = make.folder(home, other), make.team(home)
    make.team_member(team, owner)
    make.share(folder, team)
    token = make.token(owner, home)

    def statements():
        client.call(operation, token=token)  # writes when the token was last used
        query = {"limit": 500} if operation == "list_bookmarks" else None
        with counted(monkeypatch) as sent:
            answer = client.call(operation, token=token, query=query).json()
        if operation == "get_dashboard_stats":
            return len(sent), answer["totalBookmarks"] + answer["sharedBookmarks"]
        return len(sent), len(answer.get("items", answer.get("ids")))

    tag = make.tag(home, owner)
    make.filed(make.bookmark(home, owner), tag, make.folder(home, owner))
    few, rows = statements()
    assert rows == 1
    page = {"title": "Page", "url": "https://example.com", "created_at": clock.now()}
    with db.transaction() as session:
        load(session, home.id, owner.id, [Loaded(**page, tag_ids=[tag.id])] * 250)
        load(session, home.id, other.id, [Loaded(**page, folder_ids=[folder.id])] * 250)
    many, rows = statements()
    assert rows >= 500
    assert many == few
