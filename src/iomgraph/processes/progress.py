"""Progress of long work: told to whoever wants to know, step by step, with counts where there are any."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")

_SECONDS = 0.1


class Say(Protocol):
    """Takes the progress of work: a step, and how much of it is done.

    Example:
        >>> def say(step: str, done: int = 0, total: int = 0, /) -> None:
        ...     print(f"{step}: {done} of {total}")
        >>> list(counted([], say, "pages", 0))
        pages: 0 of 0
        pages: 0 of 0
        []
    """

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """Take note.

        Args:
            step: name of what is being done.
            done: how many parts of it are done.
            total: how many there are; 0 where that is not known.
        """
        ...


def silent(_step: str, _done: int = 0, _total: int = 0, /) -> None:
    """Tell nobody.

    Example:
        >>> silent("read", 1, 2)
    """


def counted(items: Iterable[T], say: Say, step: str, total: int = 0) -> Iterator[T]:
    """Yield items, and tell how many were taken: ten times a second at most.

    Args:
        items: the parts of a step.
        say: told of them.
        step: its name.
        total: how many there are; 0 where that is not known.

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
