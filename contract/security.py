"""Connexion's security handlers, with what they inspect per request settled at start."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from connexion.exceptions import OAuthResponseProblem
from connexion.lifecycle import ConnexionRequest
from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler

Check = Callable[..., Awaitable[Any]]


def cookie_value(header: str | None, name: str) -> str | None:
    """Read one cookie, whatever stands in the others.

    The standard library gives up on the whole header when a single cookie is odd.
    """
    for part in (header or "").split(";"):
        key, equals, value = part.partition("=")
        if equals and key.strip() == name:
            return value.strip().strip('"')
    return None


class _InspectedOnce:
    """Mixed into a handler: a function gets `request` and `required_scopes` if it names them."""

    def _generic_check(self, function: Callable[..., Any], refusal: str) -> Check:
        named = inspect.signature(function).parameters
        wants_request = "request" in named
        wants_scopes = "required_scopes" in named

        async def check(
            request: ConnexionRequest, credential: str, required_scopes: Any = None
        ) -> Any:
            extra: dict[str, Any] = {"request": request} if wants_request else {}
            if wants_scopes:
                extra["required_scopes"] = required_scopes
            holder = function(credential, **extra)
            if inspect.isawaitable(holder):
                holder = await holder
            if holder is None:
                raise OAuthResponseProblem(detail=refusal)
            return holder

        return check


class Bearer(_InspectedOnce, BearerSecurityHandler):
    """`Authorization: Bearer …`."""


class ApiKey(_InspectedOnce, ApiKeySecurityHandler):
    """A key in a header, the query or a cookie."""

    @staticmethod
    def get_cookie_value(cookies: str | None, name: str) -> str | None:
        return cookie_value(cookies, name)


SECURITY_MAP = {"bearer": Bearer, "apiKey": ApiKey}
