"""Which bookmarks are listed, in what order, and for whom."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

import clock
from domain.bookmarks import bookmark_lists

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"
DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def grace(make, home):
    return make.member(home)


@pytest.fixture
def token(make, ada, home):
    return make.token(ada, home)


@pytest.fixture
def listed(client, token):
    """The titles of a list, and its total."""

    def listed(token=token, **query):
        answer = client.call("list_bookmarks", token=token, query=query or None)
        assert answer.status_code == 200, answer.text
        ids = client.call(
            "list_bookmark_ids",
            token=token,
            query={k: v for k, v in query.items() if k not in ("limit", "offset", "cursor")},
        )
        page = answer.json()
        if not page["hasMore"] and not query.keys() & {"offset", "cursor"}:
            assert ids.json()["ids"] == [item["id"] for item in page["items"]]
        return [item["title"] for item in page["items"]], page["total"]

    return listed


@pytest.fixture
def mine(make, home, ada):
    def mine(title, day=0, **fields):
        created_at = DAY + timedelta(days=day)
        return make.bookmark(home, ada, title=title, created_at=created_at, **fields)

    return mine


@pytest.fixture
def theirs(make, home, grace):
    def theirs(title, day=0, **fields):
        created_at = DAY + timedelta(days=day)
        return make.bookmark(home, grace, title=title, created_at=created_at, **fields)

    return theirs


def test_the_newest_come_first(listed, mine):
    for day in (2, 1, 3):
        mine(f"day {day}", day)

    assert listed() == (["day 3", "day 2", "day 1"], 3)


@pytest.mark.parametrize(
    ("sort_by", "expected"),
    [
        ("recently_added", ["Zebra", "apple", "Äpfel"]),
        ("alphabetical", ["apple", "Zebra", "Äpfel"]),
        ("most_used", ["apple", "Äpfel", "Zebra"]),
        ("recently_accessed", ["Äpfel", "Zebra", "apple"]),
    ],
)
def test_every_order_is_the_same_for_own_and_shared(
    listed, make, ada, mine, theirs, sort_by, expected
):
    mine("Äpfel", 1, access_count=2, last_accessed_at=DAY + timedelta(days=5))
    mine("apple", 2, access_count=9)
    make.share(theirs("Zebra", 3), ada)

    assert listed(sort_by=sort_by) == (expected, 3)


@pytest.fixture
def shared_in_every_way(make, home, ada, grace, mine, theirs):
    """One of my own, and one each that I see for another reason, in two teams or more."""
    for team in (make.team(home, "Platform"), make.team(home, "Design")):
        make.team_member(team, ada)
    last = make.team(home, "Research")
    make.team_member(last, ada)
    mine("own")
    make.share(theirs("direct", 1), ada)
    make.share(theirs("by team", 2), last)
    folder = make.folder(home, grace, "for Ada")
    make.share(folder, ada)
    make.filed(theirs("in folder", 3), folder)
    of_team = make.folder(home, grace, "for the team")
    make.share(of_team, last)
    below = make.folder(home, grace, "below", parent=of_team)
    make.filed(theirs("below folder of team", 4), below, folder)
    theirs("private", 5)


@pytest.mark.usefixtures("shared_in_every_way")
@pytest.mark.parametrize("sort_by", ["recently_added", "alphabetical"])
def test_somebody_in_several_teams_sees_every_kind_of_share(listed, client, token, sort_by):
    shared = {"direct", "by team", "in folder", "below folder of team"}

    assert set(listed(sort_by=sort_by)[0]) == {"own", *shared}
    assert listed(sort_by=sort_by)[1] == 5
    assert set(listed(scope="shared_with_me", sort_by=sort_by)[0]) == shared
    assert set(listed(scope="shared", sort_by=sort_by)[0]) == shared
    assert listed(scope="mine")[0] == ["own"]
    for item in client.call("list_bookmarks", token=token).json()["items"]:
        assert client.call("get_bookmark", item["id"], token=token).json() == item
        counted = client.call("track_bookmark_access", item["id"], token=token)
        assert counted.json() == {"success": True}


def test_what_one_shares_is_listed_itself_and_in_a_folder(listed, make, home, ada, grace, mine):
    folder = make.folder(home, ada)
    below = make.folder(home, ada, parent=folder)
    make.share(folder, grace)
    make.share(mine("direct", 1), grace)
    make.filed(mine("in folder", 2), below)
    mine("private", 3)

    assert listed(scope="shared_by_me") == (["in folder", "direct"], 2)
    assert listed(scope="shared_by_me", folder_id=below.id) == (["in folder"], 1)


def test_an_expired_share_and_a_trashed_folder_show_nothing(listed, make, home, ada, grace, theirs):
    make.share(theirs("expired"), ada, expires_at=clock.now() - timedelta(seconds=1))
    folder = make.folder(home, grace, deleted_at=clock.now())
    make.share(folder, ada)
    make.filed(theirs("in the trash"), folder)
    make.share(theirs("trashed", deleted_at=clock.now()), ada)

    assert listed() == ([], 0)


def test_a_page_ends_where_the_next_begins(client, token, make, home, ada, grace, mine, theirs):
    folder = make.folder(home, grace)
    make.share(folder, ada)
    for number in range(12):
        mine(f"own {number}", number % 4)
        make.filed(theirs(f"shared {number}", number % 4), folder)
    for sort_by in ("recently_added", "alphabetical", "most_used", "recently_accessed"):
        query = {"sort_by": sort_by, "limit": 500}
        whole = client.call("list_bookmarks", token=token, query=query).json()
        assert (len(whole["items"]), whole["hasMore"], whole["next_cursor"]) == (24, False, None)

        pages, query = [], {"sort_by": sort_by, "limit": 5}
        while True:
            page = client.call("list_bookmarks", token=token, query=query).json()
            pages += page["items"]
            assert (page["total"], page["hasMore"]) == (24, bool(page["next_cursor"]))
            if not page["hasMore"]:
                break
            query["cursor"] = page["next_cursor"]
        by_offset = [
            item
            for offset in range(0, 24, 5)
            for item in client.call(
                "list_bookmarks",
                token=token,
                query={"sort_by": sort_by, "limit": 5, "offset": offset},
            ).json()["items"]
        ]
        assert pages == by_offset == whole["items"]


def test_a_page_follows_though_the_last_bookmark_is_gone_and_others_came(client, token, mine):
    made = [mine(str(number), number) for number in range(6)]
    query = {"limit": 2}
    first = client.call("list_bookmarks", token=token, query=query).json()
    assert [item["title"] for item in first["items"]] == ["5", "4"]

    client.call("delete_bookmark", made[4].id, token=token)
    mine("newer", 7)
    mine("between", 4)
    query["cursor"] = first["next_cursor"]
    second = client.call("list_bookmarks", token=token, query=query).json()

    assert [item["title"] for item in second["items"]] == ["3", "2"]


def test_a_cursor_of_another_list_is_refused(client, token, make, home, ada, mine):
    for number in range(2):
        client.call("delete_bookmark", mine("gone", number).id, token=token)
        mine("here", number)
        make.tag(home, ada)
    trash = client.call("list_trash", token=token, query={"limit": 1}).json()["next_cursor"]
    tags = client.call("list_tags", token=token, query={"limit": 1}).json()["next_cursor"]

    for cursor, sort_by in ((trash, "recently_added"), (tags, "alphabetical")):
        query = {"cursor": cursor, "sort_by": sort_by}
        assert client.call("list_bookmarks", token=token, query=query).status_code == 400


def test_the_ids_go_on_where_a_page_of_them_ended(client, token, mine, monkeypatch):
    made = [mine(str(number), number).id for number in range(5)]
    monkeypatch.setattr(bookmark_lists, "MOST_IDS", 3)

    first = client.call("list_bookmark_ids", token=token).json()
    last = client.call("list_bookmark_ids", token=token, query={"cursor": first["next_cursor"]})

    assert first["ids"] + last.json()["ids"] == made[::-1]
    assert (len(first["ids"]), last.json()["next_cursor"]) == (3, None)


@pytest.mark.parametrize("sort_by", ["recently_added", "alphabetical", "most_used"])
@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "W10", "WyJyZWNlbnRseV9hZGRlZCIsMSwyXQ"])
def test_a_cursor_that_is_none_is_refused(client, token, cursor, sort_by):
    query = {"cursor": cursor, "sort_by": sort_by}

    response = client.call("list_bookmarks", token=token, query=query)

    assert response.status_code == 400
    assert response.json()["details"][0]["pointer"] == "/query/cursor"


def test_filters_narrow_and_add_up(listed, make, home, ada, mine):
    folder, other = make.folder(home, ada), make.folder(home, ada)
    tools, daily = make.tag(home, ada, "tools"), make.tag(home, ada, "daily")
    make.filed(mine("both", 1, pinned=True), folder, tools, daily)
    make.filed(mine("tools", 2), other, tools)
    make.filed(mine("daily", 3, pinned=True), folder, daily)

    assert listed(tag_id=tools.id) == (["tools", "both"], 2)
    assert listed(tag_id=[tools.id, daily.id]) == (["both"], 1)
    assert listed(folder_id=folder.id) == (["daily", "both"], 2)
    assert listed(folder_id=folder.id, tag_id=tools.id) == (["both"], 1)
    assert listed(pinned="true") == (["daily", "both"], 2)
    assert listed(pinned="true", folder_id=other.id) == ([], 0)
    assert listed(scope="shared_with_me", tag_id=tools.id) == ([], 0)


def test_a_filter_by_what_one_does_not_see_is_not_found(client, make, home, grace, token):
    for query in (
        {"folder_id": NOWHERE},
        {"folder_id": make.folder(home, grace).id},
        {"tag_id": NOWHERE},
        {"tag_id": make.tag(home, grace).id},
    ):
        for operation in ("list_bookmarks", "list_bookmark_ids"):
            response = client.call(operation, token=token, query=query)
            assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("STRASSE", ["Große Straße"]),
        ("große", ["Große Straße"]),
        ("example.com/path", ["100% of it"]),
        ("%", ["100% of it"]),
        ("0_", []),
        ("go-there", ["100% of it"]),
        ("  ", ["Große Straße", "100% of it"]),
        ("nowhere", []),
    ],
)
def test_words_are_found_as_they_stand(listed, mine, words, expected):
    mine("100% of it", 1, url="https://EXAMPLE.com/Path", slug="Go-There")
    mine("Große Straße", 2, url="https://example.org")

    assert listed(q=words) == (expected, len(expected))


def test_words_are_found_at_the_end_of_a_long_title_and_in_a_url_as_it_is_written(listed, mine):
    title = "Long " * 60 + "Last Word"
    mine(title, 1, url="https://example.net/Ö/ß/PATH")

    for words in ("last word", "Ö/ß", "/path"):
        assert listed(q=words) == ([title], 1), words
    assert listed(q="ö/ß") == ([], 0)


def test_more_than_one_counts_are_said_to_be_more(
    client, token, make, home, ada, grace, monkeypatch
):
    monkeypatch.setattr(bookmark_lists, "MOST_COUNTED", 2)
    folder, tag = make.folder(home, grace), make.tag(home, ada)
    make.share(folder, ada)
    for _ in range(3):
        make.filed(make.bookmark(home, grace), folder)
        make.filed(make.bookmark(home, ada, pinned=True), tag)

    def counted(**query):
        page = client.call("list_bookmarks", token=token, query={"limit": 1, **query}).json()
        return page["total"], page["total_is_exact"]

    assert counted(scope="mine") == counted(tag_id=tag.id) == (3, True)  # kept count of
    assert counted() == (5, False)
    assert counted(scope="shared_with_me") == counted(pinned=True, scope="mine") == (2, False)


def test_a_shared_item_shows_its_owner_and_only_the_folders_one_sees(
    client, token, make, home, ada, grace, theirs
):
    seen, private = make.folder(home, grace, "seen"), make.folder(home, grace, "private")
    team = make.team(home)
    make.team_member(team, ada)
    make.share(seen, team)
    tag = make.tag(home, grace, "hers")
    bookmark = make.filed(theirs("shared"), seen, private, tag)
    make.share(bookmark, ada)

    [item] = client.call("list_bookmarks", token=token).json()["items"]

    assert (item["bookmark_type"], item["user_name"]) == ("shared", grace.name)
    assert item["user_email"] == grace.email
    assert [each["name"] for each in item["tags"]] == ["hers"]
    assert [user["id"] for user in item["shared_users"]] == [ada.id]
    [folder] = item["folders"]
    assert (folder["name"], [each["name"] for each in folder["shared_teams"]]) == (
        "seen",
        [team.name],
    )


def test_lookup_finds_a_page_however_its_url_is_written(client, make, token, ada, mine, theirs):
    mine("own", 1, url="https://www.example.com/page/?utm_source=x")
    make.share(theirs("shared", 2, url="http://example.com/page#top"), ada)
    theirs("private", 3, url="https://example.com/page")

    def titles(url):
        found = client.call("lookup_bookmarks", token=token, query={"url": url})
        return [item["title"] for item in found.json()["items"]]

    assert titles("HTTPS://EXAMPLE.com/page/") == ["own", "shared"]
    assert titles("https://example.com/other") == []
    bad = client.call("lookup_bookmarks", token=token, query={"url": "https://example.com:port/"})
    assert bad.status_code == 400


def test_a_guest_of_another_organization_sees_nothing(listed, make, mine):
    mine("own")
    stranger = make.user()

    assert listed(token=make.token(stranger, make.organization(stranger))) == ([], 0)


def test_one_order_follows_from_the_id_among_equals(client, token, mine):
    for _ in range(6):
        mine("same")

    items = client.call("list_bookmarks", token=token).json()["items"]

    assert all(one["id"] > other["id"] for one, other in pairwise(items))


def test_who_shares_a_folder_sees_what_others_put_there(client, listed, make, home, ada, grace):
    folder = make.folder(home, ada)
    make.share(folder, grace, access="write")
    body = {"title": "hers", "url": "https://example.com", "folder_ids": [folder.id]}

    made = client.call("create_bookmark", token=make.token(grace, home), json=body)

    assert made.status_code == 201
    assert listed() == listed(folder_id=folder.id) == (["hers"], 1)
    assert listed(folder_id=folder.id, scope="mine") == ([], 0)
    assert listed(folder_id=folder.id, scope="shared_with_me") == (["hers"], 1)
