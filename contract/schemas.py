"""OpenAPI 3.0 schemas, rewritten as JSON Schema and compiled once."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import jsonschema_rs

from contract.failures import Detail, details_of
from contract.spec import Json, resolve

Direction = Literal["request", "response"]

# What belongs to the other direction: a client may not set the one, we never show the other.
CLOSED = {"request": "readOnly", "response": "writeOnly"}
LITERAL = ("enum", "required", "example", "default")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FORMATS = {"uuid": lambda value: UUID.fullmatch(value) is not None}


class Schema:
    """One compiled schema."""

    def __init__(self, validator: jsonschema_rs.Draft4Validator) -> None:
        self.accepts = validator.is_valid
        self._validator = validator

    def failures(self, value: Any, root: str = "") -> list[Detail]:
        """What is wrong with the value, as pointers that start with `root`."""
        return details_of(self._validator.iter_errors(value), root)

    def first_message(self, value: Any) -> str:
        """For our own eyes: it may quote the value."""
        error = next(iter(self._validator.iter_errors(value)))
        return f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"


class Schemas:
    """Compiles schemas of one document, references intact, for one direction."""

    def __init__(self, spec: Json, direction: Direction) -> None:
        self._spec = spec
        self._direction = direction
        named = spec.get("components", {}).get("schemas", {})
        self._components = {"schemas": self._members(named)}
        self._compiled: dict[str, Schema] = {}

    def resolve(self, node: Json) -> Json:
        return resolve(self._spec, node)

    def compile(self, schema: Json) -> Schema:
        """What has a name is compiled once: one schema stands under nearly all refusals."""
        name = schema.get("$ref")
        if name is None:
            return self._compile(schema)
        if name not in self._compiled:
            self._compiled[name] = self._compile(schema)
        return self._compiled[name]

    def _compile(self, schema: Json) -> Schema:
        whole = {"allOf": [self._rewrite(schema)], "components": self._components}
        return Schema(jsonschema_rs.Draft4Validator(whole, formats=FORMATS, validate_formats=True))

    def _rewrite(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._rewrite(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return {"$ref": node["$ref"]}
        return self._without_nullable(dict(self._keywords(node)))

    def _keywords(self, node: Json) -> Iterator[tuple[str, Any]]:
        for key, value in node.items():
            if key == "properties":
                yield key, self._members(value)
            elif key == "required":
                if required := self.required_of(node):
                    yield key, required
            elif key in LITERAL or key.startswith("x-"):
                yield key, value
            else:
                yield key, self._rewrite(value)

    def required_of(self, schema: Json) -> list[str]:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        return [name for name in required if not self._is_closed(properties.get(name, {}))]

    def _members(self, schemas: Json) -> Json:
        return {
            name: {"not": {}} if self._is_closed(schema) else self._rewrite(schema)
            for name, schema in schemas.items()
        }

    def _is_closed(self, schema: Json) -> bool:
        return bool(self.resolve(schema).get(CLOSED[self._direction]))

    @staticmethod
    def _without_nullable(node: Json) -> Json:
        if not node.pop("nullable", False):
            return node
        if "type" not in node:
            return {"anyOf": [{"type": "null"}, node]}
        node["type"] = [node["type"], "null"]
        if "enum" in node and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]
        return node
