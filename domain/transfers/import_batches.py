"""One batch of an import: every row is decided before anything is written, then all are at once.

In a fixed number of statements, however many rows there are; only a slug that an older bookmark
gains by a merge takes some of its own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import clock
from domain import access
from domain.bookmarks import loading, quota, slugs, tag_counts
from domain.bookmarks.loading import Loaded
from domain.history import revisions
from domain.search import search_words
from domain.transfers import import_known, import_places
from domain.transfers.import_known import Known, Place
from domain.transfers.import_places import Folders
from domain.transfers.import_rules import Row, RowRefused, checked, folder_path
from formats.entries import Entry, FolderEntry, Item
from models import Bookmark, BookmarkFolder, BookmarkTag, Organization
from security.principal import Principal

MOST_TRIES = 5
ALREADY_THERE = "Already there"
ALREADY_THE_PAGE = "You have a bookmark of this page already"
SLUG_TAKEN = "Slug is taken and was left out"


@dataclass(frozen=True, slots=True)
class Options:
    """`on_duplicate`: what becomes of a page that the person has a bookmark of already.

    `allow` makes another one; `skip_identical` too, unless the title is the same and that one lies
    in the same folders; `skip` and `reject` make none, and `merge` lets the oldest one gain what
    the new one would have had.
    """

    on_duplicate: str = "allow"
    folder_id: str | None = None
    dry_run: bool = False


@dataclass(slots=True)
class Outcome:
    number: int
    url: str
    outcome: str = "created"  # or merged, skipped, failed
    reason: str | None = None
    known: Known | None = None

    @property
    def bookmark_id(self) -> str | None:
        return self.known.bookmark_id if self.known else None


@dataclass
class Decided:
    """What the rows before have come to, where it is not stored: in a batch, or in a dry run."""

    known: dict[str, list[Known]] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)


def write(
    session: Session, user: Principal, items: Sequence[Item], options: Options, first: int = 1
) -> list[Outcome]:
    """Say of each row what became of it; the rows are numbered from `first`.

    Refused as a whole when the plan has no room for it.
    """
    # With the organization locked nobody is removed from it and no folder moves before we are done.
    organization, _ = access.organization_for(
        session, user, access.current_organization_id(user), "read", lock=True
    )
    tries = 1
    while True:
        try:
            with session.begin_nested():
                batch = _Batch(session, user, items, options, first, Decided())
                batch.write(organization)
                return batch.outcomes
        except IntegrityError:  # somebody was faster with a slug or a tag: decide anew
            if tries == MOST_TRIES:
                raise
            tries += 1


def decide(
    session: Session,
    user: Principal,
    items: Sequence[Item],
    options: Options,
    first: int,
    before: Decided,
) -> list[Outcome]:
    """The same, but nothing is written; `before` keeps it for the batches that follow."""
    return _Batch(session, user, items, options, first, before).outcomes


class _Batch:
    def __init__(
        self,
        session: Session,
        user: Principal,
        items: Sequence[Item],
        options: Options,
        first: int,
        before: Decided,
    ) -> None:
        self._session = session
        self._user = user
        self._here = {"organization_id": access.current_organization_id(user)}
        self._options = options
        self._told = [item for item in items if isinstance(item, FolderEntry)]
        self._before = before
        self._folders = Folders(session, user, options.folder_id)
        self._made: list[Known] = []
        self._gaining: dict[str, Known] = {}
        entries = [item for item in items if isinstance(item, Entry)]
        self.outcomes = [
            Outcome(number, entry.url[:255]) for number, entry in enumerate(entries, first)
        ]
        self._decide(entries)

    def _decide(self, entries: Sequence[Entry]) -> None:
        now, rows = clock.now(), []
        for outcome, entry in zip(self.outcomes, entries, strict=True):
            try:
                rows.append((outcome, checked(entry, now, self._folders.deepest)))
            except RowRefused as refused:
                outcome.outcome, outcome.reason = "failed", str(refused)
        pages = {row.url_hash for _, row in rows} - self._before.known.keys()
        self._before.known.update(import_known.of_pages(self._session, self._user, pages))
        names = {name for _, row in rows for name in (row.slug, *row.aliases) if name}
        self._before.slugs |= import_known.taken_slugs(self._session, self._user, names)
        for outcome, row in rows:
            self._decide_row(outcome, row)

    def _decide_row(self, outcome: Outcome, row: Row) -> None:
        self._take_names(row)
        places = {self._folders.find(path) or path for path in row.paths}
        if not places and self._options.folder_id:
            places = {self._options.folder_id}
        known = self._before.known.setdefault(row.url_hash, [])
        identical = [one for one in known if one.is_like(row, places)]
        wanted = self._options.on_duplicate
        outcome.reason = row.remark
        if identical and wanted == "skip_identical":
            outcome.outcome, outcome.reason, outcome.known = "skipped", ALREADY_THERE, identical[0]
        elif not known or wanted in ("allow", "skip_identical"):
            outcome.known = self._make(row, places, known)
        else:
            outcome.known = known[0]
            self._end_duplicate(outcome, row, places, known[0])

    def _take_names(self, row: Row) -> None:
        if row.slug in self._before.slugs:
            row.slug, row.forwarding_enabled, row.aliases = None, False, []
            row.remark = SLUG_TAKEN
        row.aliases = [alias for alias in row.aliases if alias not in self._before.slugs]

    def _make(self, row: Row, places: set[Place], known: list[Known]) -> Known:
        made = Known(
            row.title,
            row.slug,
            row.forwarding_enabled,
            row.pinned,
            row.notes,
            places,
            {*row.tags},
            row=row,
        )
        known.append(made)
        self._made.append(made)
        self._before.slugs.update(name for name in (row.slug, *row.aliases) if name)
        return made

    def _end_duplicate(self, outcome: Outcome, row: Row, places: set[Place], oldest: Known) -> None:
        wanted = self._options.on_duplicate
        if wanted == "reject":
            outcome.outcome, outcome.reason = "failed", ALREADY_THE_PAGE
        elif wanted == "merge" and oldest.gain(row, places):
            outcome.outcome = "merged"
            if oldest.slug == row.slug and row.slug:
                self._before.slugs.add(row.slug)
            if oldest.bookmark_id:
                self._gaining[oldest.bookmark_id] = oldest
        else:
            outcome.outcome, outcome.reason = "skipped", ALREADY_THERE

    def write(self, organization: Organization) -> None:
        if self._made:
            quota.require_room(self._session, organization, more=len(self._made))
        folder_ids = self._make_folders()
        changed = (*self._made, *self._gaining.values())
        names = sorted({tag for known in changed for tag in known.tags})
        tag_ids = import_places.tag_ids(self._session, self._user, names)
        rows = [_loaded(known, folder_ids, tag_ids) for known in self._made]
        if rows:
            organization_id, user_id = organization.id, self._user.user_id
            ids = loading.load(self._session, organization_id, user_id, rows)
            for known, bookmark_id in zip(self._made, ids, strict=True):
                known.bookmark_id = bookmark_id
        if self._gaining:
            self._merge(folder_ids, tag_ids)

    def _make_folders(self) -> dict[Place, str]:
        for told in self._told:
            path = folder_path(told.path)
            self._folders.make_as(FolderEntry(path, told.icon, told.position))
        changed = (*self._made, *self._gaining.values())
        ids = {
            place: place if isinstance(place, str) else self._folders.make(place)
            for known in changed
            for place in known.places
        }
        self._folders.store()
        return ids

    def _merge(self, folder_ids: dict[Place, str], tag_ids: dict[str, str]) -> None:
        query = select(Bookmark).filter_by(**self._here).where(Bookmark.id.in_(self._gaining))
        found = list(self._session.scalars(query.order_by(Bookmark.id).with_for_update()))
        revisions.keep(self._session, self._user, *found)
        for bookmark in found:
            gained = self._gaining[bookmark.id]
            if gained.slug and not bookmark.slug:
                slugs.claim(self._session, bookmark, gained.slug)
            bookmark.forwarding_enabled = gained.forwarding_enabled
            bookmark.pinned, bookmark.notes = gained.pinned, gained.notes
        self._link(BookmarkFolder.folder_id, found, folder_ids, "places")
        self._link(BookmarkTag.tag_id, found, tag_ids, "tags")
        search_words.put(self._session, self._here["organization_id"], [each.id for each in found])

    def _link(self, other: Any, bookmarks: list[Bookmark], ids: Any, kind: str) -> None:
        link = other.class_
        query = select(link.bookmark_id, other).filter_by(**self._here)
        mine = query.where(link.bookmark_id.in_(self._gaining))
        present = {tuple(row) for row in self._session.execute(mine)}
        rows = [
            {
                **self._here,
                "bookmark_id": each.id,
                "bookmark_created_at": each.created_at,
                other.key: ids[name],
            }
            for each in bookmarks
            for name in sorted(getattr(self._gaining[each.id], kind), key=str)
            if (each.id, ids[name]) not in present
        ]
        if rows:
            self._session.execute(insert(link), rows)
        if link is BookmarkTag:
            tagged = Counter(row["tag_id"] for row in rows)
            tag_counts.change(self._session, self._here["organization_id"], tagged)


def _loaded(known: Known, folder_ids: dict[Place, str], tag_ids: dict[str, str]) -> Loaded:
    row = known.row
    assert row is not None
    return Loaded(
        title=row.title,
        url=row.url,
        url_hash=row.url_hash,
        created_at=row.created_at,
        updated_at=row.updated_at,
        slug=known.slug,
        aliases=row.aliases,
        forwarding_enabled=known.forwarding_enabled,
        pinned=known.pinned,
        notes=known.notes,
        access_count=row.access_count,
        last_accessed_at=row.last_accessed_at,
        folder_ids=sorted({folder_ids[place] for place in known.places}),
        tag_ids=[tag_ids[name] for name in sorted(known.tags)],
    )
