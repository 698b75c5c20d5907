"""Slugs somebody may have meant, or is about to type.

What is looked at does not grow with the library: slugs one slip of the finger away, which are known
by name, and the neighbours in alphabetical order. So both databases find the same.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from domain import access
from domain.sharing import visibility
from models import Bookmark, Slug
from prepared import AnySelect
from security.principal import Principal

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-_/"
MOST_SHOWN = 5
LONGEST_GUESSED = 24
NEIGHBOURS = 20
MOST_BEGINNING = 1000
# Half of the letters, in order: less is no likeness.
ALIKE = 0.5
BEGINS_ALIKE = 0.75


def nearest(session: Session, user: Principal, asked: Sequence[str]) -> list[Any]:
    """Rows of slug and title, the likeliest first."""
    meant = {text for text in (_plain(asked[0]), _plain("/".join(asked))) if text}
    if not meant:
        return []
    close = union(*(part for text in meant for part in _close(user, text))).subquery()
    rows = session.execute(_visible(user).where(Slug.slug.in_(select(close.c.slug)))).all()
    likeness = {row.slug: max(_likeness(row.slug, text) for text in meant) for row in rows}
    alike = [row for row in rows if likeness[row.slug] >= ALIKE]
    return sorted(alike, key=lambda row: (-likeness[row.slug], row.slug))[:MOST_SHOWN]


def beginning(session: Session, user: Principal, typed: str, most: int) -> list[Any]:
    """Rows of slug and title in alphabetical order.

    Of very many slugs that begin so, only the first are looked at; the next letter changes that.
    """
    start = typed.strip().casefold()
    if not start or not set(start) <= set(ALPHABET):
        return []
    in_order = _of(user).where(_begins(start)).order_by(Slug.folded, Slug.slug)
    first = in_order.limit(MOST_BEGINNING).subquery()
    found = _visible(user).where(Slug.slug.in_(select(first.c.slug)))
    return [*session.execute(found.order_by(Slug.folded, Slug.slug).limit(most))]


def _close(user: Principal, text: str) -> Iterator[Select[str]]:
    yield _of(user).where(Slug.folded.in_({text, *_slips(text)}))
    before = _of(user).where(Slug.folded < text).order_by(Slug.folded.desc(), Slug.slug)
    after = _of(user).where(Slug.folded >= text).order_by(Slug.folded, Slug.slug)
    for neighbours in (before, after):
        few = neighbours.limit(NEIGHBOURS).subquery()
        yield select(few.c.slug)


def _slips(text: str) -> Iterator[str]:
    """One letter left out, doubled, swapped with the next, replaced or added."""
    if len(text) > LONGEST_GUESSED:
        return
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ALPHABET:
            yield before + letter + after
            yield before + letter + after[1:]


def _of(user: Principal) -> Select[str]:
    return select(Slug.slug).where(Slug.organization_id == access.current_organization_id(user))


def _visible(user: Principal) -> AnySelect:
    return (
        select(Slug.slug, Bookmark.title)
        .join(
            Bookmark,
            (Bookmark.organization_id == Slug.organization_id) & (Bookmark.id == Slug.bookmark_id),
        )
        .where(
            Slug.organization_id == access.current_organization_id(user),
            Bookmark.forwarding_enabled,
            visibility.is_mine_or_shared(user),
        )
    )


def _begins(start: str) -> Any:
    """As a range, which an index answers on both databases; `~` comes after all letters."""
    return (Slug.folded >= start) & (Slug.folded < start + "~")


def _plain(text: str) -> str:
    """Without accents and whatever else a slug cannot have."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in bare if letter in ALPHABET).strip("/")[:255]


def _likeness(slug: str, text: str) -> float:
    folded = slug.casefold()
    ratio = SequenceMatcher(None, folded, text).ratio()
    return max(ratio, BEGINS_ALIKE) if folded.startswith(text) else ratio
