"""`iomgraph push`: puts a release into a store, in place of the previous one."""

from __future__ import annotations

import time
from pathlib import Path

import click

from iomgraph.cli.output import echo, progress, table
from iomgraph.cli.parameters import AUTH_ENV, INSECURE_AUTH, PATH, WholeRange
from iomgraph.remote import credentials
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.push import AT_ONCE, BATCH, Pushed
from iomgraph.remote.push import push as run


@click.command(short_help="Load a release into a SPARQL store, or update it there.")
@click.argument("endpoint")
@click.option("--release", type=PATH, default=Path("dist"), show_default=True, help="Folder of the release.")
@click.option(
    "--update-url",
    default="",
    help="Address for updates.  [default: ENDPOINT, or .../update if it ends in query]",
)
@click.option(
    "--graph-store",
    default="",
    help="Address of the Graph Store Protocol: quads are loaded there.  "
    "[default: store beside ENDPOINT, if Oxigraph answers there]",
)
@AUTH_ENV
@INSECURE_AUTH
@click.option("--batch", type=WholeRange(1), default=BATCH, show_default=True, help="Quads per request.")
@click.option(
    "--at-once",
    metavar="MB",
    type=WholeRange(0),
    help="Send changes up to this size as one request; load larger ones beside the old release first.  "
    f"[default: {AT_ONCE >> 20} for an update; unlimited for a load by the Graph Store Protocol]",
)
@click.option("--replace", is_flag=True, help="Replace a default graph that was not filled by a push.")
@click.option("--dry-run", is_flag=True, help="Compare the release with the store, and change nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what went wrong.")
def push(
    endpoint: str,
    release: Path,
    update_url: str,
    graph_store: str,
    auth_env: str | None,
    insecure_auth: bool,
    batch: int,
    at_once: int | None,
    replace: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Load a release into the SPARQL store at ENDPOINT, or update it there.

    \b
    iomgraph push http://localhost:7878/query
    STORE=user:password iomgraph push https://example.org/sparql --auth-env STORE

    Changes are sent as one request: by the Graph Store Protocol if there is nothing to remove,
    otherwise as one update. If they are too large for that, the new release is loaded beside the old one,
    compared, and put in its place by one update; an interrupted push resumes where it stopped
    when it is run again.
    """
    start = time.perf_counter()
    given = credentials.of_environment(auth_env, insecure=insecure_auth) if auth_env else None
    store = Endpoint(Addresses(endpoint, update_url, graph_store), given)
    with progress("read", quiet=quiet) as say:
        most = None if at_once is None else at_once << 20
        done = run(release, store, batch=batch, at_once=most, replace=replace, dry_run=dry_run, say=say)
    if not quiet:
        _tell(done, endpoint, dry_run=dry_run, seconds=time.perf_counter() - start)


def _tell(done: Pushed, endpoint: str, *, dry_run: bool, seconds: float) -> None:
    if done.stood:
        echo("The store holds this release already: nothing was done.", err=True)
        return
    if dry_run:
        echo(
            f"Would put {done.quads:,} quads of {done.graphs:,} graphs there; nothing was changed.", err=True
        )
        return
    shown = {"quads": done.quads, "graphs": done.graphs, "graphs left as they were": done.kept}
    shown |= {"quads sent": done.sent, "quads of an earlier push": done.resumed}
    table({**shown, "updates that put it there": done.updates, "seconds": f"{seconds:.1f}"}, endpoint)
    if done.facts:
        echo(
            f"The store's default graph is the sum of its graphs: ask for the facts in <{done.facts}>.",
            err=True,
        )
    if not done.whole:
        echo(
            "The store carries such an update out in parts: readers may have met both for a moment.", err=True
        )
