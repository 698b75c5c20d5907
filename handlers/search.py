"""Tag: Search."""

from db import quick
from domain.bookmarks import bookmark_views
from domain.search import quick_search
from domain.search.search import Search
from handlers import etags, library_shapes
from security.principal import Principal


def search_bookmarks(
    q: str, user: Principal, limit: int, cursor: str | None = None
) -> etags.Answer:
    with quick() as read:
        page = Search(read, user, q).page(limit, cursor)
        views = bookmark_views.of(read, user, page.ids)
    items = [library_shapes.bookmark(view) for view in views]
    return etags.answer({"items": items, "next_cursor": page.next_cursor})


def suggest_matches(q: str, user: Principal) -> etags.Answer:
    with quick() as read:
        found = quick_search.find(read, user, q)
        views = bookmark_views.of(read, user, found.bookmark_ids)
    return etags.answer(
        [
            *(library_shapes.bookmark_hit(view) for view in views),
            *(library_shapes.folder_hit(row) for row in found.folders),
            *(library_shapes.tag_hit(row) for row in found.tags),
        ]
    )
