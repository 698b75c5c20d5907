"""Calls the handler with the arguments validation found, and sends what it returns."""

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from contract.answers import Answers
from contract.document import BrokenContract
from contract.forms import MULTIPART
from contract.parameters import Parameter
from contract.resolver import Function
from contract.routed import Routed
from contract.schemas import Schemas
from contract.security import CALLER
from contract.spec import Json, operation_at, parameters
from contract.validation import ARGUMENTS
from contract.workers import Workers

CALLER_ARGUMENTS = ("user", "token_info")
NOBODY: dict[str, Any] = {}

Call = Callable[[dict[str, Any]], Awaitable[Any]]


class DispatchedOperation:
    """One handler, and how its answers look."""

    def __init__(self, operation: AbstractOperation, call: Call, answers: Answers) -> None:
        signature = inspect.signature(operation.function).parameters
        takes_all = any(each.kind is each.VAR_KEYWORD for each in signature.values())
        self._call = call
        self._answers = answers
        self._takes = None if takes_all else signature.keys()
        self._caller = tuple(name for name in CALLER_ARGUMENTS if name in signature or takes_all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arguments: dict[str, Any] = scope[ARGUMENTS]
        if self._takes is not None and not arguments.keys() <= self._takes:
            arguments = {name: arguments[name] for name in arguments if name in self._takes}
        if self._caller:
            caller = scope["extensions"].get(CALLER, NOBODY)
            for name in self._caller:
                arguments[name] = caller.get(name)
        returned = await self._call(arguments)
        if isinstance(returned, Response):
            self._answers.check_response(returned)
            await returned(scope, receive, send)
            return
        status, headers, body = self._answers.write(returned)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class DispatchAPI(RoutedAPI[DispatchedOperation]):
    def __init__(
        self,
        specification: Specification,
        *args: Any,
        calling: Callable[[Function], Call],
        validate_responses: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(specification, *args, **options)
        self._calling = calling
        self._requests = Schemas(specification.raw, "request")
        self._answers = Schemas(specification.raw, "response") if validate_responses else None
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> DispatchedOperation:
        spec = self.specification.raw
        refuse_unmet(spec, operation, self._requests)
        answers = Answers(spec, operation, self._answers)
        return DispatchedOperation(operation, self._calling(operation.function), answers)


class Dispatch(Routed[DispatchAPI]):
    """The innermost layer, in the place of connexion's own application.

    A synchronous handler runs in a worker thread, unless `runs_on_loop` says that it is
    quick enough to keep all others waiting.
    """

    api_cls = DispatchAPI

    def __init__(self, runs_on_loop: Callable[[Function], bool], threads: int) -> None:
        # The router answers the server's lifespan messages when nothing else does.
        super().__init__(Router())
        self._runs_on_loop = runs_on_loop
        self._workers = Workers(threads)

    def add_api(self, specification: Specification, **options: Any) -> DispatchAPI:
        return super().add_api(specification, calling=self._calling, **options)

    def _calling(self, handler: Function) -> Call:
        if inspect.iscoroutinefunction(handler):
            return lambda arguments: handler(**arguments)
        if self._runs_on_loop(handler):
            return partial(_call_here, handler)
        return lambda arguments: self._workers.run(partial(handler, **arguments))


async def _call_here(handler: Function, arguments: dict[str, Any]) -> Any:
    return handler(**arguments)


def refuse_unmet(spec: Json, operation: AbstractOperation, schemas: Schemas) -> None:
    """A handler that needs what a request may lack would fail one day; say so at start."""
    given = {*CALLER_ARGUMENTS, *_always_given(spec, operation, schemas)}
    needed = [
        name
        for name, each in inspect.signature(operation.function).parameters.items()
        if each.default is each.empty and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
    ]
    unmet = [name for name in needed if name not in given]
    if unmet:
        raise BrokenContract(
            [f"{operation.operation_id} needs {name}, which may be absent." for name in unmet]
        )


def _always_given(spec: Json, operation: AbstractOperation, schemas: Schemas) -> set[str]:
    declared = [
        Parameter(each, schemas)
        for each in parameters(spec, operation.path, operation.method)
        if each["in"] in ("path", "query")
    ]
    names = {parameter.argument for parameter in declared if parameter.is_always_given}
    written = operation_at(spec, operation.path, operation.method)
    body = schemas.resolve(written.get("requestBody", {}))
    if body.get("required"):
        files = body["content"].get(MULTIPART, {}).get("schema", {})
        names.update(("body", *schemas.resolve(files).get("required", ())))
    return names
