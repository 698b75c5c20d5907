"""The folders and tags of an import: found by name among a person's own, or made, many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.bookmarks.filing import FolderNotFound
from formats.entries import FolderEntry, Path
from models import Folder, FolderAncestor, Tag
from models.base import new_id
from models.bookmark import sort_key
from models.folder import MAX_DEPTH
from prepared import add_rows
from security.principal import Principal

Row = dict[str, Any]


class Folders:
    """A person's own, by their paths below `root_id`. Changed only with the trees locked."""

    def __init__(self, session: Session, user: Principal, root_id: str | None) -> None:
        self._session = session
        self._here = {
            "organization_id": access.current_organization_id(user),
            "user_id": user.user_id,
        }
        self._root_id = root_id
        self._parents: dict[str, str | None] = {}
        self._ids: dict[tuple[str | None, str], str] = {}
        self._last: dict[str | None, int] = defaultdict(int)  # position, by the folder around
        self._new: list[Row] = []
        columns = (Folder.id, Folder.parent_id, Folder.name, Folder.position)
        own = select(*columns).filter_by(**self._here).where(Folder.deleted_at.is_(None))
        for row in session.execute(own):
            self._know(row.id, row.parent_id, row.name, row.position)
        if root_id is not None and root_id not in self._parents:
            raise FolderNotFound
        self.deepest = MAX_DEPTH - len(list(self._around(root_id)))

    def find(self, path: Path) -> str | None:
        place = self._root_id
        for name in path:
            if (place, name) not in self._ids:
                return None
            place = self._ids[place, name]
        return place

    def make(self, path: Path) -> str:
        """Its id, found or to be; `store` makes what is new."""
        *above, name = path[: self.deepest]
        place = self.make(tuple(above)) if above else self._root_id
        return self._ids.get((place, name)) or self._add(place, name)

    def make_as(self, entry: FolderEntry) -> None:
        """A folder that is there already stays as it is."""
        path = entry.path[: self.deepest]
        if path and self.find(path) is None:
            around = self.make(path[:-1]) if len(path) > 1 else self._root_id
            icon = entry.icon if entry.icon and len(entry.icon) <= 50 else None
            self._add(around, path[-1], icon, entry.position)

    def store(self) -> None:
        ancestors = [row for folder in self._new for row in self._rows_above(folder["id"])]
        add_rows(self._session, Folder, self._new)
        add_rows(self._session, FolderAncestor, ancestors)
        self._new = []

    def _know(self, folder_id: str, parent_id: str | None, name: str, position: int) -> None:
        self._parents[folder_id] = parent_id
        self._ids[parent_id, name] = folder_id
        self._last[parent_id] = max(self._last[parent_id], position)

    def _add(
        self, parent_id: str | None, name: str, icon: str | None = None, position: int | None = None
    ) -> str:
        if position is None:
            # The last; but where nobody has ordered anything, names alone say the order.
            position = self._last[parent_id] + 1 if self._last[parent_id] else 0
        folder_id, now = new_id(), clock.now()
        self._know(folder_id, parent_id, name, position)
        self._new.append(
            {
                **self._here,
                "id": folder_id,
                "parent_id": parent_id,
                "position": position,
                "name": name,
                "name_key": sort_key(name),
                "icon": icon,
                "created_at": now,
                "updated_at": now,
                "updated_by": self._here["user_id"],
                "version": 1,
            }
        )
        return folder_id

    def _rows_above(self, folder_id: str) -> Iterator[Row]:
        for distance, ancestor_id in enumerate(self._around(folder_id)):
            yield {
                "organization_id": self._here["organization_id"],
                "descendant_id": folder_id,
                "ancestor_id": ancestor_id,
                "distance": distance,
            }

    def _around(self, folder_id: str | None) -> Iterator[str]:
        """The folder and all above it."""
        while folder_id is not None:
            yield folder_id
            folder_id = self._parents[folder_id]


def tag_ids(session: Session, user: Principal, names: Collection[str]) -> dict[str, str]:
    """Found or made, by name."""
    here = {"organization_id": access.current_organization_id(user), "user_id": user.user_id}
    found = _tags(session, here, names)
    now = clock.now()
    new: list[Row] = [
        {
            **here,
            "id": new_id(),
            "name": name,
            "name_key": sort_key(name),
            "version": 1,
            "bookmarks": 0,
            "created_at": now,
        }
        for name in names
        if name not in found
    ]
    add_rows(session, Tag, new)
    return found | {row["name"]: row["id"] for row in new}


def _tags(session: Session, here: Row, names: Iterable[str]) -> dict[str, str]:
    query = select(Tag.name, Tag.id).filter_by(**here).where(Tag.name.in_([*names]))
    # Nobody may merge or delete one of them before they are counted; all lock them in this order.
    locked = query.order_by(Tag.id).with_for_update(key_share=True)
    return {row.name: row.id for row in session.execute(locked)}
