"""One's whole library as a file."""

import csv
from datetime import UTC, datetime

import pytest


@pytest.fixture
def export(client, token):
    def export(**query):
        return client.call("export_library", token=token, query=query)

    return export


@pytest.fixture
def library(make, organization, ada):
    """Two folders, one in the other; a bookmark in both, one in none, one of somebody else."""
    work = make.folder(organization, ada, "Work", icon="star", position=2)
    deep = make.folder(organization, ada, "Deep", parent=work)
    both = make.bookmark(
        organization,
        ada,
        "In both",
        slug="both",
        notes="A <note>",
        pinned=True,
        access_count=3,
        last_accessed_at=datetime(2026, 1, 2, tzinfo=UTC),
        created_at=datetime(2025, 1, 2, 3, 4, 5, 678901, UTC),
    )
    make.alias(both, "old")
    make.filed(both, work, deep, make.tag(organization, ada, "x,y"))
    make.bookmark(organization, ada, "In none", created_at=datetime(2024, 1, 1, tzinfo=UTC))
    make.bookmark(organization, ada, "Deleted", deleted_at=datetime.now(UTC))
    make.filed(make.bookmark(organization, make.member(organization), "Not hers"), work)


def test_as_json_with_everything_that_is_known(export, library):
    answer = export()

    assert answer.headers["content-type"] == "application/json"
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    name = f'attachment; filename="slugbase-library-{today}.json"'
    assert answer.headers["content-disposition"] == name
    assert answer.json()["folders"] == [
        {"path": ["Work"], "icon": "star", "position": 2},
        {"path": ["Work", "Deep"], "icon": None, "position": 0},
    ]
    none, both = answer.json()["bookmarks"]
    assert (none["title"], none["folders"], none["last_accessed_at"]) == ("In none", [], None)
    assert both == {
        "title": "In both",
        "url": both["url"],
        "slug": "both",
        "aliases": ["old"],
        "forwarding_enabled": True,
        "pinned": True,
        "notes": "A <note>",
        "folders": [["Work"], ["Work", "Deep"]],
        "tags": ["x,y"],
        "created_at": "2025-01-02T03:04:05.678901Z",
        "updated_at": "2025-01-02T03:04:05.678901Z",
        "access_count": 3,
        "last_accessed_at": "2026-01-02T00:00:00.000000Z",
    }


def test_as_html_that_browsers_read(export, library):
    answer = export(format="netscape")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('.html"')
    lines = [line.strip() for line in answer.text.splitlines()]
    assert lines[0] == "<!DOCTYPE NETSCAPE-Bookmark-file-1>"
    titles = [line.split(">")[-2].split("<")[0] for line in lines if line.startswith("<DT>")]
    assert titles == ["In none", "Work", "In both", "Deep"]
    assert "<DD>A &lt;note&gt;" in lines
    assert lines.count("<DL><p>") == lines.count("</DL><p>") == 3


def test_as_csv(export, library):
    answer = export(format="csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    none, both = csv.DictReader(answer.text.splitlines())
    assert (none["title"], none["pinned"]) == ("In none", "false")
    assert (both["folders"], both["tags"]) == ("Work,Work/Deep", "x\\,y")


@pytest.mark.parametrize("format", ["json", "netscape", "csv"])
def test_an_empty_library_is_a_whole_file(export, format):
    assert export(format=format).text.endswith("\n")


@pytest.mark.parametrize("format", ["json", "netscape", "csv"])
def test_more_than_a_page(client, token, export, format):
    for start in (0, 700, 1400):
        rows = [
            {"title": f"Page {n}", "url": f"https://example.com/{n}", "folder_names": ["F"]}
            for n in range(start, start + 700)
        ]
        client.call("import_bookmarks", token=token, json={"bookmarks": rows})

    text = export(format=format).text
    assert all(text.count(f"https://example.com/{n}") >= 1 for n in range(2100))
    assert text.count("Page ") == 2100
