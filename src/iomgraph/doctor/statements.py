"""RDF from responses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pyoxigraph as ox

from iomgraph.remote.visitor import Response
from iomgraph.terms import RDF_TYPE

ACCEPT = (
    "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7,"
    " application/trig;q=0.6, application/n-quads;q=0.5, */*;q=0.1"
)
"""The header that asks for RDF in any format."""

TYPES = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
"""Media types to ask for one by one."""

Node = ox.NamedNode | ox.BlankNode
RDF_TYPE_NODE = ox.NamedNode(RDF_TYPE)

_OTHER_NAMES = {"application/xml": "application/rdf+xml", "text/xml": "application/rdf+xml"}
_REMOTE_CONTEXT = (b'"@context": "http', b'"@context":"http')
_PREFIXES = {
    "void": "http://rdfs.org/ns/void#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}


def term(name: str) -> ox.NamedNode:
    """Return a term of the vocabularies that describe datasets, by its short name.

    Example:
        >>> term("void:Dataset").value
        'http://rdfs.org/ns/void#Dataset'
    """
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


def format_of(response: Response) -> ox.RdfFormat | None:
    """Return the format of a response whose media type is one of RDF; None for others."""
    kind = response.media_type
    return ox.RdfFormat.from_media_type(kind) if kind and kind not in _OTHER_NAMES else None


def parsed(response: Response, base: str = "") -> list[ox.Triple]:
    """Parse a response.

    Args:
        response: a response with a media type of RDF.
        base: base of relative IRIs; by default, the address of the response.

    Returns:
        its triples, from all graphs together.

    Raises:
        ValueError: if it is not valid in its format.
    """
    return _triples(response, format_of(response), base)


def _triples(response: Response, kind: ox.RdfFormat | None, base: str = "") -> list[ox.Triple]:
    if kind is None:
        raise ValueError(response.media_type or "no Content-Type")
    try:
        return [quad.triple for quad in ox.parse(response.body, kind, base_iri=base or response.url)]
    except SyntaxError as error:
        raise ValueError(str(error)) from error


def is_readable(response: Response) -> bool:
    """Tell whether a response can be read here: it is complete, and does not need a remote context."""
    head = response.body[:2_000]
    return response.complete and not any(mark in head for mark in _REMOTE_CONTEXT)


def read(response: Response) -> list[ox.Triple]:
    """Parse a response as far as possible; a response that is not RDF gives no triples."""
    if not response.is_success or format_of(response) is None or not is_readable(response):
        return []
    try:
        return parsed(response)
    except ValueError:
        return []


def describe(response: Response) -> Description:
    """Read a description; a file named as RDF is read even if its Content-Type is another one.

    Example:
        >>> from iomgraph.remote.visitor import Visit
        >>> body = b"<http://a/> a <http://rdfs.org/ns/void#Dataset> ."
        >>> plain = {"content-type": "text/plain"}
        >>> describe(Response(Visit("http://a/void.ttl"), 200, plain, body)).served
        'text/plain'
    """
    known = Description(response.url, read(response))
    kind = ox.RdfFormat.from_extension(PurePosixPath(urlsplit(response.url).path).suffix.removeprefix("."))
    if kind in (None, format_of(response)) or known.triples or not response.is_success:
        return known
    try:
        found = _triples(response, kind)
    except ValueError:
        return known  # A page there, such as the home page of the site, is not a description.
    return Description(response.url, found, response.media_type or "no Content-Type", kind.media_type)


@dataclass(frozen=True, slots=True)
class Description:
    """Triples that describe a dataset, with their address.

    Args:
        url: its address; empty if there is no description.
        triples: its triples.
        served: the media type that it is served as, if that is not one of RDF.
        wanted: the media type that it should have instead.

    Example:
        >>> one = ox.Triple(ox.NamedNode("http://a/"), RDF_TYPE_NODE, term("void:Dataset"))
        >>> [node.value for node in Description("http://a/void.ttl", [one]).things("void:Dataset")]
        ['http://a/']
    """

    url: str = ""
    triples: list[ox.Triple] = field(default_factory=list)
    served: str = ""
    wanted: str = ""

    def things(self, kind: str) -> list[Node]:
        """Return the things of a class, in their order."""
        found = {
            one.subject for one in self.triples if one.predicate == RDF_TYPE_NODE and one.object == term(kind)
        }
        return sorted((one for one in found if not isinstance(one, ox.Triple)), key=str)

    def values(self, predicate: str, subject: Node | None = None) -> list[str]:
        """Return the values of a property, of one subject or of all, in their order."""
        wanted = term(predicate)
        found = [
            one.object for one in self.triples if one.predicate == wanted and subject in (None, one.subject)
        ]
        return sorted({one.value for one in found if not isinstance(one, ox.Triple)})

    def nodes(self, predicate: str, subject: object) -> Iterable[Node]:
        """Yield the things that a property of a subject links to."""
        wanted = term(predicate)
        for one in self.triples:
            if (
                one.predicate == wanted
                and one.subject == subject
                and not isinstance(one.object, ox.Literal | ox.Triple)
            ):
                yield one.object
