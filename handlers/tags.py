"""Tag: Tags."""

from typing import Any

from db import quick, transaction
from domain.folders import tags
from domain.paging import Span
from domain.sharing import library
from handlers import etags, library_shapes
from security.principal import Principal

Json = dict[str, Any]


def list_tags(
    user: Principal,
    sort_by: str,
    offset: int,
    limit: int | None = None,
    cursor: str | None = None,
) -> etags.Answer:
    with quick() as read:
        found = tags.listed(read, user, sort_by, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, library_shapes.tag))


def create_tag(body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        tag = tags.create(session, user, body["name"])
        headers = {"Location": f"/api/tags/{tag.id}"}
        return etags.answer(library_shapes.tag(tag), tag.version, 201, headers)


def get_tag(id: str, user: Principal) -> etags.Answer:
    with quick() as read:
        row = tags.one(read, user, id)
    return etags.answer(library_shapes.tag(row), row.version)


def update_tag(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        tag = library.tag_to_own(session, user, id)
        etags.require_match(tag.version)
        tags.rename(session, tag, body["name"])
        return etags.answer(library_shapes.tag(tag), tag.version)


def merge_tags(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        tag, merged = tags.to_merge(session, user, id, body["tag_ids"])
        etags.require_match(tag.version)
        tags.merge(session, tag, merged)
        return etags.answer(library_shapes.tag(tag), tag.version)


def delete_tag(id: str, user: Principal) -> Json:
    with transaction() as session:
        tag = library.tag_to_own(session, user, id)
        etags.require_match(tag.version)
        session.delete(tag)
    return {"message": "Tag deleted"}
