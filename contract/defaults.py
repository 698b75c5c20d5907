"""The defaults that a request body gets from its schema."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from contract.schemas import Schemas
from contract.spec import Json

Fill = Callable[[Any], None]


def filler(schema: Json, schemas: Schemas, above: tuple[str, ...] = ()) -> Fill | None:
    """A function that fills in what an accepted body leaves out; None if there is nothing to.

    Looks through objects, arrays and `allOf`, and once through a schema that contains itself.
    """
    if (reference := schema.get("$ref")) is not None:
        if reference in above:
            return None
        above = (*above, reference)
        schema = schemas.resolve(schema)
    fills = [filler(part, schemas, above) for part in schema.get("allOf", ())]
    if "items" in schema and (items := filler(schema["items"], schemas, above)):
        fills.append(_into_items(items))
    properties = schema.get("properties", {})
    fills.append(_with_defaults(_given(properties, schemas)))
    inside = {name: filler(inner, schemas, above) for name, inner in properties.items()}
    fills.append(_into_properties({name: fill for name, fill in inside.items() if fill}))
    return _all([fill for fill in fills if fill])


def _given(properties: Json, schemas: Schemas) -> Json:
    resolved = {name: schemas.resolve(schema) for name, schema in properties.items()}
    return {name: schema["default"] for name, schema in resolved.items() if "default" in schema}


def _with_defaults(given: Json) -> Fill | None:
    def fill(value: Any) -> None:
        if isinstance(value, dict):
            for name, default in given.items():
                if name not in value:
                    value[name] = deepcopy(default)

    return fill if given else None


def _into_properties(inside: dict[str, Fill]) -> Fill | None:
    def fill(value: Any) -> None:
        if isinstance(value, dict):
            for name, deeper in inside.items():
                if name in value:
                    deeper(value[name])

    return fill if inside else None


def _into_items(deeper: Fill) -> Fill:
    def fill(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                deeper(item)

    return fill


def _all(fills: list[Fill]) -> Fill | None:
    def fill(value: Any) -> None:
        for each in fills:
            each(value)

    return fill if len(fills) > 1 else next(iter(fills), None)
