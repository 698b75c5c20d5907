"""From path and method to the operation: two dictionaries instead of a list of patterns."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from contract.announcements import announced
from contract.spec import Json, operations
from errors import MethodNotAllowed, NotFound


@dataclass(slots=True)
class Place:
    """One path of the contract: per method, where it goes on, and what is looked for there."""

    names: tuple[str, ...] = ()
    methods: dict[str, tuple[Json, ASGIApp]] = field(default_factory=dict)
    allow: str = ""

    def add(self, method: str, context: Json, app: ASGIApp) -> None:
        self.methods[method.upper()] = context, app
        if method == "get":
            self.methods.setdefault("HEAD", (context, app))
        self.allow = ", ".join(sorted({*self.methods, "OPTIONS"}))


@dataclass(slots=True)
class Branch:
    """A tree of path segments; a fixed segment is preferred to a parameter."""

    fixed: dict[str, "Branch"] = field(default_factory=dict)
    parameter: "Branch | None" = None
    place: Place | None = None

    def grow(self, segments: list[str]) -> "Branch":
        branch = self
        for segment in segments:
            if segment.startswith("{"):
                branch.parameter = branch.parameter or Branch()
                branch = branch.parameter
            else:
                branch = branch.fixed.setdefault(segment, Branch())
        return branch

    def find(self, segments: list[str], values: tuple[str, ...] = ()) -> "Match | None":
        if not segments:
            return (self.place, values) if self.place else None
        first, rest = segments[0], segments[1:]
        if first in self.fixed and (found := self.fixed[first].find(rest, values)):
            return found
        if self.parameter is not None and first:
            return self.parameter.find(rest, (*values, first))
        return None


Match = tuple[Place, tuple[str, ...]]


class Routing(SpecMiddleware):
    """Answers unknown paths, wrong methods and OPTIONS; passes everything else on.

    The path is split before it is decoded, so that %2F stays inside a parameter, and no path is
    redirected to another.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._exact: dict[bytes, Match] = {}
        self._tree = Branch()

    def add_api(
        self,
        specification: Specification,
        resolver: Resolver,
        base_path: str | None = None,
        uri_parser_class: Any = None,
        **_options: Any,
    ) -> None:
        for path, method, stated in operations(specification.raw):
            operation = specification.operation_cls.from_spec(
                specification,
                path=path,
                method=method,
                resolver=resolver,
                uri_parser_class=uri_parser_class,
            )
            context = {
                "api_base_path": specification.base_path,
                "operation_id": operation.operation_id,
            }
            app = announced(self._app, stated)
            self._place(specification.base_path + path).add(method, context, app)

    def _place(self, path: str) -> Place:
        segments = path[1:].split("/")
        branch = self._tree.grow(segments)
        if branch.place is None:
            branch.place = Place(tuple(part[1:-1] for part in segments if part.startswith("{")))
            if not branch.place.names:
                self._exact[path.encode()] = (branch.place, ())
        return branch.place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw = _path_as_sent(scope)
        place, values = self._exact.get(raw) or self._search(raw)
        found = place.methods.get(scope["method"])
        if found is not None:
            context, app = found
            scope["path_params"] = dict(zip(place.names, values, strict=True))
            # Put into the dict that is there: layers further out read what routing found.
            if scope.get("extensions") is None:
                scope["extensions"] = {}
            scope["extensions"][ROUTING_CONTEXT] = context
            await app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _say_what_is_allowed(place, send)
        else:
            raise MethodNotAllowed(headers={"Allow": place.allow})

    def _search(self, raw: bytes) -> Match:
        try:
            segments = [_decode(segment) for segment in raw.decode("ascii")[1:].split("/")]
        except ValueError:
            raise NotFound from None
        found = self._tree.find(segments)
        if found is None:
            raise NotFound
        return found


def _path_as_sent(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0]


def _decode(segment: str) -> str:
    if "%" not in segment:
        return segment
    decoded = unquote(segment, errors="strict")
    if "\0" in decoded:
        raise ValueError(segment)
    return decoded


async def _say_what_is_allowed(place: Place, send: Send) -> None:
    headers = [(b"allow", place.allow.encode())]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
