"""Progress of long work, reported step by step, with counts if there are any."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")

_SECONDS = 0.1


class Say(Protocol):
    """A receiver of progress: the step, and how much of it is done.

    Example:
        >>> def say(step: str, done: int = 0, total: int = 0, /) -> None:
        ...     print(f"{step}: {done} of {total}")
        >>> list(counted([], say, "pages", 0))
        pages: 0 of 0
        pages: 0 of 0
        []
    """

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """Take a report of progress.

        Args:
            step: name of the step.
            done: number of parts done.
            total: number of all parts; 0 if unknown.
        """
        ...


def silent(_step: str, _done: int = 0, _total: int = 0, /) -> None:
    """Ignore progress.

    Example:
        >>> silent("read", 1, 2)
    """


def counted(items: Iterable[T], say: Say, step: str, total: int = 0) -> Iterator[T]:
    """Yield items, and report how many were taken, at most ten times a second.

    Args:
        items: the parts of a step.
        say: takes the progress.
        step: its name.
        total: number of items; 0 if unknown.

    Example:
        >>> list(counted("ab", print, "letters", 2))
        letters 0 2
        letters 2 2
        ['a', 'b']
    """
    say(step, 0, total)
    done, after = 0, time.monotonic() + _SECONDS
    for done, item in enumerate(items, 1):
        yield item
        if (now := time.monotonic()) >= after:
            say(step, done, total)
            after = now + _SECONDS
    say(step, done, total)
