"""Tag: Dashboard."""

from typing import Any

from db import quick
from domain import dashboard
from domain.bookmarks.bookmark_views import View
from domain.bookmarks.bookmarks import summary
from handlers import etags, library_shapes, shapes
from security.principal import Principal

Json = dict[str, Any]


def get_dashboard_stats(user: Principal) -> etags.Answer:
    with quick() as read:
        return etags.answer(_dashboard_stats(dashboard.stats(read, user)))


def _recent_bookmark(view: View) -> Json:
    row = view.bookmark
    return {
        "id": row.id,
        "title": row.title,
        "url": row.url,
        "created_at": shapes.time(row.created_at),
        "last_accessed_at": library_shapes.time_unless_never(row.last_accessed_at),
        "folder_names": [folder.name for folder, _ in view.folders],
        "tag_names": [tag.name for tag in view.tags[:3]],
    }


def _dashboard_stats(stats: dashboard.Stats) -> Json:
    limited = stats.includes.bookmark_limit is not None
    return {
        "totalBookmarks": stats.own,
        "totalFolders": stats.folders,
        "totalTags": stats.tags,
        "sharedBookmarks": stats.shared,
        "sharedFolders": stats.shared_folders,
        "recentBookmarks": [_recent_bookmark(view) for view in stats.recent],
        "topTags": [
            {"id": tag.id, "name": tag.name, "bookmark_count": tag.bookmarks}
            for tag in stats.top_tags
        ],
        "quickAccessBookmarks": [summary(row) for row in stats.quick],
        "pinnedBookmarks": [summary(view.bookmark) for view in stats.pinned],
        "plan": stats.plan,
        "bookmarkLimit": stats.includes.bookmark_limit,
        "canShareWithTeams": stats.includes.has_teams,
        **({"tenantBookmarkCount": stats.all_bookmarks} if limited else {}),
    }
