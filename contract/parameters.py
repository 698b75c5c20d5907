"""Path, query, header and cookie parameters: text into the values the contract describes."""

import math
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from connexion.decorators.parameter import sanitized

from contract.failures import Detail, detail, pointer_to
from contract.schemas import Schemas
from contract.spec import Json

ABSENT: Any = object()
INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?")
BOOLEANS = {"true": True, "false": False}
DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Convert = Callable[[str], Any]


class Unfit(Exception):
    """A parameter that is not what the contract says."""

    def __init__(self, *details: Detail) -> None:
        super().__init__()
        self.details = details


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise ValueError
    return value


def _boolean(text: str) -> bool:
    if text not in BOOLEANS:
        raise ValueError
    return BOOLEANS[text]


CONVERTERS: dict[str, Convert] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "string": str,
}


def _types(schema: Json, schemas: Schemas) -> Iterator[str]:
    schema = schemas.resolve(schema)
    if "type" in schema:
        yield schema["type"]
    for branches in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(branches, ()):
            yield from _types(branch, schemas)


def converters(schema: Json, schemas: Schemas) -> list[Convert]:
    """In the order to try: a schema may allow several types, and any text is a string."""
    types = set(_types(schema, schemas)) or {"string"}
    return [convert for name, convert in CONVERTERS.items() if name in types]


class Parameter:
    """One declared parameter; `read` takes every text it was given, and refuses with Unfit."""

    def __init__(self, declared: Json, schemas: Schemas) -> None:
        self.name: str = declared["name"]
        self.place: str = declared["in"]
        written = schemas.resolve(declared["schema"])
        style = declared.get("style", "form" if self.place in ("query", "cookie") else "simple")
        # Connexion itself gives arguments these names.
        dashless = self.name.replace("-", "_") if self.place == "path" else self.name
        self.argument = sanitized(dashless)
        self.is_deep = style == "deepObject"
        self.required: bool = declared.get("required", False)
        self._pointer = pointer_to("" if self.place == "path" else f"/{self.place}", self.name)
        self._default = written.get("default", ABSENT)
        self._schema = schemas.compile(written)
        self._properties = {
            name: converters(inner, schemas)
            for name, inner in written.get("properties", {}).items()
        }
        is_array = "array" in _types(written, schemas)
        self._convert = self._array if is_array else self._single
        self._converters = converters(written.get("items", {}) if is_array else written, schemas)
        self._delimiter = DELIMITERS.get(style, ",")
        self._explodes = declared.get("explode", style in ("form", "deepObject"))

    @property
    def is_always_given(self) -> bool:
        return self.required or self._default is not ABSENT

    def read(self, texts: list[str] | None) -> Any:
        if texts is None:
            if self.required:
                raise self.unfit("is required")
            return deepcopy(self._default) if self.is_always_given else ABSENT
        return self._convert(texts)

    def read_deep(self, texts: dict[str, str] | None) -> Any:
        """`filter[color]=red` is the property `color` of the object `filter`."""
        if texts is None:
            return self.read(None)
        value = {
            name: first_fit(text, self._properties.get(name, [str])) for name, text in texts.items()
        }
        return self._checked(value)

    def unfit(self, reason: str) -> Unfit:
        return Unfit(detail(self._pointer, reason))

    def _array(self, texts: list[str]) -> Any:
        if not self._explodes:
            if len(texts) > 1:
                raise self.unfit("must not be repeated")
            texts = texts[0].split(self._delimiter)
        return self._checked([first_fit(text, self._converters) for text in texts])

    def _single(self, texts: list[str]) -> Any:
        if len(texts) > 1:
            raise self.unfit("must not be repeated")
        for convert in self._converters[:-1]:
            value = _converted(convert, texts[0])
            if value is not ABSENT and self._schema.accepts(value):
                return value
        return self._checked(first_fit(texts[0], self._converters[-1:]))

    def _checked(self, value: Any) -> Any:
        if not self._schema.accepts(value):
            raise Unfit(*self._schema.failures(value, self._pointer))
        return value


def first_fit(text: str, converters: list[Convert]) -> Any:
    """Left as text where it fits no type: the schema says what it should have been."""
    for convert in converters:
        value = _converted(convert, text)
        if value is not ABSENT:
            return value
    return text


def _converted(convert: Convert, text: str) -> Any:
    try:
        return convert(text)
    except ValueError:
        return ABSENT
