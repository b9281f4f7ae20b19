"""Limits of an examination, which keep it polite and finite."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on the requests of an examination.

    Args:
        requests: most requests to send.
        rate: most requests per second.
        seconds: most seconds for each request.
        total: most seconds for the examination.
        largest: most bytes to read of each response.
        samples: number of things and links, of each kind, to look up.

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
