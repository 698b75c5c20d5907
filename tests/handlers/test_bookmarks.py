import pytest
from sqlalchemy import select, update

import db
from models import Bookmark, BookmarkFolder, BookmarkTag, Revision, Share
from tests.stored import rows

NOWHERE = "0192f0c1-0000-7000-8000-000000000000"


@pytest.fixture
def token(make, ada, home):
    return make.token(ada, home)


def refusal(response):
    return response.status_code, response.json()["code"]


@pytest.fixture
def create(client, token):
    def create(title="Issue tracker", url="https://jira.example.com", token=token, **fields):
        body = {"title": title, "url": url, **fields}
        return client.call("create_bookmark", token=token, json=body)

    return create


@pytest.fixture
def change(client, token):
    def change(bookmark_id, token=token, headers=None, **fields):
        return client.call(
            "update_bookmark", bookmark_id, token=token, json=fields, headers=headers
        )

    return change


@pytest.fixture
def read(client, token):
    def read(bookmark_id, token=token, **other):
        return client.call("get_bookmark", bookmark_id, token=token, **other)

    return read


def test_a_new_bookmark_is_read_as_it_was_answered(create, read, ada, home):
    response = create(" Issue\ttracker ", " https://jira.example.com/a b ", slug="jira")

    assert response.status_code == 201
    body = response.json()
    assert response.headers["location"] == f"/api/bookmarks/{body['id']}"
    assert (body["title"], body["url"]) == ("Issue tracker", "https://jira.example.com/a b")
    assert (body["slug"], body["forwarding_enabled"], body["pinned"]) == ("jira", False, False)
    assert (body["access_count"], body["last_accessed_at"], body["version"]) == (0, None, 1)
    assert (body["user_id"], body["tenant_id"]) == (ada.id, home.id)
    assert body.pop("duplicates") == []
    assert read(body["id"]).json() == body


def test_an_opened_bookmark_is_counted_at_once_and_is_no_edit(create, read, client, token):
    made = create().json()

    for _ in range(2):
        client.call("track_bookmark_access", made["id"], token=token)

    opened = read(made["id"]).json()
    assert opened.pop("access_count") == made.pop("access_count") + 2
    assert opened.pop("last_accessed_at") >= made["created_at"]
    assert opened == {key: made[key] for key in opened}


@pytest.mark.parametrize("title", ["", "   ", "\t\n", " " * 3, "x" * 501, 5, None])
def test_a_title_has_something_to_see(create, title):
    assert create(title).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://example.com:port/",
        "https://[::1/",
        "https://a b.example/",
        "https://example.com\\@evil.example/",
        "https://example.com/" + "x" * 2048,
        "https://a\nb",
        None,
    ],
)
def test_a_url_leads_to_a_page(create, url):
    response = create(url=url)

    assert response.status_code == 400
    assert response.json()["details"][0]["pointer"] == "/url"


@pytest.mark.example("SLUG_REQUIRED")
def test_forwarding_needs_a_slug(create, change):
    assert refusal(create(forwarding_enabled=True)) == (400, "SLUG_REQUIRED")
    assert refusal(create(forwarding_enabled=True, slug="")) == (400, "SLUG_REQUIRED")
    made = create(slug="jira").json()
    assert change(made["id"], forwarding_enabled=True).json()["forwarding_enabled"] is True


@pytest.mark.parametrize("slug", ["a b", "a//b", "/a", "ä", "x" * 256, "a.b", 5])
def test_a_slug_has_letters_digits_and_little_else(create, slug):
    assert create(slug=slug).status_code == 400


@pytest.mark.example("SLUG_RESERVED")
def test_a_reserved_slug_is_refused(create, change):
    made = create().json()

    assert refusal(create(slug="_internal_1")) == (400, "SLUG_RESERVED")
    assert refusal(change(made["id"], slug="_internal_1")) == (400, "SLUG_RESERVED")


@pytest.mark.example("SLUG_TAKEN")
def test_a_taken_slug_says_what_keeps_it(client, create, change, token):
    first = create(slug="old").json()
    change(first["id"], slug="fresh")

    alias, current = create(slug="old"), create(slug="fresh")
    client.call("delete_bookmark", first["id"], token=token)
    trashed = create(slug="fresh")

    for response, word in ((alias, "alias"), (current, "another"), (trashed, "trash")):
        assert refusal(response) == (409, "SLUG_TAKEN")
        assert word in response.json()["message"]
    other = create(slug="FRESH").json()  # upper and lower case are two slugs
    assert refusal(change(other["id"], slug="fresh")) == (409, "SLUG_TAKEN")


def test_two_organizations_may_use_one_slug_and_one_name(client, create, make, ada, home):
    """The original kept the uniques it had before there were tenants (9.10)."""
    for token in (make.token(ada, home), make.token(ada, make.organization(ada))):
        made = create(token=token, slug="jira", forwarding_enabled=True)
        chosen = {"slug": "jira", "bookmark_id": made.json()["id"]}
        named = [
            client.call(f"create_{noun}", token=token, json={"name": "Platform"})
            for noun in ("folder", "tag", "team")
        ]
        remembered = client.call("set_go_preference", token=token, json=chosen)

        assert {each.status_code for each in (made, *named, remembered)} == {201}


def test_an_empty_slug_gives_up_all_names(create, change):
    made = create(slug="one", forwarding_enabled=True).json()
    change(made["id"], slug="two")

    cleared = change(made["id"], slug="").json()

    assert (cleared["slug"], cleared["forwarding_enabled"]) == ("", False)
    assert create(slug="one").status_code == create(slug="two").status_code == 201
    again = create(slug="three", forwarding_enabled=True).json()
    both = change(again["id"], slug="", forwarding_enabled=True)
    assert refusal(both) == (400, "SLUG_REQUIRED")


def test_a_refused_bookmark_leaves_nothing(client, create, make, home, token):
    other = make.member(home)
    folder, tag = make.folder(home, other), make.tag(home, other)
    refused = [
        create(slug="a", folder_ids=[folder.id]),
        create(slug="a", folder_ids=[NOWHERE]),
        create(slug="a", tag_ids=[tag.id]),
        create(slug="a", team_ids=[make.team(home).id]),
        create(slug="a", user_ids=[make.user().id]),
    ]

    assert [answer.status_code for answer in refused] == [404, 404, 404, 403, 404]
    assert client.call("list_bookmarks", token=token).json()["total"] == 0
    assert create(slug="a").status_code == 201


def test_a_folder_shared_to_read_takes_nothing_in(create, make, home, ada):
    folder = make.folder(home, make.member(home))
    make.share(folder, ada, access="read")

    assert refusal(create(folder_ids=[folder.id])) == (403, "ONLY_SHARED")
    assert rows(select(Bookmark)) == []


def test_a_refused_change_leaves_everything(create, change, read, make, home, ada):
    folder = make.folder(home, ada)
    made = create(slug="a", folder_ids=[folder.id]).json()
    before = read(made["id"]).json()

    for refused in ({"tag_ids": [NOWHERE]}, {"user_ids": [NOWHERE]}, {"folder_ids": [NOWHERE]}):
        assert change(made["id"], title="new", slug="b", **refused).status_code == 404
    assert read(made["id"]).json() == before


def test_links_and_shares_are_of_the_bookmarks_organization(create, make, home, ada):
    grace, team = make.member(home), make.team(home)
    make.team_member(team, ada)
    folder, tag = make.folder(home, ada), make.tag(home, ada)

    made = create(
        folder_ids=[folder.id, folder.id],
        tag_ids=[tag.id],
        user_ids=[grace.id, ada.id],
        share_all_teams=True,
    ).json()

    assert [each["id"] for each in made["folders"]] == [folder.id]
    assert [each["id"] for each in made["tags"]] == [tag.id]
    assert [each["id"] for each in made["shared_users"]] == [grace.id]
    assert [each["id"] for each in made["shared_teams"]] == [team.id]
    for link in (BookmarkFolder, BookmarkTag, Share):
        assert set(rows(select(link.organization_id))) == {home.id}


def test_teams_need_the_team_plan(client, create, make, ada):
    home = make.organization(ada, plan="personal", seats=1)
    token, present = make.token(ada, home), make.bookmark(home, ada)

    for asked in ({"team_ids": [NOWHERE]}, {"share_all_teams": True}):
        changed = client.call("update_bookmark", present.id, token=token, json=asked)
        assert refusal(create(token=token, **asked)) == (403, "PLAN_REQUIRES_TEAM")
        assert refusal(changed) == (403, "PLAN_REQUIRES_TEAM")


def test_the_free_plan_ends_at_fifty(client, create, make, ada):
    home = make.organization(ada, plan="free")
    token = make.token(ada, home)
    made = [make.bookmark(home, ada) for _ in range(50)]

    assert refusal(create(token=token)) == (403, "BOOKMARK_LIMIT_REACHED")
    client.call("delete_bookmark", made[0].id, token=token)
    assert create(token=token).status_code == 201


@pytest.mark.example("DUPLICATE_URL", "create_bookmark_200")
def test_a_page_may_be_kept_twice_once_or_together(create, make, home, ada):
    tag = make.tag(home, ada)
    first = create("First", "https://example.com/page").json()
    second = create("Second", "http://www.example.com/page/").json()

    assert [each["id"] for each in second["duplicates"]] == [first["id"]]
    refused = create("Third", "https://example.com/page", on_duplicate="reject")
    assert refusal(refused) == (409, "DUPLICATE_URL")
    assert refused.json()["existing"]["id"] == first["id"]
    merged = create(
        "Third",
        "https://example.com/page",
        on_duplicate="merge",
        tag_ids=[tag.id],
        notes="n",
        slug="page",
    )
    assert merged.status_code == 200
    body = merged.json()
    assert (body["id"], body["title"], body["slug"]) == (first["id"], "First", "page")
    assert ([each["id"] for each in body["tags"]], body["notes"]) == ([tag.id], "n")
    new = create("New", "https://example.com/new", on_duplicate="reject")
    assert (new.status_code, new.json()["duplicates"]) == (201, [])


def test_a_merge_shares_with_all_teams_beside_those_that_have_it(create, make, ada, home):
    first, second = make.team(home, "First"), make.team(home, "Second")
    make.team_member(first, ada)
    url = "https://example.com/shared"
    create(url=url, team_ids=[first.id])
    make.team_member(second, ada)

    merged = create(url=url, on_duplicate="merge", share_all_teams=True)

    assert [each["name"] for each in merged.json()["shared_teams"]] == ["First", "Second"]


def test_what_lies_in_a_folder_that_is_no_longer_shared_may_stay_there(
    client, create, change, make, ada, home
):
    other = make.user()
    make.member(home, other)
    theirs, own = make.folder(home, other), make.folder(home, ada)
    share = make.share(theirs, ada, access="write")
    url = "https://example.com/filed"
    made = create(url=url, folder_ids=[theirs.id]).json()
    client.call("end_folder_share", theirs.id, share.id, token=make.token(other, home))

    merged = create(url=url, on_duplicate="merge", folder_ids=[own.id])
    assert (merged.status_code, [each["id"] for each in merged.json()["folders"]]) == (
        200,
        [own.id],
    )
    assert change(made["id"], folder_ids=[theirs.id, own.id]).status_code == 200
    assert len(rows(select(BookmarkFolder.folder_id))) == 2
    assert refusal(create(folder_ids=[theirs.id])) == (404, "NOT_FOUND")


def test_only_a_real_change_makes_a_version(client, create, change, read, token):
    made = create("One").json()

    assert change(made["id"], title=" One ").json()["version"] == 1
    assert change(made["id"]).json()["version"] == 1
    assert change(made["id"], title="Two").json()["version"] == 2
    client.call("track_bookmark_access", made["id"], token=token)
    opened = read(made["id"]).json()
    assert (opened["version"], opened["access_count"]) == (2, 1)
    assert opened["last_accessed_at"] is not None
    [kept] = rows(select(Revision))
    assert (kept.version, kept.state["title"]) == (1, "One")


def test_a_change_of_an_old_version_is_refused_but_not_after_a_click(client, create, change, token):
    answer = create()
    made, tag = answer.json(), answer.headers["etag"]
    client.call("track_bookmark_access", made["id"], token=token)

    assert change(made["id"], title="Two", headers={"If-Match": tag}).status_code == 200
    late = change(made["id"], title="Three", headers={"If-Match": tag})
    assert refusal(late) == (412, "PRECONDITION_FAILED")


def test_what_the_original_takes_note_of_may_be_sent(client, create, change, make, home):
    """Its own client says of a suggestion what was used of it; nobody here has made one."""
    used = {"ai_suggestion_used": {"title": True, "slug": False, "tags": True}}
    grace = make.member(home)

    made = create(user_ids=[grace.id], **used).json()
    with db.transaction() as session:
        session.execute(update(Share).values(access="write"))

    assert change(made["id"], **used).json()["version"] == 1
    assert change(made["id"], title="x", token=make.token(grace, home), **used).status_code == 200


def test_who_may_write_changes_what_it_says_and_no_more(client, create, change, make, home):
    grace = make.member(home)
    theirs = make.token(grace, home)
    made = create().json()

    assert refusal(change(made["id"], token=theirs, title="x")) == (404, "NOT_FOUND")
    change(made["id"], user_ids=[grace.id])
    assert refusal(change(made["id"], token=theirs, title="x")) == (403, "ONLY_SHARED")
    with db.transaction() as session:
        session.execute(update(Share).values(access="write"))
    assert change(made["id"], token=theirs, title="x", notes="y").json()["title"] == "x"
    assert refusal(change(made["id"], token=theirs, pinned=True)) == (403, "ONLY_SHARED")
    deleted = client.call("delete_bookmark", made["id"], token=theirs)
    assert refusal(deleted) == (403, "ONLY_SHARED")


def test_a_deleted_bookmark_is_gone(client, create, read, token):
    made = create().json()

    deleted = client.call("delete_bookmark", made["id"], token=token)

    assert deleted.json() == {"message": "Bookmark deleted"}
    assert read(made["id"]).status_code == 404
    assert client.call("list_bookmarks", token=token).json()["total"] == 0
    assert client.call("delete_bookmark", made["id"], token=token).status_code == 404
