"""Many bookmarks changed in one request."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import clock
import db
from domain.bookmarks.loading import Loaded, load
from models import Bookmark, BookmarkFolder, BookmarkTag, LibrarySize, Revision, Share
from tests.domain.test_statements import counted

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def change(client, token):
    """The answer to a bulk change of Ada's."""

    def change(action, *bookmarks, **wanted):
        if bookmarks:
            wanted["ids"] = [getattr(each, "id", each) for each in bookmarks]
        return client.call("change_bookmarks", token=token, json={"action": action, **wanted})

    return change


@pytest.fixture
def mine(make, home, ada):
    def mine(title=None, **fields):
        return make.bookmark(home, ada, title=title, **fields)

    return mine


def stored(column, **where):
    with db.reading() as session:
        return set(session.scalars(select(column).filter_by(**where)))


def count(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def statuses(answer):
    assert answer.status_code == 207, answer.text
    return [result["status"] for result in answer.json()["results"]]


def found(client, token, query):
    answer = client.call("search_bookmarks", token=token, query={"q": query, "limit": 500})
    return {item["id"] for item in answer.json()["items"]}


def test_tags_are_added_to_those_that_are_there(client, change, mine, make, home, ada, token):
    """Whatever a client has loaded: it names none of the tags that stay."""
    old, new = make.tag(home, ada, "old"), make.tag(home, ada, "new")
    tagged, plain, both = mine(), mine(), mine()
    make.filed(tagged, old)
    make.filed(both, old, new)

    answer = change("tag", tagged, plain, both, tag_ids=[new.id])

    assert statuses(answer) == [200, 200, 200]
    assert [result["version"] for result in answer.json()["results"]] == [2, 2, 1]
    assert stored(BookmarkTag.tag_id, bookmark_id=tagged.id) == {old.id, new.id}
    assert stored(BookmarkTag.tag_id, bookmark_id=plain.id) == {new.id}
    assert found(client, token, "tag:new") == {tagged.id, plain.id, both.id}
    assert found(client, token, "tag:old") == {tagged.id, both.id}


def test_only_the_tags_that_are_named_are_taken_away(client, change, mine, make, home, ada, token):
    old, new = make.tag(home, ada, "old"), make.tag(home, ada, "new")
    tagged, plain = make.filed(mine(), old, new), mine()

    answer = change("untag", tagged, plain, tag_ids=[old.id])

    assert [result["version"] for result in answer.json()["results"]] == [2, 1]
    assert stored(BookmarkTag.tag_id, bookmark_id=tagged.id) == {new.id}
    assert found(client, token, "tag:old") == set()


def test_moving_leaves_them_in_exactly_these_folders(client, change, mine, make, home, ada, token):
    old, new = make.folder(home, ada, "Old"), make.folder(home, ada, "New")
    filed, loose, there = make.filed(mine(), old), mine(), make.filed(mine(), new)

    answer = change("move", filed, loose, there, folder_ids=[new.id])

    assert [result["version"] for result in answer.json()["results"]] == [2, 2, 1]
    assert stored(BookmarkFolder.bookmark_id, folder_id=old.id) == set()
    assert found(client, token, "folder:new") == {filed.id, loose.id, there.id}
    assert (
        client.call("list_bookmarks", token=token, query={"folder_id": new.id}).json()["total"] == 3
    )

    assert statuses(change("move", filed, folder_ids=[])) == [200]
    assert found(client, token, "folder:new") == {loose.id, there.id}


def test_pins_are_set_and_removed(client, change, mine, token):
    one, pinned = mine(), mine(pinned=True)

    answer = change("pin", one, pinned)
    assert [result["version"] for result in answer.json()["results"]] == [2, 1]
    assert found(client, token, "is:pinned") == {one.id, pinned.id}

    assert statuses(change("unpin", one, pinned)) == [200, 200]
    assert found(client, token, "is:pinned") == set()


def test_what_is_deleted_lies_in_the_trash_and_comes_back(client, change, mine, token, home, ada):
    one, other = mine("Zebra"), mine("Zebra too")

    assert statuses(change("delete", one, other)) == [200, 200]
    assert found(client, token, "zebra") == set()
    assert stored(LibrarySize.bookmarks, user_id=ada.id) == {0}
    assert statuses(change("delete", one)) == [404]

    assert statuses(change("restore", one, other, NOWHERE)) == [200, 200, 404]
    assert found(client, token, "zebra") == {one.id, other.id}
    assert stored(LibrarySize.bookmarks, user_id=ada.id) == {2}
    assert statuses(change("restore", one)) == [200]
    assert stored(Bookmark.version, id=one.id) == {3}


def test_a_full_plan_restores_none(change, mine, home):
    gone = [mine() for _ in range(3)]
    change("delete", *gone)
    for _ in range(48):
        mine()
    with db.transaction() as session:
        session.merge(home).plan = "free"

    answer = change("restore", *gone)

    assert statuses(answer) == [403] * 3
    assert answer.json()["results"][0]["refusal"]["code"] == "BOOKMARK_LIMIT_REACHED"
    assert statuses(change("restore", *gone[:2])) == [200, 200]


def test_they_are_shared_alike(client, change, mine, make, home, ada, token):
    grace, team = make.member(home), make.team(home)
    make.team_member(team, ada)
    new, shared, expired = mine("Zebra new"), mine("Zebra"), mine("Zebra expired")
    make.share(shared, grace)
    make.share(expired, grace, expires_at=clock.now() - timedelta(days=1))

    answer = change("share", new, shared, expired, user_id=grace.id, access="write")

    assert statuses(answer) == [200] * 3
    assert stored(Share.access) == {"write"}
    assert count(Share) == 3
    hers = make.token(grace, home)
    assert found(client, hers, "zebra") == {new.id, shared.id, expired.id}
    assert statuses(change("share", new, team_id=team.id)) == [200]
    assert count(Share) == 4


def test_each_refusal_stands_for_itself(change, mine, make, home, ada):
    grace, stranger = make.member(home), make.user()
    abroad = make.organization(stranger)
    shared, hidden = make.bookmark(home, grace), make.bookmark(home, grace)
    make.share(shared, ada, access="write")
    foreign, deleted = make.bookmark(abroad, stranger), mine(deleted_at=clock.now())
    one = mine()

    for action, wanted in (("pin", {}), ("delete", {}), ("share", {"user_id": grace.id})):
        answer = change(action, shared, hidden, foreign, deleted, NOWHERE, one, **wanted)
        assert statuses(answer) == [403, 404, 404, 404, 404, 200]
        assert answer.json()["results"][0]["refusal"]["code"] == "ONLY_SHARED"
        assert (answer.json()["done"], answer.json()["refused"]) == (1, 5)
        change("restore", one)
    assert stored(Bookmark.version, id=shared.id) == {1}


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"action": "pin"}, 400, "INVALID_REQUEST"),
        ({"action": "pin", "ids": [NOWHERE], "query": "x"}, 400, "INVALID_REQUEST"),
        ({"action": "pin", "query": "is:new"}, 400, "SEARCH_INVALID"),
        ({"action": "pin", "query": " "}, 400, "INVALID_REQUEST"),
        ({"action": "tag", "ids": [NOWHERE]}, 400, "INVALID_REQUEST"),
        ({"action": "move", "ids": [NOWHERE]}, 400, "INVALID_REQUEST"),
        ({"action": "share", "ids": [NOWHERE]}, 400, "INVALID_REQUEST"),
        ({"action": "tag", "ids": [NOWHERE], "tag_ids": [NOWHERE]}, 404, "NOT_FOUND"),
        ({"action": "move", "ids": [NOWHERE], "folder_ids": [NOWHERE]}, 404, "NOT_FOUND"),
        ({"action": "share", "ids": [NOWHERE], "user_id": NOWHERE}, 404, "USER_UNKNOWN"),
        ({"action": "share", "ids": [NOWHERE], "team_id": NOWHERE}, 403, "NOT_IN_TEAM"),
    ],
)
def test_what_is_wrong_with_all_of_it_is_refused_at_once(client, token, mine, wanted, status, code):
    mine()

    answer = client.call("change_bookmarks", token=token, json=wanted)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert count(Revision) == 0


def test_a_folder_that_is_only_read_takes_nothing(change, mine, make, home, ada):
    folder = make.folder(home, make.member(home))
    make.share(folder, ada)

    answer = change("move", mine(), folder_ids=[folder.id])

    assert (answer.status_code, answer.json()["code"]) == (403, "ONLY_SHARED")


def test_sharing_with_a_team_needs_the_team_plan(change, mine, make, home, ada):
    team = make.team(home)
    make.team_member(team, ada)
    with db.transaction() as session:
        session.merge(home).plan = "personal"

    answer = change("share", mine(), team_id=team.id)

    assert (answer.status_code, answer.json()["code"]) == (403, "PLAN_REQUIRES_TEAM")


def test_a_search_says_which(client, change, mine, make, home, ada, token):
    grace = make.member(home)
    shared = make.bookmark(home, grace, title="Zebra of hers")
    make.share(shared, ada)
    one, other = mine("Zebra"), mine("Zebra crossing")
    mine("Horse")

    answer = change("pin", query="zebra -is:shared")
    assert {result["id"] for result in answer.json()["results"]} == {one.id, other.id}
    assert answer.json()["has_more"] is False

    assert statuses(change("unpin", query="zebra")) == [200, 200, 403]
    assert statuses(change("unpin", query="nowhere")) == []


def test_every_change_is_kept(client, change, mine, make, home, ada, token):
    one, tag = mine(), make.tag(home, ada)
    for action, wanted in (("tag", {"tag_ids": [tag.id]}), ("pin", {}), ("delete", {})):
        change(action, one, **wanted)

    versions = client.call("list_bookmark_versions", one.id, token=token).json()["items"]

    assert [each["version"] for each in versions] == [4, 3, 2, 1]
    assert [each["changes"] for each in versions[:3]] == [["deleted"], ["pinned"], ["tag_ids"]]


@pytest.mark.parametrize("by", ["ids", "query"])
def test_it_asks_as_often_for_500_as_for_one(client, make, home, ada, token, monkeypatch, by):
    tag, folder, grace = make.tag(home, ada), make.folder(home, ada), make.member(home)
    page = {"title": "Zebra", "url": "https://example.com", "created_at": clock.now()}
    with db.transaction() as session:
        ids = load(session, home.id, ada.id, [Loaded(**page)] * 502)
    needed = {"tag_ids": [tag.id], "folder_ids": [folder.id], "user_id": grace.id}
    takes = {"tag": "tag_ids", "untag": "tag_ids", "move": "folder_ids", "share": "user_id"}

    def statements(action, which):
        wanted = {takes[action]: needed[takes[action]]} if action in takes else {}
        body = {"action": action, **wanted, **which}
        with counted(monkeypatch) as sent:
            answer = client.call("change_bookmarks", token=token, json=body)
        return len(sent), set(statuses(answer)), len(answer.json()["results"])

    client.call("list_tags", token=token)  # notes the use of the token
    for action in ("tag", "untag", "move", "pin", "unpin", "share", "delete", "restore"):
        if by == "query" and action == "restore":
            continue
        few = statements(action, {"ids": ids[:1]})
        many = statements(
            action, {"ids": ids[1:501]} if by == "ids" else {"query": "zebra after:2000"}
        )
        assert many[1:] == ({200}, 500), action
        of_a_search = 5  # names, endings of the word, the newest, what is shared by itself twice
        assert many[0] <= few[0] + (of_a_search if by == "query" else 0), action


def test_a_search_for_more_says_so(client, make, home, ada, token, change):
    page = {"title": "Zebra", "url": "https://example.com", "created_at": clock.now()}
    with db.transaction() as session:
        load(session, home.id, ada.id, [Loaded(**page)] * 501)

    answer = change("pin", query="zebra -is:pinned").json()
    assert (answer["done"], answer["has_more"]) == (500, True)

    answer = change("pin", query="zebra -is:pinned").json()
    assert (answer["done"], answer["has_more"]) == (1, False)


def test_an_id_that_is_named_twice_counts_once(change, mine):
    one = mine()

    assert statuses(change("pin", one, one)) == [200]
    assert count(Revision) == 1
