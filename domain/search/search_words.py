"""The words a bookmark is found by."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Select, bindparam, column, func, insert, select, table, update
from sqlalchemy.orm import Session

from models import Bookmark, BookmarkFolder, BookmarkTag, BookmarkWords
from prepared import add_rows, one_of

Row = dict[str, Any]

# Thai, Lao, Burmese, Khmer, Japanese and Chinese put no spaces between words: each letter is one.
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W_{_ALONE}]+|(?=\w)[{_ALONE}]")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_COLUMNS = ("title", "address", "notes", "places")
# All new rows at once, and in order: a trigger would have FTS5 begin anew with each.
_INDEX = insert(table("bookmark_search", *map(column, ("rowid", *_COLUMNS)))).from_select(
    ("rowid", *_COLUMNS),
    select(BookmarkWords.number, *(getattr(BookmarkWords, name) for name in _COLUMNS))
    .where(
        BookmarkWords.organization_id == bindparam("organization_id"),
        one_of(BookmarkWords.bookmark_id, "ids"),
    )
    .order_by(BookmarkWords.number),
)
PINNED = "pinned"
YEARS = range(1970, 2101)
LONGEST = 60  # characters of a word; what comes after them is not looked at


def words(text: str) -> list[str]:
    """Letters and digits, without case and accents: `Café-Crème` is `cafe`, `creme`."""
    return [word[:LONGEST] for word in _found(text)]


def _found(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if unicodedata.category(letter)[0] != "M"
    )
    return _WORD.findall(bare)


@lru_cache(1000)  # the same for all rows of an import
def owner(organization_id: str, user_id: str) -> str:
    """A word that stands in everything somebody owns in an organization."""
    return "o" + blake2b(f"{organization_id} {user_id}".encode(), digest_size=12).hexdigest()


def place(kind: str, id: str) -> str:
    """The word for a folder, a tag, or the bookmark itself, in whatever belongs there."""
    return kind[0] + id.replace("-", "")


def traits(said: Any) -> list[str]:
    """Words for what a search asks of a bookmark beside what it says."""
    made = said.created_at
    found = [year(made.year), month(made.year, made.month)]
    if said.pinned:
        found.append(PINNED)
    if said.slug:
        found.append(slug(said.slug))
    return found


def year(number: int) -> str:
    """The years before and after those that bookmarks are made in are one."""
    return f"y{min(max(number, YEARS[0]), YEARS[-1])}"


def month(year: int, number: int) -> str:
    return f"m{year:04}{number:02}"


def slug(given: str) -> str:
    """One word, which begins as the slug does."""
    return "s" + "".join(words(given))


def without_scheme(url: str) -> str:
    return url.partition("://")[2] or url


def put(session: Session, organization_id: str, ids: Sequence[str]) -> None:
    """After bookmarks were made, or what they say, their folders or their tags changed."""
    session.flush()  # what is indexed is what is stored
    rows = {row["bookmark_id"]: row for row in _rows(session, organization_id, ids)}
    here = (BookmarkWords.organization_id == organization_id, BookmarkWords.bookmark_id.in_(ids))
    known = session.execute(
        select(BookmarkWords.number, BookmarkWords.bookmark_id).where(*here)
    ).all()
    changed = [{"known": each.number, **rows.pop(each.bookmark_id)} for each in known]
    if changed:
        by_number = update(BookmarkWords).where(BookmarkWords.number == bindparam("known"))
        session.connection().execute(by_number, changed)
    add(session, list(rows.values()))


def add(session: Session, rows: Sequence[Row]) -> None:
    """Rows of bookmarks that are new."""
    add_rows(session, BookmarkWords, rows)
    if rows and session.get_bind().dialect.name == "sqlite":
        ids = [row["bookmark_id"] for row in rows]
        session.execute(_INDEX, {"organization_id": rows[0]["organization_id"], "ids": ids})


def move(session: Session, bookmarks: Select[str], user_id: str, here: str, there: str) -> None:
    """With bookmarks of one person that go from one organization to another."""
    session.execute(
        update(BookmarkWords)
        .where(BookmarkWords.organization_id == here, BookmarkWords.bookmark_id.in_(bookmarks))
        .values(
            organization_id=there,
            places=func.replace(BookmarkWords.places, owner(here, user_id), owner(there, user_id)),
        )
        .execution_options(synchronize_session=False)
    )


def retag(session: Session, organization_id: str, old_id: str, new_id: str) -> None:
    """While the bookmarks still have the old tag."""
    old, new = place("tag", old_id), place("tag", new_id)
    tagged = select(BookmarkTag.bookmark_id).where(
        BookmarkTag.organization_id == organization_id, BookmarkTag.tag_id == old_id
    )
    session.execute(
        update(BookmarkWords)
        .where(
            BookmarkWords.organization_id == organization_id, BookmarkWords.bookmark_id.in_(tagged)
        )
        .values(places=func.replace(BookmarkWords.places, old, new))
        .execution_options(synchronize_session=False)
    )


def row(
    organization_id: str,
    user_id: str,
    bookmark_id: str,
    said: Any,
    folder_ids: Iterable[str],
    tag_ids: Iterable[str],
) -> Row:
    """Of anything that says title, slug, url, notes, pinned and created_at."""
    address = [*words(said.slug or ""), *words(without_scheme(said.url))]
    places = [
        owner(organization_id, user_id),
        place("bookmark", bookmark_id),
        *traits(said),
        *(place("folder", each) for each in folder_ids),
        *(place("tag", each) for each in tag_ids),
    ]
    return {
        "organization_id": organization_id,
        "bookmark_id": bookmark_id,
        "title": " ".join(words(said.title)),
        "address": " ".join(address),
        "notes": " ".join(words(said.notes)),
        "places": " ".join(places),
    }


def _rows(session: Session, organization_id: str, ids: Sequence[str]) -> list[Row]:
    folders, tags = (
        _links(session, organization_id, ids, link, other)
        for link, other in (
            (BookmarkFolder, BookmarkFolder.folder_id),
            (BookmarkTag, BookmarkTag.tag_id),
        )
    )
    fields = (
        Bookmark.id,
        Bookmark.user_id,
        Bookmark.title,
        Bookmark.slug,
        Bookmark.url,
        Bookmark.notes,
        Bookmark.pinned,
        Bookmark.created_at,
    )
    found = session.execute(
        select(*fields).where(Bookmark.organization_id == organization_id, Bookmark.id.in_(ids))
    )
    return [
        row(organization_id, each.user_id, each.id, each, folders[each.id], tags[each.id])
        for each in found
    ]


def _links(
    session: Session, organization_id: str, ids: Sequence[str], link: Any, other: Any
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    query = select(link.bookmark_id, other).where(
        link.organization_id == organization_id, link.bookmark_id.in_(ids)
    )
    for bookmark_id, other_id in session.execute(query):
        found[bookmark_id].append(other_id)
    return found
