"""What the terms of a search ask of the index."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain import search_words
from domain.search_language import Term
from domain.search_matches import Match, Part, Places, Words
from domain.search_names import Names

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


def match(names: Names, terms: Sequence[Term]) -> Match | None:
    """None where nothing can be found."""
    every: list[Part] = [Places(names.visible())]
    none: list[Part] = []
    for term in terms:
        part, is_not = _part(names, term), term.is_not
        if term.field == "is" and term.value.lower() == "shared":
            is_not = not is_not  # the word in the index is for one's own
        if part.words:
            (none if is_not else every).append(part)
        elif not is_not:
            return None
    return Match(every, none) if terms else None


def span(terms: Sequence[Term]) -> tuple[datetime, datetime]:
    """From when on, and before when: the index knows months only."""
    since = max((term.moment for term in terms if term.field == "after"), default=BEGINNING)
    until = min((term.moment for term in terms if term.field == "before"), default=END)
    return since, until


def _part(names: Names, term: Term) -> Part:
    match term.field:
        case "text":
            return Words(term.words, is_exact=term.is_exact)
        case "url":
            return Words(term.words, "address", term.is_exact)
        case "slug":
            return Places([search_words.slug(term.value)], term.is_exact)
        case "tag":
            return Places(names.tags_called(term.value))
        case "folder":
            return Places(names.folders_called(term.value))
        case "is":
            is_pinned = term.value.lower() == "pinned"
            return Places([search_words.PINNED if is_pinned else names.owner])
        case "before":
            return Places(_until(term.moment))
        case _:
            return Places(_since(term.moment))


def _until(moment: datetime) -> list[str]:
    """The years before, and the months of this one."""
    first, last = search_words.YEARS[0], search_words.YEARS[-1]
    years = range(first, min(max(moment.year, first + 1), last + 1))
    months = range(1, moment.month + 1)
    return [
        *map(search_words.year, years),
        *(search_words.month(moment.year, each) for each in months),
    ]


def _since(moment: datetime) -> list[str]:
    last = search_words.YEARS[-1]
    years = range(min(moment.year + 1, last), last + 1)
    months = range(moment.month, 13)
    return [
        *map(search_words.year, years),
        *(search_words.month(moment.year, each) for each in months),
    ]
