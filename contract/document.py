"""openapi.yaml as data: read once at start, and refused with every reason at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import orjson
import yaml

from contract import rules
from contract.spec import Json, operations, resolve


class BrokenContract(Exception):
    """The server cannot start from this document, or the document from these handlers."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["The contract cannot be served:", *problems]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Operation:
    """What the rest of the server asks about an operation without reading the document."""

    id: str
    method: str
    path: str
    tag: str
    scope: str
    csrf: bool
    rate_limit: str
    plan: str | None
    statuses: frozenset[str]
    public: bool
    anonymous: bool  # answers people who are not signed in too
    has_pages: bool  # shows its refusals as pages to people in browsers


@dataclass(frozen=True, slots=True)
class Document:
    text: bytes
    json: bytes
    spec: Json
    operations: Mapping[str, Operation]

    def of(self, routing_operation_id: str) -> Operation:
        """Connexion knows an operation by its handler's dotted path, which ends in its id."""
        return self.operations[routing_operation_id.rpartition(".")[2]]


def load(path: Path) -> Document:
    text = path.read_bytes()
    spec = parse(text)
    problems = rules.problems(spec)
    if problems:
        raise BrokenContract(problems)
    found = [_operation(spec, *place) for place in operations(spec)]
    return Document(text, orjson.dumps(spec), spec, {one.id: one for one in found})


def _operation(spec: Json, path: str, method: str, operation: Json) -> Operation:
    security: Any = operation.get("security", spec.get("security", []))
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        tag=operation["tags"][0],
        scope=operation["x-scope"],
        csrf=operation.get("x-csrf", False),
        rate_limit=operation.get("x-rate-limit", "general"),
        plan=operation.get("x-plan"),
        statuses=frozenset(operation["responses"]),
        public=not security,
        anonymous={} in security,
        has_pages=any("text/html" in each for each in _refused(spec, operation)),
    )


def _refused(spec: Json, operation: Json) -> Iterator[Json]:
    for status, response in operation["responses"].items():
        if status >= "400":
            yield resolve(spec, response).get("content", {})


def parse(text: bytes) -> Json:
    try:
        spec = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise BrokenContract([f"It is not valid YAML: {error}"]) from error
    if not isinstance(spec, dict):
        raise BrokenContract(["It is not a mapping."])
    return spec


_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):
    """YAML without three of its surprises.

    A time in an example stays text, a key given twice is not dropped in silence, and an unquoted
    200, yes or no is not taken for a key that JSON does not have.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in _Parser.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        mapping = super().construct_mapping(node, deep)
        line = node.start_mark.line + 1
        names = [key.value for key, _ in node.value]
        for name in {name for name in names if names.count(name) > 1}:
            raise BrokenContract([f'The mapping at line {line} has "{name}" twice.'])
        for name in mapping:
            if not isinstance(name, str):
                raise BrokenContract([f"The mapping at line {line} needs quotes around {name}."])
        return mapping
