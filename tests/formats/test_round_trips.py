"""What we write is read again as it was, whatever stands in it."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from formats import csv_file, json_file, netscape
from formats.entries import Entry, FolderEntry

LETTERS = "ab é漢😀 \\/,'\"<>&;=+-@|#%{}[]()\u00a0"
TOP = FolderEntry(("A,/\\b",), "star", 3)
BELOW = FolderEntry((*TOP.path, "<B> & 'C'"), None, 0)


def generated(seed):
    chance = random.Random(seed)

    def words(most, more=""):
        return "".join(chance.choice(LETTERS + more) for _ in range(chance.randint(1, most)))

    def time():
        return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**14))

    paths = sorted(chance.sample([TOP.path, BELOW.path], chance.randint(0, 2)))
    return Entry(
        title=f"t{words(30)}t",
        url=f"https://example.com/{words(30)}x",
        slug=chance.choice(["", "a/b", "-x"]),
        aliases=chance.choice([[], ["y", "-z/1"]]),
        forwarding_enabled=chance.random() < 0.5,
        pinned=chance.random() < 0.5,
        notes=chance.choice(["", words(40, "\n\r\t"), "=1+1", "''=1", "[linkding-notes]"]),
        folders=paths,
        tags=chance.choice([[], [f"t{words(9)}t"], ["a", "b,c", "=d"]]),
        created_at=time(),
        updated_at=time(),
        access_count=chance.choice([0, 7]),
        last_accessed_at=chance.choice([None, time()]),
    )


ENTRIES = [generated(seed) for seed in range(500)]


def home(entry):
    return entry.folders[0] if entry.folders else ()


def in_tree(entries):
    """As netscape.write wants them."""
    yield from (entry for entry in entries if not entry.folders)
    for folder in (TOP, BELOW):
        yield folder
        yield from (entry for entry in entries if home(entry) == folder.path)


def pieces(written, size=1000):
    text = "".join(written)
    return [text[start : start + size] for start in range(0, len(text), size)]


def test_json():
    written = pieces(json_file.write([TOP, BELOW], ENTRIES))

    assert [*json_file.read(written)] == [TOP, BELOW, *ENTRIES]


def test_csv():
    assert [*csv_file.read(pieces(csv_file.write(ENTRIES)))] == ENTRIES


def test_netscape():
    wanted = [*in_tree(ENTRIES)]

    found = [*netscape.read(pieces(netscape.write(wanted)))]

    for one, other in zip(found, wanted, strict=True):
        if isinstance(one, FolderEntry):
            assert (one.path, one.icon, one.position or 0) == (
                other.path,
                other.icon,
                other.position,
            )
        else:
            assert one == other


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "'=1", "''+"])
def test_no_cell_is_a_formula_in_a_spreadsheet(cell):
    written = "".join(csv_file.write([Entry(title=cell, url="https://example.com")]))

    assert written.splitlines()[1].lstrip('"').startswith("'")
    assert next(csv_file.read([written])).title == cell
