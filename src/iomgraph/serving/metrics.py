"""What is counted, in the words of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from iomgraph.serving.message import Response

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one server."""

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
        self._release = Gauge(
            "iomgraph_release", "1 for the release that is served.", ("version",), registry=one
        )
        self._count = lru_cache(512)(self._child)

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Tell a value whenever it is asked for."""
        Gauge(f"iomgraph_{name}", meaning, registry=self._registry).set_function(value)

    def _child(self, service: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(service, str(status)), self._seconds.labels(service)

    def answered(self, service: str, response: Response, seconds: float) -> None:
        """An answer has been sent."""
        requests, latencies = self._count(service, response.status)
        requests.inc()
        latencies.observe(seconds)
        self._sent.inc(len(response.body))

    def event(self, name: str) -> None:
        """A limit was hit, a worker replaced, or a release refused or loaded."""
        known = {"replaced": self._replaced, "refused": self._refused, "loaded": self._loaded}
        (known.get(name) or self._limits.labels(name)).inc()

    def serves(self, version: str) -> None:
        """This is the release that is served from now on."""
        self._release.clear()
        self._release.labels(version).set(1)

    def response(self) -> Response:
        """All of it, as text."""
        headers = (("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Cache-Control", "no-store"))
        return Response(200, headers, generate_latest(self._registry))
