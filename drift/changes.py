"""What changed, for whom, and the sentence that says so."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MOST_NAMED = 3


class Level(StrEnum):
    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """`whom` says who notices, and how; only what breaks somebody needs it."""

    level: Level
    what: str
    whom: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    level: Level
    sentence: str


def added(what: str) -> Change:
    return Change(Level.ADDED, what)


def compatible(what: str) -> Change:
    return Change(Level.COMPATIBLE, what)


def breaking(what: str, whom: str) -> Change:
    return Change(Level.BREAKING, what, whom)


def told(found: Iterable[tuple[str, Change]]) -> list[Told]:
    """One sentence for each change, however many operations it is met in."""
    met: dict[Change, list[str]] = defaultdict(list)
    for where, change in found:
        if where not in met[change]:
            met[change].append(where)
    return [Told(change.level, _sentence(where, change)) for change, where in met.items()]


def _sentence(where: list[str], change: Change) -> str:
    more = len(where) - MOST_NAMED
    named = ", ".join(where[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{named}: {change.what}" + (f"; {change.whom}." if change.whom else ".")
