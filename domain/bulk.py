"""Many bookmarks changed at once: each has its own outcome, and no more is asked for many than for
one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from domain import access
from domain.bookmarks import bookmarks, filing, quota, tag_counts
from domain.bookmarks.quota import BookmarkLimitReached
from domain.history import revisions, trash
from domain.search import search_words
from domain.search.search import Search
from domain.sharing import sharing, visibility
from domain.sharing.library import OnlyShared
from errors import Invalid, NotFound, Refusal
from models import Bookmark, BookmarkFolder, BookmarkTag, Organization
from prepared import within
from security.principal import Principal

MOST = 500
NEEDED = {"tag": "tag_ids", "untag": "tag_ids", "move": "folder_ids"}

Wanted = Mapping[str, Any]


class BulkUnclear(Invalid):
    """Which bookmarks are meant, or what of them is wanted, is not said."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(details=[{"pointer": pointer, "reason": reason}])


@dataclass(frozen=True)
class Done:
    outcomes: dict[str, Bookmark | Refusal]  # by id, in the order asked for
    has_more: bool  # the query finds more than were looked at


def change(session: Session, user: Principal, wanted: Wanted) -> Done:
    """What is refused as a whole is refused before anything is written."""
    ids, has_more = _ids(session, user, wanted)
    needed = NEEDED.get(wanted["action"])
    if needed and needed not in wanted:
        raise BulkUnclear(f"/{needed}", f"is needed to {wanted['action']}")
    action = _ACTIONS[wanted["action"]]
    return Done(action(session, user, ids, wanted), has_more)


def _ids(session: Session, user: Principal, wanted: Wanted) -> tuple[list[str], bool]:
    if ("ids" in wanted) == ("query" in wanted):
        raise BulkUnclear("", "name one of ids and query")
    if "ids" in wanted:
        return list(dict.fromkeys(wanted["ids"])), False
    found = Search(within(session), user, wanted["query"], pointer="/query").newest(MOST + 1)
    return found[:MOST], len(found) > MOST


def _live(session: Session, user: Principal, ids: Sequence[str]) -> dict[str, Bookmark | Refusal]:
    """One's own, locked; of the others, why not."""
    query = (
        select(Bookmark)
        .where(Bookmark.id.in_(ids), visibility.is_mine_or_shared(user))
        .order_by(Bookmark.id)
        .with_for_update(of=Bookmark)
    )
    found = {each.id: each for each in session.scalars(query)}
    return {id: _own(user, found.get(id)) for id in ids}


def _own(user: Principal, bookmark: Bookmark | None) -> Bookmark | Refusal:
    if bookmark is None:
        return NotFound()
    return bookmark if bookmark.user_id == user.user_id else OnlyShared()


def _bookmarks(outcomes: Mapping[str, Bookmark | Refusal]) -> list[Bookmark]:
    return [each for each in outcomes.values() if isinstance(each, Bookmark)]


def _tag(session: Session, user: Principal, ids: Sequence[str], wanted: Wanted) -> Any:
    outcomes = _live(session, user, ids)
    tags = filing.require_tags(session, user, wanted["tag_ids"])
    has = _links(session, _bookmarks(outcomes), BookmarkTag.tag_id)
    _link(session, user, outcomes, {id: has[id] | tags for id in has}, has, BookmarkTag.tag_id)
    return outcomes


def _untag(session: Session, user: Principal, ids: Sequence[str], wanted: Wanted) -> Any:
    outcomes = _live(session, user, ids)
    tags = filing.require_tags(session, user, wanted["tag_ids"])
    has = _links(session, _bookmarks(outcomes), BookmarkTag.tag_id)
    _link(session, user, outcomes, {id: has[id] - tags for id in has}, has, BookmarkTag.tag_id)
    return outcomes


def _move(session: Session, user: Principal, ids: Sequence[str], wanted: Wanted) -> Any:
    """Into exactly these folders."""
    outcomes = _live(session, user, ids)
    folders = filing.require_folders(session, user, wanted["folder_ids"])
    has = _links(session, _bookmarks(outcomes), BookmarkFolder.folder_id)
    _link(session, user, outcomes, dict.fromkeys(has, folders), has, BookmarkFolder.folder_id)
    return outcomes


def _pin(session: Session, user: Principal, ids: Sequence[str], wanted: Wanted) -> Any:
    outcomes, pinned = _live(session, user, ids), wanted["action"] == "pin"
    changed = [each for each in _bookmarks(outcomes) if each.pinned != pinned]
    revisions.keep(session, user, *changed)
    for bookmark in changed:
        bookmark.pinned = pinned
    _index(session, changed)
    return outcomes


def _share(session: Session, user: Principal, ids: Sequence[str], wanted: Wanted) -> Any:
    outcomes = _live(session, user, ids)
    sharing.give_all(session, user, _bookmarks(outcomes), wanted)
    return outcomes


def _delete(session: Session, user: Principal, ids: Sequence[str], _: Wanted) -> Any:
    outcomes = _live(session, user, ids)
    bookmarks.trash(session, user, *_bookmarks(outcomes))
    return outcomes


def _restore(session: Session, user: Principal, ids: Sequence[str], _: Wanted) -> Any:
    """All that lie in the trash, or none where the plan has no room for all."""
    lies_there = trash.is_own_bookmark(user) & Bookmark.id.in_(ids)
    organization = session.get_one(Organization, access.current_organization_id(user))
    count = session.scalars(select(func.count()).select_from(Bookmark).where(lies_there)).one()
    refused: Refusal | None = None
    try:
        quota.require_room(session, organization, count)  # locks the organization before them
    except BookmarkLimitReached as full:
        refused = full
    query = select(Bookmark).where(lies_there).order_by(Bookmark.id).with_for_update()
    found = {each.id: each for each in session.scalars(query)}
    outcomes = _live(session, user, ids)
    if refused is None:
        revisions.keep(session, user, *found.values())
        for bookmark in found.values():
            bookmark.deleted_at = None
        tag_counts.follow(session, user, found.values(), 1)
        quota.grow(session, organization.id, user.user_id, len(found))
    return outcomes | {id: refused or bookmark for id, bookmark in found.items()}


_ACTIONS = {
    "tag": _tag,
    "untag": _untag,
    "move": _move,
    "pin": _pin,
    "unpin": _pin,
    "share": _share,
    "delete": _delete,
    "restore": _restore,
}


def _links(session: Session, changed: Sequence[Bookmark], other: Any) -> dict[str, set[str]]:
    """What each bookmark has now."""
    has: dict[str, set[str]] = {each.id: set() for each in changed}
    link = other.class_
    query = select(link.bookmark_id, other).where(
        link.organization_id.in_({each.organization_id for each in changed}),
        link.bookmark_id.in_(has),
    )
    for bookmark_id, other_id in session.execute(query):
        has[bookmark_id].add(other_id)
    return has


def _link(
    session: Session,
    user: Principal,
    outcomes: Mapping[str, Bookmark | Refusal],
    wanted: Mapping[str, set[str]],
    has: Mapping[str, set[str]],
    other: Any,
) -> None:
    changed = [each for each in _bookmarks(outcomes) if wanted[each.id] != has[each.id]]
    revisions.keep(session, user, *changed)
    session.flush()
    link = other.class_
    gone = set().union(*(has[each.id] - wanted[each.id] for each in changed))
    if gone:
        here = link.bookmark_id.in_([each.id for each in changed])
        own = link.organization_id == access.current_organization_id(user)
        session.execute(delete(link).where(own, here, other.in_(gone)))
    rows = [
        _row(bookmark, other, other_id)
        for bookmark in changed
        for other_id in sorted(wanted[bookmark.id] - has[bookmark.id])
    ]
    if rows:
        session.execute(insert(link.__table__), rows)
    if link is BookmarkTag:
        by = Counter(row["tag_id"] for row in rows)
        by.subtract(tag_id for each in changed for tag_id in has[each.id] - wanted[each.id])
        tag_counts.change(session, access.current_organization_id(user), by)
    _index(session, changed)


def _row(bookmark: Bookmark, other: Any, other_id: str) -> dict[str, Any]:
    return {
        "organization_id": bookmark.organization_id,
        "bookmark_id": bookmark.id,
        "bookmark_created_at": bookmark.created_at,
        other.key: other_id,
    }


def _index(session: Session, changed: Sequence[Bookmark]) -> None:
    if changed:
        search_words.put(session, changed[0].organization_id, [each.id for each in changed])
