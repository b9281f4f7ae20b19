"""`iomgraph serve`: serves a release over HTTP."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iomgraph.cli.parameters import AUTH_ENV, INSECURE_AUTH, PATH, FiniteRange, WholeRange
from iomgraph.errors import SettingsError, installation
from iomgraph.remote.credentials import Credentials, of_environment
from iomgraph.serving.limits import Limits

if TYPE_CHECKING:
    from iomgraph.serving.elsewhere.opened import StoreAddress

_MIB = 1 << 20
_DEFAULT = Limits()


@click.command(short_help="Serve a release: its site, SPARQL and an API.")
@click.argument("release", type=PATH, default=Path("dist"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port",
    type=WholeRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port; 0 for any free one.",
)
@click.option(
    "--workers",
    type=WholeRange(1, 256),
    default=2,
    show_default=True,
    help="Queries answered at once, at least 2.",
)
@click.option(
    "--endpoint", metavar="URL", help="Query the SPARQL store at this address instead of the release."
)
@AUTH_ENV
@INSECURE_AUTH
@click.option(
    "--origin", default="", metavar="URL", help="Scheme and host under which clients reach the server."
)
@click.option(
    "--timeout",
    "seconds",
    type=FiniteRange(0.01),
    default=_DEFAULT.seconds,
    show_default=True,
    help="Time limit for an answer, in seconds.",
)
@click.option(
    "--cpu",
    "cpu_seconds",
    type=FiniteRange(0.01),
    default=_DEFAULT.cpu_seconds,
    show_default=True,
    help="Limit of computing time for an answer, in seconds.",
)
@click.option(
    "--memory",
    type=WholeRange(16),
    default=_DEFAULT.memory // _MIB,
    show_default=True,
    help="Memory limit for an answer, in MiB, beyond that of the release.",
)
@click.option(
    "--rows",
    type=WholeRange(1),
    default=_DEFAULT.rows,
    show_default=True,
    help="Maximum number of rows or statements in an answer.",
)
@click.option(
    "--bytes",
    "megabytes",
    type=WholeRange(1, 1024),
    default=_DEFAULT.bytes // _MIB,
    show_default=True,
    help="Maximum size of an answer, in MiB.",
)
@click.option(
    "--queue",
    type=WholeRange(0),
    default=_DEFAULT.queue,
    show_default=True,
    help="Maximum number of waiting queries.",
)
@click.option(
    "--client-queue",
    "client",
    type=WholeRange(1),
    default=_DEFAULT.client,
    show_default=True,
    help="Maximum number of queries of one client, waiting or running.",
)
@click.option(
    "--buffered",
    type=WholeRange(1),
    default=_DEFAULT.buffered // _MIB,
    show_default=True,
    help="Memory for large answers not yet read by their clients, in MiB in all.",
)
@click.option(
    "--connections",
    type=WholeRange(1),
    default=_DEFAULT.connections,
    show_default=True,
    help="Maximum number of simultaneous connections.",
)
@click.option(
    "--head-timeout",
    "head_seconds",
    type=FiniteRange(0.1),
    default=_DEFAULT.head_seconds,
    show_default=True,
    help="Seconds to wait for the head of a request; idle connections are closed after the same time.",
)
@click.option(
    "--body-timeout",
    "body_seconds",
    type=FiniteRange(0.1),
    default=_DEFAULT.body_seconds,
    show_default=True,
    help="Seconds to wait for each part of a request body, or for a client to read a part of an answer.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="NETWORK",
    help="Proxy whose X-Forwarded-For names the client, such as 10.0.0.0/8.  [default: this machine]",
)
@click.option(
    "--kept",
    type=WholeRange(0),
    default=16,
    show_default=True,
    help="Size of the cache of answers, in MiB.",
)
@click.option("--no-log-requests", "quiet", is_flag=True, help="Log events, but not requests.")
@click.option("--log-clients", is_flag=True, help="Log the addresses of clients, too.")
def serve(
    release: Path,
    host: str,
    port: int,
    workers: int,
    endpoint: str | None,
    auth_env: str | None,
    insecure_auth: bool,
    origin: str,
    memory: int,
    megabytes: int,
    buffered: int,
    kept: int,
    quiet: bool,
    log_clients: bool,
    proxies: tuple[str, ...],
    **limits: Any,
) -> None:
    """Serve a release (by default the one in dist): its pages, its data, and a read-only SPARQL endpoint.

    \b
    iomgraph serve
    iomgraph serve dist --host 0.0.0.0 --port 80 --workers 8
    iomgraph serve dist --endpoint http://localhost:7878/query

    A release that replaces the served one is picked up; SIGHUP reloads it. The address to
    open goes to standard output, the log to standard error, as JSON; /healthz, /readyz and /metrics report
    the state of the server.
    """
    try:
        from iomgraph.serving import server
        from iomgraph.serving.app import Options
        from iomgraph.serving.log import Log, standard_error
    except ImportError as error:
        raise SettingsError(
            f"the server needs {error.name or 'another library'}", step=installation("serve")
        ) from None
    who = of_environment(auth_env, insecure=insecure_auth) if auth_env else None
    sizes = {"memory": memory * _MIB, "bytes": megabytes * _MIB, "buffered": buffered * _MIB}
    bounds = replace(_DEFAULT, **sizes, **limits)
    options = Options(
        workers=workers,
        limits=bounds,
        origin=origin,
        cached=kept * _MIB,
        proxies=_networks(proxies),
        store=_store(endpoint, who, bounds) if endpoint else None,
        log=Log(clients=log_clients, requests=not quiet, stream=standard_error()),
    )
    server.run(release, server.Address(host=host, port=port), options, opened=_told)


def _told(address: str) -> None:
    # On standard output, because standard error is the log, which programs read line by line.
    with suppress(BrokenPipeError):
        click.echo(f"Open {address} (Ctrl+C ends the server)")


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Check the networks of proxies; those on this machine by default."""
    from iomgraph.serving import clients

    try:
        clients.Clients(given)
    except ValueError as error:
        raise SettingsError(
            f"--trusted-proxy is not a network ({error})",
            step="write an address, or a network such as 10.0.0.0/8",
        ) from None
    return given or clients.LOOPBACK


def _store(url: str, who: Credentials | None, limits: Limits) -> StoreAddress:
    """Return the address of a store, if it can be used."""
    from iomgraph.serving.elsewhere.opened import StoreAddress

    found = StoreAddress(url, who)
    found.endpoint(limits)
    return found
