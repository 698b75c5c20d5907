"""Finding the way about a parsed OpenAPI document whose references are intact."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def resolve(spec: Json, node: Json) -> Json:
    """What a reference into this document stands for; anything else stands for itself."""
    while "$ref" in node:
        node = _at(spec, node["$ref"])
    return node


def operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and operation, in the order of the document."""
    for path, item in spec.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def operation_at(spec: Json, path: str, method: str) -> Json:
    operation: Json = spec["paths"][path][method]
    return operation


def parameters(spec: Json, path: str, method: str) -> list[Json]:
    """Those of the operation; they hide parameters of the path with the same place and name."""
    item = spec["paths"][path]
    given = [*item.get("parameters", ()), *item[method].get("parameters", ())]
    resolved = [resolve(spec, parameter) for parameter in given]
    return list({(one["in"], one["name"]): one for one in resolved}.values())


def takes_the_rest(spec: Json, path: str, method: str) -> bool:
    """Does the last parameter of the path take all segments that are left?"""
    last = path.rpartition("/")[2]
    return any(
        parameter["in"] == "path"
        and last == f"{{{parameter['name']}}}"
        and resolve(spec, parameter["schema"]).get("format") == "path"
        for parameter in parameters(spec, path, method)
    )


def takes_any_query(spec: Json, path: str, method: str) -> bool:
    """Is there a parameter that stands for whatever the query holds?"""
    return any(is_whole_query(spec, parameter) for parameter in parameters(spec, path, method))


def is_whole_query(spec: Json, parameter: Json) -> bool:
    """An object in the style `form`, exploded: each of its properties is a query parameter."""
    kind = resolve(spec, parameter.get("schema", {})).get("type")
    return (
        parameter["in"] == "query"
        and kind == "object"
        and parameter.get("style", "form") == "form"
        and parameter.get("explode", True)
    )


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def is_dangling(spec: Json, reference: str) -> bool:
    try:
        _at(spec, reference)
    except (KeyError, TypeError):
        return True
    return False


def is_json(media_type: str) -> bool:
    bare = media_type.partition(";")[0].strip().lower()
    return bare == "application/json" or bare.endswith("+json")


def _at(spec: Json, reference: str) -> Json:
    if not reference.startswith("#/"):
        raise KeyError(reference)
    node: Json = spec
    for part in reference[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node
