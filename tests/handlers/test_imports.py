"""Importing files: asked for, carried out by the job, looked at and cancelled."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import clock
from jobs import run_imports
from models import Bookmark, Folder, ImportJob, ImportPiece, ImportRow, Revision, Tag
from tests.imports import bookmarks, counts, page
from tests.stored import rows

SAMPLES = Path(__file__).parents[1] / "formats" / "samples"


def test_a_file_becomes_bookmarks(send_file, read_import, import_rows):
    answer = send_file([page(1), page(2, slug="not valid"), {"title": "No URL"}])

    made = answer.json()
    assert (answer.status_code, made["status"], made["format"]) == (202, "waiting", "json")
    assert answer.headers["location"] == f"/api/imports/{made['id']}"
    run_imports.run_next("tests")
    done = read_import(made["id"])
    assert (done["status"], done["rows_total"], done["rows_processed"]) == ("done", 3, 3)
    assert (counts(done), done["error"]) == ({"created": 2, "failed": 1}, None)
    assert made["created_at"] <= done["started_at"] <= done["finished_at"]
    assert rows(select(ImportPiece.position)) == []
    first, second, third = import_rows(made["id"])["items"]
    assert {first["bookmark_id"], second["bookmark_id"]} == {*rows(select(Bookmark.id))}
    assert (first["number"], first["url"], first["reason"]) == (1, "https://example.com/1", None)
    assert second["reason"] == "Slug is not valid and was left out"
    assert (third["outcome"], third["reason"]) == ("failed", "Missing title or URL")


@pytest.mark.parametrize(
    ("name", "format", "expected"),
    [
        ("chrome.html", "netscape", {"created": 3, "failed": 1}),
        ("firefox.html", None, {"created": 1, "failed": 1}),
        ("original.json", "json", {"created": 2}),
        ("pocket.html", "pocket", {"created": 3}),
        ("pocket.csv", "pocket", {"created": 2}),
        ("raindrop.csv", "raindrop", {"created": 2}),
        ("linkding.html", "linkding", {"created": 2}),
        ("linkding.json", "linkding", {"created": 1}),
    ],
)
def test_what_products_export_is_taken_over(imported, name, format, expected):
    given = {"format": format} if format else {}

    done = imported((SAMPLES / name).read_bytes(), **given)

    assert done["format"] == (format or "netscape")
    assert (done["status"], counts(done)) == ("done", expected)


def test_the_same_file_again_changes_nothing(client, token, imported):
    file = (SAMPLES / "chrome.html").read_bytes()
    imported(file)
    before = client.call("export_library", token=token).json()

    again = imported(file)

    assert counts(again) == {"skipped": 3, "failed": 1}
    assert client.call("export_library", token=token).json() == before
    assert rows(select(Revision.item_id)) == []


def test_a_dry_run_reports_and_stores_nothing(imported, import_rows):
    file = [page(1, folder_names=["A"], tag_names=["t"]), page(1, folder_names=["A"]), {}]

    done = imported(file, dry_run="true")

    assert (done["status"], done["dry_run"]) == ("done", True)
    assert counts(done) == {"created": 1, "skipped": 1, "failed": 1}
    outcomes = [row["outcome"] for row in import_rows(done["id"])["items"]]
    assert outcomes == ["created", "skipped", "failed"]
    assert rows(select(Bookmark.id)) == rows(select(Folder.id)) == rows(select(Tag.id)) == []


def test_everything_can_go_into_one_folder(make, organization, ada, client, token, imported):
    folder = make.folder(organization, ada, "Imported")

    imported([page(1), page(2, folder_names=["A"])], folder_id=folder.id)

    exported = client.call("export_library", token=token).json()["bookmarks"]
    assert [each["folders"] for each in exported] == [[["Imported"]], [["Imported", "A"]]]


def test_a_folder_of_somebody_else_takes_nothing(make, organization, send_file):
    folder = make.folder(organization, make.member(organization))

    answer = send_file([page()], folder_id=folder.id)

    assert (answer.status_code, answer.json()["error"]) == (404, "Folder not found.")
    assert rows(select(ImportJob.id)) == []


@pytest.mark.parametrize("format", ["json", "netscape", "csv"])
def test_an_export_makes_the_same_library_elsewhere(
    make, client, organization, ada, token, imported, format
):
    """CSV has no place for folders without bookmarks, nor for icons and the order of folders."""
    fill(make, organization, ada)
    exported = client.call("export_library", token=token, query={"format": format})
    there = make.token(ada, make.organization(ada))

    done = imported(exported.content, there, on_duplicate="allow")

    assert counts(done) == {"created": 4}
    mine, theirs = (client.call("export_library", token=each).json() for each in (token, there))
    if format == "csv":
        assert mine.pop("folders") != theirs.pop("folders")
    if format == "netscape":  # among bookmarks of the same time the order is not told
        mine["bookmarks"].sort(key=repr)
        theirs["bookmarks"].sort(key=repr)
    assert theirs == mine


def fill(make, organization, ada):
    long_ago = clock.now() - timedelta(days=1000, microseconds=17)
    work = make.folder(organization, ada, "Work, / and \\ more", icon="star", position=2)
    deep = make.folder(organization, ada, "<Deep> & 'quoted'", parent=work, position=1)
    make.folder(organization, ada, "Empty", icon="box", position=1)
    tags = [make.tag(organization, ada, name) for name in ("a", "b,c", "=d")]
    slugged = make.bookmark(
        organization,
        ada,
        "=Title <b>",
        slug="jira",
        url="https://example.com/{1|start}?a=1&b=2",
        pinned=True,
        notes='One\nTwo, & "three"',
        access_count=7,
        created_at=long_ago,
        updated_at=long_ago + timedelta(days=3),
        last_accessed_at=clock.now() - timedelta(days=5),
    )
    make.alias(slugged, "issues/all")
    make.filed(slugged, work, deep, *tags)
    make.filed(make.bookmark(organization, ada, created_at=long_ago), deep, tags[0])
    for _ in "12":  # two of one page
        make.bookmark(organization, ada, "Twice", url="https://example.com/twice")


def test_a_limited_plan_takes_a_file_whole_or_not_at_all(make, client, ada, imported, import_rows):
    free = make.organization(ada, plan="free", seats=1)
    token = make.token(ada, free)
    file = [page(number, folder_names=["A"]) for number in range(51)]

    refused = imported(file, token)
    assert (refused["status"], refused["error"]["code"]) == ("failed", "BOOKMARK_LIMIT_REACHED")
    assert (counts(refused), refused["rows_total"]) == ({}, 51)
    assert rows(select(Bookmark.id)) == rows(select(Folder.id)) == rows(select(ImportRow.url)) == []
    told = imported(file, token, dry_run="true")
    assert (told["error"]["code"], counts(told)) == ("BOOKMARK_LIMIT_REACHED", {"created": 51})
    assert imported(file[1:], token)["status"] == "done"
    assert imported(file[1:], token)["status"] == "done"  # there already
    assert bookmarks() == 50


def test_what_was_cancelled_before_it_began_is_not_begun(client, token, send_file):
    made = send_file([page()]).json()

    for _ in "12":  # the second time nothing is left to do
        cancelled = client.call("cancel_import", made["id"], token=token).json()
        assert cancelled["status"] == "cancelled"
    assert not run_imports.run_next("tests")
    assert (bookmarks(), rows(select(ImportPiece.position))) == (0, [])


def test_what_has_ended_cannot_be_cancelled(client, token, imported):
    done = imported([page()])

    assert client.call("cancel_import", done["id"], token=token).json() == done


@pytest.mark.example("IMPORT_UNREADABLE")
def test_what_is_no_file_of_the_format_is_refused(send_file):
    for content, given in ((b"\x89PNG\r\n\x1a\n\0\0", {}), (b"[]", {"format": "netscape"})):
        answer = send_file(content, **given)
        assert (answer.status_code, answer.json()["code"]) == (400, "IMPORT_UNREADABLE")
    assert answer.json()["details"] == [{"pointer": "", "reason": "It does not begin like HTML."}]
    assert rows(select(ImportJob.id)) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b'[{"url": "https://example.com", "title": "x"}, {"url',
            "character 47: no value, or it ends too early",
        ),
        (b'[{"title": "' + b"x" * (1 << 21) + b'"}]', "one of more than a megabyte"),
        (b"[" * 100_000, "It is no JSON at character"),
        (b"url,title\rhttps://example.com,x\r", "must name its columns"),
    ],
)
def test_a_file_that_turns_out_to_be_broken_fails_whole(imported, content, reason):
    failed = imported(content)

    assert (failed["status"], failed["error"]["code"]) == ("failed", "IMPORT_UNREADABLE")
    assert reason in failed["error"]["error"]
    assert (failed["rows_total"], bookmarks()) == (None, 0)


def test_more_than_a_hundred_thousand_rows_fail_whole(imported):
    failed = imported(b"url\n" + b"https://example.com\n" * 100_001)

    assert (failed["status"], failed["error"]["code"]) == ("failed", "IMPORT_TOO_LONG")
    assert bookmarks() == 0


def test_a_huge_row_fails_alone(imported, import_rows):
    huge = b"https://example.com/" + b"x" * (1 << 20)

    done = imported(b"url,title\n" + huge + b",Huge\nhttps://example.com,Small\n")

    assert counts(done)["created"] == 1
    assert {row["reason"] for row in import_rows(done["id"], outcome="failed")["items"]} <= {
        "Missing title or URL",
        "Invalid URL",
    }


@pytest.mark.example("IMPORT_LIMIT")
def test_five_may_wait_at_once(client, token, send_file):
    made = [send_file([page()]) for _ in range(5)]

    refused = send_file([page()])

    assert (refused.status_code, refused.json()["code"]) == (409, "IMPORT_LIMIT")
    client.call("cancel_import", made[0].json()["id"], token=token)
    assert send_file([page()]).status_code == 202


def test_imports_are_listed_the_newest_first(client, token, make, organization, send_file):
    make.import_job(make.bookmark(organization, make.member(organization)))
    made = [send_file([page()]).json()["id"] for _ in range(3)]

    first = client.call("list_imports", token=token, query={"limit": 2}).json()
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = client.call("list_imports", token=token, query=query).json()

    assert [each["id"] for each in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None


def test_rows_are_listed_in_pages_and_by_outcome(imported, import_rows):
    done = imported([page(1), {}, page(2), {}, page(3)])

    first = import_rows(done["id"], outcome="created", limit=2)
    second = import_rows(done["id"], outcome="created", limit=2, cursor=first["next_cursor"])

    assert [row["number"] for row in first["items"] + second["items"]] == [1, 3, 5]
    assert second["next_cursor"] is None


def test_lists_ask_as_often_for_many_as_for_one(client, token, imported, statements):
    def asked(*ids):
        return statements(lambda: client.call("list_imports", token=token)), statements(
            lambda: client.call("list_import_rows", ids[0], token=token)
        )

    once = asked(imported([page()])["id"])

    assert asked(imported([page(number) for number in range(20)])["id"]) == once
