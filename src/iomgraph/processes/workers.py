"""Processes that hold tasks in memory and run those whose numbers they receive.

A `ProcessPoolExecutor` starts and ends them. With a fork, its initializer gets the tasks unpickled: only
numbers go to a worker, and results come back.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from iomgraph.errors import MemoryLimitError, ProcessError
from iomgraph.processes.task import Task
from iomgraph.processes.timings import timed

_PR_SET_PDEATHSIG = 1
_TERMINATED = -signal.SIGTERM
_held: Sequence[Task[Any]] = ()
_running: Any = ()


def can_fork() -> bool:
    """Tell whether a process can be forked here."""
    return "fork" in multiprocessing.get_all_start_methods()


class Workers:
    """Processes that run tasks; all are gone when the block ends, however it ends.

    Args:
        tasks: the tasks.
        count: number of processes.
        fresh: they start with an empty memory instead of as copies of this process; the tasks must then be
            picklable.
    """

    def __init__(self, tasks: Sequence[Task[Any]], count: int, *, fresh: bool = False) -> None:
        is_forked = can_fork() and not fresh
        context: Any = type(multiprocessing.get_context("fork" if is_forked else "spawn"))()
        start, self._started = context.Process, list[BaseProcess]()

        def started(*args: Any, **kwargs: Any) -> BaseProcess:
            self._started.append(start(*args, **kwargs))
            return self._started[-1]

        # The executor does not say which processes it has or how they ended.
        context.Process = started
        self._tasks = tasks
        self._running = context.RawArray("q", max(1, len(tasks)))
        self._executor = ProcessPoolExecutor(count, context, _begin, (os.getpid(), tasks, self._running))

    def submit(self, number: int, do: Callable[..., Any], *args: Any) -> Future[Any]:
        """Have a worker call a function with the task of that number."""
        return self._executor.submit(_do, number, do, *args)

    def death(self) -> ProcessError:
        """Make the error for a worker that died: the task that ended with it, and how."""
        self._executor.shutdown(cancel_futures=True)
        ends = {process.pid: process.exitcode for process in self._started if process.exitcode}
        # The executor terminates the others when one has died.
        guilty = {pid: code for pid, code in ends.items() if code != _TERMINATED} or ends
        busy = [task.name for task, pid in zip(self._tasks, self._running, strict=False) if pid in guilty]
        code = next(iter(guilty.values()), None)
        how = "ended without a result" if code is None else _ending(code)
        return ProcessError(
            f"{' or '.join(busy) or 'a process between two tasks'} {how}",
            step="free memory or allow more, and run it again",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if kind is not None:
            for process in self._started:
                process.kill()
        self._executor.shutdown(cancel_futures=True)


def _ending(code: int) -> str:
    if code > 0:
        return f"ended without a result (exit code {code})"
    return f"was killed (signal {-code}, {signal.strsignal(-code)})"


def _begin(parent: int, tasks: Sequence[Task[Any]], running: Any) -> None:
    """Take the tasks; leave interrupts to the parent process, and end when it does."""
    global _held, _running
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # The collector must leave existing objects alone, so that their memory stays shared.
    gc.freeze()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    _held, _running = tasks, running


def _do(number: int, do: Callable[..., Any], *args: Any) -> Any:
    task = _held[number]
    _running[number] = os.getpid()
    try:
        with timed(task.name):
            return do(task, *args)
    except BaseException as error:
        raise portable(task.name, error) from error
    finally:
        _running[number] = 0


def portable(name: str, error: BaseException) -> Exception:
    """Turn an exception of a task into one that can be raised in another process.

    Args:
        name: of the task.
        error: the exception; it stays the same if it survives pickling, and a lack of memory gets the name of
            the task.
    """
    if isinstance(error, MemoryError):
        return no_memory(name)
    try:
        if isinstance(error, Exception) and str(pickle.loads(pickle.dumps(error))) == str(error):  # noqa: S301
            return error
    except Exception as fault:
        error.add_note(f"it can't be pickled: {fault}")
    return ProcessError(f"{name} failed ({type(error).__name__}: {error})", step="check its input")


def no_memory(name: str) -> MemoryLimitError:
    """Make the error for a task that ran out of memory."""
    return MemoryLimitError(f"{name} needs more memory than allowed", step="allow more, or ask for less")


def check_portable(task: Task[Any]) -> None:
    """Refuse a task that can't be pickled, because only a copy of this process could take it."""
    try:
        pickle.dumps(task)
    except Exception as error:
        raise ProcessError(
            f"{task.name} can't be given to a new process ({error})",
            step="make it a function of a module, or run where processes can fork (Linux)",
        ) from error
