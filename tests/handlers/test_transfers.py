"""Importing a thousand bookmarks in one request, and getting them out again as an array."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

import db
from models import Bookmark, Folder, FolderAncestor, LibrarySize, Revision, Slug, Tag
from tests.stored import rows


@pytest.fixture
def owner(make):
    return make.user()


@pytest.fixture
def organization(make, owner):
    return make.organization(owner)


@pytest.fixture
def token(make, owner, organization):
    return make.token(owner, organization)


@pytest.fixture
def import_bookmarks(client, token):
    def import_bookmarks(*given, **other):
        body = {"bookmarks": given, **other}
        return client.call("import_bookmarks", token=token, json=body)

    return import_bookmarks


@pytest.fixture
def exported(client, token):
    return lambda: client.call("export_bookmarks", token=token).json()


def page(number=1, **fields):
    return {"title": f"Page {number}", "url": f"https://example.com/{number}", **fields}


def test_rows_become_bookmarks_in_folders_and_with_tags(import_bookmarks, exported):
    answer = import_bookmarks(
        page(1, slug="one", forwarding_enabled=True, pinned=True, folder_names=["A", "B"]),
        page(2, tag_names=["x", "y"], notes="Read it", created_at="2020-02-29T12:00:00.000Z"),
    )

    assert answer.json() == {
        "message": "Imported 2 bookmark(s), 0 failed",
        "success": 2,
        "failed": 0,
        "errors": [],
    }
    first, second = exported()
    assert (first["slug"], first["forwarding_enabled"], first["pinned"]) == ("one", True, True)
    assert first["folder_names"] == ["A", "B"]
    assert (second["tag_names"], second["notes"]) == (["x", "y"], "Read it")
    assert second["created_at"] == "2020-02-29T12:00:00.000Z"


def test_what_is_made_is_found_like_what_was_made_one_by_one(client, token, import_bookmarks):
    import_bookmarks(page(1, slug="one", forwarding_enabled=True, folder_names=["A"]), page(2))

    assert client.call("follow_link", "one", token=token).status_code == 302
    [folder] = client.call("list_folders", token=token).json()
    assert folder["bookmark_count"] == 1
    assert client.call("list_bookmarks", token=token).json()["total"] == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"title": "No URL"}, "Missing title or URL"),
        ({"title": None, "url": "https://example.com"}, "Missing title or URL"),
        ({"title": " \t", "url": "https://example.com"}, "Missing title or URL"),
        ({"title": "x" * 501, "url": "https://example.com"}, "Invalid title"),
        ({"title": "Script", "url": "javascript:alert(1)"}, "Invalid URL"),
        ({"title": "Port", "url": "https://example.com:port/"}, "Invalid URL"),
        ({"title": "Break", "url": "https://example.com/\n/"}, "Invalid URL"),
        ({"title": "Long", "url": "https://example.com/" + "x" * 2048}, "Invalid URL"),
        (page(notes="x" * 10_001), "Notes are too long"),
    ],
)
def test_a_row_that_makes_no_bookmark_is_named_and_leaves_nothing(
    import_bookmarks, exported, row, reason
):
    answer = import_bookmarks(page(2), {**row, "folder_names": ["F"], "tag_names": ["t"]})

    assert answer.json()["message"] == "Imported 1 bookmark(s), 1 failed"
    assert answer.json()["errors"] == [f"Row 2: {reason}"]
    assert [each["title"] for each in exported()] == ["Page 2"]
    assert rows(select(Folder.id)) == rows(select(Tag.id)) == []


def test_names_twice_empty_or_too_long_do_no_harm(import_bookmarks, exported):
    names = {"folder_names": ["A", "A", "", "x" * 256], "tag_names": ["t", "t", " ", "x" * 101]}

    assert import_bookmarks(page(**names)).json()["failed"] == 0
    [row] = exported()
    assert (row["folder_names"], row["tag_names"]) == (["A"], ["t"])


def test_folders_and_tags_that_are_there_are_used(make, organization, owner, import_bookmarks):
    folder, tag = make.folder(organization, owner, "A"), make.tag(organization, owner, "t")
    make.folder(organization, owner, "A", parent=make.folder(organization, owner, "B"))

    import_bookmarks(page(1, folder_names=["A"], tag_names=["t"]), page(2, folder_names=["A"]))

    assert len(rows(select(Folder.id))) == 3
    assert rows(select(Tag.id)) == [tag.id]
    with db.reading() as session:
        assert session.get(Folder, (organization.id, folder.id)).version == 1


def test_a_made_folder_stands_in_the_tree(import_bookmarks):
    import_bookmarks(page(folder_names=["A"]))

    [folder] = rows(select(Folder.id))
    with db.reading() as session:
        [row] = session.scalars(select(FolderAncestor)).all()
    assert (row.ancestor_id, row.descendant_id, row.distance) == (folder, folder, 0)


@pytest.mark.parametrize("slug", ["taken", "not valid", "remember", "x" * 256, "/x", "in-trash"])
def test_a_bad_or_taken_slug_is_left_out_and_the_row_kept(
    make, organization, import_bookmarks, exported, slug
):
    make.bookmark(organization, make.member(organization), slug="taken")
    now = datetime.now(UTC)
    make.bookmark(organization, make.member(organization), slug="in-trash", deleted_at=now)

    answer = import_bookmarks(page(slug=slug, forwarding_enabled=True))

    assert answer.json()["success"] == 1
    [row] = exported()
    assert (row["slug"], row["forwarding_enabled"]) == ("", False)


def test_of_two_rows_with_one_slug_the_first_gets_it(import_bookmarks, exported):
    import_bookmarks(page(1, slug="same"), page(2, slug="same"))

    assert {row["title"]: row["slug"] for row in exported()} == {"Page 1": "same", "Page 2": ""}


def test_forwarding_is_off_where_arguments_could_lead_elsewhere(import_bookmarks, exported):
    import_bookmarks(
        {"title": "x", "url": "https://{1}.example.com", "slug": "x", "forwarding_enabled": True}
    )

    [row] = exported()
    assert (row["slug"], row["forwarding_enabled"]) == ("x", False)


def test_by_default_another_one_is_made(import_bookmarks, exported):
    import_bookmarks(page())
    import_bookmarks(page())

    assert len(exported()) == 2


@pytest.mark.parametrize("on_duplicate", ["skip_identical", "skip", "merge"])
def test_the_same_again_changes_nothing(import_bookmarks, exported, on_duplicate):
    given = [page(1, slug="a", folder_names=["A"], tag_names=["t"]), page(2), page(2)]
    import_bookmarks(*given, on_duplicate=on_duplicate)
    before = exported()

    answer = import_bookmarks(*given, on_duplicate=on_duplicate)

    assert answer.json()["success"] == 3
    assert exported() == before
    assert len(before) == 2
    assert rows(select(Revision.item_id)) == []


def test_another_title_or_folder_is_not_identical(import_bookmarks, exported):
    import_bookmarks(page(1, folder_names=["A", "B"]))

    import_bookmarks(
        page(1, folder_names=["B"]),
        page(1, folder_names=["C"]),
        page(1, title="Other"),
        on_duplicate="skip_identical",
    )

    assert [row["title"] for row in exported()].count("Page 1") == 2
    assert len(exported()) == 3


def test_pages_that_are_there_can_be_refused(import_bookmarks, exported):
    import_bookmarks(page(1))

    answer = import_bookmarks(page(1), page(2), page(2), on_duplicate="reject")

    reason = "You have a bookmark of this page already"
    assert answer.json()["errors"] == [f"Row 1: {reason}", f"Row 3: {reason}"]
    assert len(exported()) == 2


def test_merged_the_oldest_gains_what_it_lacks(import_bookmarks, exported):
    import_bookmarks(page(1, folder_names=["A"], tag_names=["a"]), page(1, title="Younger"))

    more = {"folder_names": ["B"], "tag_names": ["a", "b"], "slug": "x", "pinned": True}
    answer = import_bookmarks(
        page(1, title="Another", notes="N", forwarding_enabled=True, **more),
        page(2, tag_names=["c"]),
        page(2, tag_names=["d"], slug="y"),
        on_duplicate="merge",
    )

    assert answer.json()["success"] == 3
    shown = {row["title"]: row for row in exported()}
    assert shown.keys() == {"Page 1", "Younger", "Page 2"}
    oldest = shown["Page 1"]
    assert oldest["folder_names"] == ["A", "B"]
    assert oldest["tag_names"] == ["a", "b"]
    assert (oldest["slug"], oldest["pinned"], oldest["notes"]) == ("x", True, "N")
    assert oldest["forwarding_enabled"] is True
    assert (shown["Page 2"]["tag_names"], shown["Page 2"]["slug"]) == (["c", "d"], "y")
    assert len(rows(select(Revision.item_id))) == 1


def test_only_own_bookmarks_count_as_there(make, organization, import_bookmarks, exported):
    make.bookmark(organization, make.member(organization), url=page()["url"])
    other = make.organization(make.user())
    make.bookmark(other, make.member(other), url=page()["url"], slug="elsewhere")

    import_bookmarks(page(slug="elsewhere"), on_duplicate="skip")

    assert [row["slug"] for row in exported()] == ["elsewhere"]


def test_the_library_grows_by_what_was_made(import_bookmarks):
    import_bookmarks(page(1), page(2), {"title": "x", "url": "nonsense"})

    assert rows(select(LibrarySize.bookmarks)) == [2]


def test_a_limited_plan_takes_all_or_nothing(client, make):
    owner = make.user()
    organization = make.organization(owner, plan="free", seats=1)
    token = make.token(owner, organization)
    many = [page(number, slug=f"s{number}", folder_names=["F"]) for number in range(51)]

    refused = client.call("import_bookmarks", token=token, json={"bookmarks": many})

    assert (refused.status_code, refused.json()["code"]) == (403, "BOOKMARK_LIMIT_REACHED")
    assert rows(select(Bookmark.id)) == rows(select(Folder.id)) == rows(select(Slug.slug)) == []
    taken = client.call("import_bookmarks", token=token, json={"bookmarks": many[:50]})
    assert taken.json()["success"] == 50


def test_more_than_a_thousand_are_refused(import_bookmarks):
    assert import_bookmarks(*(page(number) for number in range(1001))).status_code == 400


def test_a_thousand_take_as_many_statements_as_one(import_bookmarks, statements):
    few = statements(lambda: import_bookmarks(page(1, folder_names=["A"], tag_names=["a"])))
    many = statements(
        lambda: import_bookmarks(
            *(page(n, slug=f"s{n}", folder_names=["B"], tag_names=["b"]) for n in range(1000))
        )
    )

    assert many - few <= 2  # slugs are looked up and stored only where there are some


def test_the_export_is_a_file_of_ones_own_the_newest_first(
    client, make, organization, owner, token
):
    make.bookmark(organization, owner, "Older", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    make.bookmark(organization, owner, "Newer", slug="n")
    shared = make.bookmark(organization, make.member(organization), "Of somebody else")
    make.share(shared, owner)
    make.bookmark(organization, owner, "Gone", deleted_at=datetime.now(UTC))

    answer = client.call("export_bookmarks", token=token)

    assert answer.headers["content-type"] == "application/json"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    name = f'attachment; filename="slugbase-bookmarks-{today}.json"'
    assert answer.headers["content-disposition"] == name
    assert [row["title"] for row in answer.json()] == ["Newer", "Older"]


def test_an_empty_library_is_an_empty_array(exported):
    assert exported() == []


def test_an_export_can_be_imported_elsewhere(client, make, import_bookmarks, exported):
    import_bookmarks(
        *(
            page(n, slug=f"s{n}", folder_names=["A", "B"], tag_names=["t"])
            for n in range(1500 // 2)
        ),
    )
    import_bookmarks(*(page(n, pinned=True, notes="N") for n in range(750, 1500)))
    everything = exported()
    somebody = make.user()
    token = make.token(somebody, make.organization(somebody))

    for start in (0, 1000):
        body = {"bookmarks": everything[start : start + 1000]}
        assert client.call("import_bookmarks", token=token, json=body).json()["failed"] == 0

    there = client.call("export_bookmarks", token=token).json()
    assert sorted(there, key=_url) == sorted(everything, key=_url)
    assert len(there) == 1500


def _url(row):
    return row["url"]
