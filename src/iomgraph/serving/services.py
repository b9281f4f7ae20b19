"""The services that answer from a release in memory or with its graphs in a store elsewhere."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol as Shape

import pyoxigraph as ox

from iomgraph.errors import installation
from iomgraph.serving import description, descriptions, problem
from iomgraph.serving.api import examples
from iomgraph.serving.api import service as api
from iomgraph.serving.descriptions import Described
from iomgraph.serving.elsewhere import opened
from iomgraph.serving.elsewhere.guard import Guarded
from iomgraph.serving.elsewhere.opened import StoreAddress
from iomgraph.serving.facts import Facts
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.protocol import Protocol
from iomgraph.serving.reconciliation import service as reconciliation
from iomgraph.serving.release import Release

FACTS, SPARQL, RECONCILE, API, EXAMPLES, MCP = "facts", "sparql", "reconcile", "api", "examples", "mcp"
"""The names of the services; the server itself asks for the facts."""

_FIRST = (
    (SPARQL, "/sparql"),
    (RECONCILE, "/reconcile"),
    (API, "/api/"),
    (EXAMPLES, "/.well-known/sparql-examples"),
)
"""A query to run while files can still be opened, since libraries open some at their first use."""


class Service(Shape):
    """A service, which never raises for errors of clients, and never opens files."""

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A release that is loaded.

    Args:
        services: services by name.
        base_iri: base IRI of the release.
        described: things that it describes besides its data.
    """

    services: Mapping[str, Service]
    base_iri: str
    described: Described


def load(release: Path, limits: Limits, origin: str, address: StoreAddress | None) -> Loaded:
    """Load a release, and make the services with all their inputs.

    Args:
        release: its folder.
        limits: limits of an answer.
        origin: address of the server; may be empty.
        address: address of the store with the graphs; None to load them.

    Raises:
        IomgraphError: if it is not a release, or damaged.
    """
    about, graphs = descriptions.read(release), None
    if address:
        whole, graphs = opened.open_release(release, address, limits)
    else:
        whole = Release.open(release)
    made = _made(whole, release, about, limits, origin)
    for name, path in _FIRST:
        # Only workers use the network, because the loader must stay a process with one thread.
        if graphs is None or name != SPARQL:
            headers = {"accept": "text/html, */*;q=0.5"}
            made[name].answer(Request("GET", path, (("query", "ASK {}"),), headers))
    if graphs:
        made = {name: Guarded(one, graphs) for name, one in made.items()}
    return Loaded(made, whole.base_iri, descriptions.paths(about, whole.base_iri))


def _made(
    whole: Release, folder: Path, about: ox.Store, limits: Limits, origin: str
) -> Mapping[str, Service]:
    described = description.read(folder, whole.context.prefixes, limits)
    return {
        FACTS: Facts(whole, about, limits),
        SPARQL: Protocol(whole, described, limits),
        RECONCILE: reconciliation.Reconciliation(whole, origin=origin),
        API: api.Api(whole),
        EXAMPLES: examples.Examples(whole),
        MCP: _mcp(whole),
    }


def _mcp(release: Release) -> Service:
    """Make the service of the Model Context Protocol, if its SDK is installed."""
    if importlib.util.find_spec("mcp") is None:
        return _Absent()
    from iomgraph.serving.mcp.service import Mcp

    return Mcp(release)


class _Absent:
    """A substitute for a service whose library is not installed."""

    @problem.told
    def answer(self, _: Request) -> Response:
        """Answer with the library to install."""
        raise RequestError(501, "this server has no Model Context Protocol", step=installation("mcp"))
