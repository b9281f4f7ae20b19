"""Verdict on a part."""

from __future__ import annotations

from dataclasses import dataclass, field

from iomgraph.rechecks.notes import Numbered


@dataclass(slots=True)
class Verdict:
    """The outcome of one part.

    Args:
        results: those of shapes that look no further, in any order.
        lines: its statements that shapes across parts read.
    """

    results: list[Numbered] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def read(self) -> bytes:
        """The statements that shapes across parts read, as N-Triples."""
        return "".join(self.lines).encode()
