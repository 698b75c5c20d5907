"""What the database holds, asked behind the server's back."""

from sqlalchemy import func, select

import db
from models import Bookmark, BookmarkTag, Tag


def rows(statement):
    with db.reading() as session:
        return session.scalars(statement).all()


def wrongly_counted_tags():
    """Whose number of bookmarks is not what one counts."""
    live = (
        select(func.count())
        .select_from(BookmarkTag)
        .join(Bookmark, Bookmark.id == BookmarkTag.bookmark_id)
        .where(BookmarkTag.tag_id == Tag.id, Bookmark.deleted_at.is_(None))
        .scalar_subquery()
    )
    wrong = select(Tag.name, Tag.bookmarks, live).where(Tag.bookmarks != live)
    with db.reading() as session:
        return session.execute(wrong).all()
