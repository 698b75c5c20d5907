"""Bookmarks of the pages that an import names: there already, or decided on by a row before."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from domain import access
from domain.transfers.import_rules import Row
from formats.entries import Path
from models import Bookmark, BookmarkFolder, BookmarkTag, Slug, Tag
from prepared import Prepared, one_of, within
from security.principal import Principal

Place = str | Path  # the id of a folder, or the path of one that is still to be made

_PAGES = Prepared(
    select(
        Bookmark.id,
        Bookmark.url_hash,
        Bookmark.title,
        Bookmark.slug,
        Bookmark.forwarding_enabled,
        Bookmark.pinned,
        Bookmark.notes,
    )
    .where(
        Bookmark.organization_id == bindparam("organization_id"),
        one_of(Bookmark.url_hash, "url_hashes"),
        Bookmark.user_id == bindparam("user_id"),
        Bookmark.deleted_at.is_(None),
    )
    .order_by(Bookmark.created_at, Bookmark.id)
)
_FOLDERS = Prepared(
    select(BookmarkFolder.bookmark_id, BookmarkFolder.folder_id).where(
        BookmarkFolder.organization_id == bindparam("organization_id"),
        one_of(BookmarkFolder.bookmark_id, "ids"),
    )
)
_TAGS = Prepared(
    select(BookmarkTag.bookmark_id, Tag.name)
    .join(
        Tag, and_(Tag.organization_id == BookmarkTag.organization_id, Tag.id == BookmarkTag.tag_id)
    )
    .where(
        BookmarkTag.organization_id == bindparam("organization_id"),
        one_of(BookmarkTag.bookmark_id, "ids"),
    )
)
_SLUGS = Prepared(
    select(Slug.slug).where(
        Slug.organization_id == bindparam("organization_id"), one_of(Slug.slug, "slugs")
    )
)


@dataclass(slots=True)
class Known:
    title: str
    slug: str | None
    forwarding_enabled: bool
    pinned: bool
    notes: str
    places: set[Place] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    bookmark_id: str | None = None  # None: still to be made, of the row
    row: Row | None = None

    def is_like(self, row: Row, places: set[Place]) -> bool:
        return self.title == row.title and places <= self.places

    def gain(self, row: Row, places: set[Place]) -> bool:
        """Take over what the row has beyond it; is there anything?"""
        before = (self.slug, self.forwarding_enabled, self.pinned, self.notes)
        if self.slug is None:
            self.slug, self.forwarding_enabled = row.slug, row.forwarding_enabled
        self.pinned = self.pinned or row.pinned
        self.notes = self.notes or row.notes
        gained = bool(places - self.places or row.tags.keys() - self.tags)
        self.places |= places
        self.tags |= row.tags.keys()
        return gained or before != (self.slug, self.forwarding_enabled, self.pinned, self.notes)


def of_pages(
    session: Session, user: Principal, url_hashes: Collection[str]
) -> dict[str, list[Known]]:
    """The person's own, the oldest first, by the fingerprints of their URLs."""
    read, here = within(session), {"organization_id": access.current_organization_id(user)}
    found: dict[str, list[Known]] = defaultdict(list)
    by_id = {}
    for row in read.rows(_PAGES, **here, user_id=user.user_id, url_hashes=url_hashes):
        known = Known(row.title, row.slug, row.forwarding_enabled, row.pinned, row.notes)
        known.bookmark_id = row.id
        by_id[row.id] = known
        found[row.url_hash].append(known)
    for row in read.rows(_FOLDERS, **here, ids=by_id) if by_id else ():
        by_id[row.bookmark_id].places.add(row.folder_id)
    for row in read.rows(_TAGS, **here, ids=by_id) if by_id else ():
        by_id[row.bookmark_id].tags.add(row.name)
    return found


def taken_slugs(session: Session, user: Principal, slugs: Collection[str]) -> set[str]:
    """Those that lead somewhere in the organization, or are kept by what lies in the trash."""
    if not slugs:
        return set()
    organization_id = access.current_organization_id(user)
    rows = within(session).rows(_SLUGS, organization_id=organization_id, slugs=slugs)
    return {row.slug for row in rows}
