"""Who may put a folder where. Which moves are possible stands in tests/domain/test_trees.py."""

import pytest
from sqlalchemy import select

import clock
import db
from models import Revision


@pytest.fixture
def folder(make, ada, organization):
    def folder(name, parent=None, owner=ada, **fields):
        return make.folder(organization, owner, name, parent=parent, **fields)

    return folder


@pytest.fixture
def move(client, token):
    def move(folder, parent, token=token, **fields):
        body = {"parent_id": parent and parent.id, **fields}
        return client.call("move_folder", folder.id, token=token, json=body)

    return move


def code(response):
    return response.status_code, response.json()["code"]


def test_a_folder_is_moved_and_how_it_was_is_kept(move, folder):
    work, home = folder("Work"), folder("Home")

    moved = move(work, home).json()

    assert (moved["parent_id"], moved["version"]) == (home.id, 2)
    with db.reading() as session:
        kept = session.scalars(select(Revision)).one()
    assert (kept.item_id, kept.state["parent_id"]) == (work.id, None)


def test_what_lies_below_comes_along(move, folder, make, client, colleague):
    person, theirs = colleague
    work, home = folder("Work"), folder("Home")
    below = folder("Below", work)
    make.share(home, person)
    assert client.call("get_folder", below.id, token=theirs).status_code == 404

    move(work, home)
    assert client.call("get_folder", below.id, token=theirs).status_code == 200

    move(work, None)
    assert client.call("get_folder", below.id, token=theirs).status_code == 404


def test_a_move_that_moves_nothing_is_no_new_version(move, folder):
    work = folder("Work")

    assert move(work, None).json()["version"] == 1


@pytest.mark.parametrize(
    "into",
    [pytest.param("itself", marks=pytest.mark.example("FOLDER_CYCLE")), "what lies in it"],
)
def test_a_folder_does_not_move_into_itself(move, folder, into):
    work = folder("Work")
    target = work if into == "itself" else folder("Below", work)

    assert code(move(work, target)) == (400, "FOLDER_CYCLE")


@pytest.mark.example("FOLDER_TOO_DEEP")
def test_more_than_ten_folders_do_not_lie_in_each_other(move, folder, client, token):
    deepest = None
    for number in range(10):
        deepest = folder(f"Level {number}", deepest)

    assert code(move(folder("One more"), deepest)) == (400, "FOLDER_TOO_DEEP")
    body = {"name": "One more", "parent_id": deepest.id}
    created = client.call("create_folder", token=token, json=body)
    assert code(created) == (400, "FOLDER_TOO_DEEP")


def test_a_folder_does_not_move_where_its_name_is_taken(move, folder):
    home = folder("Home")
    folder("Work", home)

    assert code(move(folder("Work"), home)) == (400, "FOLDER_NAME_TAKEN")


@pytest.mark.parametrize("place", ["deleted", "another person's", "nowhere"])
def test_there_is_no_moving_to_where_one_sees_nothing(move, folder, make, organization, place):
    target = {
        "deleted": lambda: folder("Gone", deleted_at=clock.now()),
        "another person's": lambda: folder("Theirs", owner=make.member(organization)),
        "nowhere": lambda: make.folder(make.organization(), make.user(), "Elsewhere"),
    }[place]()

    assert code(move(folder("Work"), target)) == (404, "NOT_FOUND")


def test_new_folders_come_last_where_somebody_has_ordered(move, folder, client, token):
    a = folder("a")
    folder("b")
    move(a, None, position=1)

    body = {"name": "Aardvark"}
    assert client.call("create_folder", token=token, json=body).json()["position"] == 2


def test_a_folder_made_in_a_shared_one_belongs_to_its_owner(
    folder, make, client, ada, organization, colleague
):
    person, theirs = colleague
    team = make.team(organization)
    make.team_member(team, person)
    shared = folder("Shared")
    body = {"name": "Inner", "parent_id": shared.id}
    make.share(shared, person)
    assert code(client.call("create_folder", token=theirs, json=body)) == (403, "ONLY_SHARED")

    make.share(shared, team, access="write")
    made = client.call("create_folder", token=theirs, json=body).json()

    assert (made["user_id"], made["folder_type"]) == (ada.id, "shared")
    sharing = {"name": "Other", "parent_id": shared.id, "user_ids": []}
    assert code(client.call("create_folder", token=theirs, json=sharing)) == (403, "ONLY_SHARED")


@pytest.mark.example("FOLDER_OWNERS_DIFFER")
def test_with_write_one_moves_folders_inside_what_is_shared(move, folder, make, client, colleague):
    person, theirs = colleague
    around = folder("Around")
    shared = folder("Shared", around)
    inner, target = folder("Inner", shared), folder("Target", shared)
    make.share(shared, person, access="write")
    own = folder("Own", owner=person)

    assert move(inner, target, theirs).json()["parent_id"] == target.id
    assert code(move(inner, None, theirs)) == (400, "FOLDER_OWNERS_DIFFER")
    assert code(move(inner, own, theirs)) == (400, "FOLDER_OWNERS_DIFFER")
    assert code(move(own, inner, theirs)) == (400, "FOLDER_OWNERS_DIFFER")
    # Out of a folder that is not theirs to change.
    assert code(move(shared, target, theirs)) == (403, "ONLY_SHARED")
    assert code(client.call("delete_folder", inner.id, token=theirs)) == (403, "ONLY_SHARED")


def test_to_read_is_not_to_move_or_change(move, folder, make, client, colleague):
    person, theirs = colleague
    shared = folder("Shared")
    inner = folder("Inner", shared)
    make.share(shared, person)

    assert code(move(inner, shared, theirs)) == (403, "ONLY_SHARED")
    body = {"name": "Mine now"}
    changed = client.call("update_folder", inner.id, token=theirs, json=body)
    assert code(changed) == (403, "ONLY_SHARED")


def test_with_write_one_renames_but_does_not_share(folder, make, client, colleague):
    person, theirs = colleague
    shared = folder("Shared")
    make.share(shared, person, access="write")

    def change(**body):
        return client.call("update_folder", shared.id, token=theirs, json={"name": "New", **body})

    assert change().json()["name"] == "New"
    assert code(change(user_ids=[])) == (403, "ONLY_SHARED")
