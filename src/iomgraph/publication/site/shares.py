"""Work that falls into parts: each processor does its share, in a copy of this process."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, ForkProcess
from multiprocessing.sharedctypes import Synchronized

from iomgraph.errors import PublicationError

Part = Callable[[], None]

_LEAST = 20
"""Parts that are worth a process of their own."""


def share(parts: Sequence[Part]) -> None:
    """Do every part, on as many processors as there are: whoever is done with one takes the next.

    A copy of this process shares its memory, so that nothing is sent to it. Where processes can't be
    copied, or there is little to do, all is done here.

    Args:
        parts: what there is to do, the longest first; each leaves its results in files.

    Raises:
        PublicationError: if one of the processes was ended from outside.
        Exception: whatever a part raises first, in whichever process.

    Example:
        >>> done = []
        >>> share([lambda: done.append("a"), lambda: done.append("b")])
        >>> done
        ['a', 'b']
    """
    count = min(_processors(), len(parts) // _LEAST)
    if count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        for part in parts:
            part()
        return
    context = multiprocessing.get_context("fork")
    turn = context.Value("l", 0)
    # What is there already is left alone by the collector, so that its memory stays shared.
    gc.freeze()
    others = [_started(context, parts, turn) for _ in range(1, count)]
    try:
        _take(parts, turn)
        for process, receiver in others:
            _joined(process, receiver)
    finally:
        for process, receiver in others:
            process.kill()
            process.join()
            receiver.close()
        gc.unfreeze()


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


def _started(
    context: ForkContext, parts: Sequence[Part], turn: Synchronized[int]
) -> tuple[ForkProcess, Connection]:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(parts, turn, sender), daemon=True)
    process.start()
    sender.close()
    return process, receiver


def _run(parts: Sequence[Part], turn: Synchronized[int], sender: Connection) -> None:
    try:
        _take(parts, turn)
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
            f"a process that wrote pages was ended (exit code {process.exitcode})",
            step="free memory, and build again",
        ) from None
    if error is not None:
        raise error
