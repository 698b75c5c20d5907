"""What every answer carries, whoever gives it."""

from collections.abc import Awaitable, Iterable
from operator import itemgetter

from starlette.types import Message, Scope, Send

Header = tuple[bytes, bytes]

ADDED = "slugbase.answer_headers"
SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
HSTS: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

NAME = itemgetter(0)
STANDING_NAMES = frozenset(map(NAME, (*SECURITY_HEADERS, HSTS)))


class Answer:
    """Hands messages on to the server; the first one gets the headers.

    An answer that names one of the standing headers itself keeps its own value. `status` is 500
    until something was sent: no answer is a failure.
    """

    __slots__ = ("_added", "_send", "_standing", "begun", "status")

    def __init__(self, send: Send, standing: tuple[Header, ...], added: list[Header]) -> None:
        self._send = send
        self._standing = standing
        self._added = added
        self.status = 500
        self.begun = False

    # Not a coroutine of its own: it would cost as much again for each message.
    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.begun = True
            self.status = message["status"]
            headers = self._complete(message.get("headers", ()))
            message = {**message, "headers": headers}
        return self._send(message)

    def _complete(self, headers: Iterable[Header]) -> list[Header]:
        if STANDING_NAMES.isdisjoint(map(NAME, headers)):
            return [*headers, *self._standing, *self._added]
        named = set(map(NAME, headers))
        standing = [header for header in self._standing if header[0] not in named]
        return [*headers, *standing, *self._added]


def add_headers(scope: Scope, headers: Iterable[Header]) -> None:
    """Put headers on the answer to come, be it a success or a refusal made further out.

    Works inside Front only, which sends them.
    """
    scope["extensions"][ADDED].extend(headers)
