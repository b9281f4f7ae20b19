"""Work that falls into parts: each processor does its share, in a copy of this process."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import TypeVar

from iomgraph.errors import PublicationError

T = TypeVar("T")

_LEAST = 500
"""Parts that are worth a process of their own."""


def share(parts: Sequence[T], work: Callable[[T], None]) -> None:
    """Work on every part; on as many processors as there are, and in any order.

    A copy of this process shares its memory, so that nothing is sent to it. Where processes can't be
    copied, or there is little to do, all is done here.

    Args:
        parts: what there is to do.
        work: what to do with one; it leaves its results in files.

    Raises:
        PublicationError: if one of the processes was ended from outside.
        Exception: whatever the work raises first, in whichever process.

    Example:
        >>> done = []
        >>> share(["a", "b"], done.append)
        >>> done
        ['a', 'b']
    """
    count = min(_processors(), len(parts) // _LEAST)
    if count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        for part in parts:
            work(part)
        return
    # What is there already is left alone by the collector, so that its memory stays shared.
    gc.freeze()
    others = [_started(parts[number::count], work) for number in range(1, count)]
    try:
        for part in parts[::count]:
            work(part)
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


def _started(parts: Sequence[T], work: Callable[[T], None]) -> tuple[ForkProcess, Connection]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(parts, work, sender), daemon=True)
    process.start()
    sender.close()
    return process, receiver


def _run(parts: Sequence[T], work: Callable[[T], None], sender: Connection) -> None:
    try:
        for part in parts:
            work(part)
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
