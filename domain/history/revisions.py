"""Revisions: before a bookmark or a folder is changed, how it was is kept."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, literal, select, tuple_
from sqlalchemy.orm import Session

import clock
from models import Bookmark, BookmarkFolder, BookmarkTag, Folder, Revision
from security.principal import Principal

_BOOKMARK = ("title", "url", "slug", "forwarding_enabled", "pinned", "notes")
_FOLDER = ("name", "icon", "parent_id", "position")


def keep(session: Session, user: Principal, *items: Bookmark | Folder) -> None:
    """Call it before changing the fields, folders or tags of locked rows of one organization.

    The rows then carry the next version, made now by this person.
    """
    session.flush()  # what is kept is what is stored
    bookmarks = [item for item in items if isinstance(item, Bookmark)]
    links = _links(session, bookmarks)
    now = clock.now()
    for item in items:
        session.add(
            Revision(
                organization_id=item.organization_id,
                kind=kind_of(item),
                item_id=item.id,
                version=item.version,
                state=_fields(item) | links.get(item.id, {}),
                made_at=item.updated_at,
                made_by=item.updated_by,
            )
        )
        item.version += 1
        item.updated_at, item.updated_by = now, user.user_id


def state(session: Session, item: Bookmark | Folder) -> dict[str, Any]:
    """How it is now, as it would be kept."""
    links = _links(session, [item]) if isinstance(item, Bookmark) else {}
    return _fields(item) | links.get(item.id, {})


def kind_of(item: Bookmark | Folder) -> str:
    return "bookmark" if isinstance(item, Bookmark) else "folder"


def _fields(item: Bookmark | Folder) -> dict[str, Any]:
    fields = _BOOKMARK if isinstance(item, Bookmark) else _FOLDER
    kept = {field: getattr(item, field) for field in fields}
    return kept | {"deleted": item.deleted_at is not None}


def forget(session: Session, user_id: str) -> None:
    """Of all that a person owns: no foreign key lets them go with it."""
    kept = tuple_(Revision.organization_id, Revision.kind, Revision.item_id)
    for kind, model in (("bookmark", Bookmark), ("folder", Folder)):
        owned = select(model.organization_id, literal(kind), model.id)
        session.execute(
            delete(Revision)
            .where(kept.in_(owned.where(model.user_id == user_id)))
            .execution_options(synchronize_session=False)
        )


def _links(session: Session, bookmarks: Sequence[Bookmark]) -> dict[str, dict[str, list[str]]]:
    if not bookmarks:
        return {}
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"folder_ids": [], "tag_ids": []})
    organization_id, ids = bookmarks[0].organization_id, [each.id for each in bookmarks]
    links: tuple[tuple[str, Any, Any], ...] = (
        ("folder_ids", BookmarkFolder, BookmarkFolder.folder_id),
        ("tag_ids", BookmarkTag, BookmarkTag.tag_id),
    )
    for name, link, other in links:
        query = (
            select(link.bookmark_id, other)
            .where(link.organization_id == organization_id, link.bookmark_id.in_(ids))
            .order_by(other)
        )
        for bookmark_id, other_id in session.execute(query):
            found[bookmark_id][name].append(other_id)
    return {bookmark_id: found[bookmark_id] for bookmark_id in ids}
