"""An example request of an operation, made from the examples of the contract."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from contract.spec import Json, is_json, parameters, resolve, takes_the_rest

# What stands in a sample for a secret, by the security scheme that asks for it.
PLACEHOLDERS = {"bearerAuth": "YOUR_API_TOKEN", "cookieAuth": "YOUR_ACCESS_TOKEN"}
OTHER_SECRET = "YOUR_SECRET"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    url: str
    headers: dict[str, str]
    body: Any = None
    text: str | None = None  # a body that is not JSON


def call(spec: Json, path: str, method: str, base_url: str) -> Call:
    operation = spec["paths"][path][method]
    asked = parameters(spec, path, method)
    query = {one["name"]: example(spec, one) for one in asked if _is_required(one, "query")}
    headers = _credential(spec, operation)
    headers |= {
        one["name"]: str(example(spec, one)) for one in asked if _is_required(one, "header")
    }
    media, body = _body(spec, operation)
    if media:
        headers["Content-Type"] = media
    url = base_url + _filled(spec, path, method) + (f"?{urlencode(query)}" if query else "")
    if media and not is_json(media):
        return Call(method.upper(), url, headers, text=str(body))
    return Call(method.upper(), url, headers, body)


def example(spec: Json, node: Json) -> Any:
    """Of a parameter, a media type or a schema; one that states none is shown by what it takes."""
    node = resolve(spec, node)
    if "example" in node:
        return node["example"]
    if "examples" in node:
        return resolve(spec, next(iter(node["examples"].values())))["value"]
    if "schema" in node:
        return example(spec, node["schema"])
    if "default" in node:
        return node["default"]
    if "enum" in node:
        return node["enum"][0]
    return _of_type(spec, node)


def _filled(spec: Json, path: str, method: str) -> str:
    whole = "/" if takes_the_rest(spec, path, method) else ""
    for one in parameters(spec, path, method):
        if one["in"] == "path":
            value = quote(str(example(spec, one)), safe=whole)
            path = path.replace(f"{{{one['name']}}}", value)
    return path


def _of_type(spec: Json, schema: Json) -> Any:
    kind = schema.get("type", "object")
    if kind == "array":
        return [example(spec, schema["items"])]
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: example(spec, fields[name]) for name in schema.get("required", ())}
    return {"string": "text", "boolean": True}.get(kind, schema.get("minimum", 1))


def _is_required(parameter: Json, place: str) -> bool:
    return bool(parameter["in"] == place and parameter.get("required"))


def _credential(spec: Json, operation: Json) -> dict[str, str]:
    """The header that signs the call in: by the first scheme the operation takes."""
    security = operation["security"] if "security" in operation else spec["security"]
    name = next((name for requirement in security for name in requirement), None)
    if name is None:
        return {}
    scheme = resolve(spec, spec["components"]["securitySchemes"][name])
    secret = PLACEHOLDERS.get(name, OTHER_SECRET)
    if scheme["type"] == "http":
        return {"Authorization": f"Bearer {secret}"}
    if operation.get("x-csrf"):
        return {"Cookie": f"{scheme['name']}={secret}; _csrf=CSRF", "X-CSRF-Token": "CSRF"}
    return {"Cookie": f"{scheme['name']}={secret}"}


def _body(spec: Json, operation: Json) -> tuple[str | None, Any]:
    content = resolve(spec, operation.get("requestBody", {})).get("content", {})
    media = next(iter(content), None)
    return media, example(spec, content[media]) if media else None
