"""Errors for queries that exceed a limit, with messages for clients."""

from __future__ import annotations

from iomgraph.serving import worker
from iomgraph.serving.limits import Limits
from iomgraph.serving.problem import RequestError

_LATER = (("Retry-After", "5"),)


def full() -> RequestError:
    """Make the error for a query that can't wait, or has waited too long."""
    return RequestError(503, "too many queries wait already", step="try again later", headers=_LATER)


def client_full(most: int) -> RequestError:
    """Make the error for a client with too many queries.

    Args:
        most: most queries of a client at once.
    """
    return RequestError(
        429, f"you have {most} queries here already", step="wait for their answers", headers=_LATER
    )


def unbuffered() -> RequestError:
    """Make the error for an answer without memory, because other clients read slowly."""
    return RequestError(
        503,
        "too many large answers wait for their readers",
        step="try again later, or ask for less",
        headers=_LATER,
    )


def closed() -> RequestError:
    """Make the error for a query whose workers have ended."""
    return RequestError(503, "the release is loaded anew", step="come back in a moment", headers=_LATER)


def passed(signal: int, limits: Limits) -> tuple[str, RequestError]:
    """Name the limit that a worker exceeded.

    Args:
        signal: the signal that ended the worker.
        limits: limits of an answer.

    Returns:
        the name of the limit in the metrics, and the error for the client.
    """
    if signal == worker.TIME:
        return "time", RequestError(
            504, f"the answer took longer than {limits.seconds:g} seconds", step="ask for less"
        )
    if signal == worker.CPU:
        return "cpu", RequestError(
            504, f"the answer took more than {limits.cpu_seconds:g} seconds of computing", step="ask for less"
        )
    if signal == worker.MEMORY:
        return "memory", RequestError(
            413, f"the answer took more than {limits.memory:,} bytes of memory", step="ask for less"
        )
    return "crash", RequestError(500, "computing the answer failed twice", step="rewrite the query")
