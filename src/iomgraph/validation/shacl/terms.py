"""Terms in three forms: rdflib's in the shapes, Oxigraph's in the data, text in a query.

Oxigraph stores the value of a number, a date or a boolean, not its spelling, and only keeps the integer type
`xsd:integer`: `"300"^^xsd:byte` comes back as `"300"^^xsd:integer`. If spelling and type matter, fill the
store with `exact_quads`: literals that would change are kept under a datatype of our own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple
from rdflib import BNode, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import IdentifiedNode, Identifier, Node

from iomgraph.validation.shacl.datatypes import is_well_formed

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""Terms that can be focus nodes or value nodes; triple terms can only be values (RDF 1.2)."""

KEPT = "urn:x-iomgraph:as-written:"
"""Prefix of the datatypes under which literals keep their spelling."""

_ILL_TYPED = "urn:x-iomgraph:ill-typed:"
"""Prefix of the datatypes of literals that rdflib knows to be ill-typed, but writes as well-typed."""

BLANK = "urn:x-iomgraph:blank"
"""Name of the query function that gives a blank node by its label, for which SPARQL has no syntax."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_PLAIN = frozenset({f"{_XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})

_STEADY = {
    f"{_XSD}{name}": re.compile(pattern).fullmatch
    for name, pattern in {
        "integer": "0|-?[1-9][0-9]{0,17}",
        "decimal": r"-?[1-9][0-9]{0,14}(\.[0-9]{0,2}[1-9])?",
        "boolean": "true|false",
        "gYear": "[1-9][0-9]{3}",
        "date": "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        "dateTime": "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
        "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?",
        "anyURI": "(?s:.*)",
    }.items()
}
"""Datatype to a test for lexical forms that certainly survive the store; others are tried."""

_DECIMAL = f"{_XSD}decimal"
_KEPT_DECIMAL = NamedNode(f"{KEPT}{_XSD}decimal")
_PADDED = re.compile(r"-?[0-9]{1,14}\.[0-9]{0,2}0").fullmatch
"""A pattern of the many amounts of money with a final zero, which the store would drop."""


class TripleTerm(Identifier):
    """A triple that is a value (RDF 1.2), for a graph of rdflib, which has no such node.

    Example:
        >>> one = NamedNode("urn:a")
        >>> TripleTerm(Triple(one, one, one)).n3()
        '<<( <urn:a> <urn:a> <urn:a> )>>'
    """

    __slots__ = ("triple",)
    triple: Triple

    def __new__(cls, triple: Triple) -> TripleTerm:
        """Wrap a triple."""
        node: TripleTerm = super().__new__(cls, f"<<( {triple} )>>")
        node.triple = triple
        return node

    def n3(self, _: object = None) -> str:
        """Return the triple in Turtle."""
        return str(self)


def shown(term: Term) -> str:
    """Write a term for people, without labels of blank nodes, which change from run to run.

    Example:
        >>> a = NamedNode("urn:a")
        >>> shown(Triple(BlankNode(), a, a)), shown(Literal("x"))
        ('<<( [] <urn:a> <urn:a> )>>', '"x"')
    """
    if isinstance(term, Triple):
        return f"<<( {shown(term.subject)} {term.predicate} {shown(term.object)} )>>"
    return "[]" if isinstance(term, BlankNode) else str(term)


_CONVERTING: ContextVar[bool] = ContextVar("iomgraph_converting", default=False)
# rdflib logs a traceback for each ill-typed literal, which we report ourselves.
logging.getLogger("rdflib.term").addFilter(lambda _: not _CONVERTING.get())


def to_oxigraph(node: Node) -> Term:
    """An rdflib node as Oxigraph's term; blank nodes keep their label.

    Example:
        >>> to_oxigraph(RdflibLiteral("oui", lang="fr"))
        <Literal value=oui language=fr>
    """
    if isinstance(node, TripleTerm):
        return node.triple
    return to_literal(node) if isinstance(node, RdflibLiteral) else to_name(node)


def to_literal(literal: RdflibLiteral) -> Literal:
    """An rdflib literal as Oxigraph's.

    Of `"none"^^xsd:boolean` rdflib keeps that it was ill-typed, and writes `false`.
    """
    if literal.language:
        return Literal(str(literal), language=literal.language)
    changed = literal.ill_typed and literal.value is not None
    if changed and is_well_formed(str(literal), str(literal.datatype)):
        return Literal(str(literal), datatype=NamedNode(f"{_ILL_TYPED}{literal.datatype}"))
    return Literal(str(literal), datatype=NamedNode(str(literal.datatype or f"{_XSD}string")))


def to_name(node: Node) -> NamedNode | BlankNode:
    """An rdflib IRI or blank node as Oxigraph's."""
    return BlankNode(str(node)) if isinstance(node, BNode) else NamedNode(str(node))


def to_rdflib(term: NamedNode | BlankNode | Literal) -> IdentifiedNode | RdflibLiteral:
    """An Oxigraph term as rdflib's, with its spelling, but without base direction (RDF 1.2)."""
    if isinstance(term, Literal):
        datatype = None if term.language or term.datatype.value in _PLAIN else term.datatype.value
        if datatype is None:
            return RdflibLiteral(term.value, lang=term.language, normalize=False)
        token = _CONVERTING.set(True)
        try:
            return RdflibLiteral(term.value, datatype=datatype, normalize=False)
        finally:
            _CONVERTING.reset(token)
    return URIRef(term.value) if isinstance(term, NamedNode) else BNode(term.value)


def in_query(term: Term) -> str:
    """A term as an expression of a query.

    Example:
        >>> in_query(NamedNode("http://example.org/a")), in_query(BlankNode("b"))
        ('<http://example.org/a>', '<urn:x-iomgraph:blank>("b")')
    """
    if isinstance(term, Triple):  # blank nodes would be variables in the syntax of triple terms
        return f"TRIPLE({in_query(term.subject)}, {term.predicate}, {in_query(term.object)})"
    return f'<{BLANK}>("{term.value}")' if isinstance(term, BlankNode) else str(term)


def exact_quads(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Quads whose literals survive the store as written, for `validate(store, exact=True)`.

    Args:
        quads: quads to load, from `pyoxigraph.parse`.

    Returns:
        the quads, with literals that Oxigraph would change under a datatype of our own. Queries of such a
        store see that datatype; validation returns the original literals.

    Example:
        >>> store, s = Store(), NamedNode("http://example.org/s")
        >>> byte = Literal("300", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#byte"))
        >>> store.extend(exact_quads([Quad(s, s, byte)]))
        >>> as_written(next(iter(store)).object) == byte
        True
    """
    for quad in quads:
        if isinstance(quad.object, Literal) and changes_in_store(quad.object):
            yield Quad(quad.subject, quad.predicate, kept(quad.object), quad.graph_name)
        else:
            yield quad


def changes_in_store(literal: Literal) -> bool:
    """Tell quickly whether Oxigraph may change this literal, since there may be millions.

    Example:
        >>> decimal = NamedNode(f"{_XSD}decimal")
        >>> [changes_in_store(Literal(text, datatype=decimal)) for text in ("1.5", "1.50")]
        [False, True]
    """
    datatype = literal.datatype.value
    if not datatype.startswith(_XSD) or datatype in _PLAIN:
        return False
    steady = _STEADY.get(datatype)
    return steady is None or steady(literal.value) is None


def kept(literal: Literal) -> Literal:
    """The substitute in the store for a literal that the store would change, else the literal itself."""
    datatype = literal.datatype.value
    if datatype == _DECIMAL and _PADDED(literal.value):
        return Literal(literal.value, datatype=_KEPT_DECIMAL)
    return _tried(literal) if changes_in_store(literal) else literal


@lru_cache(maxsize=65536)
def _tried(literal: Literal) -> Literal:
    scratch, name = Store(), NamedNode("urn:x")
    scratch.add(Quad(name, name, literal))
    if next(iter(scratch)).object == literal:
        return literal
    return Literal(literal.value, datatype=NamedNode(KEPT + literal.datatype.value))


def as_written(term: Term) -> Term:
    """The literal that a stored term stands for; other terms are unchanged."""
    return original(term) if isinstance(term, Literal) else term


def original(literal: Literal) -> Literal:
    """The literal that a stored literal stands for; other literals are unchanged."""
    if not literal.datatype.value.startswith((KEPT, _ILL_TYPED)):
        return literal
    datatype = literal.datatype.value.removeprefix(KEPT).removeprefix(_ILL_TYPED)
    return Literal(literal.value, datatype=NamedNode(datatype))
