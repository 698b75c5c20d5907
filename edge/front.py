"""The outermost layer: request id, limit on headers, security headers, log and metrics."""

import re
from collections.abc import Sequence
from itertools import chain
from time import perf_counter
from typing import Any

import uuid_utils
from starlette.types import ASGIApp, Receive, Scope, Send

import clock
import errors
from config import Settings
from contract import current, refusals
from contract.document import Document
from contract.security import CALLER
from edge import answer
from edge.access_log import AccessLog
from edge.metrics import METHODS, TRAFFIC

MOST_HEADER_BYTES = 8192
MOST_HEADERS = 100
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")


class Front:
    """Answers in our shape whatever happens further in.

    It gives each request an `extensions` dict of its own, which every layer further in shares;
    that is how the operation and the caller found there come back here for the log.
    """

    def __init__(
        self, app: ASGIApp, *, settings: Settings, document: Document | None = None
    ) -> None:
        self.app = app
        described = (document or current.document()).operations
        self._paths = {name: operation.path for name, operation in described.items()}
        self._log = AccessLog() if settings.access_log else None
        hsts = (answer.HSTS,) if settings.is_https else ()
        self._standing = answer.SECURITY_HEADERS + hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        reply = self._prepare(scope, send)
        TRAFFIC.in_flight += 1
        try:
            if are_too_large(scope["headers"]):
                await refusals.write(errors.HeadersTooLarge(), scope, receive, reply.send)
            else:
                await self.app(scope, receive, reply.send)
        except Exception:
            # Refusals were answered further in, so this is a defect; the server logs it.
            if not reply.begun:
                await refusals.write(errors.Broken(), scope, receive, reply.send)
            raise
        finally:
            TRAFFIC.in_flight -= 1
            self._record(scope, reply.status, perf_counter() - started)

    def _prepare(self, scope: Scope, send: Send) -> answer.Answer:
        request_id = request_id_of(scope["headers"])
        added = [(b"x-request-id", request_id.encode())]
        scope["slugbase.request_id"] = request_id
        scope["extensions"] = {**(scope.get("extensions") or {}), answer.ADDED: added}
        return answer.Answer(send, self._standing, added)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        extensions = scope["extensions"]
        operation = operation_of(extensions)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        TRAFFIC.count(operation, method, status, seconds)
        if self._log is not None:
            user = extensions.get(CALLER, {}).get("user")
            client = scope.get("client")
            self._log.add(
                {
                    "time": clock.now(),
                    "level": "error" if status >= 500 else "info",
                    "request_id": scope["slugbase.request_id"],
                    "method": method,
                    # Never as it was sent: a segment may be a secret.
                    "path": self._paths.get(operation or "", "unmatched"),
                    "operation": operation,
                    "status": status,
                    "ms": int(seconds * 1_000_000) / 1000,
                    "user": getattr(user, "user_id", None),
                    "organization": getattr(user, "organization_id", None),
                    "ip": client[0] if client else None,
                }
            )


def request_id_of(headers: Sequence[answer.Header]) -> str:
    """The caller's own id where it is harmless, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value.decode()
    return str(uuid_utils.uuid7())


def are_too_large(headers: Sequence[answer.Header]) -> bool:
    if len(headers) > MOST_HEADERS:
        return True
    return len(b"".join(chain.from_iterable(headers))) > MOST_HEADER_BYTES


def operation_of(extensions: dict[str, Any]) -> str | None:
    """The operationId; routing keeps the handler's dotted path, which ends in it."""
    dotted = extensions.get("connexion_routing", {}).get("operation_id")
    return dotted.rpartition(".")[2] if dotted else None
