"""How one schema differs from another in what it allows, keyword by keyword."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract.spec import Json, resolve

ALL = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
UPPER = ("maximum", "maxItems", "maxLength", "maxProperties")
LOWER = ("minimum", "minItems", "minLength", "minProperties")
STATED = (
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "multipleOf",
    "not",
    "pattern",
    "uniqueItems",
)
INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Fact:
    """A schema that allows less breaks those who send, one that allows more those who read."""

    what: str
    allows_less: bool
    allows_more: bool
    sender: str
    reader: str


def whole(spec: Json, node: Json) -> Json:
    """The schema a node stands for, with `allOf` folded in."""
    node = resolve(spec, node)
    if "allOf" not in node:
        return node
    parts = [whole(spec, part) for part in node["allOf"]]
    folded = {key: value for key, value in node.items() if key != "allOf"}
    for part in parts:
        for key, value in part.items():
            folded[key] = _both(key, folded[key], value) if key in folded else value
    return folded


def _both(key: str, one: Any, other: Any) -> Any:
    if key == "properties":
        return {**other, **one}
    if key == "required":
        return list(dict.fromkeys((*one, *other)))
    if key == "enum":
        return [value for value in one if value in other]
    if key in UPPER:
        return min(one, other)
    return max(one, other) if key in LOWER else one


def kinds(schema: Json) -> frozenset[str]:
    """The JSON types a schema allows. Every integer is a number too."""
    kind = schema.get("type")
    if kind is None:
        return ALL
    null = {"null"} if schema.get("nullable") else set()
    return frozenset({kind, *null, *({"integer"} if kind == "number" else ())})


def are_alike(old: Json, new: Json) -> bool:
    """Of one type, so that what is inside can be compared at all."""
    return kinds(old) ^ kinds(new) <= {"null"}


def facts(old: Json, new: Json) -> Iterator[Fact]:
    """Everything but enums and what is inside."""
    if kinds(old) != kinds(new):
        yield _kinds(old, new)
    if are_alike(old, new):
        for key in UPPER:
            yield from _bound(key, old.get(key, INFINITE), new.get(key, INFINITE), 1)
        for key in LOWER:
            yield from _bound(key, old.get(key, -INFINITE), new.get(key, -INFINITE), -1)
        for key in STATED:
            yield from _stated(key, old.get(key), new.get(key))


def _kinds(old: Json, new: Json) -> Fact:
    lost, gained = kinds(old) - kinds(new), kinds(new) - kinds(old)
    if lost | gained == {"null"}:
        what = "may be null" if gained else "may no longer be null"
        return Fact(what, bool(lost), bool(gained), _sending("null"), "callers that read it fail")
    return Fact(
        f"is {_kind(new)} instead of {_kind(old)}",
        bool(lost),
        bool(gained),
        _sending(_kind(old)),
        f"callers that expect {_kind(old)} fail",
    )


def _kind(schema: Json) -> str:
    named = schema.get("type", "of any type")
    return f"{named} or null" if schema.get("nullable") else str(named)


def _bound(key: str, old: float, new: float, direction: int) -> Iterator[Fact]:
    if old != new:
        tighter = new * direction < old * direction
        yield _fact(key, old, new, tighter, not tighter, "more" if direction > 0 else "less")


def _stated(key: str, old: Any, new: Any) -> Iterator[Fact]:
    """What cannot be weighed, only compared: a new one may allow less as well as more."""
    if old != new:
        yield _fact(key, old, new, bool(new), bool(old), "anything else")


def _fact(key: str, old: Any, new: Any, allows_less: bool, allows_more: bool, refused: str) -> Fact:
    return Fact(
        f"has {key} {_shown(new)} instead of {_shown(old)}",
        allows_less,
        allows_more,
        _sending(refused),
        f"callers that rely on {key} {_shown(old)} fail",
    )


def _shown(value: Any) -> str:
    return "none" if value in (None, False, INFINITE, -INFINITE) else f"`{value}`"


def _sending(what: str) -> str:
    return f"callers that send {what}"
