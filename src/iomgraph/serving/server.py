"""The server, which listens, runs the application on granian, and shuts down in an orderly way.

granian limits heads, trailers and idle connections; the kernel ends connections with stalled readers.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server as Granian
from starlette.applications import Starlette

from iomgraph.errors import SettingsError
from iomgraph.serving.app import Options, create_app
from iomgraph.serving.limits import Limits

_BACKLOG = 1024
_SMALLEST_BUFFER = 8 << 10
"""The smallest limit, in bytes, that hyper allows, on which granian is built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address that a server listens at.

    Args:
        host: name or IP address.
        port: port number; 0 for one that the system chooses.
    """

    host: str = "127.0.0.1"
    port: int = 8000


def run(
    release: Path,
    address: Address,
    options: Options,
    drain: float = 10.0,
    opened: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP reloads the release.

    Args:
        release: its folder.
        address: address to listen at.
        options: options of the application.
        drain: seconds for answers to finish when the server is stopped.
        opened: called with the address to open in a browser, once the server is ready.

    Raises:
        IomgraphError: if the release can't be served, or can't listen on the address.
    """
    if not uvloop.run(_serve(release, address, options, drain, opened)):
        # A busy reader would keep granian's threads, and thus the process, alive.
        os._exit(0)


async def _serve(
    release: Path, address: Address, options: Options, drain: float, opened: Callable[[str], None]
) -> bool:
    loop, log = asyncio.get_running_loop(), options.log
    listening = _listening(address, options.limits)
    host, port = listening.getsockname()[:2]
    app = create_app(release, options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with app.router.lifespan_context(app):
        loop.add_signal_handler(signal.SIGHUP, app.state.live.look_now)
        # The index of the release stays, so from now on the collector only handles garbage of requests.
        gc.collect()
        gc.freeze()
        server = _Server(listening, app, options.limits)
        serving = loop.create_task(server.serve())
        log.event("listening", host=host, port=port, pid=os.getpid())
        opened(_to_open(host, port))
        stopping = loop.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        log.event("stopping")
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=drain)
        log.event("stopped")
    return serving.done()


def _to_open(host: str, port: int) -> str:
    """Write the address for a browser on this machine, which can't be one for all interfaces."""
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Server(Granian):
    """granian on an open socket, in this process and its loop.

    Args:
        listening: the socket.
        app: the application.
        limits: `head`, `head_seconds` and `connections`.
    """

    def __init__(self, listening: socket.socket, app: Starlette, limits: Limits) -> None:
        super().__init__(
            app,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=limits.connections,
            http1_settings=HTTP1Settings(
                header_read_timeout=round(limits.head_seconds * 1000),
                max_buffer_size=max(limits.head, _SMALLEST_BUFFER),
            ),
            log_enabled=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        more = (_BACKLOG,) if sys.platform.startswith(("linux", "freebsd")) else ()
        # The stubs have the signature of another system.
        self._shd = SocketHolder(self._listening.detach(), False, *more)  # type: ignore[assignment, call-arg]


def _listening(address: Address, limits: Limits) -> socket.socket:
    """Listen first, so that an address in use is reported before the release is loaded."""
    try:
        family, _, _, _, found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(found[:2], family=family, backlog=_BACKLOG)
    except UnicodeError:
        raise SettingsError(
            "this is not the name of a host", where=address.host, step="name another with --host"
        ) from None
    except OSError as error:
        # Some errors have the address in their text; the number identifies the fault.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        step = "name another with --host and --port"
        if error.errno == errno.EADDRINUSE:
            step = "another program uses it: end that, or name another port (--port 0: any that is free)"
        raise SettingsError(
            f"can't listen on the address ({why})", where=f"{address.host}:{address.port}", step=step
        ) from None
    listening.setblocking(False)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Connections inherit this option: the kernel drops data for a reader that has stalled.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(limits.body_seconds * 1000))
    return listening
