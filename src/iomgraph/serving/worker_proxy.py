"""A worker as the server sees it, with the queries sent to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from iomgraph.serving import limit_errors, worker_messages
from iomgraph.serving.byte_budget import ByteBudget, LargeBody
from iomgraph.serving.channel import Channel
from iomgraph.serving.job_queue import Job
from iomgraph.serving.message import Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.supervisor import Death


@dataclass(eq=False, slots=True, kw_only=True)
class Query(Job):
    """A request to answer.

    Args:
        payload: the request, as a worker reads it.
        answer: the future answer; cancelled if nobody waits for it any more.
        tries: number of workers that died while working on it.
    """

    payload: bytes
    answer: asyncio.Future[Response]
    tries: int = 0

    def fail(self, error: RequestError) -> None:
        """Set the reason why there is no answer."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Owner(Protocol):
    """The pool that a worker works for."""

    budget: ByteBudget

    def answered(self, one: WorkerProxy, number: int, response: Response | RequestError, fault: str) -> None:
        """Take the answer of a worker, or the reason why it was dropped."""

    def freed(self, one: WorkerProxy) -> None:
        """Note that a worker may be idle."""

    def ended(self, one: WorkerProxy) -> None:
        """Note that a worker's connection is closed."""


class WorkerProxy:
    """A worker, seen from the server.

    Args:
        owner: the pool that it works for.
        longest: most bytes of an answer.
        pid: number of its process.

    Attributes:
        channel: the connection to it.
        queries: number to query, in the order of sending; it works on the first.
        is_recalling: it has not confirmed a recall yet.
        free_since: time of its last answer.
        is_ending: it gets no further requests.
        death: its end, once the loader has reported it.
    """

    def __init__(self, owner: Owner, longest: int, pid: int) -> None:
        self._owner, self.pid = owner, pid
        self.channel = Channel(self, longest)
        self.queries: dict[int, Query] = {}
        self.is_recalling = self.is_ending = self.is_closed = False
        self.free_since = 0.0
        self.death: Death | None = None
        self._sent = 0

    @property
    def head(self) -> Query | None:
        """The query that it works on."""
        return next(iter(self.queries.values()), None)

    def send(self, query: Query) -> None:
        """Send a query, to be answered after the earlier ones."""
        self._sent += 1
        self.queries[self._sent] = query
        self.channel.send(worker_messages.numbered(self._sent, query.payload))

    def recall(self) -> list[Query]:
        """Take back the queries behind the one that it works on."""
        (number, head), *behind = self.queries.items()
        self.queries = {number: head}
        self.is_recalling = True
        self.channel.send(worker_messages.recall(number))
        return [query for _, query in behind]

    def reserve(self, number: int, size: int) -> LargeBody | None:
        """Reserve room for a large answer."""
        query = self.queries.get(number)
        return self._owner.budget.reserve(query.client, size) if query else None

    def answered(self, number: int, response: Response, fault: str) -> None:
        """Take an answer."""
        self._owner.answered(self, number, response, fault)

    def unbuffered(self, number: int) -> None:
        """Note that there was no room for an answer."""
        self._owner.answered(self, number, limit_errors.unbuffered(), "")

    def recalled(self) -> None:
        """Note that it has forgotten the recalled queries."""
        self.is_recalling = False
        self._owner.freed(self)

    def closed(self) -> None:
        """Note that the connection is closed because the process has ended."""
        self.is_closed = self.is_ending = True
        self._owner.ended(self)
