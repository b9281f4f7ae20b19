"""A push: a release replaces the one in a store, and readers see either the old or the new one, never both.

The push finds the difference first. If one request can carry it, that request is the whole push (`delta`); if
not, the release is loaded beside the old one and swapped in (`staging`).
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import RemoteError
from iomgraph.mapping import context
from iomgraph.remote.batches import Content, Names, content
from iomgraph.remote.delta import Delta, Limits, find_delta
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.staging import Say, Staging
from iomgraph.remote.store import Store
from iomgraph.remote.transport import RefusedError

BATCH = 5_000
"""Quads per loading request; halved if the store refuses so many."""
AT_ONCE = 128 * 2**20
"""The most bytes of changes in one update: some 600,000 quads, in half as much text.

The store holds it in memory: Oxigraph needs 1.5 GB for it, and refuses more than 128 MB of text.
"""


@dataclass(frozen=True, slots=True)
class Pushed:
    """The outcome of a push.

    Args:
        quads: number of quads of the release.
        graphs: number of their graphs.
        stood: the store had this very release already, so that nothing was done.
        resumed: number of quads that an earlier push had left there.
        sent: number of quads that were sent, to add or to remove them.
        kept: number of graphs that were the same in the store and were left alone.
        facts: IRI of the graph of facts, if the store's default graph is the union of all others.
        updates: number of updates that put the release in place; 0 if it was not put in place.
        whole: readers saw either the old release or the new one, and never a mixture.
    """

    quads: int
    graphs: int
    stood: bool = False
    resumed: int = 0
    sent: int = 0
    kept: int = 0
    facts: str = ""
    updates: int = 0
    whole: bool = True


def push(
    release: Path,
    endpoint: Endpoint,
    *,
    batch: int = BATCH,
    at_once: int | None = None,
    replace: bool = False,
    dry_run: bool = False,
    say: Say = lambda *_: None,
) -> Pushed:
    """Put a release into a store, in place of the one that is there.

    Args:
        release: its folder.
        endpoint: the store.
        batch: quads per loading request.
        at_once: most bytes of changes in one request; by default, `AT_ONCE` for an update, and no limit for a
            load by the Graph Store Protocol, if nothing is removed.
        replace: the default graph may be replaced even if our pushes did not fill it.
        dry_run: only look at the release and at the store.
        say: takes each step.

    Raises:
        PublicationError: if the folder is not a release, or was changed after publication; nothing was sent.

        RemoteError: if the store can't be reached or refuses, holds something else, or does not hold what it
            was sent. The old release is untouched; another run continues.
    """
    say("read", 0, 0)
    found = content(release)
    store = Store(endpoint, Names(context.read(release / "ontology").prefixes["graphs"], found.digest))
    known = Pushed(found.total, len(found.counts))
    digest, tidy = store.log.release()
    if digest == found.digest:
        if not (tidy or dry_run):
            store.clear([], tidy=False)
        return dataclasses.replace(known, stood=True)
    if dry_run:
        return known
    say("look", 0, 0)
    resumed = store.log.loaded()
    state = store.look(replace=replace)
    known = dataclasses.replace(known, kept=len(state.kept(found, store.names)), facts=state.facts)
    if not resumed and not store.is_piecemeal:
        limits = Limits(AT_ONCE, sys.maxsize) if at_once is None else Limits(at_once, at_once)
        change = find_delta(release, found, store, state, limits)
        if change and _apply(store, change, found, limits, say):
            say("clear", 0, 0)
            store.clear(state.gone(found), tidy=tidy)
            return dataclasses.replace(known, sent=change.count, updates=1)
    staging = Staging(release, found, store, state)
    _load(staging, store, resumed, batch, say)
    say("swap", 0, 0)
    updates = staging.swap()
    whole = updates == 1 and not store.is_piecemeal
    if not store.holds(found, {graph: state.place(graph) for graph in found.counts}):
        store.endpoint.update(store.log.release_update("", {}))
        raise _not_held(store, "the swap is not complete: run the same command again")
    say("clear", 0, 0)
    store.clear([], tidy=False)
    return dataclasses.replace(known, resumed=resumed, sent=staging.quads, updates=updates, whole=whole)


def _apply(store: Store, change: Delta, found: Content, limits: Limits, say: Say) -> bool:
    """Make the change, if the store accepts it in one request, and undo it if it failed."""
    names, state, log = store.names, change.state, store.log
    say("change", 0, 0)
    digests = {names.iri(graph): digest for graph, digest in found.digests.items()}
    old, new = log.notes(state.digest, state.digests), log.notes(found.digest, digests)
    whole = change.noted(f"<{names.log}>", old, new)
    try:
        whole.send(store.endpoint, limits, lambda done, total: say("change", done, total))
    except RefusedError:
        return False
    say("compare", 0, 0)
    if not store.holds(found, {graph: state.place(graph) for graph in found.counts}):
        _take_back(store, whole, found, limits)
        raise _not_held(store, "see the store's log and its limits; what stood there has been put back")
    return True


def _take_back(store: Store, change: Delta, found: Content, limits: Limits) -> None:
    if change.state.counts:
        change.inverse.send(store.endpoint, limits)
    else:
        store.empty([change.state.place(graph) for graph in found.counts], found.size)


def _load(staging: Staging, store: Store, resumed: int, batch: int, say: Say) -> None:
    # An earlier push may have left other quads than it noted; then everything is loaded again.
    if not staging.load(resumed, batch, say) and not (resumed and staging.load(0, batch, say)):
        raise _not_held(store, "see the store's log and its limits; the release that stood there still does")


def _not_held(store: Store, step: str) -> RemoteError:
    where = store.endpoint.addresses.query
    return RemoteError("the store does not hold what it was given", where=where, step=step)
