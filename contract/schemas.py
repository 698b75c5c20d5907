"""OpenAPI 3.0 schemas, rewritten as JSON Schema and compiled once."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import jsonschema_rs

from contract.failures import Detail, details_of

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
    """Compiles schemas of one document for one direction.

    Connexion has replaced references by what they name, except where a schema contains itself.
    """

    def __init__(self, spec: dict[str, Any], direction: Direction) -> None:
        self._direction = direction
        named = spec.get("components", {}).get("schemas", {})
        self._components = {"schemas": self._members(named)}

    def compile(self, schema: dict[str, Any]) -> Schema:
        written = {key: value for key, value in schema.items() if key != "components"}
        whole = {"allOf": [self._rewrite(written)], "components": self._components}
        return Schema(jsonschema_rs.Draft4Validator(whole, formats=FORMATS, validate_formats=True))

    def _rewrite(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._rewrite(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return {"$ref": node["$ref"]}
        return self._without_nullable(dict(self._keywords(node)))

    def _keywords(self, node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, value in node.items():
            if key == "properties":
                yield key, self._members(value)
            elif key == "required":
                required = [name for name in value if not self._is_closed(node, name)]
                if required:
                    yield key, required
            elif key in LITERAL or key.startswith("x-"):
                yield key, value
            else:
                yield key, self._rewrite(value)

    def _members(self, schemas: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {"not": {}} if schema.get(CLOSED[self._direction]) else self._rewrite(schema)
            for name, schema in schemas.items()
        }

    def _is_closed(self, node: dict[str, Any], name: str) -> bool:
        return bool(node.get("properties", {}).get(name, {}).get(CLOSED[self._direction]))

    @staticmethod
    def _without_nullable(node: dict[str, Any]) -> dict[str, Any]:
        if not node.pop("nullable", False):
            return node
        if "type" not in node:
            return {"anyOf": [{"type": "null"}, node]}
        node["type"] = [node["type"], "null"]
        if "enum" in node and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]
        return node
