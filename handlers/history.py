"""Tag: History."""

from typing import Any

from db import reading, transaction
from domain import restoring
from domain.bookmarks import bookmark_views
from domain.folders import folder_views
from domain.history import history, trash
from handlers import etags, library_shapes
from security.principal import Principal

Json = dict[str, Any]


def list_bookmark_versions(
    id: str, user: Principal, limit: int, cursor: int | None = None
) -> etags.Answer:
    with reading() as session:
        bookmark = history.bookmark_with(session, user, id)
        versions, after = history.page(session, bookmark, cursor, limit)
        is_owner = bookmark.user_id == user.user_id
        items = [library_shapes.bookmark_version(each, is_owner) for each in versions]
    return etags.answer({"items": items, "next_cursor": after})


def restore_bookmark(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        bookmark = restoring.bookmark(session, user, id, body.get("version"))
        shown = library_shapes.bookmark(bookmark_views.shown(session, user, bookmark))
        return etags.answer(shown, bookmark.version)


def list_folder_versions(
    id: str, user: Principal, limit: int, cursor: int | None = None
) -> etags.Answer:
    with reading() as session:
        folder = history.folder_with(session, user, id)
        versions, after = history.page(session, folder, cursor, limit)
    return etags.answer(
        {"items": [library_shapes.folder_version(each) for each in versions], "next_cursor": after}
    )


def restore_folder(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        folder = restoring.folder(session, user, id, body.get("version"))
        shown = library_shapes.folder(folder_views.shown(session, user, folder))
        return etags.answer(shown, folder.version)


def list_trash(user: Principal, limit: int, cursor: str | None = None) -> etags.Answer:
    with reading() as session:
        rows, after = trash.page(session, user, cursor, limit)
    return etags.answer(
        {"items": [library_shapes.trash_item(row) for row in rows], "next_cursor": after}
    )


def empty_trash(user: Principal) -> Json:
    with transaction() as session:
        bookmarks, folders = trash.empty(session, user)
    return {"bookmarks": bookmarks, "folders": folders}


def purge_deleted(id: str, user: Principal) -> Json:
    with transaction() as session:
        trash.purge(session, user, id)
    return {"message": "Deleted for good"}
