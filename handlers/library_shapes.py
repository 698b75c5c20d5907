"""How the library looks on the wire: one function for each schema that shows a row of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from domain.bookmarks import bookmark_views
from domain.cursors import Page
from domain.folders import folder_views
from domain.history.history import Version
from domain.history.trash import KEPT
from domain.sharing.audience import Viewer, Way
from domain.sharing.grantees import Grantees
from handlers import shapes
from models.bookmark import NEVER

Json = dict[str, Any]


def time_unless_never(value: datetime) -> str | None:
    return None if value == NEVER else shapes.time(value)


def bookmark(view: bookmark_views.View) -> Json:
    row = view.bookmark
    return {
        "id": row.id,
        "user_id": row.user_id,
        "tenant_id": row.organization_id,
        "title": row.title,
        "url": row.url,
        "slug": row.slug or "",
        "forwarding_enabled": row.forwarding_enabled,
        "pinned": row.pinned,
        "notes": row.notes,
        "access_count": row.access_count,
        "last_accessed_at": time_unless_never(row.last_accessed_at),
        "created_at": shapes.time(row.created_at),
        "updated_at": shapes.time(row.updated_at),
        "version": row.version,
        "bookmark_type": "own" if view.is_own else "shared",
        "tags": [bookmark_tag(tag) for tag in view.tags],
        "folders": [bookmark_folder(folder, shared) for folder, shared in view.folders],
        **grantees(view.grantees),
        **({} if view.is_own else {"user_name": row.user_name, "user_email": row.user_email}),
    }


def bookmark_hit(view: bookmark_views.View) -> Json:
    row = view.bookmark
    return {
        "id": row.id,
        "type": "bookmark",
        "title": row.title,
        "url": row.url,
        "slug": row.slug or "",
        "forwarding_enabled": row.forwarding_enabled,
    }


def folder_hit(row: Any) -> Json:
    return {"id": row.id, "type": "folder", "title": row.name, "icon": row.icon}


def tag_hit(row: Any) -> Json:
    return {"id": row.id, "type": "tag", "title": row.name}


def bookmark_tag(row: Any) -> Json:
    return {
        "id": row.id,
        "user_id": row.user_id,
        "tenant_id": row.organization_id,
        "name": row.name,
        "created_at": shapes.time(row.created_at),
    }


def bookmark_folder(row: Any, shared: Grantees) -> Json:
    return {"id": row.id, "name": row.name, "icon": row.icon, **grantees(shared)}


def grantees(shared: Grantees) -> Json:
    return {
        "shared_teams": [shapes.team(row) for row in shared.teams],
        "shared_users": [shared_user(row) for row in shared.users],
    }


def shared_user(row: Any) -> Json:
    return {"id": row.id, "name": row.name, "email": row.email}


def folder(view: folder_views.View) -> Json:
    row = view.folder
    return {
        "id": row.id,
        "user_id": row.user_id,
        "tenant_id": row.organization_id,
        "name": row.name,
        "icon": row.icon,
        "parent_id": row.parent_id,
        "position": row.position,
        "folder_count": view.folder_count,
        "bookmark_count": view.bookmark_count,
        "created_at": shapes.time(row.created_at),
        "updated_at": shapes.time(row.updated_at),
        "version": row.version,
        "folder_type": "own" if view.is_own else "shared",
        **grantees(view.grantees),
        **({} if view.is_own else {"user_name": row.user_name, "user_email": row.user_email}),
    }


def folder_node(node: folder_views.Node) -> Json:
    row = node.folder
    return {
        "id": row.id,
        "name": row.name,
        "icon": row.icon,
        "parent_id": row.parent_id,
        "position": row.position,
        "depth": node.depth,
        "bookmark_count": node.bookmark_count,
        "folder_type": "own" if node.is_own else "shared",
    }


def tag(row: Any) -> Json:
    return {
        "id": row.id,
        "user_id": row.user_id,
        "tenant_id": row.organization_id,
        "name": row.name,
        "bookmark_count": row.bookmarks,
        "created_at": shapes.time(row.created_at),
        "version": row.version,
    }


def listed(found: Sequence[Any] | Page, shape: Callable[[Any], Json]) -> Any:
    """An array of all, or an object with a page of them."""
    return page(found, shape) if isinstance(found, Page) else [shape(each) for each in found]


def page(found: Page, shape: Callable[[Any], Json]) -> Json:
    return {
        "items": [shape(each) for each in found.items],
        "total": found.total,
        "next_cursor": found.next_cursor,
    }


def bookmark_version(version: Version, is_owner: bool) -> Json:
    """Which folders and tags it had is the owner's to know."""
    state = {**version.state, "slug": version.state["slug"] or ""}
    changes = version.changes
    if not is_owner:
        hidden = {"folder_ids", "tag_ids"}
        state = {field: value for field, value in state.items() if field not in hidden}
        changes = [field for field in changes if field not in hidden]
    return {**_version(version), "changes": changes, "state": state}


def folder_version(version: Version) -> Json:
    return {**_version(version), "changes": version.changes, "state": version.state}


def _version(version: Version) -> Json:
    by = version.made_by
    return {
        "version": version.number,
        "made_at": shapes.time(version.made_at),
        "made_by": None if by is None else {"id": by.id, "name": by.name},
    }


def trash_item(row: Any) -> Json:
    return {
        "kind": row.kind,
        "id": row.id,
        "title": row.title,
        "deleted_at": shapes.time(row.deleted_at),
        "purged_at": shapes.time(row.deleted_at + KEPT),
    }


def share(row: Any) -> Json:
    """Takes a row of domain.sharing.grantees.shares."""
    return {
        "id": row.id,
        "user": _person_or_null(row.user_id, row.user_name, row.user_email),
        "team": row.team_id and {"id": row.team_id, "name": row.team_name},
        "access": row.access,
        "expires_at": shapes.time_or_null(row.expires_at),
        "created_at": shapes.time(row.created_at),
        "shared_by": _person_or_null(row.shared_by, row.giver_name, row.giver_email),
    }


def _person_or_null(user_id: str | None, name: str, email: str) -> Json | None:
    return None if user_id is None else {"id": user_id, "name": name, "email": email}


def viewer(seen_by: Viewer) -> Json:
    return {
        "user": shared_user(seen_by.person),
        "access": seen_by.access,
        "ways": [_way(each) for each in seen_by.ways],
    }


def _way(way: Way) -> Json:
    return {
        "is_owner": way.share_id is None,
        "share_id": way.share_id,
        "team": way.team and way.team._asdict(),
        "folder": way.folder and way.folder._asdict(),
        "access": way.access,
        "expires_at": shapes.time_or_null(way.expires_at),
    }
