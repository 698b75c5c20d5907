"""Which bookmark a go-link means, and what is left of the request as its arguments."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select

import clock
from domain import access
from domain.bookmarks import slugs
from domain.sharing import visibility
from errors import NotFound
from models import Bookmark, Slug, SlugPreference
from prepared import Prepared, Reader
from security.principal import Principal

_NAMES: list[Any] = [bindparam(f"name{number}") for number in range(slugs.MOST_PARTS)]
_BEGINNINGS = [_NAMES[:number] for number in range(slugs.MOST_PARTS + 1)]
_LINKS = (
    select(
        Slug.slug,
        Bookmark.organization_id,
        Bookmark.id,
        Bookmark.title,
        Bookmark.url,
    )
    .join(
        Bookmark,
        and_(
            Bookmark.organization_id == Slug.organization_id,
            Bookmark.id == Slug.bookmark_id,
        ),
    )
    .where(
        Slug.organization_id == bindparam("organization_id"),
        Bookmark.forwarding_enabled,
        visibility.is_mine_or_shared(visibility.whoever_asks()),
    )
    .order_by(func.length(Slug.slug).desc())
    .limit(1)
)
# One statement for each number of names: most requests have one, and it is found soonest.
_AS_WRITTEN = [Prepared(_LINKS.where(Slug.slug.in_(names))) for names in _BEGINNINGS]
# Where several differ only in case, the one this person chose goes first, then the oldest.
_CHOSEN_FIRST = _LINKS.outerjoin(
    SlugPreference,
    and_(
        SlugPreference.organization_id == Slug.organization_id,
        SlugPreference.user_id == bindparam("user_id"),
        SlugPreference.slug == Slug.slug,
        SlugPreference.bookmark_id == Slug.bookmark_id,
    ),
).order_by(SlugPreference.slug.is_(None), Slug.created_at, Slug.bookmark_id)
_FOLDED = [Prepared(_CHOSEN_FIRST.where(Slug.folded.in_(names))) for names in _BEGINNINGS]


class LinkNotFound(NotFound):
    """`slug` is what was asked for, `nearest` are those the person may have meant."""

    error = "There is no go-link of this name."
    message = "See `nearest`, or make a bookmark with this slug and forwarding."

    def __init__(self, slug: str, nearest: list[dict[str, str]]) -> None:
        super().__init__(slug=slug, nearest=nearest)
        self.can_be_made = slugs.is_sound(slug)


class Link(NamedTuple):
    organization_id: str
    bookmark_id: str
    title: str
    url: str
    slug: str
    arguments: tuple[str, ...]


def find(read: Reader, user: Principal, asked: Sequence[str]) -> Link | None:
    """The longest slug that the request begins with; upper and lower case differ only where it
    matters.
    """
    names = _names(asked)
    given = {
        "user_id": user.user_id,
        "organization_id": access.current_organization_id(user),
        "now": clock.now(),
    }
    if not names:
        return None
    row = read.row(_AS_WRITTEN[len(names)], **given, **_numbered(names))
    if row is None:
        folded = [name.casefold() for name in names]
        row = read.row(_FOLDED[len(names)], **given, **_numbered(folded))
        if row is None:
            return None
    left = (*asked[row.slug.count("/") + 1 :],)
    arguments = () if left == ("",) else left  # a slash at the end alone is no argument
    return Link(row.organization_id, row.id, row.title, row.url, row.slug, arguments)


def asked_for(name: str, arguments: Sequence[str] = ()) -> list[str]:
    """The request in parts. What comes from an address bar as one segment has a blank or an encoded
    slash behind the slug: `jira ABC-1`.
    """
    slug, _, more = name.partition(" ")
    return [*slug.split("/"), *(more.split("/") if more else ()), *arguments]


def _names(asked: Sequence[str]) -> list[str]:
    """What the slug can be, from the first part alone to as many as could be one."""
    names: list[str] = []
    for part in asked[: slugs.MOST_PARTS]:
        if not slugs.PART.fullmatch(part):
            break
        names.append(f"{names[-1]}/{part}" if names else part)
    return names


def _numbered(names: Sequence[str]) -> dict[str, str]:
    return {f"name{number}": name for number, name in enumerate(names)}
