"""What an operation may answer, by the examples of its document."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

import errors
from contract.deprecation import OURS
from contract.spec import Json, is_json, operation_at, resolve

# These are sent already.
OTHERS_SEND = OURS | {"X-Request-Id"}
PROBLEM = "application/problem+json"
KINDS: dict[int, type[errors.Refusal]] = {
    kind.status: kind for kind in errors.Refusal.__subclasses__() if kind.__module__ == "errors"
}
SEE = "The contract says when this is answered."


@dataclass(frozen=True, slots=True)
class Example:
    """One answer; `code` is that of a refusal."""

    status: int
    name: str
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str | None:
        return self.value["code"] if self.status >= 400 else None


def examples(spec: Json, path: str, method: str) -> list[Example]:
    """In the order to prefer them: successes first, and what has a name before what has none."""
    declared = operation_at(spec, path, method)["responses"]
    return [
        example
        for status in sorted(declared)
        if status.isdigit()
        for example in _of_answer(spec, int(status), resolve(spec, declared[status]))
    ]


def _of_answer(spec: Json, status: int, answer: Json) -> Iterator[Example]:
    headers = dict(_headers(spec, answer))
    media = next((name for name in answer.get("content", {}) if name != PROBLEM), None)
    if media is None:
        yield Example(status, "", None, headers)
        return
    fitting = [
        (name, value)
        for name, value in _values(spec, answer["content"][media])
        if status < 400 or value.get("status") == status
    ]
    for name, value in fitting or [("", _refusal(status, answer["description"]))]:
        yield Example(status, name, _written(media, value), headers)


def _values(spec: Json, content: Json) -> Iterator[tuple[str, Any]]:
    for name, example in content.get("examples", {}).items():
        yield name, resolve(spec, example)["value"]
    if "example" in content:
        yield "", content["example"]
    yield "", sample(spec, content.get("schema", {}))


def sample(spec: Json, schema: Json) -> Any:
    """The example of a schema; a list without one holds the example of its items."""
    schema = resolve(spec, schema)
    if "example" in schema:
        return schema["example"]
    return [sample(spec, schema["items"])] if schema.get("type") == "array" else None


def _refusal(status: int, description: str) -> Json:
    """Where no example fits this status, what all refusals of the status share."""
    kind = KINDS.get(status, errors.Broken)
    error, message = getattr(kind, "error", description), getattr(kind, "message", SEE)
    return {"error": error, "code": kind.code, "message": message, "status": status}


def _written(media: str, value: Any) -> Any:
    return value if is_json(media) or isinstance(value, str) else yaml.safe_dump(value)


def _headers(spec: Json, answer: Json) -> Iterator[tuple[str, str]]:
    """Those with an example."""
    for name, stated in answer.get("headers", {}).items():
        header = resolve(spec, stated)
        shown = header.get("example", resolve(spec, header["schema"]).get("example"))
        if shown is not None and name not in OTHERS_SEND:
            yield name, str(shown)
