"""Tag: Folders."""

from typing import Any

from db import quick, transaction
from domain.folders import folder_views, folders, trees
from domain.paging import Span
from domain.sharing import library
from handlers import etags, library_shapes
from security.principal import Principal

Json = dict[str, Any]


def list_folders(
    user: Principal,
    scope: str,
    sort_by: str,
    offset: int,
    limit: int | None = None,
    cursor: str | None = None,
) -> etags.Answer:
    with quick() as read:
        found = folder_views.listed(read, user, scope, sort_by, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, library_shapes.folder))


def get_folder_tree(user: Principal) -> etags.Answer:
    with quick() as read:
        nodes = folder_views.tree(read, user)
    return etags.answer({"items": [library_shapes.folder_node(node) for node in nodes]})


def create_folder(body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        trees.lock(session, user)
        folder = folders.create(session, user, body)
        shown = library_shapes.folder(folder_views.shown(session, user, folder))
        headers = {"Location": f"/api/folders/{folder.id}"}
        return etags.answer(shown, folder.version, 201, headers)


def get_folder(id: str, user: Principal) -> etags.Answer:
    with quick() as read:
        view = folder_views.one(read, user, id)
    return etags.answer(library_shapes.folder(view), view.folder.version)


def update_folder(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        folder = library.folder_to_change(session, user, id)
        etags.require_match(folder.version)
        folders.change(session, user, folder, body)
        shown = library_shapes.folder(folder_views.shown(session, user, folder))
        return etags.answer(shown, folder.version)


def move_folder(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        trees.lock(session, user)
        folder = library.folder_to_change(session, user, id)
        etags.require_match(folder.version)
        folders.move(session, user, folder, body["parent_id"], body.get("position"))
        shown = library_shapes.folder(folder_views.shown(session, user, folder))
        return etags.answer(shown, folder.version)


def delete_folder(id: str, user: Principal) -> Json:
    with transaction() as session:
        trees.lock(session, user)
        folder = library.folder_to_own(session, user, id)
        etags.require_match(folder.version)
        folders.trash(session, user, folder)
    return {"message": "Folder deleted"}
