"""What Prometheus may ask: requests, latency and load, by operation.

Each process counts for itself, so with several workers one scrape reaches one of them. Give each
worker its own port and scrape them all, or read the sums from the log.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE", "REGISTRY", "TRAFFIC", "Traffic", "render"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LABELS = [*map(str, BUCKETS), "+Inf"]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Latency:
    """How often each bucket was hit, and the sum of all seconds."""

    __slots__ = ("hits", "seconds")

    def __init__(self) -> None:
        self.hits = [0] * len(LABELS)
        self.seconds = 0.0

    def buckets(self) -> list[tuple[str, float]]:
        return list(zip(LABELS, accumulate(self.hits), strict=True))


class Traffic(Collector):
    """Plain numbers, written on the event loop only and read when somebody asks.

    The library's own counters take a lock for each number; that was a third of what the whole
    edge costs.
    """

    def __init__(self) -> None:
        self.in_flight = 0
        self._requests: dict[tuple[str, str, int], int] = {}
        self._latencies: dict[str, Latency] = {}

    def count(self, operation: str | None, method: str, status: int, seconds: float) -> None:
        name = operation or "none"
        key = (name, method, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        latency = self._latencies.get(name)
        if latency is None:
            latency = self._latencies[name] = Latency()
        latency.hits[bisect_left(BUCKETS, seconds)] += 1
        latency.seconds += seconds

    def collect(self) -> Iterator[Metric]:
        yield self._counters()
        yield self._histograms()
        yield GaugeMetricFamily(
            "slugbase_http_requests_in_flight", "Requests being answered now.", self.in_flight
        )

    def _counters(self) -> Metric:
        family = CounterMetricFamily(
            "slugbase_http_requests",
            "Requests answered.",
            labels=["operation", "method", "status"],
        )
        # A copy, because the loop goes on counting while a handler's thread reads.
        for (operation, method, status), number in self._requests.copy().items():
            family.add_metric([operation, method, str(status)], number)
        return family

    def _histograms(self) -> Metric:
        family = HistogramMetricFamily(
            "slugbase_http_request_duration_seconds",
            "Time from the first byte of the request to the last of the answer.",
            labels=["operation"],
        )
        for operation, latency in self._latencies.copy().items():
            family.add_metric([operation], latency.buckets(), latency.seconds)
        return family


TRAFFIC = Traffic()
REGISTRY = CollectorRegistry()
REGISTRY.register(TRAFFIC)
ProcessCollector(registry=REGISTRY)


def render() -> bytes:
    """The text of `/metrics`."""
    return generate_latest(REGISTRY)
