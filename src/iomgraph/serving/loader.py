"""The loader: a process that checks and loads a release once, and forks the workers that answer from it.

A fork shares the memory of the release with its parent. The loader has one thread, so that forking is safe.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import pickle
import select
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import IomgraphError
from iomgraph.release import manifest
from iomgraph.remote import batches
from iomgraph.serving import archive, frames, services, tombstones, worker
from iomgraph.serving.archive import Document
from iomgraph.serving.descriptions import Described
from iomgraph.serving.elsewhere.opened import StoreAddress
from iomgraph.serving.limits import Limits
from iomgraph.serving.services import Service
from iomgraph.serving.tombstones import Tombstone


@dataclass(frozen=True, slots=True)
class Order:
    """The task of a loader.

    Args:
        release: its folder.
        limits: limits of an answer.
        origin: address of the server, such as `https://data.example.org`; may be empty.
        address: address of the store with the graphs; None to load them.
    """

    release: Path
    limits: Limits
    origin: str = ""
    address: StoreAddress | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """A loader's description of a release.

    Args:
        version: its version.
        digest: SHA-256 of its manifest.
        quads: name of its quads in a store after a push.
        base_iri: the beginning of its IRIs.
        documents: path to document.
        tombstones: path of a removed thing to its removal.
        described: things that the release describes besides its data.
    """

    version: str
    digest: str
    quads: str
    base_iri: str
    documents: Mapping[str, Document]
    tombstones: Mapping[str, Tombstone]
    described: Described


def main() -> None:
    """Run the loader; standard input has the order, and the argument is the descriptor of the server."""
    control = socket.socket(fileno=int(sys.argv[1]))
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301 (our own process wrote it)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The server ends its processes itself, once they have answered.
        signal.signal(number, signal.SIG_IGN)
    try:
        ready = _load(order, control)
    except IomgraphError as error:
        _fail(control, error.what, error.where, error.step)
    except Exception as error:
        _fail(
            control,
            f"the release can't be loaded ({type(error).__name__}: {error})",
            order.release,
            "build it again",
        )
    else:
        gc.collect()
        gc.freeze()
        _Nursery(control, ready, order).run()


def _fail(control: socket.socket, what: str, where: object, step: str) -> None:
    frames.send(control, frames.FAILED, body=json.dumps((what, str(where), step)).encode())


def _load(order: Order, control: socket.socket) -> Mapping[str, Service]:
    manifest.load(order.release)  # or a stop about a fault of the folder
    before = manifest.digest(order.release / manifest.NAME)
    descriptor, documents = archive.pack(order.release)
    loaded = services.load(order.release, order.limits, order.origin, order.address)
    known = manifest.load(order.release)
    gone = tombstones.read(order.release, loaded.base_iri)
    if manifest.digest(order.release / manifest.NAME) != before:
        raise IomgraphError("the release was replaced while it was loaded")
    contents = Contents(
        known.version,
        before,
        batches.name_of(known.entries),
        loaded.base_iri,
        documents,
        gone,
        loaded.described,
    )
    frames.send(control, frames.READY, body=pickle.dumps(contents), descriptor=descriptor)
    os.close(descriptor)
    return loaded.services


class _Nursery:
    """A forker of workers on request, which reports when and how they end."""

    def __init__(self, control: socket.socket, made: Mapping[str, Service], order: Order) -> None:
        self._control, self._services, self._order = control, made, order
        self._begun: dict[int, mmap.mmap] = {}
        self._stopped: set[int] = set()
        self._woken, waking = os.pipe()
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Run until the server has gone."""
        control = self._control.fileno()
        try:
            while True:
                readable, _, _ = select.select([control, self._woken], [], [])
                if self._woken in readable:
                    os.read(self._woken, 4096)
                    self._reap()
                if control in readable:
                    kind, number, _, _ = frames.receive(self._control)
                    if kind == frames.FORK:
                        self._fork()
                    elif kind == frames.KILL and number in self._begun:
                        os.kill(number, signal.SIGKILL)
        except (EOFError, OSError):
            for number in self._begun:
                os.kill(number, signal.SIGKILL)
            for number in self._begun:
                os.waitpid(number, 0)

    def _fork(self) -> None:
        ours, theirs = socket.socketpair()
        begun = mmap.mmap(-1, worker.BEGUN.size)
        number = os.fork()
        if not number:
            try:
                signal.set_wakeup_fd(-1)
                files = worker.FILES if self._order.address else 0
                worker.work(theirs, self._services, self._order.limits, begun, files)
            finally:
                os._exit(0)
        theirs.close()
        self._begun[number] = begun
        frames.send(self._control, frames.BORN, number, descriptor=ours.fileno())
        ours.close()

    def _reap(self) -> None:
        """Report each ended worker, and end workers that somebody has suspended."""
        while self._begun:
            number, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if not number:
                return
            if os.WIFSTOPPED(status):
                self._stopped.add(number)
                os.kill(number, signal.SIGKILL)
                continue
            with self._begun.pop(number) as begun:
                (last,) = worker.BEGUN.unpack_from(begun)
            ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            was_stopped = number in self._stopped
            self._stopped.discard(number)
            frames.send(self._control, frames.DIED, number, frames.DEATH.pack(ended, was_stopped, last))
