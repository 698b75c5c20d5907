"""From path and method to the operation: two dictionaries instead of a list of patterns."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from contract.announcements import announced
from contract.spec import Json, operations, takes_the_rest
from errors import MethodNotAllowed, NotFound

PARAMETER = re.compile(r"\{([^{}]+)\}(.*)")


@dataclass(slots=True)
class Place:
    """One path of the contract: per method, where it goes on, and what is looked for there.

    `rest_at` is where the last parameter begins when it takes all segments that are left.
    """

    names: tuple[str, ...] = ()
    rest_at: int | None = None
    methods: dict[str, tuple[Json, ASGIApp]] = field(default_factory=dict)
    allow: str = ""

    def add(self, method: str, context: Json, app: ASGIApp) -> None:
        self.methods[method.upper()] = context, app
        if method == "get":
            self.methods.setdefault("HEAD", (context, app))
        self.allow = ", ".join(sorted({*self.methods, "OPTIONS"}))


@dataclass(slots=True)
class Branch:
    """A tree of path segments. What is written out goes before a parameter, a parameter with
    something behind it before a plain one, and the rest of a path comes last.
    """

    fixed: dict[str, "Branch"] = field(default_factory=dict)
    suffixed: dict[str, "Branch"] = field(default_factory=dict)
    parameter: "Branch | None" = None
    place: Place | None = None
    rest: Place | None = None

    def grow(self, segments: list[str]) -> "Branch":
        branch = self
        for segment in segments:
            parameter = PARAMETER.fullmatch(segment)
            if parameter is None:
                branch = branch.fixed.setdefault(segment, Branch())
            elif parameter[2]:
                branch = branch.suffixed.setdefault(parameter[2], Branch())
            else:
                branch.parameter = branch.parameter or Branch()
                branch = branch.parameter
        return branch

    def find(self, segments: list[str], values: tuple[str, ...] = ()) -> "Match | None":
        if not segments:
            return (self.place, values) if self.place else None
        first, rest = segments[0], segments[1:]
        if first in self.fixed and (found := self.fixed[first].find(rest, values)):
            return found
        for suffix, branch in self.suffixed.items():
            value = first.removesuffix(suffix)
            if first != value and value and (found := branch.find(rest, (*values, value))):
                return found
        if self.parameter is not None and first:
            found = self.parameter.find(rest, (*values, first))
            if found is not None:
                return found
        return (self.rest, values) if self.rest else None


Match = tuple[Place, tuple[str, ...]]


class Routing(SpecMiddleware):
    """Answers unknown paths, wrong methods and OPTIONS; passes everything else on.

    The path is split before it is decoded, so that %2F stays inside a parameter, and no path is
    redirected to another. A parameter of the format `path`, which connexion knows too, is the rest
    of the path; it is left as it was sent, so that its handler can still tell %2F from a slash.
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
            segments = (specification.base_path + path)[1:].split("/")
            takes_rest = takes_the_rest(specification.raw, path, method)
            place = self._rest(segments) if takes_rest else self._place(segments)
            place.add(method, context, announced(self._app, stated))

    def _place(self, segments: list[str]) -> Place:
        branch = self._tree.grow(segments)
        if branch.place is None:
            branch.place = Place(_names(segments))
            if not branch.place.names:
                self._exact[f"/{'/'.join(segments)}".encode()] = (branch.place, ())
        return branch.place

    def _rest(self, segments: list[str]) -> Place:
        branch = self._tree.grow(segments[:-1])
        branch.rest = branch.rest or Place(_names(segments), len(segments) - 1)
        return branch.rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        raw = path_as_sent(scope)
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
            sent = raw.decode("ascii")[1:].split("/")
            found = self._tree.find([_decode(segment) for segment in sent])
        except ValueError:
            raise NotFound from None
        if found is None:
            raise NotFound
        place, values = found
        if place.rest_at is not None:
            values = (*values, "/".join(sent[place.rest_at :]))
        return place, values


def _names(segments: list[str]) -> tuple[str, ...]:
    return tuple(found[1] for found in map(PARAMETER.fullmatch, segments) if found)


def path_as_sent(scope: Scope) -> bytes:
    """Without the query, which some servers leave in it; nothing is decoded."""
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
