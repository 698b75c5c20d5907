"""Every exception becomes one kind of answer: the schema `Error` of the contract."""

import logging
import re
from collections.abc import Awaitable
from typing import Any

import orjson
import uuid_utils
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import errors
from contract.bodies import drain

log = logging.getLogger("slugbase")

JSON, PROBLEM = "application/json", "application/problem+json"
UNWANTED = re.compile(r";q=0(\.0*)?(;|$)")
BY_STATUS: dict[int, type[errors.Refusal]] = {
    kind.status: kind
    for kind in (
        errors.Invalid,
        errors.Unauthorized,
        errors.Forbidden,
        errors.NotFound,
        errors.MethodNotAllowed,
        errors.TooLarge,
        errors.UnsupportedMediaType,
        errors.TooManyRequests,
        errors.HeadersTooLarge,
    )
}


class Refusals:
    """Stands outside all layers that refuse. Also takes the body from answers to HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False
        is_head = scope["method"] == "HEAD"

        # No coroutine of its own, which each message would pay for.
        def pass_on(message: Message) -> Awaitable[None]:
            nonlocal begun
            begun = True
            return send(_without_body(message) if is_head else message)

        try:
            await self.app(scope, receive, pass_on)
        except Exception as exception:
            if begun:
                raise
            await write(_judged(exception, scope), scope, receive, send)


async def write(refusal: errors.Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Send one refusal."""
    media, body = _body(refusal, scope)
    await drain(scope, receive)
    headers = [
        (b"content-type", media.encode()),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in refusal.headers.items()),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def answer(request: ConnexionRequest, exception: Exception) -> ConnexionResponse:
    """The same answer from an untouched AsyncApp: its handler for every exception."""
    refusal = _judged(exception, request.scope)
    media, body = _body(refusal, request.scope)
    return ConnexionResponse(
        refusal.status, content_type=media, body=body, headers=dict(refusal.headers)
    )


def as_refusal(exception: Exception) -> errors.Refusal:
    """What is neither ours nor HTTP's is a defect; nothing of it is shown."""
    if isinstance(exception, errors.Refusal):
        return exception
    if not isinstance(exception, HTTPException):
        return errors.Broken()
    kind = BY_STATUS.get(exception.status_code)
    if kind is None and 400 <= exception.status_code < 500:
        kind = errors.Invalid
    refusal = (kind or errors.Broken)()
    refusal.status = exception.status_code if kind else refusal.status
    refusal.headers = {**refusal.headers, **(exception.headers or {})}
    return refusal


def _judged(exception: Exception, scope: Scope) -> errors.Refusal:
    refusal = as_refusal(exception)
    if isinstance(refusal, errors.Broken):
        log.error("request %s failed", _request_id(scope), exc_info=exception)
    return refusal


def _body(refusal: errors.Refusal, scope: Scope) -> tuple[str, bytes]:
    content = refusal.body(_request_id(scope))
    if not _asks_for_problem(scope):
        return JSON, orjson.dumps(content)
    return PROBLEM, orjson.dumps(_as_problem(content))


def _as_problem(content: dict[str, Any]) -> dict[str, Any]:
    """RFC 9457; what it has no member for stands beside, under our names."""
    return {
        "type": "about:blank",
        "title": content.pop("error"),
        "detail": content.pop("message"),
        "instance": f"urn:request:{content['request_id']}",
        **content,
    }


def _asks_for_problem(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"accept" and b"problem+json" in value.lower():
            parts = value.decode("latin-1").lower().replace(" ", "").split(",")
            return any(
                part.split(";")[0] == PROBLEM and not UNWANTED.search(part) for part in parts
            )
    return False


def _request_id(scope: Scope) -> str:
    """The same one for the log and the body, whoever asks first."""
    return str(scope.setdefault("slugbase.request_id", str(uuid_utils.uuid7())))


def _without_body(message: Message) -> Message:
    if message["type"] != "http.response.body":
        return message
    return {**message, "body": b""}
