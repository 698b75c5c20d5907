"""How the library looks on the wire: one function for each schema that shows a row of it."""

from typing import Any

from domain.bookmark_views import View
from domain.grantees import Grantees
from handlers import shapes
from models.bookmark import NEVER

Json = dict[str, Any]


def bookmark(view: View) -> Json:
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
        "last_accessed_at": None
        if row.last_accessed_at == NEVER
        else shapes.time(row.last_accessed_at),
        "created_at": shapes.time(row.created_at),
        "updated_at": shapes.time(row.updated_at),
        "version": row.version,
        "bookmark_type": "own" if view.is_own else "shared",
        "tags": [bookmark_tag(tag) for tag in view.tags],
        "folders": [bookmark_folder(folder, shared) for folder, shared in view.folders],
        **grantees(view.grantees),
        **({} if view.is_own else {"user_name": row.user_name, "user_email": row.user_email}),
    }


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
