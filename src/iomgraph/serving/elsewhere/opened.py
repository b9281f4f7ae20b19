"""The opening of a release with its graphs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from iomgraph.mapping import context
from iomgraph.publication.site import translations
from iomgraph.queries import library
from iomgraph.release import manifest, quads
from iomgraph.remote import batches
from iomgraph.remote.credentials import Credentials
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.transport import RetryPolicy
from iomgraph.serving.elsewhere.graphs import RemoteGraphs
from iomgraph.serving.elsewhere.tables import TableReader
from iomgraph.serving.limits import Limits
from iomgraph.serving.release import Release
from iomgraph.settings import resources

_SHARE = 0.9
"""The part of an answer's time limit that the store may use for one request."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """The address of a store.

    Args:
        url: address for queries.
        credentials: credentials that it may ask for.

    Example:
        >>> StoreAddress("http://localhost:7878/query").endpoint(Limits()).addresses.query
        'http://localhost:7878/query'
    """

    url: str
    credentials: Credentials | None = None

    def endpoint(self, limits: Limits) -> Endpoint:
        """Make an endpoint for it, within the limits of an answer.

        Raises:
            SettingsError: if the address can't be used.
        """
        seconds = limits.seconds * _SHARE
        policy = RetryPolicy(attempts=1, timeout=seconds, deadline=seconds)
        return Endpoint(Addresses(self.url), self.credentials, policy, largest=limits.bytes)


def open_release(folder: Path, address: StoreAddress, limits: Limits) -> tuple[Release, RemoteGraphs]:
    """Open a release whose graphs are in a store, without contacting the store yet.

    Raises:
        IomgraphError: if it is not a release, or damaged.
    """
    known, listed = context.read(folder / "ontology"), manifest.load(folder)
    base = known.prefixes["graphs"].removesuffix("graph/")
    asked = library.read_all(resources() / "queries")
    queries = {name: replace(one, text=library.moved(one.text, base)) for name, one in asked.items()}
    digest = quads.digest(listed.entries)
    endpoint = address.endpoint(limits)
    graphs = RemoteGraphs(endpoint, known.prefixes, batches.name_of(listed.entries), limits.rows)
    tables = TableReader(folder, known)
    release = Release(
        graphs,
        known,
        queries,
        translations.read(resources() / "data", folder / "ontology"),
        {term.name: term for term in translations.terms(folder / "ontology")},
        listed.version,
        digest,
        named=tables.named(queries),
        things=tables.things,
        expect=graphs.expect,
    )
    return release, graphs
