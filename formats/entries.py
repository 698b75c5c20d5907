"""What a file says: of one bookmark, or of a folder itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

Path = tuple[str, ...]  # names of folders, the outermost first


class Unreadable(Exception):
    """The file is not what it should be; the text says where."""


@dataclass(slots=True)
class Entry:
    """A bookmark as it was written, before any rule has looked at it."""

    title: str = ""
    url: str = ""
    slug: str = ""
    aliases: Sequence[str] = field(default_factory=list)
    forwarding_enabled: bool = False
    pinned: bool = False
    notes: str = ""
    folders: Sequence[Path] = field(default_factory=list)
    tags: Sequence[str] = field(default_factory=list)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    access_count: int = 0
    last_accessed_at: datetime | None = None


@dataclass(slots=True)
class FolderEntry:
    """A folder, told of before what lies in it. Without a position it goes where new ones go."""

    path: Path
    icon: str | None = None
    position: int | None = None


Item = Entry | FolderEntry
