"""Making, changing and deleting bookmarks."""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

import clock
from domain import access
from domain.bookmarks import duplicates, filing, quota, slugs, tag_counts, targets
from domain.bookmarks.duplicates import DuplicateUrl
from domain.history import revisions
from domain.search import search_words
from domain.sharing import grantees, sharing
from domain.sharing.library import OnlyShared
from errors import Invalid
from models import Bookmark, Organization
from models.base import new_id
from models.bookmark import sort_key
from prepared import within
from security.principal import Principal

Fields = dict[str, Any]

# What somebody may change with whom it is shared to `write`; all else is its owner's.
SHARED_FIELDS = frozenset({"title", "url", "slug", "forwarding_enabled", "notes"})
UNREAD = frozenset({"ai_suggestion_used"})
_CONTROL = dict.fromkeys([*range(0x20), 0x7F], " ")


class SlugRequired(Invalid):
    code = "SLUG_REQUIRED"
    error = "Slug is required when forwarding is enabled."
    message = "Send a `slug` too, or leave `forwarding_enabled` off."


class Created(NamedTuple):
    bookmark: Bookmark
    duplicates: list[Bookmark]  # others of the same page that the caller had before
    is_new: bool


def create(session: Session, user: Principal, wanted: Fields) -> Created:
    """In the order the contract states; nothing is stored before every check has passed."""
    organization = session.get_one(Organization, access.current_organization_id(user))
    url_hash = duplicates.fingerprint(wanted["url"])
    if wanted["on_duplicate"] != "allow":
        # Nobody else makes one of this page before we are done; an import locks the same.
        access.lock_organization(session, organization.id)
    is_merge = wanted["on_duplicate"] == "merge"
    present = duplicates.of_own(session, user, url_hash, lock=is_merge)
    if present and is_merge:
        _merge(session, user, present[0], wanted)
        return Created(present[0], present[1:], is_new=False)
    quota.require_room(session, organization)
    _require_slug(wanted.get("slug"), wanted["forwarding_enabled"])
    if wanted["forwarding_enabled"]:
        targets.require_sound(wanted["url"].strip())
    if present and wanted["on_duplicate"] == "reject":
        raise DuplicateUrl(existing=summary(present[0]))
    return Created(_add(session, user, wanted, url_hash), present, is_new=True)


def _add(session: Session, user: Principal, wanted: Fields, url_hash: str) -> Bookmark:
    now = clock.now()
    title = cleaned(wanted["title"])
    bookmark = Bookmark(
        organization_id=access.stay(session, user),
        id=new_id(),
        user_id=user.user_id,
        title=title,
        title_key=sort_key(title),
        url=wanted["url"].strip(),
        url_hash=url_hash,
        forwarding_enabled=wanted["forwarding_enabled"],
        pinned=wanted["pinned"],
        notes=wanted["notes"],
        created_at=now,
        updated_at=now,
        updated_by=user.user_id,
    )
    session.add(bookmark)
    if wanted.get("slug"):
        slugs.claim(session, bookmark, wanted["slug"])
    filing.put_into(session, user, bookmark, wanted["folder_ids"])
    filing.tag(session, user, bookmark, wanted["tag_ids"])
    _share(session, user, bookmark, wanted)
    quota.grow(session, bookmark.organization_id, user.user_id, 1)
    search_words.put(session, bookmark.organization_id, [bookmark.id])
    return bookmark


def _merge(session: Session, user: Principal, bookmark: Bookmark, wanted: Fields) -> None:
    """It stays as it is, and gains what the new one would have had."""
    gained: Fields = {
        "folder_ids": {*filing.folder_ids(session, bookmark), *wanted["folder_ids"]},
        "tag_ids": {*filing.tag_ids(session, bookmark), *wanted["tag_ids"]},
        "pinned": bookmark.pinned or wanted["pinned"],
        "notes": bookmark.notes or wanted["notes"],
    }
    shared = grantees.of_bookmarks(within(session), bookmark.organization_id, [bookmark.id])
    standing = shared[bookmark.id]
    teams = sharing.my_teams(session, user) if wanted["share_all_teams"] else wanted.get("team_ids")
    for name, present, more in (
        ("team_ids", standing.teams, teams),
        ("user_ids", standing.users, wanted.get("user_ids")),
    ):
        if more:
            gained[name] = {*(each.id for each in present), *more}
    if wanted.get("slug") and not bookmark.slug:
        gained["slug"] = wanted["slug"]
    if wanted["forwarding_enabled"]:
        gained["forwarding_enabled"] = True
    change(session, user, bookmark, gained)


def change(session: Session, user: Principal, bookmark: Bookmark, wanted: Fields) -> None:
    """Of a bookmark that is locked (library.bookmark_to_change)."""
    if bookmark.user_id != user.user_id and wanted.keys() - SHARED_FIELDS - UNREAD:
        raise OnlyShared
    changed = _changed(bookmark, wanted)
    _require_slug(
        changed.get("slug", bookmark.slug),
        changed.get("forwarding_enabled", bookmark.forwarding_enabled),
    )
    if changed.get("forwarding_enabled") or (bookmark.forwarding_enabled and "url" in changed):
        targets.require_sound(changed.get("url", bookmark.url))
    folders = _new_ids(filing.folder_ids(session, bookmark), wanted.get("folder_ids"))
    tags = _new_ids(filing.tag_ids(session, bookmark), wanted.get("tag_ids"))
    if changed or folders is not None or tags is not None:
        revisions.keep(session, user, bookmark)
        _set(session, bookmark, changed)
    if folders is not None:
        filing.put_into(session, user, bookmark, folders)
    if tags is not None:
        filing.tag(session, user, bookmark, tags)
    _share(session, user, bookmark, wanted)
    search_words.put(session, bookmark.organization_id, [bookmark.id])


def trash(session: Session, user: Principal, *bookmarks: Bookmark) -> None:
    """They keep their slugs, folders, tags and shares until they are restored or purged."""
    revisions.keep(session, user, *bookmarks)
    now = clock.now()
    for bookmark in bookmarks:
        bookmark.deleted_at = now
    tag_counts.follow(session, user, bookmarks, -1)
    owners = Counter((each.organization_id, each.user_id) for each in bookmarks)
    for (organization_id, user_id), count in owners.items():
        quota.grow(session, organization_id, user_id, -count)


def cleaned(text: str) -> str:
    """One line, without control characters and spaces around it."""
    return text.translate(_CONTROL).strip()


def summary(bookmark: Any) -> Fields:
    return {
        "id": bookmark.id,
        "title": bookmark.title,
        "url": bookmark.url,
        "slug": bookmark.slug or "",
    }


def _share(session: Session, user: Principal, bookmark: Bookmark, wanted: Fields) -> None:
    sharing.replace(
        session,
        user,
        bookmark,
        team_ids=wanted.get("team_ids"),
        user_ids=wanted.get("user_ids"),
        all_teams=wanted.get("share_all_teams", False),
    )


def _require_slug(slug: str | None, forwarding_enabled: bool) -> None:
    if forwarding_enabled and not slug:
        raise SlugRequired


def _changed(bookmark: Bookmark, wanted: Fields) -> Fields:
    """The fields of the row that get another value."""
    wanted = dict(wanted)
    if "title" in wanted:
        wanted["title"] = cleaned(wanted["title"])
    if "url" in wanted:
        wanted["url"] = wanted["url"].strip()
    if "slug" in wanted:
        wanted["slug"] = wanted["slug"] or None
        if wanted["slug"] is None:
            wanted.setdefault("forwarding_enabled", False)
    fields = (*SHARED_FIELDS, "pinned")
    return {
        field: wanted[field]
        for field in fields
        if field in wanted and wanted[field] != getattr(bookmark, field)
    }


def _set(session: Session, bookmark: Bookmark, changed: Fields) -> None:
    if "url" in changed:
        bookmark.url_hash = duplicates.fingerprint(changed["url"])
    if "title" in changed:
        bookmark.title_key = sort_key(changed["title"])
    if "slug" in changed:
        if changed["slug"] is None:
            slugs.release_all(session, bookmark)
        else:
            slugs.claim(session, bookmark, changed["slug"])
    for field in changed.keys() - {"slug"}:
        setattr(bookmark, field, changed[field])


def _new_ids(present: set[str], wanted: Any) -> set[str] | None:
    return None if wanted is None or set(wanted) == present else set(wanted)
