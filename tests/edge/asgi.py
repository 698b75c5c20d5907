"""Plain ASGI calls, and apps to call, for the tests of the edge."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config import Settings
from edge.front import Front

Headers = Iterable[tuple[str, str]]


@dataclass
class Reply:
    status: int = 0
    raw_headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.raw_headers)

    def json(self) -> Any:
        return json.loads(self.body)


def settings(**changes: Any) -> Settings:
    """Log and limits are on, whatever the environment says for the other tests."""
    return Settings(_env_file=None, **{"access_log": True, "rate_limits_enabled": True} | changes)


def front(app: ASGIApp, **changes: Any) -> Front:
    """Front with a document of one operation."""
    operations = {"change_thing": SimpleNamespace(path="/api/things/{id}")}
    document = SimpleNamespace(operations=operations)
    return Front(app, settings=settings(**changes), document=document)


async def send_request(
    app: ASGIApp,
    path: str = "/api/things",
    *,
    method: str = "GET",
    headers: Headers = (),
    query: bytes = b"",
    client: str | None = "192.0.2.1",
) -> Reply:
    reply = Reply()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.raw_headers = [
                (name.decode(), value.decode()) for name, value in message["headers"]
            ]
        else:
            reply.body += message.get("body", b"")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": (client, 50000) if client else None,
        "server": ("localhost", 8000),
    }
    await app(scope, receive, send)
    return reply


def request(app: ASGIApp, *args: Any, **kwargs: Any) -> Reply:
    return asyncio.run(send_request(app, *args, **kwargs))


def answering(
    status: int = 200,
    headers: Headers = (("content-type", "application/json"),),
    operation_id: str | None = "handlers.things.list_things",
    user: object = None,
) -> ASGIApp:
    """An app that routes like connexion, then answers the same thing each time."""
    raw_headers = [(name.encode(), value.encode()) for name, value in headers]
    start = {"type": "http.response.start", "status": status, "headers": raw_headers}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        route(scope, operation_id)
        scope["extensions"]["connexion_context"] = {"user": user}
        await send(start)
        await send({"type": "http.response.body", "body": b"{}"})

    return app


def route(scope: Scope, operation_id: str | None) -> None:
    routing = {"api_base_path": "", "operation_id": operation_id}
    scope.setdefault("extensions", {})["connexion_routing"] = routing


def routed(app: ASGIApp, operation_id: str | None) -> ASGIApp:
    async def with_route(scope: Scope, receive: Receive, send: Send) -> None:
        route(scope, operation_id)
        await app(scope, receive, send)

    return with_route
