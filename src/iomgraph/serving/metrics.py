"""The metrics of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


_OF_POOL = frozenset({"failed", "loader", "requeued", "stuck"})
"""Events other than limits: a fault, a new loader, a moved query, a hanging process."""


class Metrics:
    """The metrics of one application.

    Attributes:
        in_progress: number of requests being answered.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        one = self._registry
        self._requests = Counter(
            "iomgraph_requests",
            "Requests answered, by service and status.",
            ("service", "status"),
            registry=one,
        )
        self._seconds = Histogram(
            "iomgraph_request_seconds",
            "Time to answer, by service.",
            ("service",),
            buckets=_BUCKETS,
            registry=one,
        )
        self._sent = Counter("iomgraph_sent_bytes", "Bytes of content sent.", registry=one)
        self._limits = Counter(
            "iomgraph_limits_hit",
            "Answers given up, by the limit that they passed.",
            ("limit",),
            registry=one,
        )
        self._replaced = Counter("iomgraph_workers_replaced", "Workers that were replaced.", registry=one)
        self._refused = Counter(
            "iomgraph_releases_refused",
            "Releases that were put in place and could not be served.",
            registry=one,
        )
        self._loaded = Counter("iomgraph_releases_loaded", "Releases that were loaded.", registry=one)
        self._cut = Counter("iomgraph_answers_cut", "Answers that were broken off.", registry=one)
        self._pool = Counter("iomgraph_pool_events", "Events of the workers.", ("event",), registry=one)
        self.in_progress = 0
        self.watch("requests_in_progress", "Requests that are being answered.", lambda: self.in_progress)
        self._release = Gauge(
            "iomgraph_release", "1 for the release that is served.", ("version",), registry=one
        )
        self._count = lru_cache(512)(self._child)

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Read a value each time the metrics are requested."""
        Gauge(f"iomgraph_{name}", meaning, registry=self._registry).set_function(value)

    def _child(self, service: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(service, str(status)), self._seconds.labels(service)

    def answered(self, service: str, status: int, size: int, seconds: float) -> None:
        """Count a sent answer.

        Args:
            service: the service that answered.
            status: HTTP status.
            size: bytes of content.
            seconds: time from request to response.
        """
        requests, latencies = self._count(service, status)
        requests.inc()
        latencies.observe(seconds)
        self._sent.inc(size)

    def cut(self) -> None:
        """Count an answer that was not sent completely."""
        self._cut.inc()

    def event(self, name: str) -> None:
        """Count an event, such as a limit hit, a worker replaced, or a release refused or loaded."""
        known = {"replaced": self._replaced, "refused": self._refused, "loaded": self._loaded}
        if name in _OF_POOL:
            self._pool.labels(name).inc()
        else:
            (known.get(name) or self._limits.labels(name)).inc()

    def serves(self, version: str) -> None:
        """Set the release in service from now on."""
        self._release.clear()
        self._release.labels(version).set(1)

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def text(self) -> tuple[int, str]:
        """Write all metrics; return a status and the text."""
        return 200, generate_latest(self._registry).decode()
