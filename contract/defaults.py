"""The defaults that a request body gets from its schema."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

Fill = Callable[[Any], None]


def filler(schema: dict[str, Any]) -> Fill | None:
    """A function that fills in what an accepted body leaves out; None if there is nothing to.

    Looks through objects, arrays and `allOf`. A schema that contains itself is not looked into.
    """
    fills = [fill for fill in map(filler, schema.get("allOf", ())) if fill]
    if "items" in schema and (items := filler(schema["items"])):
        fills.append(_into_items(items))
    properties: dict[str, dict[str, Any]] = schema.get("properties", {})
    given = {name: inner["default"] for name, inner in properties.items() if "default" in inner}
    if given:
        fills.append(_with_defaults(given))
    inside = {name: fill for name, inner in properties.items() if (fill := filler(inner))}
    if inside:
        fills.append(_into_properties(inside))
    return _all(fills) if fills else None


def _with_defaults(given: dict[str, Any]) -> Fill:
    def fill(value: Any) -> None:
        if isinstance(value, dict):
            for name, default in given.items():
                if name not in value:
                    value[name] = deepcopy(default)

    return fill


def _into_properties(inside: dict[str, Fill]) -> Fill:
    def fill(value: Any) -> None:
        if isinstance(value, dict):
            for name, deeper in inside.items():
                if name in value:
                    deeper(value[name])

    return fill


def _into_items(deeper: Fill) -> Fill:
    def fill(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                deeper(item)

    return fill


def _all(fills: list[Fill]) -> Fill:
    if len(fills) == 1:
        return fills[0]

    def fill(value: Any) -> None:
        for each in fills:
            each(value)

    return fill
