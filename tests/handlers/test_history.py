from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

import clock
import db
from domain.history.trash import KEPT
from jobs.sweep import sweep
from models import Bookmark, Folder, FolderAncestor, LibrarySize, Revision, Slug


@pytest.fixture
def page(make, organization, ada):
    return make.bookmark(organization, ada, "Plans", slug="plans")


@pytest.fixture
def change(client, token, page):
    def change(token=token, **fields):
        return client.call("update_bookmark", page.id, token=token, json=fields)

    return change


@pytest.fixture
def restore(client, token):
    def restore(item, token=token, **fields):
        kind = "restore_folder" if isinstance(item, Folder) else "restore_bookmark"
        return client.call(kind, item.id, token=token, json=fields)

    return restore


@pytest.fixture
def delete(client, token):
    def delete(item):
        kind = "delete_folder" if isinstance(item, Folder) else "delete_bookmark"
        assert client.call(kind, item.id, token=token).status_code == 200

    return delete


def versions(client, item, token, **query):
    kind = "list_folder_versions" if isinstance(item, Folder) else "list_bookmark_versions"
    return client.call(kind, item.id, token=token, query=query)


def count(model):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_every_change_is_kept_with_who_made_it_and_when(
    client, make, token, ada, page, change, colleague
):
    person, other = colleague
    make.share(page, person, access="write")
    change(title="Plans of the engine")
    change(token=other, url="https://example.com/engine", notes="Second edition")

    newest, second, first = versions(client, page, token).json()["items"]

    assert [each["version"] for each in (newest, second, first)] == [3, 2, 1]
    assert (newest["made_by"]["id"], newest["changes"]) == (person.id, ["notes", "url"])
    assert (second["made_by"]["id"], second["changes"]) == (ada.id, ["title"])
    assert (first["made_by"]["id"], first["changes"]) == (ada.id, [])
    assert (first["state"]["title"], newest["state"]["title"]) == ("Plans", "Plans of the engine")
    assert first["made_at"] < second["made_at"] < newest["made_at"]


def test_a_history_is_paged(client, token, page, change):
    for number in range(5):
        change(title=f"Plans {number}")

    first = versions(client, page, token, limit=4).json()
    second = versions(client, page, token, limit=4, cursor=first["next_cursor"]).json()

    assert [each["version"] for each in first["items"]] == [6, 5, 4, 3]
    assert [each["version"] for each in second["items"]] == [2, 1]
    assert all(each["changes"] == ["title"] for each in [*first["items"], second["items"][0]])
    assert (second["items"][1]["changes"], second["next_cursor"]) == ([], None)


def test_a_history_is_for_who_may_change_and_hides_the_owners_tags(
    client, make, token, organization, ada, page, change, colleague
):
    person, other = colleague
    tag = make.tag(organization, ada)
    change(tag_ids=[tag.id])
    assert versions(client, page, other).status_code == 404

    share = make.share(page, person)
    assert versions(client, page, other).json()["code"] == "ONLY_SHARED"

    with db.transaction() as session:
        session.merge(share).access = "write"
    newest = versions(client, page, other).json()["items"][0]
    assert newest["changes"] == []
    assert "tag_ids" not in newest["state"]
    assert versions(client, page, token).json()["items"][0]["state"]["tag_ids"] == [tag.id]


def test_one_call_goes_back_to_an_earlier_version_and_can_be_undone(
    client, make, token, organization, ada, page, change, restore
):
    tag, folder = make.tag(organization, ada), make.folder(organization, ada)
    make.filed(page, tag, folder)
    change(title="Wrong", slug="wrong", notes="oops", tag_ids=[], folder_ids=[], pinned=True)

    shown = restore(page, version=1).json()

    assert (shown["title"], shown["slug"], shown["notes"]) == ("Plans", "plans", "")
    assert (shown["pinned"], shown["version"]) == (False, 3)
    assert [each["id"] for each in shown["tags"]] == [tag.id]
    assert [each["id"] for each in shown["folders"]] == [folder.id]
    assert restore(page, version=2).json()["title"] == "Wrong"
    assert restore(page, version=9).status_code == 404


def test_folders_and_tags_that_are_gone_are_left_out(
    client, make, token, organization, ada, page, change, restore
):
    tag, folder = make.tag(organization, ada), make.folder(organization, ada)
    make.filed(page, tag, folder)
    change(title="Wrong", tag_ids=[], folder_ids=[])
    client.call("delete_tag", tag.id, token=token)
    client.call("delete_folder", folder.id, token=token)

    shown = restore(page, version=1).json()

    assert (shown["title"], shown["tags"], shown["folders"]) == ("Plans", [], [])


def test_a_slug_that_somebody_has_now_is_not_taken_away(
    client, make, organization, ada, page, change, restore
):
    change(slug="")
    make.bookmark(organization, ada, slug="plans")
    before = count(Revision)

    refused = restore(page, version=1)

    assert (refused.status_code, refused.json()["code"]) == (409, "SLUG_TAKEN")
    assert count(Revision) == before


def test_a_deleted_bookmark_comes_back_as_it_was(
    client, make, token, organization, ada, page, restore, delete, colleague
):
    person, other = colleague
    make.share(page, person)
    make.filed(page, make.tag(organization, ada), make.folder(organization, ada))
    before = client.call("get_bookmark", page.id, token=token).json()
    delete(page)
    assert client.call("get_bookmark", page.id, token=token).status_code == 404
    assert client.call("get_bookmark", page.id, token=other).status_code == 404
    assert count(Slug) == 1

    shown = restore(page).json()

    different = {"version", "updated_at"}
    assert {each for each in before if before[each] != shown[each]} == different
    assert client.call("get_bookmark", page.id, token=other).status_code == 200
    newest, deleted, _ = versions(client, page, token).json()["items"]
    assert (newest["changes"], deleted["changes"]) == (["deleted"], ["deleted"])
    assert deleted["state"]["deleted"]
    with db.reading() as session:
        assert session.scalars(select(LibrarySize.bookmarks)).one() == 1
    assert restore(page).json()["version"] == shown["version"]


def test_only_its_owner_takes_it_out_of_the_trash(make, page, restore, delete, colleague):
    person, other = colleague
    make.share(page, person, access="write")
    delete(page)

    assert restore(page, token=other).status_code == 404


@pytest.mark.example("BOOKMARK_LIMIT_REACHED")
def test_a_full_free_plan_has_no_room_for_what_comes_back(
    client, make, ada, page, token, organization, restore, delete
):
    delete(page)
    with db.transaction() as session:
        session.merge(organization).plan = "free"
    for _ in range(50):
        make.bookmark(organization, ada)

    refused = restore(page)

    assert (refused.status_code, refused.json()["code"]) == (403, "BOOKMARK_LIMIT_REACHED")


def test_a_folder_comes_back_with_what_was_deleted_along_with_it(
    client, make, token, organization, ada, restore, delete
):
    around = make.folder(organization, ada, "Around")
    top = make.folder(organization, ada, "Top", parent=around)
    below = make.folder(organization, ada, "Below", parent=top)
    before = make.folder(organization, ada, "Deleted before", parent=top)
    delete(before)
    delete(top)

    shown = restore(top).json()

    assert (shown["name"], shown["parent_id"]) == ("Top", around.id)
    assert client.call("get_folder", below.id, token=token).json()["parent_id"] == top.id
    assert client.call("get_folder", before.id, token=token).status_code == 404
    with db.reading() as session:
        above = select(FolderAncestor.ancestor_id).where(FolderAncestor.descendant_id == below.id)
        assert set(session.scalars(above)) == {below.id, top.id, around.id}


def test_a_folder_whose_place_is_gone_comes_to_lie_at_the_top(
    client, make, organization, ada, restore, delete
):
    around = make.folder(organization, ada, "Around")
    top = make.folder(organization, ada, "Top", parent=around)
    delete(top)
    delete(around)

    assert restore(top).json()["parent_id"] is None


def test_a_folder_does_not_come_back_over_another_of_its_name(
    client, make, organization, ada, restore, delete
):
    folder = make.folder(organization, ada, "Work")
    delete(folder)
    make.folder(organization, ada, "Work")
    before = count(Revision)

    refused = restore(folder)

    assert (refused.status_code, refused.json()["code"]) == (400, "FOLDER_NAME_TAKEN")
    assert count(Revision) == before


def test_a_folder_gets_an_earlier_name_back(client, make, token, organization, ada, restore):
    folder = make.folder(organization, ada, "Work", icon="briefcase")
    client.call("update_folder", folder.id, token=token, json={"name": "Play"})

    shown = restore(folder, version=1).json()

    assert (shown["name"], shown["icon"]) == ("Work", "briefcase")
    newest = versions(client, folder, token).json()["items"][0]
    assert newest["changes"] == ["icon", "name"]


def test_the_trash_lists_what_is_ones_own_the_last_deleted_first(
    client, make, token, organization, ada, delete, colleague
):
    folder = make.folder(organization, ada, "Work")
    make.folder(organization, ada, "Goes along", parent=folder)
    pages = [make.bookmark(organization, ada, f"Page {number}") for number in range(3)]
    for each in (pages[0], folder, pages[1], pages[2]):
        delete(each)
    make.bookmark(organization, colleague[0], deleted_at=clock.now())

    first = client.call("list_trash", token=token, query={"limit": 3}).json()
    cursor = {"limit": 3, "cursor": first["next_cursor"]}
    second = client.call("list_trash", token=token, query=cursor).json()

    listed = [(each["kind"], each["title"]) for each in first["items"] + second["items"]]
    assert listed == [
        ("bookmark", "Page 2"),
        ("bookmark", "Page 1"),
        ("folder", "Work"),
        ("bookmark", "Page 0"),
    ]
    assert second["next_cursor"] is None


def test_what_is_deleted_for_good_gives_its_slug_back(
    client, make, token, page, change, delete, restore
):
    change(slug="engine")
    delete(page)

    assert client.call("purge_deleted", page.id, token=token).status_code == 200

    assert (count(Bookmark), count(Slug), count(Revision)) == (0, 0, 0)
    assert restore(page).status_code == 404
    assert client.call("purge_deleted", page.id, token=token).status_code == 404


def test_what_is_not_in_the_trash_is_not_deleted_for_good(client, token, page):
    assert client.call("purge_deleted", page.id, token=token).status_code == 404
    assert count(Bookmark) == 1


def test_a_folder_deleted_for_good_leaves_what_was_deleted_before_it(
    client, make, token, organization, ada, delete, restore
):
    folder = make.folder(organization, ada, "Work")
    before = make.folder(organization, ada, "Before", parent=folder)
    make.folder(organization, ada, "Along", parent=folder)
    delete(before)
    delete(folder)

    assert client.call("purge_deleted", folder.id, token=token).status_code == 200

    assert count(Folder) == 1
    assert restore(before).json()["parent_id"] is None


def test_the_trash_is_emptied_of_ones_own(
    client, make, token, organization, ada, delete, colleague
):
    make.bookmark(organization, colleague[0], deleted_at=clock.now())
    folder = make.folder(organization, ada)
    make.folder(organization, ada, parent=folder)
    pages = [make.bookmark(organization, ada) for _ in range(3)]
    for each in (folder, *pages[:2]):
        delete(each)

    gone = client.call("empty_trash", token=token).json()

    assert gone == {"bookmarks": 2, "folders": 2}
    assert (count(Bookmark), count(Folder), count(Revision)) == (2, 0, 0)


def test_after_thirty_days_it_is_gone(make, organization, ada, page, client, token, delete):
    young = make.bookmark(organization, ada)
    folder = make.folder(organization, ada)
    for each in (page, young, folder):
        delete(each)
    old = clock.now() - KEPT - timedelta(seconds=1)
    with db.transaction() as session:
        session.execute(update(Bookmark).where(Bookmark.id == page.id).values(deleted_at=old))
        session.execute(update(Folder).values(deleted_at=old))

    sweep()

    assert (count(Bookmark), count(Folder), count(Slug), count(Revision)) == (1, 0, 0, 1)
