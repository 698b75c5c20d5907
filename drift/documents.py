"""Two documents: everything that changed from the old one to the new."""

import re
from collections.abc import Iterator

import clock
from contract.deprecation import sunset_of
from contract.spec import Json, operations
from drift.changes import Change, Told, added, breaking, compatible, told
from drift.operations import Operations

DOCUMENT = "the contract"
Place = tuple[str, str]


def compare(old: Json, new: Json) -> list[Told]:
    return told(_changes(old, new))


def _changes(old: Json, new: Json) -> Iterator[tuple[str, Change]]:
    before, after = _paths(old), _paths(new)
    both = Operations(old, new)
    for (shape, method), path in before.items():
        operation = old["paths"][path][method]
        if (shape, method) in after:
            for change in both.changes(path, after[shape, method], method):
                yield operation["operationId"], change
        else:
            status = 405 if shape in {kept for kept, _ in after} else 404
            yield operation["operationId"], _gone(f"{method.upper()} {path}", operation, status)
    for place in [place for place in after if place not in before]:
        path = after[place]
        operation = new["paths"][path][place[1]]
        yield operation["operationId"], added(f"{place[1].upper()} {path} is new")
    yield from ((DOCUMENT, change) for change in _named(old, new))


def _paths(spec: Json) -> dict[Place, str]:
    """By what an address looks like, whatever its parameters are called."""
    return {
        (re.sub(r"\{[^}]*\}", "{}", path), method): path for path, method, _ in operations(spec)
    }


def _gone(place: str, operation: Json, status: int) -> Change:
    sunset = sunset_of(operation)
    if sunset and sunset <= clock.now():
        return compatible(f"{place} is gone, as announced for {operation['x-sunset']}")
    return breaking(f"{place} is gone", f"callers get {status}")


def _named(old: Json, new: Json) -> Iterator[Change]:
    """What no single operation tells."""
    before, after = old.get("components", {}), new.get("components", {})
    for name in before.get("schemas", {}):
        if name not in after.get("schemas", {}):
            whom = "clients generated from the contract lose the type of that name"
            yield breaking(f"the schema `{name}` is gone", whom)
    for name, scheme in before.get("securitySchemes", {}).items():
        now = after.get("securitySchemes", {}).get(name)
        if now and _sending(now) != _sending(scheme):
            whom = "callers that send it as before get 401"
            yield breaking(f"the credential {name} is sent otherwise", whom)
    urls = [[server["url"] for server in spec.get("servers", ())] for spec in (old, new)]
    for url in urls[0]:
        if url not in urls[1]:
            yield breaking(f"the server {url} is gone", "callers there find nothing")


def _sending(scheme: Json) -> Json:
    return {key: scheme.get(key) for key in ("type", "scheme", "in", "name")}
