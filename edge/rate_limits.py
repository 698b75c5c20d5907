"""How often one client may call; the contract names the class, the numbers stand here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import NamedTuple, Protocol

from limits.storage import Storage
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import clock
import errors
from config import Settings
from edge.answer import Header, add_headers
from edge.counts import Counts

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests, or failures, of one client in a window that opens with the first."""

    amount: int
    seconds: int
    failures_only: bool = False


LIMITS: Mapping[str, Limit] = {
    "general": Limit(2000, 15 * MINUTE),
    "auth": Limit(50, 15 * MINUTE, failures_only=True),
    "refresh": Limit(500, 15 * MINUTE, failures_only=True),
    "strict": Limit(500, 15 * MINUTE),
    "token": Limit(60, 15 * MINUTE),
    "invitation": Limit(300, 15 * MINUTE),
    "contact": Limit(10, HOUR),
}


class Described(Protocol):
    """What the document says about an operation, as far as it matters here."""

    rate_limit: str


class Document(Protocol):
    def of(self, operation_id: str) -> Described: ...


class Counted(NamedTuple):
    """A class that applies to an operation, with what its headers and keys begin with."""

    limit: Limit
    prefix: str
    headers: tuple[Header, Header]


class RateLimits:
    """Stands after routing and inside Front, which sends the headers.

    Every request counts in `general`, but for the class `none`; the class of the operation counts
    as well, and its numbers are the ones shown. Each process counts for itself, so several
    workers together let more through, unless they are given one `storage`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        document: Document,
        settings: Settings,
        limits: Mapping[str, Limit] = LIMITS,
        storage: Storage | None = None,
    ) -> None:
        self.app = app
        self._document = document
        self._enabled = settings.rate_limits_enabled
        self._storage = storage or Counts()
        self._counted = {name: counted(name, limit) for name, limit in limits.items()}
        self._of_operation: dict[str | None, tuple[Counted, ...]] = {
            None: (self._counted["general"],)  # stock connexion also sends on what it cannot route
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._enabled:
            await self.app(scope, receive, send)
            return
        client, shown, used = client_of(scope), None, 0
        for shown in self._classes_of(scope["extensions"]["connexion_routing"]["operation_id"]):
            used = self._spend(shown, client)
        if shown is not None and shown.limit.failures_only:
            await self._keep_failures(shown, client, scope, receive, send)
            return
        if shown is not None:
            add_headers(scope, self._headers(shown, client, used))
        await self.app(scope, receive, send)

    def _classes_of(self, operation_id: str | None) -> tuple[Counted, ...]:
        """Most general first: the last one's numbers are shown."""
        found = self._of_operation.get(operation_id)
        if found is None and operation_id is not None:
            found = self._classes_named(self._document.of(operation_id).rate_limit)
            self._of_operation[operation_id] = found
        return found or ()

    def _classes_named(self, name: str) -> tuple[Counted, ...]:
        if name == "none":
            return ()
        general = self._counted["general"]
        return (general,) if name == "general" else (general, self._counted[name])

    def _spend(self, counted: Counted, client: str) -> int:
        used = self._storage.incr(counted.prefix + client, counted.limit.seconds)
        if used > counted.limit.amount:
            headers = {
                name.decode(): value.decode()
                for name, value in self._headers(counted, client, used)
            }
            wait = headers["ratelimit-reset"]
            raise errors.TooManyRequests(
                headers={"Retry-After": wait, **headers}, retry_after=int(wait)
            )
        return used

    async def _keep_failures(
        self, counted: Counted, client: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Give a success its count back.

        Counting before the attempt keeps many attempts at once from all being let in. An
        exception is a failure: it becomes an answer further out.
        """
        key = counted.prefix + client

        async def settle(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] < 400:
                    self._storage.incr(key, counted.limit.seconds, -1)
                add_headers(scope, self._headers(counted, client, self._storage.get(key)))
            await send(message)

        try:
            await self.app(scope, receive, settle)
        except Exception:
            add_headers(scope, self._headers(counted, client, self._storage.get(key)))
            raise

    def _headers(self, counted: Counted, client: str, used: int) -> list[Header]:
        left = counted.limit.amount - used
        end = self._storage.get_expiry(counted.prefix + client)
        return [
            *counted.headers,
            (b"ratelimit-remaining", b"%d" % left if left > 0 else b"0"),
            (b"ratelimit-reset", b"%d" % ceil(end - clock.now().timestamp())),
        ]


def counted(name: str, limit: Limit) -> Counted:
    return Counted(
        limit,
        f"{name}:",
        (
            (b"ratelimit-limit", b"%d" % limit.amount),
            (b"ratelimit-policy", b"%d;w=%d" % (limit.amount, limit.seconds)),
        ),
    )


def client_of(scope: Scope) -> str:
    """Who is counted; all who come through a local socket are one."""
    client = scope.get("client")
    return network_of(client[0]) if client else "local"


@lru_cache(maxsize=65_536)
def network_of(host: str) -> str:
    """IPv4 as it is; of IPv6 the /56, because one customer usually holds all of it."""
    if ":" not in host:
        return host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return "unreadable"  # forwarded by a proxy; a count for each would let their sender go free
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 56), strict=False))
