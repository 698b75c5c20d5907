"""Many bookmarks at once: rows for imports and demonstrations, without an object for each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from domain.bookmarks import quota, tag_counts, urls
from domain.search import search_words
from models import Bookmark, BookmarkFolder, BookmarkTag, Slug
from models.base import new_id
from models.bookmark import NEVER, sort_key
from prepared import add_rows

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One bookmark to be. Its slug is free; its folders and tags are its owner's."""

    title: str
    url: str
    created_at: datetime
    updated_at: datetime | None = None  # as it was made, unless it says otherwise
    slug: str | None = None
    aliases: Sequence[str] = ()
    forwarding_enabled: bool = False
    pinned: bool = False
    notes: str = ""
    access_count: int = 0
    last_accessed_at: datetime = NEVER
    url_hash: str = ""  # known already, perhaps
    folder_ids: Sequence[str] = ()
    tag_ids: Sequence[str] = ()


def load(
    session: Session, organization_id: str, user_id: str, batch: Sequence[Loaded]
) -> list[str]:
    """The ids, in order. As many statements for a thousand bookmarks as for one."""
    # The oldest first: neighbours lie together in indexes, and a search finds the newest first.
    ids = [""] * len(batch)
    for position in sorted(range(len(batch)), key=lambda each: batch[each].created_at):
        ids[position] = new_id()
    pairs = sorted(zip(ids, batch, strict=True), key=itemgetter(0))
    tenant = {"organization_id": organization_id}
    add_rows(session, Bookmark, [tenant | _bookmark(user_id, *pair) for pair in pairs])
    add_rows(session, Slug, [tenant | row for pair in pairs for row in _slugs(*pair)])
    add_rows(session, BookmarkFolder, [tenant | row for pair in pairs for row in _folders(*pair)])
    add_rows(session, BookmarkTag, [tenant | row for pair in pairs for row in _tags(*pair)])
    tagged = Counter(tag_id for one in batch for tag_id in one.tag_ids)
    tag_counts.change(session, organization_id, tagged)
    quota.grow(session, organization_id, user_id, len(batch))
    search_words.add(session, [_words(organization_id, user_id, *pair) for pair in pairs])
    return ids


def _bookmark(user_id: str, bookmark_id: str, one: Loaded) -> Row:
    return {
        "id": bookmark_id,
        "user_id": user_id,
        "title": one.title,
        "title_key": sort_key(one.title),
        "url": one.url,
        "url_hash": one.url_hash or urls.fingerprint(one.url),
        "slug": one.slug,
        "forwarding_enabled": one.forwarding_enabled,
        "pinned": one.pinned,
        "notes": one.notes,
        "access_count": one.access_count,
        "last_accessed_at": one.last_accessed_at,
        "created_at": one.created_at,
        "updated_at": one.updated_at or one.created_at,
        "updated_by": user_id,
        "version": 1,
    }


def _words(organization_id: str, user_id: str, bookmark_id: str, one: Loaded) -> Row:
    return search_words.row(organization_id, user_id, bookmark_id, one, one.folder_ids, one.tag_ids)


def _slugs(bookmark_id: str, one: Loaded) -> Iterator[Row]:
    for slug in (one.slug, *one.aliases):
        if slug:
            yield {
                "slug": slug,
                "folded": slug.casefold(),
                "bookmark_id": bookmark_id,
                "created_at": one.created_at,
            }


def _folders(bookmark_id: str, one: Loaded) -> Iterator[Row]:
    for folder_id in one.folder_ids:
        yield {
            "bookmark_id": bookmark_id,
            "folder_id": folder_id,
            "bookmark_created_at": one.created_at,
        }


def _tags(bookmark_id: str, one: Loaded) -> Iterator[Row]:
    for tag_id in one.tag_ids:
        yield {
            "bookmark_id": bookmark_id,
            "tag_id": tag_id,
            "bookmark_created_at": one.created_at,
        }
