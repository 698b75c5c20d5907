"""What a schema finds wrong, as pointers and reasons that never quote what was sent."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import jsonschema_rs

Detail = dict[str, str]
Reason = Callable[[Any], str]

MOST_DETAILS = 20
LONGEST_REASON = 200
LONGEST_POINTER = 200

REASONS: dict[str, Reason] = {
    "type": lambda kind: f"must be {_either(sorted(kind.types))}",
    "enum": lambda kind: f"must be {_either(list(map(_shown, kind.options)))}",
    "format": lambda kind: f"must be a valid {kind.format}",
    "pattern": lambda kind: f"must match {kind.pattern}",
    "minLength": lambda kind: f"must have at least {kind.limit} characters",
    "maxLength": lambda kind: f"must have at most {kind.limit} characters",
    "minimum": lambda kind: f"must be at least {kind.limit}",
    "maximum": lambda kind: f"must be at most {kind.limit}",
    "exclusiveMinimum": lambda kind: f"must be more than {kind.limit}",
    "exclusiveMaximum": lambda kind: f"must be less than {kind.limit}",
    "multipleOf": lambda kind: f"must be a multiple of {kind.multiple_of}",
    "minItems": lambda kind: f"must have at least {kind.limit} items",
    "maxItems": lambda kind: f"must have at most {kind.limit} items",
    "uniqueItems": lambda kind: "must not repeat an item",
    "minProperties": lambda kind: f"must have at least {kind.limit} fields",
    "maxProperties": lambda kind: f"must have at most {kind.limit} fields",
    "falseSchema": lambda kind: "must not have a field",
    "not": lambda kind: "is read-only",
}


def details_of(errors: Iterable[jsonschema_rs.ValidationError], root: str) -> list[Detail]:
    found = (detail for error in errors for detail in _details(error, root))
    unique: dict[tuple[str, str], Detail] = {}
    for detail in islice(found, MOST_DETAILS * 2):
        unique.setdefault((detail["pointer"], detail["reason"]), detail)
    return list(unique.values())[:MOST_DETAILS]


def detail(pointer: str, reason: str) -> Detail:
    return {"pointer": pointer[:LONGEST_POINTER], "reason": reason[:LONGEST_REASON]}


def pointer_to(root: str, *path: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join((root, *(f"/{_escaped(str(step))}" for step in path)))


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _details(error: jsonschema_rs.ValidationError, root: str) -> Iterator[Detail]:
    here = pointer_to(root, *error.instance_path)
    kind: Any = error.kind
    if kind.name == "required":
        yield detail(pointer_to(here, kind.property), "is required")
    elif kind.name == "additionalProperties":
        for name in kind.unexpected:
            yield detail(pointer_to(here, name), "is not a known field")
    elif kind.name in ("anyOf", "oneOf") and (branch := _only_branch(kind.context)):
        for inner in branch:
            yield from _details(inner, root)
    else:
        reason = REASONS.get(kind.name)
        yield detail(here, reason(kind) if reason else "fits none of the allowed forms")


def _only_branch(branches: list[list[jsonschema_rs.ValidationError]]) -> Any:
    """Null or something else, and it was not null: what is wrong with the something else."""
    others = [branch for branch in branches if not _asks_for_null(branch)]
    return others[0] if len(others) == 1 and len(branches) == 2 else None


def _asks_for_null(branch: list[jsonschema_rs.ValidationError]) -> bool:
    kinds: list[Any] = [error.kind for error in branch]
    return [kind.types for kind in kinds if kind.name == "type"] == [["null"]]


def _shown(option: Any) -> str:
    return option if isinstance(option, str) else json.dumps(option)


def _either(options: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(options[:-1]), options[-1])))
