from datetime import timedelta

import pytest
from sqlalchemy import func, select

import clock
import db
from models import Folder, Revision, Share


@pytest.fixture
def create(client, token):
    def create(name="Work", token=token, **fields):
        return client.call("create_folder", token=token, json={"name": name, **fields})

    return create


@pytest.fixture
def names(client, token):
    def names(token=token, **query):
        found = client.call("list_folders", token=token, query=query).json()
        return [each["name"] for each in (found if isinstance(found, list) else found["items"])]

    return names


def folders():
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Folder))


def trash():
    """The names of what lies there, and the folder whose deletion took it along."""
    with db.reading() as session:
        lies_there = Folder.deleted_at.is_not(None)
        return dict(
            iter(session.execute(select(Folder.name, Folder.deleted_with).where(lies_there)))
        )


def test_a_folder_is_made(create, client, token, ada, organization):
    response = create("  Work ", icon="briefcase")

    assert response.status_code == 201
    folder = response.json()
    assert response.headers["location"] == f"/api/folders/{folder['id']}"
    assert (folder["name"], folder["icon"]) == ("Work", "briefcase")
    assert (folder["user_id"], folder["tenant_id"]) == (ada.id, organization.id)
    assert (folder["parent_id"], folder["folder_type"]) == (None, "own")
    again = client.call("get_folder", folder["id"], token=token)
    assert again.json() == folder
    assert again.headers["etag"] == response.headers["etag"]


def test_it_says_when_it_was_made(create, later):
    later(minutes=5)
    before = clock.now() - timedelta(seconds=5)

    created_at = create().json()["created_at"]

    assert before.isoformat() < created_at.replace("Z", "+00:00") < clock.now().isoformat()


def test_a_name_is_shown_as_one_line(create):
    assert create("At\twork\x7f").json()["name"] == "At work"


@pytest.mark.parametrize("name", ["", "   ", "\t", "x" * 256])
def test_a_name_has_1_to_255_visible_characters(create, name):
    assert create(name).status_code == 400
    assert folders() == 0


@pytest.mark.example("FOLDER_NAME_TAKEN")
def test_a_name_is_unique_where_the_folder_lies(create):
    work = create("Work").json()["id"]

    response = create("Work")

    assert (response.status_code, response.json()["code"]) == (400, "FOLDER_NAME_TAKEN")
    assert response.json()["error"] == "Folder with this name already exists"
    assert create("Work", parent_id=work).status_code == 201
    assert create("Work", parent_id=work).json()["code"] == "FOLDER_NAME_TAKEN"
    assert create("work").status_code == 201


def test_a_deleted_folder_gives_its_name_free(create, client, token):
    client.call("delete_folder", create("Work").json()["id"], token=token)

    assert create("Work").status_code == 201


def test_others_may_use_the_same_name(create, make, colleague):
    stranger = make.user()
    elsewhere = make.token(stranger, make.organization(stranger))

    assert {create("Work", token=token).status_code for token in (colleague[1], elsewhere)} == {201}
    assert create("Work").status_code == 201


def test_a_folder_without_an_icon_in_the_change_has_none(create, client, token):
    folder = create("Work", icon="briefcase").json()

    changed = client.call("update_folder", folder["id"], token=token, json={"name": "Home"})

    assert (changed.json()["name"], changed.json()["icon"]) == ("Home", None)
    assert changed.json()["version"] == 2
    assert changed.json()["created_at"] == folder["created_at"]


def test_how_a_folder_was_is_kept(create, client, token, ada):
    folder = create("Work", icon="briefcase").json()

    client.call("update_folder", folder["id"], token=token, json={"name": "Home"})

    with db.reading() as session:
        kept = session.scalars(select(Revision)).one()
    assert (kept.kind, kept.item_id, kept.version) == ("folder", folder["id"], 1)
    assert (kept.state["name"], kept.state["icon"], kept.made_by) == ("Work", "briefcase", ada.id)


def test_a_change_that_changes_nothing_is_no_new_version(create, client, token):
    folder = create("Work", icon="briefcase").json()

    body = {"name": " Work", "icon": "briefcase"}
    assert client.call("update_folder", folder["id"], token=token, json=body).json() == folder


def test_a_folder_cannot_take_a_name_that_is_there(create, client, token):
    create("Home")
    work = create("Work").json()["id"]

    response = client.call("update_folder", work, token=token, json={"name": "Home"})

    assert (response.status_code, response.json()["code"]) == (400, "FOLDER_NAME_TAKEN")


def test_a_change_of_what_was_changed_meanwhile_is_refused(create, client, token):
    made = create("Work")
    id, tag = made.json()["id"], {"If-Match": made.headers["etag"]}
    rename = {"token": token, "json": {"name": "Home"}, "headers": tag}

    assert client.call("update_folder", id, **rename).status_code == 200
    assert client.call("update_folder", id, **rename).status_code == 412
    assert client.call("delete_folder", id, token=token, headers=tag).status_code == 412


def test_a_deleted_folder_takes_along_what_lies_in_it(client, make, token, ada, organization):
    work = make.folder(organization, ada, "Work")
    inner = make.folder(organization, ada, "Inner", parent=work)
    innermost = make.folder(organization, ada, "Innermost", parent=inner)
    bookmark = make.filed(make.bookmark(organization, ada), innermost)

    response = client.call("delete_folder", work.id, token=token)

    assert response.json() == {"message": "Folder deleted"}
    for folder in (work, inner, innermost):
        assert client.call("get_folder", folder.id, token=token).status_code == 404
    assert client.call("get_bookmark", bookmark.id, token=token).json()["folders"] == []
    assert trash() == {"Work": None, "Inner": work.id, "Innermost": work.id}


def test_what_was_deleted_before_is_not_deleted_again(client, make, token, ada, organization):
    work = make.folder(organization, ada, "Work")
    inner = make.folder(organization, ada, "Inner", parent=work)

    client.call("delete_folder", inner.id, token=token)
    client.call("delete_folder", work.id, token=token)

    assert trash() == {"Work": None, "Inner": None}


def test_a_folder_counts_what_lies_directly_in_it(create, client, make, token, ada, organization):
    work = make.folder(organization, ada, "Work")
    inner = make.folder(organization, ada, "Inner", parent=work)
    make.filed(make.bookmark(organization, ada), work, inner)
    make.filed(make.bookmark(organization, ada), work)
    make.filed(make.bookmark(organization, ada, deleted_at=clock.now()), work)
    make.folder(organization, ada, parent=work, deleted_at=clock.now())

    counts = {
        each["name"]: (each["folder_count"], each["bookmark_count"])
        for each in client.call("list_folders", token=token).json()
    }

    assert counts == {"Work": (1, 2), "Inner": (0, 1)}


def test_folders_are_listed_by_name_or_the_newest_first(create, names):
    for name in ("beta", "Alpha", "gamma"):
        create(name)

    assert names() == ["Alpha", "beta", "gamma"]
    assert names(sort_by="recently_added") == ["gamma", "Alpha", "beta"]


@pytest.mark.parametrize("sort_by", ["alphabetical", "recently_added"])
def test_pages_show_each_folder_once(create, client, token, names, sort_by):
    for name in "edcba":
        create(name)

    query, seen = {"limit": 2, "sort_by": sort_by}, []
    while True:
        page = client.call("list_folders", token=token, query=query).json()
        assert page["total"] == 5
        seen += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert seen == names(sort_by=sort_by) == list("abcde")
    assert names(sort_by=sort_by, limit=2, offset=3) == ["d", "e"]


@pytest.mark.parametrize(
    "cursor", ["x", "AAAA", "W10", "WzEsMl0", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiIl0"]
)
def test_a_cursor_that_nobody_gave_out_is_refused(client, token, cursor):
    query = {"cursor": cursor, "sort_by": "recently_added"}

    response = client.call("list_folders", token=token, query=query)

    assert response.status_code == 400
    assert response.json()["details"][0]["pointer"] == "/query/cursor"


def test_scopes_tell_apart_whose_and_how(client, make, token, names, ada, organization, colleague):
    person, theirs = colleague
    make.folder(organization, ada, "Mine")
    shared = make.folder(organization, ada, "Shared")
    make.folder(organization, ada, "Below", parent=shared)
    make.share(shared, person)
    make.folder(organization, person, "Own")

    assert names(scope="mine") == ["Below", "Mine", "Shared"]
    assert names(scope="shared_by_me") == ["Shared"]
    assert names(scope="shared_with_me") == []
    assert names(theirs) == ["Below", "Own", "Shared"]
    assert names(theirs, scope="shared_with_me") == ["Below", "Shared"]
    assert names(theirs, scope="shared_by_me") == []


def test_a_shared_folder_names_its_owner_and_hides_what_is_around_it(
    client, make, ada, organization, colleague
):
    person, theirs = colleague
    private = make.folder(organization, ada, "Private")
    shared = make.folder(organization, ada, "Shared", parent=private)
    below = make.folder(organization, ada, "Below", parent=shared)
    team = make.team(organization)
    make.team_member(team, person)
    make.share(shared, team)

    seen = client.call("get_folder", shared.id, token=theirs).json()

    assert (seen["folder_type"], seen["user_email"]) == ("shared", "ada@example.com")
    assert seen["parent_id"] is None
    assert [each["name"] for each in seen["shared_teams"]] == ["Platform"]
    assert client.call("get_folder", below.id, token=theirs).json()["parent_id"] == shared.id
    assert client.call("get_folder", private.id, token=theirs).status_code == 404


def test_the_tree_shows_each_folder_before_what_lies_in_it(
    client, make, token, ada, organization, colleague
):
    person, theirs = colleague
    b = make.folder(organization, ada, "b")
    make.folder(organization, ada, "a", position=1)
    b2 = make.folder(organization, ada, "b2", parent=b)
    make.folder(organization, ada, "b1", parent=b)
    make.folder(organization, ada, "b2x", parent=b2)
    make.folder(organization, person, "z")
    make.share(b2, person)

    def drawn(token):
        tree = client.call("get_folder_tree", token=token).json()["items"]
        return [f"{'-' * each['depth']}{each['name']} {each['folder_type']}" for each in tree]

    assert drawn(token) == ["b own", "-b1 own", "-b2 own", "--b2x own", "a own"]
    assert drawn(theirs) == ["z own", "b2 shared", "-b2x shared"]


def test_a_folder_is_shared_as_it_is_made_and_changed(
    create, client, make, token, ada, organization, colleague
):
    person, theirs = colleague
    team = make.team(organization)
    make.team_member(team, ada)

    made = create(user_ids=[person.id], share_all_teams=True).json()
    assert [each["id"] for each in made["shared_teams"]] == [team.id]
    assert [each["id"] for each in made["shared_users"]] == [person.id]
    assert client.call("get_folder", made["id"], token=theirs).status_code == 200

    body = {"name": "Work", "user_ids": []}
    changed = client.call("update_folder", made["id"], token=token, json=body).json()
    assert (len(changed["shared_teams"]), changed["shared_users"]) == (1, [])
    assert client.call("get_folder", made["id"], token=theirs).status_code == 404


@pytest.mark.example("NOT_IN_TEAM")
def test_a_refused_share_leaves_no_folder(create, make, organization):
    stranger, team = make.user(), make.team(organization)

    assert create(user_ids=[stranger.id]).json()["code"] == "USER_UNKNOWN"
    assert create(team_ids=[team.id]).json()["code"] == "NOT_IN_TEAM"
    assert folders() == 0


@pytest.mark.parametrize("wanted", [{"share_all_teams": True}, {"team_ids": ["x"]}])
def test_sharing_with_teams_needs_the_team_plan(client, make, ada, wanted):
    free = make.organization(ada, plan="free")
    token = make.token(ada, free)
    if "team_ids" in wanted:
        wanted = {"team_ids": [make.team(free).id]}
    folder = make.folder(free, ada, "Work")

    for response in (
        client.call("create_folder", token=token, json={"name": "New", **wanted}),
        client.call("update_folder", folder.id, token=token, json={"name": "New", **wanted}),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "PLAN_REQUIRES_TEAM")
    with db.reading() as session:
        assert session.scalars(select(Folder.name)).all() == ["Work"]
        assert session.scalars(select(Share)).all() == []
