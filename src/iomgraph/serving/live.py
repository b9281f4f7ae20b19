"""The current release, which is loaded, and reloaded when another one replaces it.

A release is replaced by renaming, so a look at its manifest shows a change. The new one is checked and loaded
beside the old one; requests that have begun end on the old one. A broken release is refused, and the old one
stays in service.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from iomgraph.errors import IomgraphError
from iomgraph.release import manifest
from iomgraph.serving.answer_cache import AnswerCache
from iomgraph.serving.byte_budget import ByteBudget
from iomgraph.serving.documents import Documents
from iomgraph.serving.elsewhere.watch import Sight, StoreWatch
from iomgraph.serving.loader import Order
from iomgraph.serving.log import Log
from iomgraph.serving.metrics import Metrics
from iomgraph.serving.pool import Pool

_LOOK = 1.0


class Served:
    """One release in service.

    Args:
        pool: pool of its workers.
        room: most bytes of cached answers.
    """

    def __init__(self, pool: Pool, room: int) -> None:
        self.pool, self.answers = pool, AnswerCache(pool, room)
        contents = pool.contents
        self.version, self.quads = contents.version, contents.quads
        self.documents = Documents(
            contents.documents, contents.tombstones, pool.archive, contents.base_iri, contents.described
        )

    async def retire(self, seconds: float) -> None:
        """End after all requests that began here are answered."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (self.pool.busy or self.pool.waiting) and loop.time() < end:
            await asyncio.sleep(0.05)
        await self.pool.close()


class Live:
    """The service of the current release.

    Args:
        order: the release to load.
        workers: number of workers.
        kept: most bytes of cached answers.
        metrics: takes events.
        log: takes events.
    """

    def __init__(self, order: Order, workers: int, kept: int, metrics: Metrics, log: Log) -> None:
        self._order, self._workers, self._kept = order, workers, kept
        self._metrics, self._log = metrics, log
        self._budget = ByteBudget(order.limits.buffered)
        self._seen: tuple[int, ...] | None = None
        self._wanted = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()
        self._watch: StoreWatch | None = None
        self._next: Served | None = None
        self.current: Served

    def readiness(self) -> tuple[int, str]:
        """Tell whether the server is ready, as status and text; on 503, a balancer sends no clients here."""
        if not self.current.pool.alive:
            return 503, "no worker\n"
        return (200, "ready\n") if self.is_held else (503, "the store does not hold the release\n")

    @property
    def is_held(self) -> bool:
        """True if the release is in memory, or was in the store at the last look."""
        return self._is_held(self.current)

    def _is_held(self, served: Served) -> bool:
        return self._watch is None or self._watch.holds(served.quads)

    def _state(self) -> tuple[int, ...] | None:
        try:
            found = (self._order.release / manifest.NAME).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    async def start(self) -> None:
        """Load the current release.

        Raises:
            IomgraphError: if there is none, or it is broken.
        """
        self._seen = self._state()
        self.current = await self._load()
        if self._order.address:
            base_iri, limits = self.current.pool.contents.base_iri, self._order.limits
            self._watch = StoreWatch(self._order.address, base_iri, limits, self._tell)
            await self._watch.look()

    def _tell(self, sight: Sight) -> None:
        """Log the release in the store, and the next step if it is not the one in service."""
        if sight.fault:
            self._log.event("store unseen", what=sight.fault)
        elif self._is_held(self.current):
            self._log.event("store holds the release", version=self.current.version)
        else:
            step = "bring it to the release: iomgraph push URL --release FOLDER"
            what = f"the release {sight.held}" if sight.held else "no release that a push has noted"
            self._log.event(
                "store holds another release",
                what=what,
                wanted=self.current.quads,
                serves=self.current.version,
                step=step,
            )

    async def _load(self) -> Served:
        pool = Pool(replace(self._order), self._workers, self._budget, self._event)
        await pool.start()
        # Indexing a large release takes a while.
        served = await asyncio.to_thread(Served, pool, self._kept)
        self._metrics.serves(served.version)
        self._metrics.event("loaded")
        self._log.event("release loaded", version=served.version, workers=self._workers)
        return served

    def _event(self, name: str, detail: str) -> None:
        if name == "failed":
            self._log.event("answer failed", what=detail)
            return
        self._metrics.event(name)
        self._log.event("worker", what=name)
        if name == "loader":
            self._wanted.set()

    def look_now(self) -> None:
        """Reload the current release, changed or not."""
        self._wanted.set()

    async def follow(self) -> None:
        """Watch for another release, here or in the store, for ever."""
        while True:
            try:
                await asyncio.wait_for(self._wanted.wait(), _LOOK)
            except TimeoutError:
                if self._watch:
                    await self._watch.look()
                    await self._follow_store()
                state = self._state()
                if state is None or state == self._seen:
                    continue
            self._wanted.clear()
            self._seen = self._state()
            await self._replace()

    async def _replace(self) -> None:
        try:
            new = await self._load()
        except (IomgraphError, OSError) as error:
            self._metrics.event("refused")
            told = {"what": error.what, "where": error.where} if isinstance(error, IomgraphError) else {}
            self._log.event("release refused", serves=self.current.version, **told)
            return
        if self._next:
            self._retire(self._next)
        self._next = new
        if not self._is_due(new):
            self._log.event("release waits for the store", version=new.version, serves=self.current.version)
            return
        self._exchange()

    async def _follow_store(self) -> None:
        """Serve the waiting release when it is due."""
        if self._next and self._is_due(self._next):
            self._exchange()

    def _is_due(self, new: Served) -> bool:
        """True if the store holds the release, or no longer holds the previous one."""
        if self._watch is None or self._watch.holds(new.quads):
            return True
        return not (self._watch.sight.fault or self._watch.holds(self.current.quads))

    def _exchange(self) -> None:
        assert self._next  # noqa: S101 (who calls has seen to it)
        old, self.current, self._next = self.current, self._next, None
        self._metrics.serves(self.current.version)
        self._log.event("release served", version=self.current.version)
        self._retire(old)

    def _retire(self, old: Served) -> None:
        retiring = asyncio.get_running_loop().create_task(old.retire(2 * self._order.limits.seconds))
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    async def close(self, seconds: float) -> None:
        """End everything."""
        served = [one.retire(seconds) for one in (self.current, self._next) if one]
        await asyncio.gather(*served, *self._retiring, return_exceptions=True)
