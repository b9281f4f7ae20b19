"""The reference of the ontology: its classes and properties, in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from documentation.markdown import code, table, text

_KINDS = (
    ("Classes", OWL.Class),
    ("Properties to things", OWL.ObjectProperty),
    ("Properties to values", OWL.DatatypeProperty),
    ("Annotations", OWL.AnnotationProperty),
    ("Schemes and concepts", SKOS.Concept),
)
_FACTS = (
    ("Kind of", RDFS.subClassOf),
    ("Kind of", RDFS.subPropertyOf),
    ("Of", RDFS.domain),
    ("Values", RDFS.range),
    ("Inverse", OWL.inverseOf),
)
_LANGUAGES = ("en", "fr", "es")


def page(folder: Path, used: Mapping[str, Sequence[str]] = MappingProxyType({})) -> str:
    """Write the page: every term that the ontology defines, below its kind.

    Args:
        folder: of the ontology.
        used: term to the tables that use it.

    Example:
        >>> from iomgraph.settings import resources
        >>> "### iom:Project" in page(resources() / "ontology")
        True
    """
    graph = Graph().parse(folder / "iomgraph.ttl", format="turtle")
    own = {term for term in graph.subjects(RDFS.isDefinedBy) if isinstance(term, URIRef)}
    said = [
        "# Ontology",
        "",
        "The terms of [iomgraph.ttl](../../ontology/iomgraph.ttl). Terms of other vocabularies, such as"
        " `dct:title`, are used as they are defined there.",
        "",
    ]
    for title, kind in _KINDS:
        if terms := sorted(own & set(graph.subjects(RDF.type, kind))):
            said += [f"## {title}", ""]
            for term in terms:
                said += _term(graph, term, used.get(str(term), ()))
    return "\n".join(said)


def _term(graph: Graph, term: URIRef, tables: Sequence[str]) -> Iterator[str]:
    yield f"### {graph.qname(term)}"
    yield ""
    labels, meanings = _texts(graph, term, RDFS.label), _texts(graph, term, SKOS.definition)
    yield table(
        ["Language", "Label", "Definition"],
        ([lang, text(labels.get(lang, "")), text(meanings.get(lang, ""))] for lang in _LANGUAGES),
    )
    for name, predicate in _FACTS:
        found = sorted(graph.qname(one) for one in graph.objects(term, predicate) if isinstance(one, URIRef))
        if found:
            yield f"{name}: {', '.join(map(code, found))}\n"
    if tables:
        yield f"In tables: {', '.join(f'[{text(one)}](tables.md#{one.lower()})' for one in tables)}\n"
    yield f"On the site, with examples: [{text(term)}]({term})\n"


def _texts(graph: Graph, term: Node, predicate: URIRef) -> dict[str, str]:
    values = (one for one in graph.objects(term, predicate) if isinstance(one, Literal))
    return {one.language or "": str(one) for one in values}
