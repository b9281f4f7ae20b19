"""The queue of jobs, which decides the next job of an idle worker, and the running job that gives way.

It does not deal with processes or clocks: each method takes the time as an argument. Three rules make it
fair:

- Clients take turns, and none exceeds its limit of jobs; if the queue is full, a client with fewer waiting
  jobs displaces the newest job of the client with the most.
- Quick jobs go before slow ones. A job is quick until it has run for a slice of time; while others wait, a
  slow one keeps its worker only if at least one worker is left for quick jobs. Otherwise it is stopped, and
  starts again when a worker for slow jobs is idle.
- A deadline counts from arrival, whatever happens to the job in between.
"""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

SLICE = 1.0
"""Longest run, in seconds, before a job counts as slow; divided among the clients whose jobs wait."""

SHORT_SLICE = 0.1
"""The shortest slice in seconds, which is also that of a client with a recent slow job."""

_REMEMBERED = 60.0
"""Seconds for which a client is remembered for a slow job."""

_RESERVED = 5.0
"""Seconds after a quick job for which a worker stays free of slow ones, because more quick ones may come."""


@dataclass(eq=False, slots=True, kw_only=True)
class Job:
    """A request for a worker.

    Args:
        client: key of the client that it counts for.
        arrived: time of its arrival, in seconds.
        is_slow: it has run for longer than a slice.
        began: time at which a worker began it; infinite while it waits behind another.
    """

    client: str
    arrived: float
    is_slow: bool = False
    began: float = math.inf


J = TypeVar("J", bound=Job)


class QueueFullError(Exception):
    """Too many jobs wait."""


class ClientFullError(Exception):
    """One client has too many jobs."""


class JobQueue(Generic[J]):
    """Jobs that wait, and those that run.

    Args:
        workers: number of workers, at least 2.
        seconds: longest wait of a job.
        waiting: most waiting jobs.
        per_client: most jobs of one client, including running ones.

    Example:
        >>> queue = JobQueue[Job](workers=2, seconds=30, waiting=64, per_client=32)
        >>> queue.add(Job(client="a", arrived=0.0))
        >>> queue.start(now=0.0).client
        'a'
    """

    def __init__(self, workers: int, seconds: float, waiting: int, per_client: int) -> None:
        self._workers, self._seconds = workers, seconds
        self._most, self._per_client = waiting, per_client
        self._quick, self._slow = _Lane[J](), _Lane[J]()
        self._running: dict[J, None] = {}
        self._of_client: Counter[str] = Counter()
        self._known_slow: OrderedDict[str, float] = OrderedDict()
        self._reserved_until = float("-inf")

    def __len__(self) -> int:
        """Count the jobs that wait."""
        return len(self._quick) + len(self._slow)

    def __contains__(self, job: J) -> bool:
        """Tell whether a job waits."""
        return job not in self._running and job in (self._slow if job.is_slow else self._quick)

    def add(self, job: J) -> J | None:
        """Add a job.

        Returns:
            the job that it displaced from a full queue, if any.

        Raises:
            ClientFullError: if its client has too many jobs already.
            QueueFullError: if too many jobs wait, and no client has more of them than this one.
        """
        if self._of_client[job.client] >= self._per_client:
            raise ClientFullError
        displaced = None
        if len(self._running) + len(self) >= self._workers + self._most:
            displaced = self._displace(job.client)
        self._of_client[job.client] += 1
        self._quick.append(job)
        return displaced

    def _displace(self, client: str) -> J:
        """Remove the newest waiting job of the client that has the most of them."""
        waiting = self._quick.counts() + self._slow.counts()
        (greediest, most), *_ = waiting.most_common(1) or [(client, 0)]
        if most <= waiting[client] + 1:
            raise QueueFullError
        newest = max((*self._quick.of(greediest), *self._slow.of(greediest)), key=lambda one: one.arrived)
        self.remove(newest)
        return newest

    def remove(self, job: J) -> None:
        """Forget a job, whether it waits or runs."""
        if job in self._running:
            del self._running[job]
        else:
            (self._slow if job.is_slow else self._quick).remove(job)
        self._of_client[job.client] -= 1
        if not self._of_client[job.client]:
            del self._of_client[job.client]

    def start(self, now: float) -> J | None:
        """Take the next job for an idle worker; None if the worker should stay idle."""
        lane = self._next_lane(now)
        if lane is None:
            return None
        job = lane.take()
        self._running[job] = None
        self.begin(job, now)
        return job

    def start_ahead(self) -> J | None:
        """Take a quick job for a worker to begin after its current one; None if none waits."""
        if not self._quick:
            return None
        job = self._quick.take()
        self._running[job] = None
        return job

    def begin(self, job: J, now: float) -> None:
        """Note that a worker has begun with a job that was started ahead."""
        job.began = now

    def _next_lane(self, now: float) -> _Lane[J] | None:
        slow = self._count_slow()
        if self._slow and not slow:
            return self._slow
        if self._quick:
            return self._quick
        allowed = self._workers - 1 if now < self._reserved_until else self._workers
        return self._slow if self._slow and slow < allowed else None

    def _count_slow(self) -> int:
        return sum(one.is_slow for one in self._running)

    def finish(self, job: J, now: float) -> None:
        """Note that a running job has its answer."""
        if not job.is_slow:
            self._reserved_until = now + _RESERVED
        self.remove(job)

    def put_back(self, job: J) -> None:
        """Let a running job that lost its worker wait again, before all others."""
        del self._running[job]
        job.began = math.inf
        (self._slow if job.is_slow else self._quick).prepend(job)

    def give_way(self, now: float) -> list[J]:
        """Stop running jobs in favour of waiting ones, and let them wait again.

        Returns:
            the stopped jobs, whose workers must be ended.
        """
        stopped = [job for job in self._newly_slow(now) if self and self._count_slow() >= self._workers]
        for job in stopped[:1]:
            del self._running[job]
            job.began = math.inf
            self._slow.append(job)
        if not stopped and self._quick and self._count_slow() >= self._workers:
            youngest = max((one for one in self._running if one.is_slow), key=lambda one: one.began)
            self.put_back(youngest)
            return [youngest]
        return stopped[:1]

    def _newly_slow(self, now: float) -> list[J]:
        """Mark the running jobs whose slice has ended."""
        found = []
        for job in self._running:
            if not job.is_slow and now - job.began > self._slice(job, now):
                job.is_slow = True
                self._known_slow[job.client] = now
                self._known_slow.move_to_end(job.client)
                found.append(job)
        return found

    def _slice(self, job: J, now: float) -> float:
        while self._known_slow and now - next(iter(self._known_slow.values())) > _REMEMBERED:
            self._known_slow.popitem(last=False)
        if job.client in self._known_slow:
            return SHORT_SLICE
        return max(SHORT_SLICE, SLICE / max(1, self._quick.clients))

    def expire(self, now: float) -> list[J]:
        """Remove the waiting jobs whose deadline has passed, and return them."""
        late = [
            job for lane in (self._quick, self._slow) for job in lane if now - job.arrived > self._seconds
        ]
        for job in late:
            self.remove(job)
        return late

    def clear(self) -> list[J]:
        """Remove all waiting jobs, and return them."""
        waiting = [*self._quick, *self._slow]
        for job in waiting:
            self.remove(job)
        return waiting


class _Lane(Generic[J]):
    """Waiting jobs of one kind, whose clients take turns."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, deque[J]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._jobs.values()))

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __iter__(self) -> Iterator[J]:
        for jobs in self._jobs.values():
            yield from jobs

    def __contains__(self, job: J) -> bool:
        return job in self._jobs.get(job.client, ())

    @property
    def clients(self) -> int:
        """Number of clients that have a job here."""
        return len(self._jobs)

    def counts(self) -> Counter[str]:
        return Counter({client: len(jobs) for client, jobs in self._jobs.items()})

    def of(self, client: str) -> tuple[J, ...]:
        return tuple(self._jobs.get(client, ()))

    def append(self, job: J) -> None:
        self._jobs.setdefault(job.client, deque()).append(job)

    def prepend(self, job: J) -> None:
        self._jobs.setdefault(job.client, deque()).appendleft(job)
        self._jobs.move_to_end(job.client, last=False)

    def take(self) -> J:
        """Remove the first job of the client whose turn it is; its next turn comes after all others'."""
        client, jobs = next(iter(self._jobs.items()))
        job = jobs.popleft()
        self._jobs.move_to_end(client)
        if not jobs:
            del self._jobs[client]
        return job

    def remove(self, job: J) -> None:
        jobs = self._jobs[job.client]
        jobs.remove(job)
        if not jobs:
            del self._jobs[job.client]
