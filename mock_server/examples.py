"""What an operation may answer, by the examples of its document."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from contract.codes import codes
from contract.deprecation import OURS
from contract.spec import Json, is_json, operation_at, resolve

# These are sent already.
OTHERS_SEND = OURS | {"X-Request-Id"}
PROBLEM = "application/problem+json"


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
    operation = operation_at(spec, path, method)
    declared = operation["responses"]
    return [
        example
        for status in sorted(declared)
        if status.isdigit()
        for example in _of_answer(spec, operation, int(status), resolve(spec, declared[status]))
    ]


def _of_answer(spec: Json, operation: Json, status: int, answer: Json) -> Iterator[Example]:
    headers = dict(_headers(spec, answer))
    forms = [name for name in answer.get("content", {}) if name != PROBLEM]
    if not forms:
        yield Example(status, "", None, headers)
        return
    media, *others = forms
    fitting = list(_values(spec, answer["content"][media]))
    if status >= 400:
        fitting, others = _refusals(spec, operation, status, fitting), []
    for name, value in fitting:
        yield Example(status, name, _written(media, value), headers)
    for other in others:
        _, value = next(_values(spec, answer["content"][other]))
        name = other.rpartition("/")[2]
        yield Example(status, name, _written(other, value), {**headers, "Content-Type": other})


def _refusals(
    spec: Json, operation: Json, status: int, values: list[tuple[str, Any]]
) -> list[tuple[str, Any]]:
    """Those this operation can give, which shares the answer with others; its own codes first."""
    possible, its_own = codes(spec, operation), operation.get("x-errors", ())
    fitting = [
        (name, value)
        for name, value in values
        if value.get("status") == status and value["code"] in possible
    ]
    return sorted(fitting, key=lambda pair: pair[1]["code"] not in its_own)


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


def _written(media: str, value: Any) -> Any:
    return value if is_json(media) or isinstance(value, str) else yaml.safe_dump(value)


def _headers(spec: Json, answer: Json) -> Iterator[tuple[str, str]]:
    """Those with an example."""
    for name, stated in answer.get("headers", {}).items():
        header = resolve(spec, stated)
        shown = header.get("example", resolve(spec, header["schema"]).get("example"))
        if shown is not None and name not in OTHERS_SEND:
            yield name, str(shown)
