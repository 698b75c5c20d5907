"""Which of the bookmarks that were found comes first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import clock
from domain.search.search_language import Term
from domain.search.search_words import words

# Of each word or phrase the first place that it stands in counts.
WORD_OF_TITLE, BEGINS_IN_TITLE, SLUG, URL, NOTES = 10, 6, 5, 3, 1
WHOLE_TITLE = 10
PINNED = 2
OPENED = ((timedelta(days=7), 2), (timedelta(days=30), 1))


def ranked(rows: Sequence[Any], terms: Sequence[Term]) -> list[tuple[int, int, str]]:
    """Points, number and id of each; among equals the newest comes first."""
    said = [" ".join(term.words) for term in terms if term.field == "text" and not term.is_not]
    now = clock.now()
    found = ((_points(row, said, now), row.number, row.bookmark_id) for row in rows)
    return sorted(found, reverse=True)


def _points(row: Any, said: Sequence[str], now: Any) -> int:
    points = sum(_place(row, each) for each in said)
    if said and " ".join(said) == row.title:
        points += WHOLE_TITLE
    if row.pinned:
        points += PINNED
    ago = now - row.last_accessed_at
    return points + next((more for span, more in OPENED if ago <= span), 0)


def _place(row: Any, said: str) -> int:
    title = f" {row.title} "
    if f" {said} " in title:
        return WORD_OF_TITLE
    beginning = f" {said}"
    if beginning in title:
        return BEGINS_IN_TITLE
    if beginning in f" {row.address}":
        is_slug = row.slug and beginning in f" {' '.join(words(row.slug))}"
        return SLUG if is_slug else URL
    return NOTES
