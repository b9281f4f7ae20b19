"""How an answer ends that is none: what the client is told of the limit that was passed."""

from __future__ import annotations

from iomgraph.serving import worker
from iomgraph.serving.limits import Limits
from iomgraph.serving.problem import RequestError


def full() -> RequestError:
    """There are too many already."""
    return RequestError(
        503, "too many queries wait already", step="come back later", headers=(("Retry-After", "5"),)
    )


def passed(ended: int, limits: Limits) -> tuple[str, RequestError]:
    """Name the limit that a worker passed when it ended so.

    Args:
        ended: the signal that it was ended by.
        limits: of an answer.

    Returns:
        what the metrics call it, and what the client is told.
    """
    if ended == worker.TIME:
        return "time", RequestError(
            504, f"the answer took longer than {limits.seconds:g} seconds", step="ask for less"
        )
    if ended == worker.CPU:
        return "cpu", RequestError(
            504, f"the answer took more than {limits.cpu_seconds:g} seconds of computing", step="ask for less"
        )
    if ended == worker.MEMORY:
        return "memory", RequestError(
            413, f"the answer took more than {limits.memory:,} bytes of memory", step="ask for less"
        )
    return "crash", RequestError(500, "the answer failed twice", step="ask in another way")
