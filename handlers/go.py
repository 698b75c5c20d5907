"""Tag: Go."""

from typing import Any
from urllib.parse import unquote

from starlette.responses import Response

import config
from db import quick, reading, short_read, transaction
from domain.bookmarks import aliases, targets
from domain.go import golinks, near_slugs, preferences
from domain.go.clicks import KEPT
from domain.go.golinks import Link
from domain.sharing import library
from handlers import etags, go_shapes
from pages import rendering
from security import caller, csrf
from security.principal import Principal

Json = dict[str, Any]
Redirect = tuple[None, int, dict[str, str]]

MOST_SUGGESTED = 10


@short_read
def follow_typed_link(q: str, user: Principal) -> Redirect:
    return _redirect(_found(user, golinks.asked_for(q.strip())))


@short_read
def follow_link(slug: str, user: Principal) -> Redirect:
    return _redirect(_found(user, golinks.asked_for(slug)), caller.query())


@short_read
def follow_link_with_arguments(slug: str, arguments: str, user: Principal) -> Redirect:
    return _redirect(_found(user, golinks.asked_for(slug, _decoded(arguments))), caller.query())


def preview_link(slug: str, user: Principal) -> Any:
    return _preview(_found(user, golinks.asked_for(slug)))


def preview_link_with_arguments(slug: str, arguments: str, user: Principal) -> Any:
    return _preview(_found(user, golinks.asked_for(slug, _decoded(arguments))))


def remember_link(slug: str, bookmarkId: str, user: Principal) -> Redirect:
    csrf.require_own_page(caller.header("authorization"), caller.header("sec-fetch-site"))
    with transaction() as session:
        chosen = preferences.choose(session, user, slug, bookmarkId)
        link = Link(chosen.organization_id, chosen.id, chosen.title, chosen.url, slug, ())
        return _redirect(link)


def get_opensearch_description() -> Response:
    described = rendering.filled("opensearch.xml", public_url=config.settings().public_url)
    return Response(described, media_type="application/opensearchdescription+xml")


def suggest_links(q: str, user: Principal) -> tuple[list[Any], int, dict[str, str]]:
    with reading() as session:
        found = near_slugs.beginning(session, user, q, MOST_SUGGESTED)
    suggested = go_shapes.suggestions(q, found, config.settings().public_url)
    return suggested, 200, {"Content-Type": "application/x-suggestions+json"}


def list_go_preferences(user: Principal) -> etags.Answer:
    with reading() as session:
        rows = preferences.of(session, user)
    return etags.answer([go_shapes.preference(row, user.user_id) for row in rows])


def set_go_preference(body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        preferences.choose(session, user, body["slug"], body["bookmark_id"])
        return {"slug": body["slug"], "bookmark_id": body["bookmark_id"]}, 201


def delete_go_preference(slug: str, user: Principal) -> tuple[None, int]:
    with transaction() as session:
        preferences.forget(session, user, slug)
    return None, 204


def list_aliases(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        rows = aliases.of(session, library.bookmark_to_read(session, user, id))
        return etags.answer([go_shapes.bookmark_alias(row) for row in rows])


def add_alias(id: str, body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        bookmark = library.bookmark_to_change(session, user, id)
        return go_shapes.bookmark_alias(aliases.add(session, bookmark, body["slug"])), 201


def delete_alias(id: str, slug: str, user: Principal) -> tuple[None, int]:
    with transaction() as session:
        aliases.remove(session, library.bookmark_to_change(session, user, id), slug)
    return None, 204


def _decoded(arguments: str) -> list[str]:
    return [unquote(segment) for segment in arguments.split("/")]


def _found(user: Principal, asked: list[str]) -> Link:
    with quick() as read:
        link = golinks.find(read, user, asked)
    if link is not None:
        return link
    with reading() as session:
        nearest = near_slugs.nearest(session, user, asked)
    raise golinks.LinkNotFound(
        slug="/".join(asked), nearest=[go_shapes.near_link(row) for row in nearest]
    )


def _redirect(link: Link, query: str = "") -> Redirect:
    location = targets.filled(link.url, link.slug, link.arguments, query)
    if caller.method() != "HEAD":
        KEPT.add(link.organization_id, link.bookmark_id)
    return None, 302, {"Location": location}


def _preview(link: Link) -> Any:
    shown = go_shapes.link_preview(link, caller.query())
    if rendering.is_wanted(caller.header("accept")):
        return Response(rendering.page("preview", link=shown), headers=rendering.HEADERS)
    return etags.answer(shown)
