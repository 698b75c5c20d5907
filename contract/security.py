"""Who may pass: the security of each operation, compiled from the document at start.

It decides as connexion's own layer does. The first alternative whose credential holds names the
caller; when none does, the most specific refusal is the answer.
"""

import inspect
from collections.abc import Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from connexion.security import SecurityHandlerFactory
from connexion.spec import Specification
from connexion.utils import get_function_from_name
from starlette.types import ASGIApp, Receive, Scope, Send

from contract.document import BrokenContract
from contract.routed import Routed
from contract.spec import Json
from errors import Unauthorized

# Connexion keeps under this name who is calling.
CALLER = "connexion_context"

Function = Callable[..., Any]
Read = Callable[[Scope], str | None]


def header_value(scope: Scope, name: bytes) -> str | None:
    """The first header of this name, which is written in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return None


def cookie_value(header: str | None, name: str) -> str | None:
    """Read one cookie, whatever stands in the others.

    The standard library gives up on the whole header when a single cookie is odd.
    """
    for part in (header or "").split(";"):
        key, equals, value = part.partition("=")
        if equals and key.strip() == name:
            return value.strip().strip('"')
    return None


def _bearer(scope: Scope) -> str | None:
    sent = header_value(scope, b"authorization")
    if not sent:
        return None
    try:
        kind, token = sent.split(maxsplit=1)
    except ValueError:
        raise Unauthorized from None
    return token if kind.lower() == "bearer" else None


def _cookie(name: str) -> Read:
    return lambda scope: cookie_value(header_value(scope, b"cookie"), name)


class Scheme:
    """Where a credential is read, and the function that says whose it is.

    The function gets `request` and `required_scopes` if it names them, and may be asynchronous.
    """

    _read: Read
    _scopes: list[str] | None

    def __init__(
        self, name: str, declared: Json, scopes: list[str], check: Function | None
    ) -> None:
        match declared:
            case {"type": "http", "scheme": "bearer", "x-bearerInfoFunc": function}:
                self._read, self._scopes = _bearer, None  # connexion passes no scopes for it
            case {"type": "apiKey", "in": "cookie", "name": key, "x-apikeyInfoFunc": function}:
                self._read, self._scopes = _cookie(key), scopes
            case _:
                raise BrokenContract([f"The security scheme {name} is of a kind not served here."])
        self._check = check or get_function_from_name(function)
        named = inspect.signature(self._check).parameters
        self._wants_request = "request" in named
        self._wants_scopes = "required_scopes" in named

    async def holder(self, scope: Scope) -> Any:
        """What the function says, or None where there is no credential."""
        credential = self._read(scope)
        if credential is None:
            return None
        extra: dict[str, Any] = {}
        if self._wants_request:
            extra["request"] = ConnexionRequest(scope)
        if self._wants_scopes:
            extra["required_scopes"] = self._scopes
        found = self._check(credential, **extra)
        if inspect.isawaitable(found):
            found = await found
        if found is None:
            raise Unauthorized
        return found


class SecuredOperation:
    """One operation, behind the alternatives of its `security`. None stands for: anybody."""

    def __init__(self, next_app: ASGIApp, alternatives: list[Scheme | None]) -> None:
        self._next_app = next_app
        self._alternatives = alternatives

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        holder = await self._holder(scope)
        user = holder.get("sub", holder.get("uid"))
        scope["extensions"][CALLER] = {"user": user, "token_info": holder}
        await self._next_app(scope, receive, send)

    async def _holder(self, scope: Scope) -> Any:
        refusals: list[Exception] = []
        for scheme in self._alternatives:
            if scheme is None:
                return {}
            try:
                holder = await scheme.holder(scope)
            except Exception as refusal:
                refusals.append(refusal)
            else:
                if holder is not None:
                    return holder
        SecurityHandlerFactory._raise_most_specific(refusals)
        raise Unauthorized


class SecurityAPI(RoutedAPI[Any]):
    def __init__(
        self,
        specification: Specification,
        *args: Any,
        check: Function | None = None,
        **options: Any,
    ) -> None:
        super().__init__(specification, *args, **options)
        self._check = check
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> Any:
        if not operation.security:
            return self.next_app
        alternatives = [self._scheme(operation, each) for each in operation.security]
        return SecuredOperation(self.next_app, alternatives)

    def _scheme(
        self, operation: AbstractOperation, required: dict[str, list[str]]
    ) -> Scheme | None:
        if len(required) > 1:
            raise BrokenContract([f"{operation.operation_id} asks for two credentials at once."])
        for name, scopes in required.items():
            return Scheme(name, operation.security_schemes[name], scopes, self._check)
        return None


class Security(Routed[SecurityAPI]):
    """`check` is asked instead of every function that the document names."""

    api_cls = SecurityAPI

    def __init__(self, app: ASGIApp, *, check: Function | None = None) -> None:
        super().__init__(app)
        self._check = check

    def add_api(self, specification: Specification, **options: Any) -> SecurityAPI:
        return super().add_api(specification, check=self._check, **options)
