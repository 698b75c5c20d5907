"""What the full-text index is asked, in the words of either database.

Only words of our own tokenizer stand in it, so nothing in it can be taken for an operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

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
    endings: Sequence[str] = ()
    """All words that begin as the last one, where they are known."""


@dataclass(frozen=True)
class Places:
    """At least one of these words stands in `places`."""

    words: Sequence[str]
    is_exact: bool = True


Part = Words | Places


@dataclass(frozen=True)
class Match:
    """All of the parts, and none of those: in what the owner has, in these places, and in what is
    shared by itself. `others` is None where nobody else's are meant.
    """

    owner: str | None
    others: Sequence[str] | None
    every: Sequence[Part]
    none: Sequence[Part]

    def has(self, row: Any) -> bool:
        """As the index would say, of one row of bookmark_words."""
        is_there = partial(_stands_in, row)
        return all(map(is_there, self.every)) and not any(map(is_there, self.none))

    def spelled_out(self, endings: Callable[[str], Sequence[str]]) -> "Match":
        """With the words that begin as one of these does, as far as they are told."""

        def spelled(part: Part) -> Part:
            if isinstance(part, Places) or part.is_exact:
                return part
            return replace(part, endings=endings(part.words[-1]))

        every, none = ([spelled(part) for part in parts] for parts in (self.every, self.none))
        return replace(self, every=every, none=none)

    def values(self, database: str) -> dict[str, str]:
        """What the statement of this database takes."""
        others = self.others or ()
        if database == "sqlite":
            return {"match": self.fts5([self.owner, *others] if self.owner else others)}
        return {
            "owner": self.owner or "",
            "own": self.tsquery([self.owner] if self.owner else []),
            "shared": self.tsquery(others),
        }

    def fts5(self, places: Sequence[str]) -> str:
        seen, nowhere = _fts5(Places(places or [NOWHERE])), Places([NOWHERE])
        none = " OR ".join(map(_fts5, self.none or [nowhere]))
        if not self.every:
            return f"{seen} NOT ({none})"
        # NOT keeps the words together: FTS5 then looks at the places only where all words meet.
        return f"{seen} AND (({' AND '.join(map(_fts5, self.every))}) NOT ({none}))"

    def tsquery(self, places: Sequence[str]) -> str:
        found = map(_tsquery, [Places(places or [NOWHERE]), *self.every])
        return " & ".join([*found, *(f"!({_tsquery(each)})" for each in self.none)])


def _stands_in(row: Any, part: Part) -> bool:
    end = " " if part.is_exact else ""
    if isinstance(part, Places):
        return any(f" {word}{end}" in f" {row.places} " for word in part.words)
    said = f" {' '.join(part.words)}{end}"
    columns = _COLUMNS[part.column].strip("{}").split()
    return any(said in f" {getattr(row, name)} " for name in columns)


def _fts5(part: Part) -> str:
    star = "" if part.is_exact else " *"
    if isinstance(part, Words):
        said = [" ".join([*part.words[:-1], ending]) for ending in part.endings]
        phrases = [f'"{each}"' for each in said] or [f'"{" ".join(part.words)}"{star}']
        return f"{_COLUMNS[part.column]} : ({' OR '.join(phrases)})"
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
