"""Tag: Bookmarks."""

from typing import Any

from db import quick, transaction
from domain.bookmarks import bookmark_lists, bookmark_views, bookmarks, duplicates
from domain.bookmarks.bookmark_lists import Wanted
from domain.go import clicks
from domain.sharing import library
from handlers import etags, library_shapes
from security.principal import Principal

Json = dict[str, Any]


def list_bookmarks(
    user: Principal,
    scope: str,
    sort_by: str,
    pinned: bool,
    limit: int,
    offset: int,
    folder_id: str | None = None,
    tag_id: list[str] | None = None,
    q: str = "",
    cursor: str | None = None,
) -> etags.Answer:
    wanted = Wanted(scope, sort_by, folder_id, tag_id or (), pinned, q)
    with quick() as read:
        page = bookmark_lists.page(read, user, wanted, limit, offset, cursor)
        views = bookmark_views.of(read, user, page.ids)
    return etags.answer(
        {
            "items": [library_shapes.bookmark(view) for view in views],
            "total": page.total,
            "total_is_exact": page.total_is_exact,
            "hasMore": page.next_cursor is not None,
            "next_cursor": page.next_cursor,
        }
    )


def list_bookmark_ids(
    user: Principal,
    scope: str,
    sort_by: str,
    pinned: bool,
    folder_id: str | None = None,
    tag_id: list[str] | None = None,
    q: str = "",
    cursor: str | None = None,
) -> etags.Answer:
    wanted = Wanted(scope, sort_by, folder_id, tag_id or (), pinned, q)
    with quick() as read:
        ids, next_cursor = bookmark_lists.ids(read, user, wanted, cursor)
    return etags.answer({"ids": ids, "next_cursor": next_cursor})


def lookup_bookmarks(url: str, user: Principal) -> etags.Answer:
    with quick() as read:
        views = bookmark_views.of(read, user, duplicates.visible_ids(read, user, url))
    return etags.answer({"items": [library_shapes.bookmark(view) for view in views]})


def create_bookmark(body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        made = bookmarks.create(session, user, body)
        view = bookmark_views.shown(session, user, made.bookmark)
        shown = {
            **library_shapes.bookmark(view),
            "duplicates": [bookmarks.summary(each) for each in made.duplicates],
        }
        headers = {"Location": f"/api/bookmarks/{made.bookmark.id}"}
        return etags.answer(shown, made.bookmark.version, 201 if made.is_new else 200, headers)


def get_bookmark(id: str, user: Principal) -> etags.Answer:
    with quick() as read:
        view = bookmark_views.one(read, user, id)
    return etags.answer(library_shapes.bookmark(view), view.bookmark.version)


def update_bookmark(id: str, body: Json, user: Principal) -> etags.Answer:
    with transaction() as session:
        bookmark = library.bookmark_to_change(session, user, id)
        etags.require_match(bookmark.version)
        bookmarks.change(session, user, bookmark, body)
        view = bookmark_views.shown(session, user, bookmark)
        return etags.answer(library_shapes.bookmark(view), bookmark.version)


def delete_bookmark(id: str, user: Principal) -> Json:
    with transaction() as session:
        bookmark = library.bookmark_to_own(session, user, id)
        etags.require_match(bookmark.version)
        bookmarks.trash(session, user, bookmark)
    return {"message": "Bookmark deleted"}


def track_bookmark_access(id: str, user: Principal) -> Json:
    with transaction() as session:
        clicks.count_now(session, library.bookmark_to_read(session, user, id))
    return {"success": True}
