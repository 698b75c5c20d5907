"""Tag: Sharing."""

from typing import Any

from db import quick, reading, transaction
from domain import members
from domain.paging import Span
from domain.sharing import audience, grantees, library, sharing
from handlers import etags, library_shapes
from security.principal import Principal

Json = dict[str, Any]


def list_users_for_sharing(
    user: Principal, offset: int, limit: int | None = None, cursor: str | None = None
) -> etags.Answer:
    with quick() as read:
        found = members.others(read, user, Span(limit, offset, cursor))
    return etags.answer(library_shapes.listed(found, library_shapes.shared_user))


def list_bookmark_shares(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        rows = grantees.shares(session, library.bookmark_to_read(session, user, id))
    return etags.answer([library_shapes.share(row) for row in rows])


def share_bookmark(id: str, body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        bookmark = library.bookmark_to_own(session, user, id)
        given, is_new = sharing.give(session, user, bookmark, body)
        shown = library_shapes.share(grantees.share(session, bookmark, given.id))
        return shown, 201 if is_new else 200


def end_bookmark_share(id: str, shareId: str, user: Principal) -> Json:
    with transaction() as session:
        sharing.end(session, library.bookmark_to_own(session, user, id), shareId)
    return {"message": "Share ended"}


def get_bookmark_access(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        viewers = audience.of(session, user, library.bookmark_to_read(session, user, id))
    return etags.answer([library_shapes.viewer(viewer) for viewer in viewers])


def list_folder_shares(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        rows = grantees.shares(session, library.folder_to_read(session, user, id))
    return etags.answer([library_shapes.share(row) for row in rows])


def share_folder(id: str, body: Json, user: Principal) -> tuple[Json, int]:
    with transaction() as session:
        folder = library.folder_to_own(session, user, id)
        given, is_new = sharing.give(session, user, folder, body)
        shown = library_shapes.share(grantees.share(session, folder, given.id))
        return shown, 201 if is_new else 200


def end_folder_share(id: str, shareId: str, user: Principal) -> Json:
    with transaction() as session:
        sharing.end(session, library.folder_to_own(session, user, id), shareId)
    return {"message": "Share ended"}


def get_folder_access(id: str, user: Principal) -> etags.Answer:
    with reading() as session:
        viewers = audience.of(session, user, library.folder_to_read(session, user, id))
    return etags.answer([library_shapes.viewer(viewer) for viewer in viewers])
