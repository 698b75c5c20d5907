"""How often one client may call; the contract names the class, the numbers stand here."""

import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import NamedTuple

from limits.storage import Storage
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import clock
import errors
from config import Settings
from contract.document import Document
from contract.security import cookie_value
from edge.answer import Header, add_headers
from edge.counts import Counts

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests, or failures, of one client in a window that opens with the first.

    With `by_credential` each credential is a client: all the people of an office have one address.
    What they succeed in then does not count in `general`.
    """

    amount: int
    seconds: int
    failures_only: bool = False
    by_credential: bool = False


LIMITS: Mapping[str, Limit] = {
    "general": Limit(2000, 15 * MINUTE),
    "auth": Limit(50, 15 * MINUTE, failures_only=True),
    "refresh": Limit(500, 15 * MINUTE, failures_only=True),
    "strict": Limit(500, 15 * MINUTE),
    "token": Limit(60, 15 * MINUTE),
    "invitation": Limit(300, 15 * MINUTE),
    "suggestion": Limit(60, 15 * MINUTE),
    "redirect": Limit(600, 15 * MINUTE, by_credential=True),
    "contact": Limit(10, HOUR),
}


class Counted(NamedTuple):
    """A class that applies to an operation, with what its headers and keys begin with."""

    limit: Limit
    prefix: str
    headers: tuple[Header, Header]


class Spent(NamedTuple):
    """One count of one request."""

    counted: Counted
    key: str


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
        storage: Storage | Counts | None = None,
    ) -> None:
        self.app = app
        self._document = document
        self._enabled = settings.rate_limits_enabled
        self._storage = Counts() if storage is None else storage
        self._counted = {name: counted(name, limit) for name, limit in limits.items()}
        self._of_operation: dict[str | None, tuple[Counted, ...]] = {
            None: (self._counted["general"],)  # stock connexion also sends on what it cannot route
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._enabled:
            await self.app(scope, receive, send)
            return
        classes = self._classes_of(scope["extensions"]["connexion_routing"]["operation_id"])
        spent = [Spent(each, each.prefix + client_of(scope, each.limit)) for each in classes]
        used = 0
        for each in spent:
            used = self._spend(each)
        if any(each.counted.limit.failures_only for each in spent):
            await self._keep_failures(spent, scope, receive, send)
            return
        if spent:
            add_headers(scope, self._headers(spent[-1], used))
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
        general, own = self._counted["general"], self._counted[name]
        if own.limit.by_credential:
            general = general._replace(limit=replace(general.limit, failures_only=True))
        return (general,) if name == "general" else (general, own)

    def _spend(self, spent: Spent) -> int:
        limit = spent.counted.limit
        used = self._storage.incr(spent.key, limit.seconds)
        if used > limit.amount:
            headers = {name.decode(): value.decode() for name, value in self._headers(spent, used)}
            wait = headers["ratelimit-reset"]
            raise errors.TooManyRequests(
                headers={"Retry-After": wait, **headers}, retry_after=int(wait)
            )
        return used

    async def _keep_failures(
        self, spent: list[Spent], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Give a success its count back, where only failures count.

        Counting before the attempt keeps many attempts at once from all being let in. An
        exception is a failure: it becomes an answer further out.
        """
        shown = spent[-1]

        def settle(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                if message["status"] < 400:
                    self._give_back(spent)
                add_headers(scope, self._headers(shown, self._storage.get(shown.key)))
            return send(message)

        try:
            await self.app(scope, receive, settle)
        except Exception:
            add_headers(scope, self._headers(shown, self._storage.get(shown.key)))
            raise

    def _give_back(self, spent: list[Spent]) -> None:
        for each in spent:
            if each.counted.limit.failures_only:
                self._storage.incr(each.key, each.counted.limit.seconds, -1)

    def _headers(self, spent: Spent, used: int) -> list[Header]:
        left = spent.counted.limit.amount - used
        end = self._storage.get_expiry(spent.key)
        return [
            *spent.counted.headers,
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


def client_of(scope: Scope, limit: Limit) -> str:
    """Who is counted; all who come through a local socket are one."""
    if limit.by_credential and (credential := credential_in(scope["headers"])):
        return hashlib.sha256(credential).hexdigest()
    client = scope.get("client")
    return network_of(client[0]) if client else "local"


def credential_in(headers: Sequence[Header]) -> bytes | None:
    """Whether it is valid is not known yet; made-up ones fail, and so count in `general`."""
    sent = dict(headers)
    if b"authorization" in sent:
        return sent[b"authorization"]
    token = cookie_value(sent.get(b"cookie", b"").decode("latin-1"), "token")
    return token.encode("latin-1") if token else None


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
