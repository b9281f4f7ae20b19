"""A real pool in a test: a loader, workers, and the events of the pool."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from iomgraph.serving.byte_budget import ByteBudget
from iomgraph.serving.limits import Limits
from iomgraph.serving.loader import Order
from iomgraph.serving.message import Request, Response
from iomgraph.serving.pool import Pool

JSON = {"accept": "application/sparql-results+json"}
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


class Pools:
    """A pool, and the number of its events by kind."""

    def __init__(self, release: Path, limits: Limits, workers: int = 2) -> None:
        self.events: Counter[str] = Counter()
        self.budget = ByteBudget(limits.buffered)
        self.pool = Pool(Order(release, limits), workers, self.budget, self._event)

    def _event(self, name: str, detail: str) -> None:
        self.events[name] += 1

    async def query(self, text: str, client: str = "", **headers: str) -> Response:
        return await self.pool.ask("sparql", query(text, **headers), client)

    def later(self, text: str, client: str = "") -> asyncio.Task[Response]:
        return asyncio.get_running_loop().create_task(self.query(text, client))

    @property
    def workers(self) -> list[int]:
        """The processes of the workers that can be asked."""
        return [int(pid) for pid in self.children(self.loader)]

    @property
    def loader(self) -> int:
        return self.pool._supervisor._process.pid

    @staticmethod
    def children(pid: int) -> list[str]:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    async def waits_for(self, condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what} did not come about: {self.events}"
            await asyncio.sleep(0.005)


def query(text: str, **headers: str) -> Request:
    """A query as a client POSTs it."""
    return Request(
        "POST", "/sparql", (), {**JSON, "content-type": "application/sparql-query", **headers}, text.encode()
    )


@asynccontextmanager
async def started(release: Path, limits: Limits | None = None, workers: int = 2) -> AsyncIterator[Pools]:
    one = Pools(release, limits or Limits(), workers)
    await one.pool.start()
    try:
        await one.waits_for(lambda: one.pool.alive == max(2, workers), "the workers")
        yield one
    finally:
        await one.pool.close()


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run a scenario on a loop of its own."""
    asyncio.run(scenario())  # type: ignore[arg-type]
