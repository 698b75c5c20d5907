"""What a search finds, in what order, and for whom: the same on both databases."""

from datetime import timedelta

import pytest

import clock
from domain.search import search, search_index
from tests.handlers import corpus
from tests.handlers.corpus_queries import FOUND


@pytest.fixture
def library(make):
    return corpus.settled(make)


@pytest.fixture
def find(client, make):
    """The titles that somebody finds, on the first page."""

    def find(organization, user, q, **query):
        token = make.token(user, organization)
        answer = client.call("search_bookmarks", token=token, query={"q": q, **query})
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    return find


def test_every_query_finds_the_same_on_both_databases(client, make, library):
    home, ada, _ = library
    token = make.token(ada, home)

    for query, titles in FOUND:
        answer = client.call("search_bookmarks", token=token, query={"q": query})
        assert [item["title"] for item in answer.json()["items"]] == titles, query


def test_an_item_is_as_in_the_list_of_bookmarks(client, make, library):
    home, ada, _ = library
    token = make.token(ada, home)

    [found] = client.call("search_bookmarks", token=token, query={"q": "moth"}).json()["items"]
    listed = client.call("list_bookmarks", token=token, query={"q": "moth"}).json()["items"]

    assert [found] == listed
    assert found["bookmark_type"] == "shared"


def test_a_beginning_of_few_words_or_of_many_finds_the_same(make, find, monkeypatch):
    ada = make.user()
    home = make.organization(ada)
    for title in ("Telegraph", "Telegram from Paris", "Telephone", "Tell nobody"):
        make.bookmark(home, ada, title=title)
    queries = ["tele", "telegr", '"telegram"', "telegram-from-p", "tell -telegr", "te"]

    few = [find(home, ada, query) for query in queries]
    monkeypatch.setattr(search_index, "MOST_ENDINGS", 1)

    assert few[:2] == [["Telephone", "Telegram from Paris", "Telegraph"], few[0][1:]]
    assert [find(home, ada, query) for query in queries] == few


@pytest.mark.example("SEARCH_INVALID")
def test_a_refusal_says_what_could_stand_there(client, make):
    ada = make.user()
    token = make.token(ada, make.organization(ada))

    answer = client.call("search_bookmarks", token=token, query={"q": "tracker is:new"})

    assert (answer.status_code, answer.json()["code"]) == (400, "SEARCH_INVALID")
    [detail] = answer.json()["details"]
    assert detail == {"pointer": "/query/q", "reason": "is: takes pinned or shared"}


@pytest.mark.parametrize("query", ["is:new", "before:soon", "tag:"])
def test_what_cannot_be_understood_is_refused_with_the_reason(client, make, library, query):
    home, ada, _ = library

    for operation in ("search_bookmarks", "suggest_matches"):
        answer = client.call(operation, token=make.token(ada, home), query={"q": query})
        assert (answer.status_code, answer.json()["code"]) == (400, "SEARCH_INVALID")
        assert answer.json()["details"][0]["pointer"] == "/query/q"


@pytest.mark.parametrize("query", ["", "  "])
def test_there_must_be_something_to_look_for(client, make, library, query):
    home, ada, _ = library

    for operation in ("search_bookmarks", "suggest_matches"):
        answer = client.call(operation, token=make.token(ada, home), query={"q": query})
        assert answer.status_code == 400
        assert answer.json()["error"] == "Search query is required"


@pytest.mark.parametrize(
    "query",
    [
        "x" * 500,
        "é" * 500,
        '"' * 500,
        "-" * 500,
        "a " * 20,
        '"' + "a " * 249,
        "tag:" + "x" * 400,
        "slug:" + "a/" * 200,
        "\\'; --",
        "a:*D | b:*",
        "!!(a & b)",
        "^a + b <-> c",
        "{places} : o",
        "\u0000",
        "\ud7ff \U0001f389",
    ],
)
def test_nothing_that_is_typed_reaches_the_index_as_it_is(client, make, query):
    ada = make.user()
    home = make.organization(ada)
    make.bookmark(home, ada, title="Zoo")

    answer = client.call("search_bookmarks", token=make.token(ada, home), query={"q": query})

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or answer.json()["items"] == []


def test_pages_go_on_where_the_one_before_ended(client, make, library, monkeypatch):
    home, ada, _ = library
    token = make.token(ada, home)

    def pages(q, limit):
        query, found = {"q": q, "limit": limit}, []
        while True:
            page = client.call("search_bookmarks", token=token, query=query).json()
            found.append([item["title"] for item in page["items"]])
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    whole = dict(FOUND)["engine"]
    assert pages("engine", 3) == [whole[:3], whole[3:6], whole[6:]]
    assert pages("engine", len(whole)) == [whole]

    monkeypatch.setattr(search, "WINDOW", 4)
    windows = pages("engine", 3)
    assert [len(page) for page in windows] == [3, 1, 3]
    assert sorted(title for page in windows for title in page) == sorted(whole)


@pytest.mark.parametrize("cursor", ["1", "1-2", "1-2-3-4", "9" * 20 + "-1-1", "--", "1-2-"])
def test_a_cursor_of_another_list_is_refused(client, make, cursor):
    ada = make.user()
    token = make.token(ada, make.organization(ada))

    answer = client.call("search_bookmarks", token=token, query={"q": "x", "cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


def test_what_is_no_longer_shared_is_no_longer_found(client, make, find):
    owner, reader = make.user(), make.user()
    home = make.organization(owner)
    make.member(home, reader)
    team = make.team(home)
    make.team_member(team, reader)
    folder = make.folder(home, owner)
    for title, way in (("by team", team), ("by hand", reader)):
        make.share(make.bookmark(home, owner, title=f"Zebra {title}"), way)
    make.filed(make.bookmark(home, owner, title="Zebra by folder"), folder)
    make.share(folder, reader)
    token = make.token(owner, home)
    assert len(find(home, reader, "zebra")) == 3

    client.call("remove_team_member", team.id, reader.id, token=token)
    assert find(home, reader, "zebra") == ["Zebra by folder", "Zebra by hand"]

    client.call("delete_folder", folder.id, token=token)
    assert find(home, reader, "zebra") == ["Zebra by hand"]

    client.call("remove_member", home.id, reader.id, token=token)
    own = make.token(reader, home)
    answer = client.call("search_bookmarks", token=own, query={"q": "zebra"})
    assert answer.status_code != 200 or answer.json()["items"] == []


def test_a_share_ends_for_the_search_too(make, find, monkeypatch):
    owner, reader = make.user(), make.user()
    home = make.organization(owner)
    make.member(home, reader)
    soon = clock.now() + timedelta(hours=1)
    make.share(make.bookmark(home, owner, title="Zebra"), reader, expires_at=soon)
    assert find(home, reader, "zebra") == ["Zebra"]

    now = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: now)

    assert find(home, reader, "zebra") == []


def test_whoever_leaves_takes_along_what_is_found(client, make, find):
    owner, member = make.user(), make.user()
    home = make.organization(owner)
    make.member(home, member)
    make.share(make.bookmark(home, member, title="Zebra"), owner)
    assert find(home, owner, "zebra") == find(home, member, "zebra") == ["Zebra"]

    client.call("remove_member", home.id, member.id, token=make.token(owner, home))

    assert find(home, owner, "zebra") == []
    token = make.session(member)
    answer = client.call("search_bookmarks", token=token, query={"q": "zebra"})
    assert [item["title"] for item in answer.json()["items"]] == ["Zebra"]


def test_it_follows_pins_and_the_trash(client, make, find):
    ada = make.user()
    home = make.organization(ada)
    token = make.token(ada, home)
    zebra = make.bookmark(home, ada, title="Zebra")
    assert find(home, ada, "is:pinned") == []

    client.call("update_bookmark", zebra.id, token=token, json={"pinned": True})
    assert find(home, ada, "is:pinned") == ["Zebra"]

    client.call("delete_bookmark", zebra.id, token=token)
    assert find(home, ada, "zebra") == []

    client.call("restore_bookmark", zebra.id, token=token, json={})
    assert find(home, ada, "zebra is:pinned") == ["Zebra"]


def test_an_answer_that_is_known_is_not_sent_again(client, make, library):
    home, ada, _ = library
    token = make.token(ada, home)

    for operation in ("search_bookmarks", "suggest_matches"):
        given = {"token": token, "query": {"q": "engine"}}
        tag = client.call(operation, **given).headers["etag"]
        again = client.call(operation, **given, headers={"If-None-Match": tag})
        assert again.status_code == 304


def test_suggestions_are_bookmarks_then_folders_then_tags(client, make):
    ada = make.user()
    home = make.organization(ada)
    token = make.token(ada, home)
    made = make.bookmark(home, ada, title="Work plan", url="https://example.com/", slug="plan")
    folder = make.folder(home, ada, "Homework plans", icon="book")
    tag = make.tag(home, ada, "plan-b")
    make.tag(home, ada, "airplane")
    for number in range(12):
        make.bookmark(home, ada, title=f"Rabbit {number}")
        make.folder(home, ada, f"Rabbits {number:02}")
        make.tag(home, ada, f"rabbit {number:02}")

    hits = client.call("suggest_matches", token=token, query={"q": "PLAN"}).json()
    assert hits == [
        {
            "id": made.id,
            "type": "bookmark",
            "title": "Work plan",
            "url": "https://example.com/",
            "slug": "plan",
            "forwarding_enabled": True,
        },
        {"id": folder.id, "type": "folder", "title": "Homework plans", "icon": "book"},
        {"id": tag.id, "type": "tag", "title": "plan-b"},
    ]
    hits = client.call("suggest_matches", token=token, query={"q": "rabb"}).json()
    assert [hit["type"] for hit in hits] == ["bookmark"] * 10 + ["folder"] * 5 + ["tag"] * 5
    assert [hit["title"] for hit in hits[10:12]] == ["Rabbits 00", "Rabbits 01"]


def test_somebody_elses_folders_and_tags_are_not_suggested(client, make, library):
    home, ada, _ = library

    hits = client.call("suggest_matches", token=make.token(ada, home), query={"q": "private"})

    assert hits.json() == []
