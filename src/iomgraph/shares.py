"""Work in copies of this process: parts shared among the processors, or what takes memory for a while."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, ForkProcess
from multiprocessing.sharedctypes import Synchronized

from iomgraph.errors import PublicationError

Part = Callable[[], object]

_LEAST = 20
"""Parts that are worth a process of their own."""


def share(parts: Sequence[Part], least: int = _LEAST) -> None:
    """Do every part, on as many processors as there are: whoever is done with one takes the next.

    A copy of this process shares its memory, so that nothing is sent to it. Where processes can't be
    copied, or there is little to do, all is done here.

    Args:
        parts: what there is to do, the longest first; each leaves its results in files.
        least: parts that are worth a process of their own.

    Raises:
        PublicationError: if one of the processes was ended from outside.
        Exception: whatever a part raises first, in whichever process.

    Example:
        >>> done = []
        >>> share([lambda: done.append("a"), lambda: done.append("b")])
        >>> done
        ['a', 'b']
    """
    count = min(_processors(), len(parts) // least)
    if count < 2 or not _can_copy():
        for part in parts:
            part()
        return
    context = multiprocessing.get_context("fork")
    turn = context.Value("l", 0)
    # What is there already is left alone by the collector, so that its memory stays shared.
    gc.freeze()
    try:
        with ExitStack() as stack:
            others = [
                stack.enter_context(_copied(context, partial(_take, parts, turn))) for _ in range(1, count)
            ]
            _take(parts, turn)
            for joined in others:
                joined()
    finally:
        gc.unfreeze()


def apart(part: Part) -> None:
    """Do a part in a copy of this process: the memory that it takes is given back when it is done.

    Args:
        part: leaves its results in files; it may share its work in turn.

    Raises:
        PublicationError: if the process was ended from outside.
        Exception: whatever the part raises.

    Example:
        >>> from iomgraph.spool import Spool
        >>> squares = Spool()
        >>> apart(lambda: squares.append(9))
        >>> list(squares)
        [9]
    """
    if not _can_copy():
        part()
        return
    with _copied(multiprocessing.get_context("fork"), part) as joined:
        joined()


def _can_copy() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _take(parts: Sequence[Part], turn: Synchronized[int]) -> None:
    while True:
        with turn.get_lock():
            number = turn.value
            turn.value += 1
        if number >= len(parts):
            return
        parts[number]()


@contextmanager
def _copied(context: ForkContext, part: Part) -> Iterator[Part]:
    """Start a copy that does a part; give what waits for its end. It is ended when the block is left."""
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(part, sender))
    process.start()
    sender.close()
    try:
        yield partial(_joined, process, receiver)
    finally:
        process.kill()
        process.join()
        receiver.close()


def _run(part: Part, sender: Connection) -> None:
    try:
        part()
    except Exception as error:  # told to the process that waits, which raises it
        sender.send(error)
    else:
        sender.send(None)


def _joined(process: ForkProcess, receiver: Connection) -> None:
    try:
        error = receiver.recv()
    except EOFError:
        process.join()
        raise PublicationError(
            f"a process that did a part of the work was ended (exit code {process.exitcode})",
            step="free memory, and build again",
        ) from None
    if error is not None:
        raise error
