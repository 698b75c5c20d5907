"""A search asks the full-text index, and asks as often for five hundred as for one."""

import pytest
from sqlalchemy import text

import clock
import db
from domain.bookmarks.loading import Loaded, load
from domain.search import search, search_terms
from domain.search.search import Search
from domain.search.search_index import DIRECT, NEWEST
from security.principal import Principal
from tests.domain.test_statements import counted

MANY = 4_000
ASKED = [
    "zebra",
    "zeb",
    '"zebra crossing"',
    "zebra -crossing",
    "is:pinned",
    "slug:zebra",
    "before:2001",
    "tag:stripes zebra",
    "url:zebra.example",
    "zeppelin",
]


@pytest.fixture
def library(make):
    """Of one who has much, in which little is about zebras."""
    ada = make.user()
    home = make.organization(ada)
    tag = make.tag(home, ada, "stripes")
    with db.transaction() as session:
        page = {"url": "https://example.com/page", "created_at": clock.now()}
        batch = [Loaded(title=f"Page {number % 150}", **page) for number in range(MANY)]
        load(session, home.id, ada.id, batch)
        rare = Loaded(
            "Zebra crossing",
            "https://zebra.example/",
            clock.now().replace(year=2000, day=1),
            slug="zebra",
            pinned=True,
            tag_ids=[tag.id],
        )
        load(session, home.id, ada.id, [rare])
    return Principal(ada.id, home.id)


@pytest.fixture
def plan(library):
    """The steps in which a search is carried out."""

    def plan(query, statement=None):
        with db.quick() as read:
            asked = Search(read, library, query)
            given = {**asked.names.here, **asked._match.values(read.database), "first": 0}
        since, until = search_terms.span(asked._terms)
        with db.peek() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if not is_sqlite:
                connection.execute(text("ANALYZE"))
                # Of 4,000 rows it is nearly as cheap; only where nothing else is left counts.
                connection.execute(text("SET enable_seqscan = off"))
            form = (statement or NEWEST[connection.dialect.name]).form(connection.dialect)
            given |= {"since": since, "until": until, "last": search.LAST}
            values = form.parameters({**given, "most": search.WINDOW + 1})
            driver = connection.connection.dbapi_connection
            explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
            steps = driver.execute(f"{explain} {form.text}", values).fetchall()
            if not is_sqlite:
                connection.execute(text("RESET enable_seqscan"))
        return [step[3] if is_sqlite else step[0] for step in steps]

    return plan


@pytest.mark.parametrize("query", ASKED)
def test_it_is_asked_of_the_full_text_index(plan, query):
    steps = plan(query)

    if db.engine().dialect.name == "sqlite":
        assert "bookmark_search VIRTUAL TABLE INDEX" in steps[0]
        assert [step for step in steps[1:] if not step.startswith("SEARCH")] == []
    else:
        assert "bookmark_words_vector" in " ".join(steps)
        assert [step for step in steps if "Seq Scan on bookmark" in step] == []


def test_a_word_that_is_everywhere_is_read_from_the_newest_on(plan):
    """As many rows as there are in a window: neither all that match nor those of others."""
    steps = " ".join(plan("page"))

    if db.engine().dialect.name == "postgresql":
        assert "Index Scan using bookmark_words_owner" in steps
    assert "TEMP B-TREE" not in steps


def test_what_is_shared_by_itself_is_read_by_its_ids(plan):
    steps = plan("page", DIRECT)

    if db.engine().dialect.name == "sqlite":
        by_id = "SEARCH bookmark_words USING INDEX sqlite_autoindex_bookmark_words_1"
        assert f"{by_id} (organization_id=? AND bookmark_id=?)" in steps
    assert [step for step in steps if "Seq Scan on bookmark" in step] == []


@pytest.mark.parametrize(
    "query", ["zebra", "zebra tag:stripes folder:shared -is:pinned", "is:shared", "after:2000"]
)
def test_it_asks_as_often_for_500_as_for_one(client, make, monkeypatch, query):
    owner, other = make.user(), make.user()
    home = make.organization(owner)
    make.member(home, other)
    folder, team = make.folder(home, other, "Shared"), make.team(home)
    make.team_member(team, owner)
    make.share(folder, team)
    tag = make.tag(home, owner, "stripes")
    make.share(make.bookmark(home, other, title="Zebra"), owner)
    make.filed(make.bookmark(home, owner, title="Zebra"), tag)
    token = make.token(owner, home)

    def statements():
        client.call("search_bookmarks", token=token, query={"q": query})  # notes the token's use
        with counted(monkeypatch) as sent:
            client.call("search_bookmarks", token=token, query={"q": query, "limit": 500})
            client.call("suggest_matches", token=token, query={"q": query})
        return len(sent)

    few = statements()
    page = {"title": "Zebra", "url": "https://example.com", "created_at": clock.now()}
    with db.transaction() as session:
        load(session, home.id, owner.id, [Loaded(**page, tag_ids=[tag.id])] * 250)
        load(session, home.id, other.id, [Loaded(**page, folder_ids=[folder.id])] * 250)

    assert statements() == few
