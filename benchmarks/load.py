"""A load generator: so many keep-alive connections, each with one request on its way."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    seconds: float = 0.0
    answers: int = 0
    statuses: set[int] = field(default_factory=set)
    latencies: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[int(len(ordered) * share)] * 1000


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is whole."""

    def __init__(self, next_request: Callable[[], bytes], outcome: Outcome, until: float) -> None:
        self._next, self._outcome, self._until = next_request, outcome, until
        self._buffer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def connection_lost(self, reason: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(reason or ConnectionError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < length(head):
            return
        now = time.perf_counter()
        self._outcome.latencies.append(now - self._sent_at)
        self._outcome.statuses.add(int(head[9:12]))
        self._outcome.answers += 1
        self._buffer = b""
        if now < self._until:
            self._send()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._next())


def length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without Content-Length")


async def fire(
    port: int, next_request: Callable[[], bytes], seconds: float, connections: int = 32
) -> Outcome:
    loop, outcome = asyncio.get_running_loop(), Outcome()
    begin = time.perf_counter()
    opened = [
        await loop.create_connection(
            lambda: Connection(next_request, outcome, begin + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    outcome.seconds = time.perf_counter() - begin
    return outcome


def request(method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
