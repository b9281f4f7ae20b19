"""A time limit that stops the work for good: in a process of its own, which can be killed."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import TypeVar

from iomgraph.errors import OntologyError

_BATCH = 1000
T = TypeVar("T")


class TimeLimitError(OntologyError):
    """Validation took longer than it was given, or can't be given a limit here.

    Example:
        >>> print(TimeLimitError("the shapes took longer than 5 s", step="allow more time"))
        the shapes took longer than 5 s
          Next: allow more time
    """


def can_fork() -> bool:
    """Whether a process can be copied here."""
    return "fork" in multiprocessing.get_all_start_methods()


def within(seconds: float, items: Iterator[T]) -> Iterator[T]:
    """Yield what an iterator yields, as long as that comes within a time.

    A copy of this process does the work; it shares the memory of the store and does not copy it.

    Args:
        seconds: how long it may take in all.
        items: what to do; they must be picklable.

    Raises:
        TimeLimitError: if the time is up (the work has stopped then), or where processes can't fork.

    Example:
        >>> list(within(60, iter("abc")))
        ['a', 'b', 'c']
    """
    if not can_fork():
        raise TimeLimitError(
            "a time limit can't be kept on this system", step="leave the limit out, or run under Linux"
        )
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, items), daemon=True)
    process.start()
    sender.close()
    try:
        yield from _received(receiver, process, seconds)
    finally:
        process.kill()
        process.join()
        receiver.close()


def _received(receiver: Connection, process: ForkProcess, seconds: float) -> Iterator[T]:
    end = time.monotonic() + seconds
    while True:
        if not receiver.poll(max(0.0, end - time.monotonic())):
            raise TimeLimitError(
                f"validation took longer than {seconds:g} seconds and was stopped",
                step="raise the limit, or simplify the sh:sparql constraints",
            )
        try:
            batch, error = receiver.recv()
        except EOFError:
            process.join()
            raise TimeLimitError(
                f"the validating process ended with exit code {process.exitcode}",
                step="validate without a limit to see why, or give it more memory",
            ) from None
        yield from batch
        if error is not None:
            raise error
        if not batch:
            return


def _send(sender: Connection, items: Iterator[T]) -> None:
    batch = list[T]()
    try:
        for item in items:
            batch.append(item)
            if len(batch) == _BATCH:
                sender.send((batch, None))
                batch = []
    except Exception as error:  # it is raised again where the results are read
        sender.send((batch, error))
        return
    if batch:
        sender.send((batch, None))
    sender.send(([], None))
