"""The server: it loads a release, listens, follows the release in place, and ends in an orderly way."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from iomgraph.errors import SettingsError
from iomgraph.serving.app import App, Elsewhere
from iomgraph.serving.connection import Connection, Hub
from iomgraph.serving.limits import Limits
from iomgraph.serving.live import Live
from iomgraph.serving.loader import Order
from iomgraph.serving.log import Log
from iomgraph.serving.metrics import Metrics

_BACKLOG = 1024
_FLUSH = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a server is told.

    Args:
        release: its folder.
        host: address to listen at.
        port: to listen at; 0 for one that the system chooses.
        workers: processes that answer queries.
        limits: of queries, requests and connections.
        origin: where clients reach the server, such as `https://data.example.org`; what they say, if empty.
        kept: bytes of answers that are kept for who asks the same again.
        log_requests: whether each request is logged.
        log_clients: whether the addresses of clients are.
        elsewhere: makes what answers queries instead of the workers, from the limits; None for the workers.
        drain: seconds that answers have to end in, when the server is stopped.
    """

    release: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    origin: str = ""
    kept: int = 16 << 20
    log_requests: bool = True
    log_clients: bool = False
    elsewhere: Callable[[], Elsewhere] | None = None
    drain: float = 10.0


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP loads the release anew.

    Raises:
        IomgraphError: if the release can't be served, or the address can't be listened at.
    """
    uvloop.run(_serve(options))


async def _serve(options: Options) -> None:
    loop = asyncio.get_running_loop()
    metrics, log = Metrics(), Log(clients=options.log_clients, requests=options.log_requests)
    listening = _listening(options)
    order = Order(options.release, options.limits, options.origin, store=options.elsewhere is None)
    live = Live(order, options.workers, options.kept, metrics, log)
    await live.start()
    app = App(live, metrics, log, options.elsewhere() if options.elsewhere else None)
    hub = Hub(options.limits, app.respond, app.observe)
    _watch(metrics, live, hub)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, live.look_now)
    server = await loop.create_server(lambda: Connection(hub), sock=listening, backlog=_BACKLOG)
    host, port = listening.getsockname()[:2]
    log.event("listening", host=host, port=port, pid=os.getpid())
    background = [loop.create_task(one) for one in (hub.sweep(), live.follow(), _flushing(log))]
    await stop.wait()
    log.event("stopping")
    server.close()
    await hub.drain(options.drain)
    for task in background:
        task.cancel()
    await live.close(1)
    log.event("stopped")


def _listening(options: Options) -> socket.socket:
    """Listen first, so that an address that is taken is told before the release is loaded."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        # Some errors tell the address in their text; the number tells what is wrong.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingsError(
            f"the address can't be listened at ({why})",
            where=f"{options.host}:{options.port}",
            step="name another with --host and --port",
        ) from None
    listening.setblocking(False)
    return listening


def _watch(metrics: Metrics, live: Live, hub: Hub) -> None:
    metrics.watch("workers", "Workers that are alive.", lambda: live.current.pool.alive)
    metrics.watch("workers_busy", "Workers that are answering.", lambda: live.current.pool.busy)
    metrics.watch("queries_waiting", "Queries that wait for a worker.", lambda: live.current.pool.waiting)
    metrics.watch("connections", "Connections that are open.", lambda: len(hub.open))


async def _flushing(log: Log) -> None:
    while True:
        await asyncio.sleep(_FLUSH)
        log.flush()
