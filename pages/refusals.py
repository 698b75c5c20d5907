"""The layer that gives people pages: a refusal in words, and the sign-in instead of a 401."""

from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from contract.document import Document
from contract.refusals import as_refusal
from contract.routing import path_as_sent
from contract.security import header_value
from errors import Broken, Refusal, Unauthorized
from pages import rendering

SIGN_IN = "/app/login"


class Pages:
    """Stands outside the layers that refuse, and works for the operations that state a page."""

    def __init__(self, app: ASGIApp, *, document: Document) -> None:
        self.app = app
        self._document = document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_for_a_person(scope):
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except Exception as exception:
            refusal = as_refusal(exception)
            if isinstance(refusal, Broken):
                raise
            await _show(refusal, scope, send)

    def _is_for_a_person(self, scope: Scope) -> bool:
        operation_id = scope["extensions"]["connexion_routing"]["operation_id"]
        if operation_id is None or not self._document.of(operation_id).has_pages:
            return False
        return rendering.is_wanted(header_value(scope, b"accept"))


async def _show(refusal: Refusal, scope: Scope, send: Send) -> None:
    status, headers, body = refusal.status, {**refusal.headers}, b""
    if status == Unauthorized.status:
        status, headers["location"] = 302, f"{SIGN_IN}?redirect={quote(_asked(scope), safe='')}"
        headers.pop("WWW-Authenticate", None)
    else:
        has_form = getattr(refusal, "can_be_made", False)
        headers.update(rendering.HEADERS_WITH_FORM if has_form else rendering.HEADERS)
        body = rendering.page("refusal", refusal=refusal, **refusal.facts).encode()
    headers["content-length"] = str(len(body))
    written = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": written})
    await send({"type": "http.response.body", "body": body})


def _asked(scope: Scope) -> str:
    """Path and query: never another site."""
    query = scope["query_string"]
    whole: bytes = path_as_sent(scope) + (b"?" + query if query else b"")
    return whole.decode("latin-1")
