import pytest
from sqlalchemy import select

import clock
import db
from models import BookmarkTag, Tag


@pytest.fixture
def ada(make):
    return make.user()


@pytest.fixture
def create(client, token):
    def create(name="tools", token=token):
        return client.call("create_tag", token=token, json={"name": name})

    return create


@pytest.fixture
def tagged(make, ada, organization):
    """A new bookmark with these tags."""

    def tagged(*tags, **fields):
        return make.filed(make.bookmark(organization, ada, **fields), *tags)

    return tagged


def links():
    with db.reading() as session:
        return {(row.bookmark_id, row.tag_id) for row in session.scalars(select(BookmarkTag))}


def tags():
    with db.reading() as session:
        return sorted(session.scalars(select(Tag.name)))


def test_a_tag_is_made(create, client, token, ada, organization):
    response = create("  tools ")

    assert response.status_code == 201
    tag = response.json()
    assert response.headers["location"] == f"/api/tags/{tag['id']}"
    assert (tag["name"], tag["bookmark_count"], tag["version"]) == ("tools", 0, 1)
    assert (tag["user_id"], tag["tenant_id"]) == (ada.id, organization.id)
    assert client.call("get_tag", tag["id"], token=token).json() == tag


def test_it_says_when_it_was_made(create, later):
    later(minutes=5)

    created_at = create().json()["created_at"]

    assert created_at[:16] == clock.now().isoformat()[:16]


@pytest.mark.parametrize("name", ["", "   ", "\t", "x" * 101])
def test_a_name_has_1_to_100_visible_characters(create, name):
    assert create(name).status_code == 400
    assert tags() == []


@pytest.mark.example("TAG_NAME_TAKEN")
def test_a_person_has_each_name_once(create):
    create("tools")

    response = create(" tools")

    assert (response.status_code, response.json()["code"]) == (400, "TAG_NAME_TAKEN")
    assert response.json()["error"] == "Tag with this name already exists"
    assert create("Tools").status_code == 201


def test_others_may_use_the_same_name_and_see_nothing_of_it(create, client, make, organization):
    mine = create("tools").json()["id"]
    colleague = make.member(organization)
    stranger = make.user()

    for token in (
        make.token(colleague, organization),
        make.token(stranger, make.organization(stranger)),
    ):
        assert client.call("list_tags", token=token).json() == []
        assert client.call("get_tag", mine, token=token).status_code == 404
        assert create("tools", token).status_code == 201


def test_a_renamed_tag_stays_on_its_bookmarks(client, make, token, ada, organization, tagged):
    tag = make.tag(organization, ada, "tools")
    bookmark = tagged(tag)

    renamed = client.call("update_tag", tag.id, token=token, json={"name": "tooling"}).json()

    assert (renamed["name"], renamed["bookmark_count"], renamed["version"]) == ("tooling", 1, 2)
    shown = client.call("get_bookmark", bookmark.id, token=token).json()
    assert [each["name"] for each in shown["tags"]] == ["tooling"]


def test_a_tag_cannot_take_a_name_that_is_there(create, client, token):
    create("tools")
    other = create("other").json()

    response = client.call("update_tag", other["id"], token=token, json={"name": "tools"})

    assert (response.status_code, response.json()["code"]) == (400, "TAG_NAME_TAKEN")
    again = client.call("update_tag", other["id"], token=token, json={"name": "other"})
    assert again.json() == other


def test_a_change_of_what_was_changed_meanwhile_is_refused(create, client, token):
    made = create()
    id, tag = made.json()["id"], {"If-Match": made.headers["etag"]}
    rename = {"token": token, "json": {"name": "tooling"}, "headers": tag}

    assert client.call("update_tag", id, **rename).status_code == 200
    assert client.call("update_tag", id, **rename).status_code == 412
    assert client.call("delete_tag", id, token=token, headers=tag).status_code == 412


def test_bookmarks_lose_a_deleted_tag_and_stay(client, make, token, ada, organization, tagged):
    tag, other = make.tag(organization, ada), make.tag(organization, ada)
    bookmark = tagged(tag, other)

    response = client.call("delete_tag", tag.id, token=token)

    assert response.json() == {"message": "Tag deleted"}
    assert client.call("get_tag", tag.id, token=token).status_code == 404
    assert links() == {(bookmark.id, other.id)}


def test_a_tag_counts_bookmarks_that_are_not_in_the_trash(
    client, make, token, ada, organization, tagged
):
    often, never = (make.tag(organization, ada, name) for name in ("often", "never"))
    tagged(often)
    tagged(often)
    tagged(often, never, deleted_at=clock.now())

    found = client.call("list_tags", token=token).json()

    assert {each["name"]: each["bookmark_count"] for each in found} == {"often": 2, "never": 0}


@pytest.mark.parametrize(
    ("sort_by", "order"),
    [("alphabetical", "Alpha beta gamma"), ("recently_added", "gamma Alpha beta")],
)
def test_tags_are_listed_by_name_or_the_newest_first(create, client, token, sort_by, order):
    for name in ("beta", "Alpha", "gamma"):
        create(name)

    query, seen = {"limit": 2, "sort_by": sort_by}, []
    while query.get("cursor", "first"):
        page = client.call("list_tags", token=token, query=query).json()
        assert page["total"] == 3
        seen += [each["name"] for each in page["items"]]
        query = {"cursor": page["next_cursor"], "sort_by": sort_by}

    everything = client.call("list_tags", token=token, query={"sort_by": sort_by}).json()
    assert seen == [each["name"] for each in everything] == order.split()


def test_merged_tags_give_their_bookmarks_to_the_one_that_stays(
    client, make, token, ada, organization, tagged
):
    stays, one, other = (make.tag(organization, ada, name) for name in ("js", "ecma", "node"))
    bookmarks = [tagged(stays, one), tagged(one, other), tagged(other), tagged()]

    body = {"tag_ids": [one.id, other.id, one.id]}
    merged = client.call("merge_tags", stays.id, token=token, json=body).json()

    assert (merged["id"], merged["name"], merged["bookmark_count"]) == (stays.id, "js", 3)
    assert links() == {(bookmark.id, stays.id) for bookmark in bookmarks[:3]}
    assert tags() == ["js"]


def test_a_merge_with_a_tag_that_is_not_mine_changes_nothing(
    client, make, token, ada, organization, tagged
):
    stays, one = make.tag(organization, ada, "js"), make.tag(organization, ada, "ecma")
    foreign = make.tag(organization, make.member(organization), "node")
    bookmark = tagged(one)

    for ids, status in (([one.id, foreign.id], 404), ([one.id, stays.id], 400)):
        response = client.call("merge_tags", stays.id, token=token, json={"tag_ids": ids})
        assert response.status_code == status
    foreign_first = client.call("merge_tags", foreign.id, token=token, json={"tag_ids": [one.id]})
    assert foreign_first.status_code == 404
    assert links() == {(bookmark.id, one.id)}
    assert tags() == ["ecma", "js", "node"]
