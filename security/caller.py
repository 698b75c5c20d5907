"""The request a handler serves: what connexion does not pass on as an argument."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

from contract.security import cookie_value, header_value

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]

_scope: ContextVar[Scope] = ContextVar("scope")


class CallerContext:
    """Keeps the ASGI scope where security functions and handlers find it, in any thread."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        _scope.set(scope)
        await self.app(scope, receive, send)


def header(name: str) -> str | None:
    return header_value(_scope.get(), name.lower().encode())


def method() -> str:
    return str(_scope.get()["method"])


def cookie(name: str) -> str | None:
    return cookie_value(header("cookie"), name)


def query() -> str:
    """As it was sent."""
    return str(_scope.get()["query_string"].decode("latin-1"))


def handler_path() -> str:
    """Connexion has routed by now, and keeps the handler's dotted path under this name."""
    return str(_scope.get()["extensions"]["connexion_routing"]["operation_id"])


def ip() -> str:
    client = _scope.get().get("client")
    return str(client[0]) if client else "unknown"
