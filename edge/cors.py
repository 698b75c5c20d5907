"""Which web pages on other origins may call this server with a browser's credentials."""

from collections.abc import Awaitable, Sequence
from functools import partial

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract.security import header_value

METHODS = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "X-CSRF-Token",
    "Idempotency-Key",
    "X-Request-Id",
    "If-Match",
    "If-None-Match",
)
RESPONSE_HEADERS = (
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "RateLimit-Policy",
    "Retry-After",
    "Idempotency-Replayed",
    "Allow",
    "ETag",
)
VARY = (b"vary", b"Origin")


def cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Let pages of these origins in; without any there is nothing to add."""
    if not origins:
        return app
    if {"*", "null"} & set(origins):
        raise ValueError("With credentials allowed, each origin has to be named: no '*' or 'null'.")
    return Cors(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=REQUEST_HEADERS,
        allow_credentials=True,
        expose_headers=RESPONSE_HEADERS,
    )


class Cors(CORSMiddleware):
    """Starlette's rules, but what they refuse is answered by the app, in its own words.

    The browser keeps the answer from the page, since it carries no header that allows it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        origin = header_value(scope, b"origin")
        if origin is None or not self.is_allowed_origin(origin):
            await self.app(scope, receive, partial(send_varying, send=send))
            return
        headers = Headers(scope=scope)
        if is_preflight(scope, headers):
            response = self.preflight_response(headers)
            answer = response if response.status_code == 204 else self.app
            await answer(scope, receive, send)
        else:
            await self.simple_response(scope, receive, send, request_headers=headers)

    def preflight_response(self, request_headers: Headers) -> Response:
        """204 without a body where Starlette says 200 OK; its refusals stay 400 for the caller."""
        response = super().preflight_response(request_headers)
        if response.status_code != 200:
            return response
        allowed = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-length", "content-type")
        }
        return Response(status_code=204, headers=allowed)


def is_preflight(scope: Scope, headers: Headers) -> bool:
    return scope["method"] == "OPTIONS" and "access-control-request-method" in headers


def send_varying(message: Message, send: Send) -> Awaitable[None]:
    """A cache must not give this answer, made for no origin, to a page that is allowed."""
    if message["type"] == "http.response.start":
        message = {**message, "headers": [*message.get("headers", ()), VARY]}
    return send(message)
