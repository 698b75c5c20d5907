"""What the full-text index is asked, in the words of either database.

Only words of our own tokenizer stand in it, so nothing in it can be taken for an operator.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# The weights of the columns on PostgreSQL: title, address, notes.
_WEIGHTS = {"text": "ABC", "address": "B"}
NOWHERE = "nowhere"  # a word that stands in no place
_COLUMNS = {"text": "{title address notes}", "address": "{address}"}


@dataclass(frozen=True)
class Words:
    """One after the other in one column; of the last one only the beginning, unless `is_exact`."""

    words: Sequence[str]
    column: str = "text"
    is_exact: bool = False


@dataclass(frozen=True)
class Places:
    """At least one of these words stands in `places`."""

    words: Sequence[str]
    is_exact: bool = True


Part = Words | Places


@dataclass(frozen=True)
class Match:
    """In what the owner has, and in what these places show: all of the parts, and none of those."""

    owner: str | None
    shared: Sequence[str]
    every: Sequence[Part]
    none: Sequence[Part]

    def values(self, database: str) -> dict[str, str]:
        """What the statement of this database takes."""
        if database == "sqlite":
            return {"match": self.fts5([self.owner, *self.shared] if self.owner else self.shared)}
        return {
            "owner": self.owner or "",
            "own": self.tsquery([self.owner] if self.owner else []),
            "shared": self.tsquery(self.shared),
        }

    def fts5(self, places: Sequence[str]) -> str:
        found = " AND ".join(map(_fts5, [Places(places or [NOWHERE]), *self.every]))
        if not self.none:
            return found
        return f"({found}) NOT ({' OR '.join(map(_fts5, self.none))})"

    def tsquery(self, places: Sequence[str]) -> str:
        found = map(_tsquery, [Places(places or [NOWHERE]), *self.every])
        return " & ".join([*found, *(f"!({_tsquery(each)})" for each in self.none)])


def _fts5(part: Part) -> str:
    star = "" if part.is_exact else " *"
    if isinstance(part, Words):
        return f'{_COLUMNS[part.column]} : "{" ".join(part.words)}"{star}'
    words = " OR ".join(f'"{word}"{star}' for word in part.words)
    return f"{{places}} : ({words})"


def _tsquery(part: Part) -> str:
    star = "" if part.is_exact else "*"
    if isinstance(part, Places):
        return _any(f"{word}:{star}D" for word in part.words)
    weights = _WEIGHTS[part.column]
    if len(part.words) == 1:
        return f"{part.words[0]}:{star}{weights}"
    *first, last = part.words
    # A phrase lies in one column, though its words are numbered through all of them.
    return _any(
        " <-> ".join([*(f"{word}:{weight}" for word in first), f"{last}:{star}{weight}"])
        for weight in weights
    )


def _any(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"
