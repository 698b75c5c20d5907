"""What a row of an import must be, and what becomes of the parts of it that cannot be kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from domain.bookmarks import slugs, targets, urls
from domain.bookmarks.bookmarks import cleaned
from formats.entries import Entry, Path
from models.bookmark import NEVER
from models.tag import LONGEST_TAG

LONGEST_TITLE = 500
LONGEST_URL = 2048
LONGEST_NOTES = 10_000
LONGEST_FOLDER = 255
MOST_COUNTED = 2**31 - 1
# As BookmarkUrl of the contract.
_URL = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f][^\x00-\x1f\x7f]*", re.IGNORECASE)


class RowRefused(Exception):
    """The row makes no bookmark; the text says why."""


@dataclass(slots=True)
class Row:
    """A row that can become a bookmark."""

    title: str
    url: str
    url_hash: str
    pinned: bool
    notes: str
    created_at: datetime
    updated_at: datetime
    access_count: int
    last_accessed_at: datetime
    slug: str | None = None
    aliases: list[str] = field(default_factory=list)
    forwarding_enabled: bool = False
    paths: dict[Path, None] = field(default_factory=dict)
    tags: dict[str, None] = field(default_factory=dict)
    remark: str | None = None


def checked(entry: Entry, now: datetime, deepest: int) -> Row:
    """`deepest` is how many folders deep it may lie; what is further down lies in the last one."""
    title, url, notes = cleaned(entry.title), entry.url.strip(), _storable(entry.notes)
    if not title or not url:
        raise RowRefused("Missing title or URL")
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        raise RowRefused("Invalid URL")
    if len(title) > LONGEST_TITLE:
        raise RowRefused("Invalid title")
    if len(notes) > LONGEST_NOTES:
        raise RowRefused("Notes are too long")
    created_at = _past(entry.created_at, now) or now
    row = Row(
        title=_storable(title),
        url=url,
        url_hash=_fingerprint(url),
        pinned=entry.pinned,
        notes=notes,
        created_at=created_at,
        updated_at=max(_past(entry.updated_at, now) or created_at, created_at),
        access_count=min(max(entry.access_count, 0), MOST_COUNTED),
        last_accessed_at=_past(entry.last_accessed_at, now) or NEVER,
    )
    row.paths = {path: None for path in map(folder_path, entry.folders) if path}
    row.paths = dict.fromkeys(path[:deepest] for path in row.paths)
    row.tags = dict.fromkeys(_names(entry.tags, LONGEST_TAG))
    _name(row, entry)
    return row


@lru_cache(1000)
def folder_path(path: Path) -> Path:
    return tuple(_names(path, LONGEST_FOLDER))


def _names(names: Iterable[str], longest: int) -> Iterator[str]:
    """Those that are neither empty nor too long."""
    for name in map(_name_of, names):
        if name and len(name) <= longest:
            yield name


@lru_cache(1000)  # a file repeats the names of its tags
def _name_of(given: str) -> str:
    return _storable(cleaned(given))


def _name(row: Row, entry: Entry) -> None:
    """A bad slug is left out, and the row is kept."""
    if entry.slug:
        row.slug = entry.slug.strip() if slugs.is_sound(entry.slug.strip()) else None
        row.remark = None if row.slug else "Slug is not valid and was left out"
    row.aliases = [alias for alias in entry.aliases if row.slug and slugs.is_sound(alias)]
    row.forwarding_enabled = entry.forwarding_enabled and row.slug is not None
    if row.forwarding_enabled:
        try:
            targets.require_sound(row.url)
        except targets.TargetInvalid:
            row.forwarding_enabled = False
            row.remark = "Forwarding was turned off: arguments could change where it leads"


def _fingerprint(url: str) -> str:
    try:
        url.encode()
        return urls.fingerprint(url)
    except ValueError:  # half a surrogate, a port that is no number, half a bracket
        raise RowRefused("Invalid URL") from None


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and neither database half a surrogate."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode(errors="replace").decode()


def _past(time: datetime | None, now: datetime) -> datetime | None:
    """Some products write zero for "unknown", some write the year 1601."""
    if time is None or time.tzinfo is None or time <= NEVER:
        return None
    return min(time.astimezone(UTC), now)
