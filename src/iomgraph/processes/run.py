"""The ways to run tasks in other processes: in parallel, isolated, and as a stream."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import count as count_from
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

from iomgraph.errors import ProcessError, TimeLimitError
from iomgraph.processes.limits import confine
from iomgraph.processes.native_output import NativeOutput
from iomgraph.processes.progress import Say, counted, silent
from iomgraph.processes.task import Task
from iomgraph.processes.timings import timed
from iomgraph.processes.workers import Workers, can_fork, check_portable, no_memory, portable

T = TypeVar("T")

Limits = tuple[int | None, int | None]
Send = Callable[[Task[Any], Connection], None]

_BATCH = 1000
"""Items to send at a time."""


def run_parallel(
    tasks: Sequence[Task[T]], *, jobs: int | None = None, least: int = 1, say: Say = silent, step: str = ""
) -> list[T]:
    """Run tasks in parallel, each once; a free process takes the next one.

    Processes are forked and share the memory of this one. If the system can't fork, or there is little to do,
    this process does all the work. A task may run others in parallel or isolated in its turn.

    Args:
        tasks: the tasks, the longest first.
        jobs: number of processes at most; by default, that of processors.
        least: number of tasks that are worth a process of their own.
        say: takes the number of finished tasks.
        step: name of all of them for `say`.

    Returns:
        the results of the tasks, in their order.

    Raises:
        ProcessError: if a process dies; the others are ended.
        Exception: whatever a task raises first; the others are ended.

    Example:
        >>> run_parallel([Task(f"square of {number}", lambda n=number: n * n) for number in range(4)])
        [0, 1, 4, 9]
    """
    count = min(processors() if jobs is None else jobs, len(tasks) // least)
    if count < 2 or not can_fork():
        return [_timed(task) for task in counted(tasks, say, step, len(tasks))]
    with Workers(tasks, count) as workers:
        try:
            futures: list[Future[T]] = [workers.submit(number, Task.__call__) for number in range(len(tasks))]
            done_so_far = count_from(1)
            say(step, 0, len(tasks))
            for future in futures:
                future.add_done_callback(lambda _: say(step, next(done_so_far), len(tasks)))
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed = [future for future in futures if future in done and future.exception()]
            return [future.result() for future in failed or futures]
        except BrokenProcessPool:
            raise workers.death() from None


def run_isolated(
    task: Task[T],
    *,
    seconds: float | None = None,
    memory: int | None = None,
    files: int | None = None,
    fresh: bool = False,
) -> T:
    """Run a task in a process of its own, which frees its memory at the end and can crash alone.

    Args:
        task: the task; it may run others in parallel or isolated in its turn.
        seconds: its time limit, after which it is killed.
        memory: bytes that it may use, above those of this process.
        files: files and sockets that its process may have open; with 0 it can open none.
        fresh: the process starts with an empty memory instead of a copy of this one, for work with threads,
            which a copy lacks. The task must then be picklable, and importing the main module must be
            harmless.

    Returns:
        the result of the task.

    Raises:
        TimeLimitError: if it takes too long.
        MemoryLimitError: if it runs out of memory.
        ProcessError: if the process dies, or the system can't keep a limit.
        Exception: any exception of the task.

    Example:
        >>> run_isolated(Task("adding", lambda: 1 + 1), seconds=60, memory=2**30)
        2
    """
    limits = memory, files
    if not can_fork() and not fresh and limits == (None, None) and seconds is None:
        return _timed(task)
    result: T
    (result,) = _streamed(task, _send_result, limits, seconds, fresh=fresh)
    return result


def stream_isolated(
    task: Task[Iterable[T]],
    *,
    seconds: float | None = None,
    memory: int | None = None,
    files: int | None = None,
) -> Iterator[T]:
    """Run a task in a process of its own, and yield the items that it returns as they come.

    Up to some thousand items are in transit; the process waits for a slower reader. It ends when the reader
    stops.

    Args:
        task: returns the items, which can be pickled; an iterator may do its work as it goes.
        seconds: total time for which the reader waits for items, after which the process is killed.
        memory: bytes that it may take, over what this process has.
        files: files and sockets that its process may have open; with 0 it can open none.

    Raises:
        TimeLimitError: if it takes too long.
        MemoryLimitError: if it runs out of memory.
        ProcessError: if the process dies, or the system can't keep a limit.
        Exception: whatever the task raises, after the items before it.

    Example:
        >>> list(stream_isolated(Task("spelling", lambda: iter("abc")), seconds=60))
        ['a', 'b', 'c']
    """
    limits = memory, files
    if not can_fork() and limits == (None, None) and seconds is None:
        return iter(task())
    return _streamed(task, _send_items, limits, seconds)


def _timed(task: Task[T]) -> T:
    with timed(task.name):
        return task()


def processors() -> int:
    """Tell how many processors this process may use.

    Example:
        >>> processors() > 0
        True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _streamed(
    task: Task[Any], send: Send, limits: Limits, seconds: float | None, *, fresh: bool = False
) -> Iterator[Any]:
    """The messages of a process: items, an error that ended them, and a mark of the last ones."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    sending = Task(task.name, partial(_send, task, send, sender, limits))
    native = NativeOutput()
    if fresh or not can_fork():
        check_portable(task)
    elif limits[0] is not None:
        sending = Task(task.name, partial(_send_apart, native, sending))
    with native, receiver, Workers([sending], 1, fresh=fresh) as workers:
        with sender:  # from here on, only the worker holds the pipe, which ends with it
            workers.submit(0, Task.__call__)
        left = seconds
        while True:
            begun = time.monotonic()
            if not receiver.poll(left):
                raise TimeLimitError(
                    f"{task.name} took longer than {seconds:g} seconds and was stopped",
                    step="allow more time, or ask for less",
                )
            try:
                items, error, is_last = receiver.recv()
            except (EOFError, OSError):
                raise _death(workers, task.name, native) from None
            left = None if left is None else max(0.0, left - (time.monotonic() - begun))
            yield from items
            if error is not None:
                raise error
            if is_last:
                return


def _death(workers: Workers, name: str, native: NativeOutput) -> ProcessError:
    """Make the error for a process that ended: out of memory, if it said so before."""
    error = workers.death()
    return no_memory(name) if native.lacked_memory() else error


def _send_apart(native: NativeOutput, sending: Task[None]) -> None:
    """Send the result of a task; divert its native output to a file opened before files are limited."""
    native.divert()
    sending()


def _send(task: Task[Any], send: Send, sender: Connection, limits: Limits) -> None:
    """Send the result of a task, or its error."""
    memory, files = limits
    with sender:
        try:
            if not confine(memory=memory, files=files):
                raise ProcessError(
                    "memory and open files can't be limited on this system",
                    step="run where they can (Linux), or leave the limits out",
                )
            send(task, sender)
        except BaseException as error:
            sender.send(([], portable(task.name, error), True))
        else:
            sender.send(([], None, True))


def _send_result(task: Task[Any], sender: Connection) -> None:
    _send_batch(task, sender, [task()])


def _send_items(task: Task[Iterable[Any]], sender: Connection) -> None:
    batch = list[Any]()
    try:
        for item in task():
            batch.append(item)
            if len(batch) == _BATCH:
                _send_batch(task, sender, batch)
                batch = []
    finally:
        _send_batch(task, sender, batch)


def _send_batch(task: Task[Any], sender: Connection, items: list[Any]) -> None:
    try:
        message = ForkingPickler.dumps((items, None, False))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ProcessError(
            f"{task.name} returned something that can't be sent to another process ({error})",
            step="return plain data, or classes and functions of a module",
        ) from None
    sender.send_bytes(message)
