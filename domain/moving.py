"""A person's own library, taken along to another organization when they leave one.

Nothing of others goes with it, and what linked the two ends. References between the tables are
checked when the transaction ends (models.base.of_tenant), so that one may follow the other.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from domain.search import search_words
from models import (
    Bookmark,
    BookmarkFolder,
    BookmarkTag,
    Folder,
    FolderAncestor,
    LibrarySize,
    Revision,
    Share,
    Slug,
    SlugPreference,
    Suggestion,
    Tag,
)

Ids = Select[str]
Condition = ColumnElement[bool]
Link = tuple[Any, Condition, Condition]


def take_along(session: Session, user_id: str, here: str, there: str) -> None:
    """In a fixed number of statements. The person has nothing in the other organization yet."""
    session.flush()  # the new organization, and the end of the old membership
    # These first: whoever links to one of them meanwhile waits, or is seen below.
    for owned in (Bookmark, Folder, Tag, LibrarySize, Suggestion):
        _move(session, owned, here, there, owned.user_id == user_id)
    bookmarks, folders, tags = (_ids(owned, user_id, there) for owned in (Bookmark, Folder, Tag))
    is_of_item = or_(
        and_(Revision.kind == "bookmark", Revision.item_id.in_(bookmarks)),
        and_(Revision.kind == "folder", Revision.item_id.in_(folders)),
    )
    _move(session, Revision, here, there, is_of_item)
    _move(session, Slug, here, there, Slug.bookmark_id.in_(bookmarks))
    search_words.move(session, bookmarks, user_id, here, there)
    _move(session, FolderAncestor, here, there, FolderAncestor.descendant_id.in_(folders))
    for link, is_one_end, is_other_end in _links(user_id, bookmarks, folders, tags):
        _move(session, link, here, there, and_(is_one_end, is_other_end))
        _end(session, link, here, or_(is_one_end, is_other_end))
    _end(session, Share, here, or_(Share.bookmark_id.in_(bookmarks), Share.folder_id.in_(folders)))


def _links(user_id: str, bookmarks: Ids, folders: Ids, tags: Ids) -> Iterator[Link]:
    """Each with the conditions that one end of it, and that the other is the person's own."""
    for link, other_end in (
        (BookmarkFolder, BookmarkFolder.folder_id.in_(folders)),
        (BookmarkTag, BookmarkTag.tag_id.in_(tags)),
        (SlugPreference, SlugPreference.user_id == user_id),
    ):
        yield link, link.bookmark_id.in_(bookmarks), other_end


def _move(session: Session, model: Any, here: str, there: str, is_theirs: Condition) -> None:
    session.execute(
        update(model)
        .where(model.organization_id == here, is_theirs)
        .values(organization_id=there)
        .execution_options(synchronize_session=False)
    )


def _end(session: Session, model: Any, here: str, is_theirs: Condition) -> None:
    session.execute(
        delete(model)
        .where(model.organization_id == here, is_theirs)
        .execution_options(synchronize_session=False)
    )


def _ids(model: Any, user_id: str, there: str) -> Ids:
    return select(model.id).where(model.organization_id == there, model.user_id == user_id)
