"""What other products export, as they write it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from formats import files, text
from formats.entries import Entry, FolderEntry, Unreadable

SAMPLES = Path(__file__).parent / "samples"


def read(data, wanted=None, size=1 << 16):
    chunks = [data[start : start + size] for start in range(0, len(data), size)] or [b""]
    encoding = text.encoding(chunks)
    return [*files.items(chunks, files.syntax_of(chunks, encoding, wanted), encoding)]


def sample(name, wanted=None):
    return read((SAMPLES / name).read_bytes(), wanted)


def bookmarks(items):
    return [item for item in items if isinstance(item, Entry)]


def time(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def test_chrome():
    items = sample("chrome.html", "netscape")

    bar = ("Bookmarks bar",)
    folders = [item.path for item in items if isinstance(item, FolderEntry)]
    assert folders == [bar, (*bar, "Work"), (*bar, "Empty")]
    first, tracker, bookmarklet, untitled = bookmarks(items)
    assert (first.title, first.url) == ("Tom & Jerry's <home>", "https://example.com/?a=1&b=2")
    assert (first.folders, first.created_at) == ([bar], time(1690000001))
    assert (tracker.title, tracker.folders) == ("Issue tracker", [(*bar, "Work")])
    assert bookmarklet.url == "javascript:if(a>b){alert('x')}"
    assert (untitled.title, untitled.folders) == ("https://example.org/", [])


def test_firefox():
    place, mdn = bookmarks(sample("firefox.html", "netscape"))

    assert place.url == "place:sort=8&maxResults=10"
    assert mdn.tags == ["docs", "web"]
    assert mdn.notes == "Everything about the web.\nLine two & more."
    assert mdn.folders == [("Reading",)]
    assert (mdn.created_at, mdn.updated_at) == (time(1600000002), time(1600000003))


@pytest.mark.parametrize("name", ["pocket.html", "pocket.csv"])
def test_pocket(name):
    first, *_, done = bookmarks(sample(name, "pocket"))

    assert first.title.startswith("An article")
    assert (first.url, first.tags) == ("https://example.com/article", ["long", "later"])
    assert first.created_at == time(1451606400)
    assert (done.title, done.tags, done.folders) == ("Done", [], [])


def test_raindrop():
    first, second = sample("raindrop.csv", "raindrop")

    assert (first.title, first.folders) == ("Design, explained", [("Work", "Design")])
    assert first.tags == ["ui", "reading"]
    assert first.notes == 'My "note"\n\nWhat it is about'
    assert (first.pinned, second.pinned) == (True, False)
    assert first.created_at == time(1700000000)


def test_linkding_html():
    first, second = bookmarks(sample("linkding.html", "linkding"))

    assert (first.title, first.tags) == ("Example", ["a", "b"])
    assert first.notes == "A description\n\nSome **notes**"
    assert second.notes == ""


def test_linkding_json():
    [first] = sample("linkding.json", "linkding")

    assert (first.title, first.tags) == ("Example", ["a", "b"])
    assert first.notes == "A description\n\nSome **notes**"
    assert first.created_at == datetime(2023, 11, 14, 22, 13, 20, 123456, UTC)


def test_the_original():
    tracker, plain = sample("original.json", "json")

    assert (tracker.slug, tracker.forwarding_enabled, tracker.pinned) == ("jira", True, True)
    assert tracker.folders == [("Work",), ("Home",)]
    assert tracker.tags == ["tools"]
    assert plain.created_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_an_array_and_a_single_object():
    assert [entry.url for entry in read(b'[{"url": "a"}, {"url": "b"}]')] == ["a", "b"]
    assert read(b'{"url": "https://example.com", "title": "One"}') == [
        Entry(title="One", url="https://example.com")
    ]
    assert read(b"[]") == []


def test_true_is_no_number():
    folder, entry = read(
        b'{"folders": [{"path": ["Work"], "position": true}],'
        b' "bookmarks": [{"title": "A", "url": "a", "access_count": true}]}'
    )

    assert folder.position is None
    assert entry.access_count == 0


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
@pytest.mark.parametrize("size", [1, 7])
def test_where_a_file_is_cut_makes_no_difference(name, size):
    data = (SAMPLES / name).read_bytes()

    assert read(data, size=size) == read(data)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_with_a_byte_order_mark(name, encoding):
    data = (SAMPLES / name).read_bytes()

    assert read(data.decode().encode(encoding)) == read(data)


def test_other_encodings():
    declared = b'<meta charset="iso-8859-15"><DT><A HREF="https://example.com/">5 \xa4</A>'
    assert read(declared)[0].title == "5 €"
    assert read(b"url,title\nhttps://example.com,Caf\xe9")[0].title == "Café"
    assert read(b"url;title\nhttps://example.com;Caf\xc3\xa9")[0].title == "Café"


@pytest.mark.parametrize("name", ["nonsense", "undefined", "idna", "punycode", "hex", "utf-16"])
def test_what_is_no_encoding_of_a_file_is_not_believed(name):
    data = f'<meta charset="{name}"><A HREF="https://example.com/">é</A>'.encode()

    assert read(data)[0].title == "é"


@pytest.mark.parametrize(
    ("data", "wanted", "reason"),
    [
        (b"", None, "does not begin like HTML or JSON or CSV"),
        (b"Dear diary", None, "does not begin like"),
        (b"[]", "netscape", "does not begin like HTML."),
        (b"<DL>", "csv", "does not begin like CSV with a column `url`."),
        (b"[{]", None, "at character 1: no value"),
        (b'[{"url": "a"} {"url": "b"}]', None, "one of , ] is expected"),
        (b"[] []", None, "there is more behind the end"),
        (b'{"bookmarks": [{"url": "a"}', None, "one of , ] is expected"),
        (b"{1: 2}", None, "a name is expected"),
        (b'{"a": NaN}', None, "no value"),
        (b"[" * 100_000, None, "it is nested too deep"),
        (b'["' + b"x" * (2 << 20), None, "more than a megabyte"),
        (b"title,curl\na,b", None, "one of them `url`"),
        (b"url,title\rhttps://example.com,a\r", None, "one of them `url`"),
        (b"url," + b"x" * (1 << 21) + b"\nhttps://example.com,a", None, "one of them `url`"),
    ],
)
def test_what_cannot_be_read_is_told(data, wanted, reason):
    with pytest.raises(Unreadable, match=re.escape(reason)):
        read(data, wanted)


def test_html_of_any_quality():
    [entry] = bookmarks(read(b"<a name=top><A TITLE=it's HREF=https://example.com>Ok<b>ay</a>"))
    assert (entry.title, entry.url) == ("Okay", "https://example.com")
    assert read(b'<dl><dt><a href="x') == []
    assert [
        e.url for e in bookmarks(read(b"<a href='a'>A<a href='b'>B</dl></dl><a href='c'>C"))
    ] == [
        "a",
        "b",
        "c",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"<a " * 3_000_000,
        b'<a ="' * 2_000_000,
        b"<a href='" * 1_000_000 + b">",
        b'<a href="x" ' + b"a " * 4_000_000,
        b"<a " + b"x" * 9_000_000 + b">",
        b"<" * 9_000_000,
        b"<dl><h3>a</h3>" * 100_000,
        b"<!--" * 2_000_000,
        b"&" * 9_000_000,
        b"<h3>" + b"&amp" * 2_000_000 + b"</h3>",
    ],
    ids=lambda data: data[:12].decode(),
)
def test_the_time_grows_with_the_length_and_no_faster(data):
    whole, tenth = (_seconds(b"<dl>" + part) for part in (data, data[: len(data) // 10]))

    assert whole < 25 * tenth + 1


@pytest.mark.parametrize("data", [b'"' * 8_000_001, b'"x\n' * 200_000, b"x" * 8_000_000])
def test_tables_too(data):
    whole, tenth = (_seconds(b"url,title\n" + part) for part in (data, data[: len(data) // 10]))

    assert whole < 25 * tenth + 1


def _seconds(data):
    began = process_time()
    for _ in read(data):
        pass
    return process_time() - began
