"""The ontology and its alignments are OWL 2 DL, each by itself and both together, as far as Python can tell.

OWL 2 Structural Specification, sections 3 (ontologies), 5 (entities) and 11 (global restrictions);
Mapping to RDF Graphs, section 3. A reasoner isn't needed for these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from iomgraph.settings import resources

FOLDER = resources() / "ontology"
FILES = {
    "ontology": [FOLDER / "iomgraph.ttl"],
    "alignments": [FOLDER / "alignments.ttl"],
    "both": [FOLDER / "iomgraph.ttl", FOLDER / "alignments.ttl"],
}
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
RESERVED = tuple(term.partition("#")[0] + "#" for term in (OWL.Thing, RDF.type, RDFS.label, XSD.string))
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
KINDS = (OWL.Class, RDFS.Datatype, *PROPERTY_KINDS)
# Section 5.2 and 4: what of the datatypes a range may be; dates and years are not among them.
DATATYPES = {
    RDFS.Literal, OWL.real, OWL.rational, RDF.PlainLiteral, RDF.XMLLiteral,
    XSD.decimal, XSD.integer, XSD.nonNegativeInteger, XSD.nonPositiveInteger, XSD.positiveInteger,
    XSD.negativeInteger, XSD.long, XSD.int, XSD.short, XSD.byte, XSD.unsignedLong, XSD.unsignedInt,
    XSD.unsignedShort, XSD.unsignedByte, XSD.double, XSD.float, XSD.string, XSD.normalizedString, XSD.token,
    XSD.language, XSD.Name, XSD.NCName, XSD.NMTOKEN, XSD.boolean, XSD.hexBinary, XSD.base64Binary, XSD.anyURI,
    XSD.dateTime, XSD.dateTimeStamp,
}  # fmt: skip
BUILT_IN_ANNOTATIONS = {
    RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.deprecated, OWL.versionInfo,
    OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith,
}  # fmt: skip
SYNTAX = {
    RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range,
    OWL.disjointWith, OWL.members, OWL.unionOf, OWL.versionIRI,
}  # fmt: skip
NOT_SIMPLE = {OWL.TransitiveProperty}
FOR_SIMPLE_ONLY = {
    OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty,
}  # fmt: skip
FOR_OBJECTS_ONLY = {
    OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty, OWL.TransitiveProperty,
    OWL.SymmetricProperty, OWL.ReflexiveProperty,
}  # fmt: skip


def kinds(graph: Graph, term: Node) -> set[Node]:
    return set(graph.objects(term, RDF.type)) & set(KINDS)


def is_class(graph: Graph, term: Node) -> bool:
    return term in (OWL.Thing, OWL.Nothing) or (term, RDF.type, OWL.Class) in graph


def term_of_two_kinds(graph: Graph) -> Iterator[str]:
    """A property is of one kind, and nothing is a class and a datatype (section 5.8.1)."""
    for term in set(graph.subjects(RDF.type)):
        found = kinds(graph, term)
        if len(found & set(PROPERTY_KINDS)) > 1 or {OWL.Class, RDFS.Datatype} <= found:
            yield str(term)


def class_not_declared(graph: Graph) -> Iterator[str]:
    for subject, predicate, value in graph:
        if predicate in (RDFS.subClassOf, OWL.disjointWith):
            yield from (str(term) for term in (subject, value) if not is_class(graph, term))
        elif predicate == RDF.first and not is_class(graph, value):
            yield str(value)


def property_not_declared(graph: Graph) -> Iterator[str]:
    for subject, predicate, value in graph:
        if predicate not in SYNTAX | BUILT_IN_ANNOTATIONS and not kinds(graph, predicate) & set(
            PROPERTY_KINDS
        ):
            yield str(predicate)
        elif predicate == RDFS.subPropertyOf:
            yield from (
                str(term) for term in (subject, value) if not kinds(graph, term) & set(PROPERTY_KINDS)
            )
        elif predicate in (RDFS.domain, RDFS.range) and not kinds(graph, subject) & set(PROPERTY_KINDS):
            yield str(subject)


def property_below_one_of_another_kind(graph: Graph) -> Iterator[str]:
    for lower, upper in graph.subject_objects(RDFS.subPropertyOf):
        if kinds(graph, lower) != kinds(graph, upper):
            yield f"{lower} {upper}"


def domain_that_is_no_class(graph: Graph) -> Iterator[str]:
    for term, domain in graph.subject_objects(RDFS.domain):
        if not is_class(graph, domain):
            yield f"{term} {domain}"


def range_of_the_wrong_kind(graph: Graph) -> Iterator[str]:
    for term, values in graph.subject_objects(RDFS.range):
        fits: dict[Node, bool] = {
            OWL.ObjectProperty: is_class(graph, values),
            OWL.DatatypeProperty: values in DATATYPES,
            OWL.AnnotationProperty: isinstance(values, URIRef),
        }
        if not all(fits[kind] for kind in kinds(graph, term) & set(PROPERTY_KINDS)):
            yield f"{term} {values}"


def characteristic_that_does_not_fit(graph: Graph) -> Iterator[str]:
    """A property that is transitive, or above one that is, isn't simple (section 11.1); see 9.3 for data."""
    for term in set(graph.subjects(RDF.type)):
        types = set(graph.objects(term, RDF.type))
        lower = graph.transitive_subjects(RDFS.subPropertyOf, term)
        below = {kind for each in lower for kind in graph.objects(each, RDF.type)}
        if (below & NOT_SIMPLE and types & FOR_SIMPLE_ONLY) or (
            OWL.DatatypeProperty in types and types & FOR_OBJECTS_ONLY
        ):
            yield str(term)


def reserved_term_redefined(graph: Graph) -> Iterator[str]:
    yield from (str(term) for term in graph.subjects() if str(term).startswith(RESERVED))


def blank_node_out_of_place(graph: Graph) -> Iterator[str]:
    """Each blank node is the value of one triple, or an axiom that is not a value at all."""
    for node in {node for node in graph.all_nodes() if isinstance(node, BNode)}:
        uses = len(list(graph.subject_predicates(node)))
        if uses != (0 if (node, RDF.type, OWL.AllDisjointClasses) in graph else 1):
            yield str(list(graph.predicate_objects(node)))


def list_too_short(graph: Graph) -> Iterator[str]:
    for predicate in (OWL.members, OWL.unionOf):
        for holder, head in graph.subject_objects(predicate):
            if len(set(Collection(graph, head))) < 2:
                yield str(list(graph.predicate_objects(holder)))


def header_without_its_version(graph: Graph) -> Iterator[str]:
    headers = list(graph.subjects(RDF.type, OWL.Ontology))
    if not headers:
        yield "there is no header"
    for header in headers:
        versions = [URIRef(f"{header}/{info}") for info in graph.objects(header, OWL.versionInfo)]
        if len(versions) != 1 or list(graph.objects(header, OWL.versionIRI)) != versions:
            yield f"{header} {versions}"


def import_from_elsewhere(graph: Graph) -> Iterator[str]:
    yield from map(str, graph.objects(None, OWL.imports))


Check = Callable[[Graph], Iterator[str]]

# Each check, with changes to the ontology and its alignments; every single one must alarm it.
CHECKS: dict[Check, tuple[str, ...]] = {
    term_of_two_kinds: (
        "INSERT DATA { iom:theme a owl:DatatypeProperty }",
        "INSERT DATA { dct:title a owl:DatatypeProperty }",
        "INSERT DATA { iom:Theme a rdfs:Datatype }",
    ),
    class_not_declared: (
        "INSERT DATA { iom:Fund rdfs:subClassOf iom:Grant }",
        "INSERT DATA { iom:Grant rdfs:subClassOf iom:Fund }",
        "DELETE WHERE { prov:Entity a owl:Class }",
        "DELETE WHERE { iom:Basis a owl:Class }",
        "INSERT DATA { iom:Fund owl:disjointWith iom:fundedBy }",
    ),
    property_not_declared: (
        "DELETE WHERE { dct:title a owl:AnnotationProperty }",
        "DELETE WHERE { dg:budget a owl:ObjectProperty }",
        "INSERT DATA { iom:grant rdfs:range iom:Fund }",
        "INSERT DATA { iom:Fund owl:equivalentKlass iom:Project }",
    ),
    property_below_one_of_another_kind: (
        "INSERT DATA { iom:theme rdfs:subPropertyOf iom:endYear }",
        "INSERT DATA { iom:theme rdfs:subPropertyOf dct:title }",
    ),
    domain_that_is_no_class: (
        "INSERT DATA { iom:theme rdfs:domain iom:status }",
        "INSERT DATA { iom:theme rdfs:domain iom:Grant }",
    ),
    range_of_the_wrong_kind: (
        "INSERT DATA { iom:theme rdfs:range xsd:string }",
        "INSERT DATA { iom:endYear rdfs:range iom:Project }",
        "INSERT DATA { iom:endYear rdfs:range xsd:gYear }",
        "INSERT DATA { iom:property rdfs:range 'any' }",
    ),
    characteristic_that_does_not_fit: (
        "INSERT DATA { iom:project a owl:TransitiveProperty . iom:subject a owl:FunctionalProperty }",
        "INSERT DATA { iom:theme a owl:TransitiveProperty , owl:FunctionalProperty }",
        "INSERT DATA { iom:primaId a owl:InverseFunctionalProperty }",
    ),
    reserved_term_redefined: (
        "INSERT DATA { rdfs:label a owl:AnnotationProperty }",
        "INSERT DATA { owl:Thing rdfs:subClassOf iom:Project }",
    ),
    blank_node_out_of_place: (
        "INSERT { iom:theme rdfs:domain ?o } WHERE { iom:region rdfs:domain ?o }",
        "INSERT DATA { [] a owl:Class }",
        "INSERT { iom:theme rdfs:domain ?s } WHERE { ?s a owl:AllDisjointClasses }",
    ),
    list_too_short: (
        "DELETE { ?l rdf:rest ?o } INSERT { ?l rdf:rest () } WHERE { [] owl:unionOf ?l . ?l rdf:rest ?o }",
        "DELETE { ?l rdf:first iom:Project } INSERT { ?l rdf:first iom:State } WHERE { [] owl:unionOf ?l }",
    ),
    header_without_its_version: (
        "DELETE WHERE { ?s a owl:Ontology }",
        "DELETE WHERE { ?s owl:versionIRI ?o }",
        "DELETE WHERE { ?s owl:versionInfo ?o }",
        "DELETE { ?s ?p '0.1.0' } INSERT { ?s ?p '0.2.0' } WHERE { ?s ?p '0.1.0' }",
    ),
    import_from_elsewhere: (
        "INSERT { ?s owl:imports <http://www.w3.org/ns/org> } WHERE { ?s a owl:Ontology }",
    ),
}
PLANTED = [(check, flaw) for check, flaws in CHECKS.items() for flaw in flaws]


def read(files: list[Path]) -> Graph:
    graph = Graph()
    for file in files:
        graph.parse(file)
    return graph


def test_the_checks_and_the_flaws_they_are_tried_on_are_counted() -> None:
    assert (len(CHECKS), len(PLANTED)) == (12, 35)


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_has_no(check: Check, files: list[Path]) -> None:
    assert list(check(read(files))) == []


@pytest.mark.parametrize(("check", "flaw"), PLANTED)
def test_a_planted_flaw_is_found(check: Check, flaw: str) -> None:
    graph = read(FILES["both"])
    before = set(graph)
    graph.update(flaw)
    assert set(graph) != before, "the change changes nothing"
    assert list(check(graph)) != []
