"""How go-links look on the wire: one function for each schema that shows one."""

from typing import Any

from domain.bookmarks import targets
from domain.go.golinks import Link
from handlers import shapes
from models import Slug

Json = dict[str, Any]


def link_preview(link: Link, query: str) -> Json:
    try:
        location = targets.filled(link.url, link.slug, link.arguments, query)
    except targets.ArgumentMissing:
        location = None
    return {
        "slug": link.slug,
        "bookmark_id": link.bookmark_id,
        "title": link.title,
        "url": link.url,
        "pattern": targets.pattern(link.slug, link.url),
        "arguments": [*link.arguments],
        "location": location,
    }


def near_link(row: Any) -> Json:
    return {"slug": row.slug, "title": row.title}


def suggestions(typed: str, rows: list[Any], public_url: str) -> list[Any]:
    """As the OpenSearch suggestions extension orders them."""
    return [
        typed,
        [row.slug for row in rows],
        [row.title for row in rows],
        [f"{public_url}/go/{row.slug}" for row in rows],
    ]


def preference(row: Any, user_id: str) -> Json:
    owner = row.user_name or row.user_email or "Shared"
    return {
        "slug": row.slug,
        "bookmark_id": row.bookmark_id,
        "title": row.title,
        "url": row.url,
        "workspace": "Personal" if row.user_id == user_id else owner,
        "created_at": shapes.time(row.created_at),
        "updated_at": shapes.time(row.updated_at),
    }


def bookmark_alias(row: Slug) -> Json:
    return {"slug": row.slug, "created_at": shapes.time(row.created_at)}
