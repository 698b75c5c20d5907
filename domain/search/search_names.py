"""Folders and tags by their names, without regard to case, accents and signs."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, or_, select

import clock
from domain import access
from domain.search import search_words
from domain.sharing import visibility
from models import Folder, FolderAncestor, Tag
from prepared import Prepared, Reader, one_of
from security.principal import Principal

Values = dict[str, Any]

_HERE: Any = bindparam("organization_id")
_ME: Any = bindparam("user_id")
_AROUND = visibility.shared_folder_ids(visibility.whoever_asks()).distinct().subquery()
_SHARED_FOLDERS = Prepared(select(_AROUND.c[0].label("id")))
_FOLDERS = Prepared(
    select(Folder.id, Folder.name, Folder.icon).where(
        Folder.organization_id == _HERE,
        Folder.deleted_at.is_(None),
        or_(Folder.user_id == _ME, one_of(Folder.id, "ids")),
    )
)
_BELOW = Prepared(
    select(FolderAncestor.descendant_id.label("id")).where(
        FolderAncestor.organization_id == _HERE, one_of(FolderAncestor.ancestor_id, "ids")
    )
)
_TAGS = Prepared(select(Tag.id, Tag.name).where(Tag.organization_id == _HERE, Tag.user_id == _ME))


class Names:
    """Those of one person: what that person sees, and how it is called."""

    def __init__(self, read: Reader, user: Principal) -> None:
        self._read = read
        self.here: Values = {
            "organization_id": access.current_organization_id(user),
            "user_id": user.user_id,
            "now": clock.now(),
        }
        self.owner = search_words.owner(self.here["organization_id"], user.user_id)
        self._shared_folders = self._ids(_SHARED_FOLDERS)

    def shared(self) -> list[str]:
        """Words for the folders that are shared with this person or by this person."""
        return [search_words.place("folder", id) for id in self._shared_folders]

    def folders(self) -> list[Any]:
        return self._read.rows(_FOLDERS, **self.here, ids=self._shared_folders)

    def tags(self) -> list[Any]:
        return self._read.rows(_TAGS, **self.here)

    def folders_called(self, name: str) -> list[str]:
        """Words for these, and for all that lie below."""
        ids = self._ids(_BELOW, ids=[row.id for row in self.folders() if _is(row.name, name)])
        return [search_words.place("folder", id) for id in ids]

    def tags_called(self, name: str) -> list[str]:
        return [search_words.place("tag", row.id) for row in self.tags() if _is(row.name, name)]

    def _ids(self, statement: Prepared, **more: Collection[str]) -> list[str]:
        return [row.id for row in self._read.rows(statement, **self.here, **more)]


def _is(name: str, wanted: str) -> bool:
    """A name may be without letters: then it must be the same."""
    if search_words.words(wanted):
        return search_words.words(name) == search_words.words(wanted)
    return name.casefold() == wanted.strip().casefold()
