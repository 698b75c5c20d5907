"""What the terms of a search ask of the index."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.search import search_words
from domain.search.search_language import Term
from domain.search.search_matches import Match, Part, Places, Words
from domain.search.search_names import Names

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


def match(names: Names, terms: Sequence[Term]) -> Match | None:
    """None where nothing can be found."""
    every: list[Part] = []
    none: list[Part] = []
    for term in terms:
        if _is_whose(term):
            continue
        part = _part(names, term)
        if part.words:
            (none if term.is_not else every).append(part)
        elif not term.is_not:
            return None
    whose = {term.is_not for term in terms if _is_whose(term)}
    owner: str | None = names.owner
    if False in whose:  # one's own may lie in a folder that one shares
        owner = None
        none.append(Places([names.owner]))
    others = None if True in whose else names.shared()
    if not terms or (owner is None and others is None):
        return None
    return Match(owner, others, every, none)


def _is_whose(term: Term) -> bool:
    return term.field == "is" and term.value.lower() == "shared"


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
            return Places([search_words.PINNED])
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
