"""What a page of the web says of itself in its head, read without reaching into our own network.

A name is looked up once. Every address it has must be public, and one of these very addresses is
connected to, so that a second look-up cannot lead elsewhere; each redirect is checked the same way.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html.parser import HTMLParser
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx2

LIMIT_SECONDS = 8
MOST_REDIRECTS = 3
MOST_BYTES = 100_000
LONGEST = {"title": 500, "description": 1000, "site_name": 200}
HTML = ("text/html", "application/xhtml")
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; SlugBase)",
    "Accept": "text/html, application/xhtml+xml",
    "Accept-Encoding": "identity",  # a packed page could be far larger than what was read of it
    "Connection": "close",
}
# Meta elements that say it, the first of them before the others.
NAMES = {
    "title": ("<title>", "og:title"),
    "description": ("description", "og:description"),
    "site_name": ("og:site_name",),
}

Address = IPv4Address | IPv6Address
MayReach = Callable[[Address], bool]

# Not the event loop's own threads: the end of a loop waits for those, however long a look-up takes.
_lookups = ThreadPoolExecutor(8, "lookup")


class Unreadable(Exception):
    """There is nothing to be read, or not by us."""


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        # The latter has an IPv4 address inside that somebody else would go on to.
        if address.is_site_local or address.sixtofour is not None:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def read(
    url: str, may_reach: MayReach | None = None, limit_seconds: float = LIMIT_SECONDS
) -> dict[str, str]:
    """Of `title`, `description` and `site_name` those it gives; nothing on any problem."""
    try:
        return asyncio.run(_read(url, may_reach or is_public, limit_seconds))
    except (Unreadable, TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return {}


async def _read(url: str, may_reach: MayReach, limit_seconds: float) -> dict[str, str]:
    at = httpx2.URL(url)
    async with (
        asyncio.timeout(limit_seconds),
        # Without the environment: a proxy would connect to what it likes.
        httpx2.AsyncClient(trust_env=False, timeout=None, headers=HEADERS) as client,
    ):
        for _ in range(1 + MOST_REDIRECTS):
            response = await client.send(await _request(client, at, may_reach), stream=True)
            try:
                if not response.has_redirect_location:
                    return _said(await _text(response))
                at = at.join(response.headers["location"])
            finally:
                await response.aclose()
    raise Unreadable


async def _request(
    client: httpx2.AsyncClient, at: httpx2.URL, may_reach: MayReach
) -> httpx2.Request:
    """Goes to the checked address; the name stands in Host, and the certificate must be for it."""
    if at.scheme not in ("http", "https") or not at.host:
        raise Unreadable
    name = at.raw_host.decode()
    return client.build_request(
        "GET",
        at.copy_with(host=await _address(name, may_reach), userinfo=b"", fragment=None),
        headers={"Host": at.netloc.decode()},
        extensions={"sni_hostname": name},
    )


async def _address(name: str, may_reach: MayReach) -> str:
    found = await asyncio.get_running_loop().run_in_executor(
        _lookups, lambda: socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    )
    addresses = [ip_address(each[4][0]) for each in found]
    if not addresses or not all(map(may_reach, addresses)):
        raise Unreadable
    return str(addresses[0])


async def _text(response: httpx2.Response) -> str:
    headers = response.headers
    is_html = headers.get("content-type", "").lower().startswith(HTML)
    if not response.is_success or not is_html or "content-encoding" in headers:
        raise Unreadable
    content = b""
    async for piece in response.aiter_raw():
        content += piece
        if len(content) >= MOST_BYTES:
            break
    try:
        return content[:MOST_BYTES].decode(response.charset_encoding or "utf-8", "replace")
    except LookupError:
        raise Unreadable from None


def _said(text: str) -> dict[str, str]:
    head = _Head()
    with suppress(AssertionError):  # how the parser meets what begins with <![ and is not HTML
        head.feed(text)
    found = {
        what: next((head.said[name] for name in names if head.said.get(name)), "")
        for what, names in NAMES.items()
    }
    return {what: said[: LONGEST[what]] for what, said in found.items() if said}


class _Head(HTMLParser):
    """Of each name what is said first."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "title":
            self._title = []
        elif tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            self._say(name, given.get("content") or "")

    def handle_data(self, text: str) -> None:
        if self._title is not None:
            self._title.append(text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self._title is not None:
            self._say("<title>", "".join(self._title))
            self._title = None

    def _say(self, name: str, text: str) -> None:
        self.said.setdefault(name, " ".join(text.split()))
