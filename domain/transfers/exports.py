"""A person's library, read out in pages, so that any number of bookmarks needs little memory.

Between two pages others may write: each bookmark is told once, as it was when its page was read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from domain import access
from domain.cursors import Order
from formats.entries import Entry, FolderEntry, Item, Path
from models import Bookmark, BookmarkFolder, BookmarkTag, Folder, Slug, Tag
from models.bookmark import NEVER
from prepared import AnySelect, Prepared, Reader, one_of, within
from security.principal import Principal

PAGE = 1000
Reading = Callable[[], AbstractContextManager[Session]]

_HERE: Any = bindparam("organization_id")
_FOLDERS = Prepared(
    select(Folder.id, Folder.parent_id, Folder.name, Folder.icon, Folder.position)
    .where(
        Folder.organization_id == _HERE,
        Folder.user_id == bindparam("user_id"),
        Folder.deleted_at.is_(None),
    )
    .order_by(Folder.position, Folder.name_key, Folder.id)
)
_FILED = Prepared(
    select(BookmarkFolder.bookmark_id, BookmarkFolder.folder_id).where(
        BookmarkFolder.organization_id == _HERE, one_of(BookmarkFolder.bookmark_id, "ids")
    )
)
_TAGGED = Prepared(
    select(BookmarkTag.bookmark_id, Tag.name)
    .join(
        Tag, (Tag.organization_id == BookmarkTag.organization_id) & (Tag.id == BookmarkTag.tag_id)
    )
    .where(BookmarkTag.organization_id == _HERE, one_of(BookmarkTag.bookmark_id, "ids"))
    .order_by(Tag.name_key, Tag.id)
)
_SLUGS = Prepared(
    select(Slug.bookmark_id, Slug.slug)
    .where(Slug.organization_id == _HERE, one_of(Slug.bookmark_id, "ids"))
    .order_by(Slug.created_at, Slug.slug)
)


_MINE = (
    Bookmark.organization_id == _HERE,
    Bookmark.user_id == bindparam("user_id"),
    Bookmark.deleted_at.is_(None),
)
_BOOKMARKS = select(*Bookmark.__table__.columns).where(*_MINE).limit(PAGE)
_IN_FOLDER = _BOOKMARKS.join(
    BookmarkFolder,
    and_(
        BookmarkFolder.organization_id == Bookmark.organization_id,
        BookmarkFolder.bookmark_id == Bookmark.id,
    ),
).where(BookmarkFolder.organization_id == _HERE, BookmarkFolder.folder_id == bindparam("folder_id"))


def _ordered(query: AnySelect, order: Order) -> Prepared:
    return Prepared(query.where(order.follows()).order_by(*order.by()))


_OLDEST_FIRST = _ordered(_BOOKMARKS, Order(Bookmark.created_at, Bookmark.id))
_NEWEST_FIRST = _ordered(_BOOKMARKS, Order(Bookmark.created_at, Bookmark.id, descending=True))
_OLDEST_IN_FOLDER = _ordered(
    _IN_FOLDER, Order(BookmarkFolder.bookmark_created_at, BookmarkFolder.bookmark_id)
)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class Library:
    """The folders are read at once, the bookmarks as they are asked for."""

    def __init__(self, reading: Reading, user: Principal) -> None:
        self._reading = reading
        self._mine = {
            "organization_id": access.current_organization_id(user),
            "user_id": user.user_id,
        }
        with reading() as session:
            rows = within(session).rows(_FOLDERS, **self._mine)
        self._folders = _Tree(rows)

    def folders(self) -> Iterator[FolderEntry]:
        """Every folder before those that lie in it."""
        return (folder for _, folder in self._folders.entries)

    def newest_first(self) -> Iterator[Entry]:
        return self._pages(_NEWEST_FIRST, _LAST)

    def oldest_first(self) -> Iterator[Entry]:
        return self._pages(_OLDEST_FIRST, _FIRST)

    def in_tree(self) -> Iterator[Item]:
        """Each folder, then what lies in it. A bookmark is told in the first of its folders."""
        yield from (entry for entry in self.oldest_first() if not entry.folders)
        for folder_id, folder in self._folders.entries:
            yield folder
            inside = self._pages(_OLDEST_IN_FOLDER, _FIRST, "bookmark_", folder_id=folder_id)
            yield from (entry for entry in inside if entry.folders[0] == folder.path)

    def _pages(
        self, page: Prepared, start: datetime, prefix: str = "", **values: Any
    ) -> Iterator[Entry]:
        time, last_id = start, ""
        while True:
            after = {f"after_{prefix}created_at": time, f"after_{prefix}id": last_id}
            with self._reading() as session:
                read = within(session)
                rows = read.rows(page, **self._mine, **values, **after)
                entries = self._entries(read, rows)
            yield from entries
            if len(rows) < PAGE:
                return
            time, last_id = rows[-1].created_at, rows[-1].id

    def _entries(self, read: Reader, rows: list[Any]) -> list[Entry]:
        asked = {
            "organization_id": self._mine["organization_id"],
            "ids": [row.id for row in rows],
        }
        folders, tags, slugs = (
            _grouped(read.rows(linked, **asked)) for linked in (_FILED, _TAGGED, _SLUGS)
        )
        return [
            Entry(
                title=row.title,
                url=row.url,
                slug=row.slug or "",
                aliases=[slug for slug in slugs[row.id] if slug != row.slug],
                forwarding_enabled=row.forwarding_enabled,
                pinned=row.pinned,
                notes=row.notes,
                folders=self._folders.paths(folders[row.id]),
                tags=tags[row.id],
                created_at=row.created_at,
                updated_at=row.updated_at,
                access_count=row.access_count,
                last_accessed_at=None if row.last_accessed_at == NEVER else row.last_accessed_at,
            )
            for row in rows
        ]


class _Tree:
    def __init__(self, rows: list[Any]) -> None:
        self._below: dict[str | None, list[Any]] = defaultdict(list)
        for row in rows:
            self._below[row.parent_id].append(row)
        self._paths: dict[str, Path] = {}
        self.entries = list(self._walk(None, ()))

    def paths(self, folder_ids: list[str]) -> list[Path]:
        """Of one's own; folders of others, which are shared, have none."""
        return sorted(self._paths[each] for each in folder_ids if each in self._paths)

    def _walk(self, folder_id: str | None, around: Path) -> Iterator[tuple[str, FolderEntry]]:
        for row in self._below[folder_id]:
            self._paths[row.id] = (*around, row.name)
            yield row.id, FolderEntry(self._paths[row.id], row.icon, row.position)
            yield from self._walk(row.id, self._paths[row.id])


def _grouped(rows: list[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for bookmark_id, other in rows:
        found[bookmark_id].append(other)
    return found
