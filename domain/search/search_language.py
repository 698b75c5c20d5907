"""The language of a search: what docs/search.md tells, taken apart."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.search.search_words import without_scheme, words
from errors import Invalid

MOST_TERMS = 20
STATES = ("pinned", "shared")
_DATE = re.compile(r"\d{4}(-\d\d)?(-\d\d)?", re.ASCII)
_VALUE = r'(?:"(?P<{0}phrase>[^"]*)"?|(?P<{0}word>{1}))'
_TERM = re.compile(
    r"(?P<minus>-?)(?P<field>tag|folder|is|slug|url|before|after):"
    + _VALUE.format("field_", r"\S*")
    + r"|(?P<text_minus>-?)"
    + _VALUE.format("", r"\S+"),
    re.IGNORECASE,
)
_CURLED = str.maketrans("“”„«»", '"""""')  # as telephones and word processors write them


class SearchInvalid(Invalid):
    code = "SEARCH_INVALID"
    error = "This search cannot be understood."
    message = "`details` says which term; docs/search.md tells the language."

    def __init__(self, reason: str, pointer: str) -> None:
        super().__init__(details=[{"pointer": pointer, "reason": reason}])


@dataclass(frozen=True)
class Term:
    field: str  # `text`, or one of those that are written before a colon
    value: str
    is_exact: bool = False  # it stood in quotation marks
    is_not: bool = False

    @property
    def words(self) -> list[str]:
        return words(without_scheme(self.value))

    @property
    def moment(self) -> datetime:
        """When the day, the month or the year begins."""
        return datetime.fromisoformat((self.value + "-01-01")[:10]).replace(tzinfo=UTC)


def parse(query: str, pointer: str = "/query/q") -> list[Term]:
    """A quotation mark that is missing at the end is read as if it stood there."""
    found = [_term(each) for each in _TERM.finditer(query.translate(_CURLED))]
    terms = [term for term in found if term.field != "text" or term.words]
    if len(terms) > MOST_TERMS:
        raise SearchInvalid(f"has more than {MOST_TERMS} terms", pointer)
    for term in terms:
        if nonsense := _nonsense(term):
            raise SearchInvalid(nonsense, pointer)
    return [_affirmed(term) for term in terms]


def _term(found: re.Match[str]) -> Term:
    field = (found["field"] or "text").lower()
    minus, phrase, word = (
        (found["minus"], found["field_phrase"], found["field_word"])
        if found["field"]
        else (found["text_minus"], found["phrase"], found["word"])
    )
    return Term(field, word if phrase is None else phrase, phrase is not None, bool(minus))


def _affirmed(term: Term) -> Term:
    """Not before a day is after it has begun."""
    other = {"before": "after", "after": "before"}
    if term.is_not and term.field in other:
        return replace(term, field=other[term.field], is_not=False)
    return term


def _nonsense(term: Term) -> str | None:
    if not term.value.strip():
        return f"nothing stands after {term.field}:"
    if term.field == "is" and term.value.lower() not in STATES:
        return f"is: takes {' or '.join(STATES)}"
    if term.field in ("slug", "url") and not term.words:
        return f"no letter or digit stands after {term.field}:"
    if term.field in ("before", "after") and not _is_date(term):
        return f"{term.field}: takes a date such as 2026-11-24, 2026-11 or 2026"
    return None


def _is_date(term: Term) -> bool:
    try:
        return _DATE.fullmatch(term.value) is not None and term.moment is not None
    except ValueError:
        return False
