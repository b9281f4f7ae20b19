"""Limits of an examination: it is polite, and ends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of what an examination asks of a server.

    Args:
        requests: that are sent at most.
        rate: requests per second at most.
        seconds: that each may take.
        total: seconds that the examination may take.
        largest: bytes of each response that are read.
        samples: things and links that are looked up, of each kind.

    Example:
        >>> Limits(samples=2).requests
        300
    """

    requests: int = 300
    rate: float = 10
    seconds: float = 20
    total: float = 600
    largest: int = 16 * 2**20
    samples: int = 3
