"""A cache of answers, which stay valid because a release does not change.

Equal requests at the same time are computed once: later ones wait for the answer to the first.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from cachetools import LRUCache

from iomgraph.serving import worker_messages
from iomgraph.serving.message import Request, Response
from iomgraph.serving.pool import Pool
from iomgraph.serving.worker_proxy import Query

ENTRY = 1_024
"""Bytes charged for an entry besides its content: its key, and the objects of the answer."""

_FIELD = 200
"""Bytes charged for a header besides its characters."""

_LARGEST = 64 << 10


@dataclass(eq=False, slots=True)
class _Flight:
    """A request being answered, with the number of those that wait for its answer."""

    query: Query
    waiting: int = 0


class AnswerCache:
    """The answers of a pool, within limits of bytes and entries.

    Args:
        pool: computes the answers.
        room: most bytes charged for all entries.
        entries: most entries.
    """

    def __init__(self, pool: Pool, room: int, entries: int = 10_000) -> None:
        self._pool, self._entries = pool, entries
        self._kept: LRUCache[bytes, Response] = LRUCache(room, charge)
        self._flights: dict[bytes, _Flight] = {}

    @property
    def entries(self) -> int:
        """Number of answers in the cache."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """Bytes charged for them."""
        return int(self._kept.currsize)

    async def ask(self, service: str, request: Request, client: str) -> Response:
        """Return the cached answer, or have it computed.

        Args:
            service: name of the service that answers.
            request: the request of a client.
            client: key of the client, for its fair share.

        Returns:
            the answer, which may be an error that the service found in the request.

        Raises:
            RequestError: if a limit is exceeded, or too many requests wait.
        """
        payload = worker_messages.request(service, request)
        key = hashlib.sha256(payload).digest()
        response = self._kept.get(key)
        if response is not None:
            return response
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(self._pool.submit(payload, client))
        flight.waiting += 1
        try:
            response = await asyncio.shield(flight.query.answer)
        finally:
            flight.waiting -= 1
            self._land(key, flight)
        self._keep(key, response)
        return response

    def _land(self, key: bytes, flight: _Flight) -> None:
        """End a flight that has its answer, or that nobody waits for any more."""
        if flight.query.answer.done() or not flight.waiting:
            if self._flights.get(key) is flight:
                del self._flights[key]
            if not flight.query.answer.done():
                self._pool.abandon(flight.query)

    def _keep(self, key: bytes, response: Response) -> None:
        if response.status != 200 or len(response.body) > _LARGEST or key in self._kept:
            return
        if charge(response) > self._kept.maxsize:
            return
        while len(self._kept) >= self._entries:
            self._kept.popitem()
        self._kept[key] = response


def charge(response: Response) -> int:
    """Count the bytes that an answer takes in the cache.

    Example:
        >>> charge(Response(200, (("ETag", "x"),), b"12345")) - ENTRY
        210
    """
    headers = sum(len(name) + len(value) + _FIELD for name, value in response.headers)
    return ENTRY + headers + len(response.body)
