"""Deprecated operations tell their end with every answer, refusals included."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract.deprecation import headers_of
from contract.refusals import as_refusal
from contract.spec import Json


def announced(app: ASGIApp, operation: Json) -> ASGIApp:
    """The same application for all others, so that telling costs them nothing."""
    headers = headers_of(operation)
    if not headers:
        return app
    sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def announcing(scope: Scope, receive: Receive, send: Send) -> None:
        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *sent]}
            await send(message)

        try:
            await app(scope, receive, announce)
        except Exception as exception:
            # It is written further out.
            refusal = as_refusal(exception)
            refusal.headers = {**refusal.headers, **headers}
            raise refusal from exception

    return announcing
