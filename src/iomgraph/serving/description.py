"""The service description of the release, with the limits of this server.

SPARQL 1.1 Service Description has no terms for limits, so they use schema.org's `PropertyValue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import PublicationError
from iomgraph.formats import Kind
from iomgraph.publication import service
from iomgraph.queries import execution
from iomgraph.serving import result_formats
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Response
from iomgraph.terms import RDF_TYPE

_SCHEMA = "https://schema.org/"
_SERVICE = "http://www.w3.org/ns/sparql-service-description#Service"
_TYPE = ox.NamedNode(RDF_TYPE)
_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
_TOLD = {
    "seconds": "SEC",
    "cpu_seconds": "SEC",
    "memory": "AD",
    "rows": "",
    "bytes": "AD",
    "queue": "",
    "body": "AD",
}
"""The limits for clients, with their units (UN/CEFACT Recommendation 20: SEC second, AD byte)."""


@dataclass(frozen=True, slots=True)
class Description:
    """The description of a service.

    Args:
        triples: its triples.
        prefixes: prefixes for writing it.
    """

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]

    def answer(self, accept: str) -> Response:
        """Return it in the format that a client prefers.

        Raises:
            RequestError: with 406, if there is none.
        """
        media_type, chosen = result_formats.chosen(accept, Kind.RDF)
        body = execution.graph(self.triples, chosen, self.prefixes)
        return Response(200, (("Content-Type", media_type), *result_formats.HEADERS), body)


def read(release: Path, prefixes: Mapping[str, str], limits: Limits) -> Description:
    """Read the description in a release, and add the limits.

    Raises:
        PublicationError: if the release does not have one.
    """
    path = release / service.FILE
    try:
        known = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
        subject = next(one.subject for one in known if one.object == ox.NamedNode(_SERVICE))
    except (OSError, SyntaxError, StopIteration) as error:
        raise PublicationError(
            f"the service description can't be read ({error})", where=service.FILE, step="build it again"
        ) from None
    assert isinstance(subject, ox.NamedNode)  # noqa: S101 (nothing that we publish is a blank node)
    return Description((*known, *_limits(subject, limits)), {**prefixes, "schema": _SCHEMA})


def _limits(subject: ox.NamedNode, limits: Limits) -> Iterator[ox.Triple]:
    for field in fields(limits):
        if field.name in _TOLD:
            node = ox.NamedNode(f"{subject.value}/limit/{field.name.replace('_', '-')}")
            yield ox.Triple(subject, _term("additionalProperty"), node)
            yield ox.Triple(node, _TYPE, _term("PropertyValue"))
            yield ox.Triple(node, _term("propertyID"), ox.Literal(field.name.replace("_", "-")))
            value = ox.Literal(f"{getattr(limits, field.name):.15g}", datatype=_DECIMAL)
            yield ox.Triple(node, _term("maxValue"), value)
            if _TOLD[field.name]:
                yield ox.Triple(node, _term("unitCode"), ox.Literal(_TOLD[field.name]))


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SCHEMA + name)
