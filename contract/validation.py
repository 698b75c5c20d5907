"""Holds each request against its operation, and leaves the handler's arguments in the scope."""

from typing import Any
from urllib.parse import parse_qsl

from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

import errors
from contract.bodies import Body
from contract.failures import MOST_DETAILS, Detail, detail, pointer_to
from contract.parameters import ABSENT, Parameter, Unfit
from contract.routed import Routed
from contract.schemas import Schemas
from contract.spec import Json, is_whole_query, operation_at, parameters, takes_any_query

ARGUMENTS = "slugbase.arguments"
MOST_QUERY_FIELDS = 200
# OpenAPI says that a header parameter with one of these names means nothing.
NOT_PARAMETERS = ("accept", "authorization", "content-type")

Query = dict[str, list[str]]


class ValidatedOperation:
    """What one operation takes, compiled."""

    def __init__(
        self, next_app: ASGIApp, spec: Json, operation: AbstractOperation, schemas: Schemas
    ) -> None:
        self._next_app = next_app
        places: dict[str, list[Parameter]] = {}
        for declared in parameters(spec, operation.path, operation.method):
            if is_whole_query(spec, declared):
                continue  # nothing to check, and handlers take the query as it was sent
            if declared["in"] != "header" or declared["name"].lower() not in NOT_PARAMETERS:
                places.setdefault(declared["in"], []).append(Parameter(declared, schemas))
        self._path = places.get("path", [])
        self._query = places.get("query", [])
        self._headers = places.get("header", [])
        self._cookies = places.get("cookie", [])
        self._deep = [parameter for parameter in self._query if parameter.is_deep]
        self._query_names = {parameter.name for parameter in self._query}
        self._takes_any_query = takes_any_query(spec, operation.path, operation.method)
        written = operation_at(spec, operation.path, operation.method)
        self._body = Body(written, schemas) if "requestBody" in written else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arguments = self._path_arguments(scope["path_params"])
        failures: list[Detail] = []
        if scope["query_string"] or self._query:
            self._read_query(scope["query_string"], arguments, failures)
        if self._headers or self._cookies:
            self._check_headers(scope, failures)
        if failures:
            raise errors.Invalid(details=failures[:MOST_DETAILS])
        if self._body:
            arguments.update(await self._body.read(scope, receive))
        scope[ARGUMENTS] = arguments
        await self._next_app(scope, receive, send)

    def _path_arguments(self, values: dict[str, str]) -> dict[str, Any]:
        try:
            return {each.argument: each.read([values[each.name]]) for each in self._path}
        except Unfit:
            raise errors.NotFound from None

    def _read_query(
        self, query_string: bytes, arguments: dict[str, Any], failures: list[Detail]
    ) -> None:
        query = parse_query(query_string) if query_string else {}
        for parameter in self._deep:
            try:
                value = parameter.read_deep(_take_deep(query, parameter))
                if value is not ABSENT:
                    arguments[parameter.argument] = value
            except Unfit as unfit:
                failures.extend(unfit.details)
        unknown = query.keys() - self._query_names
        if unknown and not self._takes_any_query:
            failures.extend(_is_unknown(name) for name in sorted(unknown))
        for parameter in self._query:
            if not parameter.is_deep:
                _read(parameter, query.get(parameter.name), arguments, failures)

    def _check_headers(self, scope: Scope, failures: list[Detail]) -> None:
        """Connexion hands neither headers nor cookies to a handler; they are only checked."""
        request = Request(scope)
        for parameter in self._headers:
            _read(parameter, request.headers.getlist(parameter.name) or None, {}, failures)
        for parameter in self._cookies:
            cookie = request.cookies.get(parameter.name)
            _read(parameter, None if cookie is None else [cookie], {}, failures)


def parse_query(query_string: bytes) -> Query:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_QUERY_FIELDS,
        )
    except ValueError:
        raise errors.Invalid(details=[detail("/query", "must be valid UTF-8")]) from None
    if b"%00" in query_string:
        raise errors.Invalid(details=[detail("/query", "must not contain NUL")])
    query: Query = {}
    for name, value in pairs:
        query.setdefault(name, []).append(value)
    return query


def _read(
    parameter: Parameter,
    texts: list[str] | None,
    arguments: dict[str, Any],
    failures: list[Detail],
) -> None:
    try:
        value = parameter.read(texts)
    except Unfit as unfit:
        failures.extend(unfit.details)
    else:
        if value is not ABSENT:
            arguments[parameter.argument] = value


def _take_deep(query: Query, parameter: Parameter) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name in [name for name in query if name.startswith(f"{parameter.name}[")]:
        member = name[len(parameter.name) + 1 : -1]
        values = query.pop(name)
        if not name.endswith("]") or set(member) & set("[]") or len(values) > 1:
            raise parameter.unfit("is malformed")
        found[member] = values[0]
    if query.pop(parameter.name, None):
        raise parameter.unfit("must be written with brackets")
    return found or None


def _is_unknown(name: str) -> Detail:
    return detail(pointer_to("/query", name), "is not a known parameter")


class ValidationAPI(RoutedAPI[ValidatedOperation]):
    def __init__(self, specification: Specification, *args: Any, **options: Any) -> None:
        super().__init__(specification, *args, **options)
        self._schemas = Schemas(specification.raw, "request")
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ValidatedOperation:
        spec = self.specification.raw
        return ValidatedOperation(self.next_app, spec, operation, self._schemas)


class Validation(Routed[ValidationAPI]):
    api_cls = ValidationAPI
