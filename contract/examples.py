"""The recorded examples, and the answers of the document that each is an example of."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contract.codes import codes
from contract.spec import Json, operations

PATH = Path(__file__).parent.parent / "openapi" / "examples.yaml"
_KEY = re.compile(r'( *)"?([^\s#"-][^"]*?)"?:(?: |$)')

Place = tuple[str, ...]


def written(examples: Mapping[str, Any]) -> str:
    """The part of the document that holds them, one on a line so that two changes can be merged."""
    lines = (
        f"    {name}: {{value: {json.dumps(value, ensure_ascii=False)}}}\n"
        for name, value in sorted(examples.items())
    )
    return "".join(["components:\n", "  examples:\n", *lines])


def tied(text: str, spec: Json) -> str:
    """The text of this document, each answer referring to the examples there are of it."""
    wanted = _wanted(spec)
    lines: list[str] = []
    place: list[tuple[int, str]] = []
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if key := _KEY.match(line):
            indent = len(key[1])
            place = [*(above for above in place if above[0] < indent), (indent, key[2])]
            lines += _references(wanted.get(tuple(name for _, name in place), {}), key[1])
    return "".join(lines)


def name_of(operation_id: str, status: str, media: str | None = None) -> str:
    """`media` for an answer in another than its first form."""
    form = f"_{media.rpartition('/')[2]}" if media else ""
    return f"{operation_id}_{status}{form}"


def _references(wanted: Mapping[str, str], indent: str) -> Iterator[str]:
    if wanted:
        yield f"{indent}examples:\n"
    for shown, name in sorted(wanted.items()):
        yield f'{indent}  {shown}: {{$ref: "#/components/examples/{name}"}}\n'


def _wanted(spec: Json) -> Mapping[Place, Mapping[str, str]]:
    """For the schema of each answer: the examples that belong under it, by the name shown."""
    found: dict[Place, dict[str, str]] = defaultdict(dict)
    recorded = spec["components"].get("examples", {})
    for place, operation in _operations(spec):
        for status, response in operation["responses"].items():
            inside = _inside(response, (*place, "responses", status))
            media, *others = _media(spec, inside)
            for name in _names(spec, operation, status, recorded):
                shown = name if name.isupper() else "recorded"
                found[(*inside, "content", media, "schema")][shown] = name
            for other in others:
                name = name_of(operation.get("operationId", ""), status, other)
                if name in recorded:
                    found[(*inside, "content", other, "schema")]["recorded"] = name
    return found


def _operations(spec: Json) -> Iterator[tuple[Place, Json]]:
    for path, method, operation in operations(spec):
        yield ("paths", path, method), operation
    if "x-unmatched" in spec:
        yield ("x-unmatched",), spec["x-unmatched"]


def _names(spec: Json, operation: Json, status: str, recorded: Json) -> Iterator[str]:
    own = name_of(operation.get("operationId", ""), status)
    if own in recorded:
        yield own
    for code in filter(recorded.get, codes(spec, operation)):
        # A code inside a successful answer (one item of a batch) has an example without a status.
        told = recorded[code]["value"].get("status")
        if str(told) == status or (told is None and status < "300"):
            yield code


def _inside(response: Json, place: Place) -> Place:
    return tuple(response["$ref"][2:].split("/")) if "$ref" in response else place


def _media(spec: Json, place: Place) -> list[str]:
    node = spec
    for name in place:
        node = node[name]
    return [*node.get("content", {"": None})]
