"""The steps of a validation, one after another, or shared among processes that can be stopped.

Oxigraph's queries can't be interrupted, but processes can. Each process goes through all steps and runs those
that it claims first; a step that takes too long is killed with its process, and another process continues.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, ForkProcess
from multiprocessing.sharedctypes import Synchronized

from pyoxigraph import BlankNode, NamedNode

from iomgraph.errors import IomgraphError, OntologyError
from iomgraph.validation.shacl.engine import Step
from iomgraph.validation.shacl.results import ValidationResult

Steps = Callable[[], Iterator[Step]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a step.

    Args:
        number: position of the step among all.
        shape: the shape that it is for.
        component: IRI of the constraint component, the first of several; empty for counting focus nodes.

        results: the results.
        focus_nodes: number of focus nodes, if counted.
        failure: the reason why it was not evaluated.
        late: it was stopped because it took too long.
        seconds: its time limit, if it was stopped.
    """

    number: int
    shape: NamedNode | BlankNode
    component: str
    results: tuple[ValidationResult, ...] = ()
    focus_nodes: int = 0
    failure: str = ""
    late: bool = False
    seconds: float = 0.0


def outcomes(steps: Steps) -> Iterator[Outcome]:
    """Run all steps in this process."""
    for number, step in enumerate(steps()):
        yield _run(number, step)


def shared_outcomes(steps: Steps, processes: int, timeout: float | None) -> Iterator[Outcome]:
    """Run all steps in copies of this process, which share its memory.

    Args:
        steps: returns the same steps each time.
        processes: number of processes at a time.
        timeout: seconds for each step.

    Yields:
        the outcomes as they come.

    Raises:
        OntologyError: if steps could not be begun.
    """
    pool = _Pool(steps, timeout)
    try:
        for _ in range(processes):
            pool.start()
        yield from pool.outcomes()
    finally:
        pool.stop()


def _run(number: int, step: Step) -> Outcome:
    outcome = _begun(number, step)
    try:
        found = step.run()
    except (RuntimeError, IomgraphError) as error:
        return replace(outcome, failure=" ".join(str(error).split()))
    if isinstance(found, int):
        return replace(outcome, focus_nodes=found)
    return replace(outcome, results=tuple(found))


def _begun(number: int, step: Step) -> Outcome:
    return Outcome(number, step.shape.node, step.component)


@dataclass(slots=True)
class _Worker:
    """A process and its current step."""

    process: ForkProcess
    since: float
    at: Outcome | None = None


class _Pool:
    """Processes that share steps."""

    def __init__(self, steps: Steps, timeout: float | None) -> None:
        self._steps, self._timeout = steps, timeout
        self._context: ForkContext = multiprocessing.get_context("fork")
        self._next: Synchronized[int] = self._context.Value("q", 0)
        self._workers: dict[Connection, _Worker] = {}

    def start(self) -> None:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(sender, self._steps, self._next), daemon=True)
        process.start()
        sender.close()
        self._workers[receiver] = _Worker(process, time.monotonic())

    def stop(self) -> None:
        for receiver in list(self._workers):
            self._end(receiver)

    def outcomes(self) -> Iterator[Outcome]:
        while self._workers:
            for receiver in wait(list(self._workers), self._patience()):
                assert isinstance(receiver, Connection)  # noqa: S101 - they are ours
                yield from self._received(receiver)
            for receiver, worker in list(self._workers.items()):
                if self._timeout is not None and time.monotonic() - worker.since > self._timeout:
                    yield from self._lost(receiver, "")

    def _patience(self) -> float | None:
        if self._timeout is None:
            return None
        first = min(worker.since for worker in self._workers.values())
        return max(0.0, first + self._timeout - time.monotonic()) + 0.01

    def _received(self, receiver: Connection) -> Iterator[Outcome]:
        worker = self._workers[receiver]
        try:
            event = receiver.recv()
        except EOFError:
            worker.process.join()
            yield from self._lost(receiver, f"the process ended with exit code {worker.process.exitcode}")
            return
        worker.since = time.monotonic()
        if event is None:
            self._end(receiver)
        elif isinstance(event, BaseException):
            raise event
        elif worker.at is None:
            worker.at = event
        else:
            worker.at = None
            yield event

    def _lost(self, receiver: Connection, failure: str) -> Iterator[Outcome]:
        """Abandon a step with its process, and let another process continue."""
        at = self._workers[receiver].at
        self._end(receiver)
        if at is None:
            raise OntologyError(
                f"the validation could not continue{': ' if failure else ' in time'}{failure}",
                step="raise the limit, or simplify the targets of the shapes",
            )
        yield replace(at, failure=failure, late=not failure, seconds=self._timeout or 0.0)
        self.start()

    def _end(self, receiver: Connection) -> None:
        worker = self._workers.pop(receiver)
        worker.process.kill()
        worker.process.join()
        receiver.close()


def _work(sender: Connection, steps: Steps, following: Synchronized[int]) -> None:
    try:
        claimed = _claim(following)
        for number, step in enumerate(steps()):
            if number == claimed:
                sender.send(_begun(number, step))
                sender.send(_run(number, step))
                claimed = _claim(following)
    except Exception as error:  # it is raised again when the outcomes are read
        sender.send(error)
        return
    sender.send(None)


def _claim(following: Synchronized[int]) -> int:
    with following.get_lock():
        following.value += 1
        return following.value - 1
