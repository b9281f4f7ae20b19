"""The time that pieces of work take in any process; recorded only on request."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_file: int | None = None
"""The file of timings, which forked processes share, appending whole lines."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The time that a piece of work took.

    Args:
        name: of the work.
        process: number of the process that did it.
        begun: when it began, in seconds by the clock of `time.monotonic`, which processes share.
        ended: when it ended, by the same clock.
        processor: CPU seconds, including those of processes that it started and awaited.

    Example:
        >>> Timing("gather", 1, 10.0, 12.5, 2.25).seconds
        2.5
    """

    name: str
    process: int
    begun: float
    ended: float
    processor: float

    @property
    def seconds(self) -> float:
        """Seconds by the clock."""
        return self.ended - self.begun


@contextmanager
def recorded(path: Path) -> Iterator[None]:
    """Record the timings of the block and of processes that it forks.

    Args:
        path: takes the timings; `read` gives them.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "timings")
        >>> with recorded(path), timed("adding"):
        ...     number = 1 + 1
        >>> [one.name for one in read(path)]
        ['adding']
    """
    global _file
    before = _file
    _file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        yield
    finally:
        os.close(_file)
        _file = before


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Time a block, if timings are being recorded.

    Example:
        >>> with timed("adding"):
        ...     number = 1 + 1
    """
    if _file is None:
        yield
        return
    begun, processor = time.monotonic(), _processor()
    try:
        yield
    finally:
        timing = Timing(name, os.getpid(), begun, time.monotonic(), _processor() - processor)
        os.write(_file, f"{json.dumps(asdict(timing))}\n".encode())


def read(path: Path) -> list[Timing]:
    """Read the recorded timings in the order in which they ended; `recorded` has the example."""
    return [Timing(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _processor() -> float:
    return sum(os.times()[:4])
