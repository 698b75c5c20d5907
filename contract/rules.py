"""What openapi.yaml must keep to: OpenAPI itself, our vocabulary, and what this room can serve."""

import re
from collections import Counter
from collections.abc import Iterator

from openapi_spec_validator import OpenAPIV30SpecValidator

from contract import deprecation
from contract.spec import (
    Json,
    is_dangling,
    is_whole_query,
    operations,
    parameters,
    references,
    resolve,
)

SCOPE = re.compile(r"none|[a-z_]+:(read|write)")


def problems(spec: Json) -> list[str]:
    """Everything that is wrong, in words for the person who edits the document."""
    dangling = sorted({ref for ref in references(spec) if is_dangling(spec, ref)})
    if dangling:
        return [f"{reference} refers to nothing in this document" for reference in dangling]
    found = [*_vocabulary(spec), *_invalid(spec)]
    return found or list(_out_of_reach(spec))


def _invalid(spec: Json) -> Iterator[str]:
    for error in OpenAPIV30SpecValidator(spec).iter_errors():
        place = "/".join(map(str, error.absolute_path))
        yield f"{place}: {error.message}"[:500] if place else error.message[:500]


def _vocabulary(spec: Json) -> Iterator[str]:
    listed = list(operations(spec))
    counted = Counter(operation.get("operationId") for _, _, operation in listed)
    for path, method, operation in listed:
        place = f"{method.upper()} {path}"
        identity = operation.get("operationId")
        if not identity:
            yield f"{place} has no operationId"
        elif counted[identity] > 1:
            yield f"{place}: the operationId {identity} is used {counted[identity]} times"
        if len(operation.get("tags", ())) != 1:
            yield f"{place} needs exactly one tag"
        if not SCOPE.fullmatch(str(operation.get("x-scope", ""))):
            yield f'{place} needs an x-scope: "none" or "noun:read" or "noun:write"'
        yield from deprecation.problems(spec, place, operation)


def _out_of_reach(spec: Json) -> Iterator[str]:
    """Legal OpenAPI that would be served wrongly here, and is therefore not served at all."""
    shapes = Counter(re.sub(r"\{[^}]*\}", "{}", path) for path in spec["paths"])
    yield from (
        f"{shape} stands there under two sets of names" for shape in shapes if shapes[shape] > 1
    )
    for path, method, _ in operations(spec):
        place = f"{method.upper()} {path}"
        for segment in path.split("/"):
            if "{" in segment and not re.fullmatch(r"\{[^{}]+\}[^{}]*", segment):
                yield f"{place}: a path parameter must begin its segment, unlike {segment}"
        for parameter in parameters(spec, path, method):
            yield from _odd_parameter(spec, place, parameter)
            yield from _odd_rest(spec, path, place, parameter)


def _odd_parameter(spec: Json, place: str, parameter: Json) -> Iterator[str]:
    name = parameter["name"]
    if "schema" not in parameter:
        yield f"{place}: parameter {name} needs a schema"
        return
    kind = resolve(spec, parameter["schema"]).get("type")
    if (
        kind == "object"
        and parameter.get("style") != "deepObject"
        and not is_whole_query(spec, parameter)
    ):
        yield f"{place}: the object in parameter {name} needs the style deepObject"


def _odd_rest(spec: Json, path: str, place: str, parameter: Json) -> Iterator[str]:
    is_path = resolve(spec, parameter.get("schema", {})).get("format") == "path"
    name = parameter["name"]
    if parameter["in"] == "path" and is_path and not path.endswith(f"/{{{name}}}"):
        yield f"{place}: the format path is for the last segment, which {name} is not"
