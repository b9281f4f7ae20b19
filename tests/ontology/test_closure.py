"""OWL 2 RL entails nothing false of a release with the ontology and others' vocabularies.

`vocabularies.csv` has what SKOS, DCTERMS, PROV, ORG, FOAF, schema.org and others say of the terms that we
use: domains, ranges, subsumption, disjointness. `entailed.csv` has the types that may be entailed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.mapping import context
from iomgraph.release import content
from iomgraph.release.lines import graph_of
from iomgraph.settings import Settings

HERE = Path(__file__).parent
KNOWN = context.read(Settings().ontology)
VCARD = "http://www.w3.org/2006/vcard/ns#"
OTHERS = "-"
ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
AXIOMS = {
    "type": RDF.type,
    **{name: RDFS[name] for name in ("domain", "range", "subClassOf", "subPropertyOf")},
    **{name: OWL[name] for name in ("disjointWith", "equivalentClass", "inverseOf", "propertyDisjointWith")},
}
SYNTAX = tuple(map(str, (OWL, RDF, RDFS)))


def iri(curie: str) -> URIRef:
    return URIRef(VCARD + curie.removeprefix("vcard:") if curie.startswith("vcard:") else KNOWN.expand(curie))


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def axioms() -> Graph:
    graph = Graph().parse(Settings().ontology / "iomgraph.ttl")
    for row in table("vocabularies.csv"):
        graph.add((iri(row["subject"]), AXIOMS[row["axiom"]], iri(row["object"])))
    return graph


@pytest.fixture(scope="module")
def data(portfolio_release: Path) -> Graph:
    """One thing of each kind: of all with the same classes and properties, the first."""
    things: dict[str, list[str]] = defaultdict(list)
    for line in content.statements(portfolio_release):
        if "/graph/claims/" not in graph_of(line):
            things[line.partition(" ")[0]].append(line)
    kinds: dict[frozenset[str], str] = {}
    for thing, lines in things.items():
        kinds.setdefault(frozenset(_shape(line) for line in lines), thing)
    graph = Graph()
    for thing in kinds.values():
        graph.parse(data="".join(map(_triple, things[thing])), format="nt")
    for value in set(graph.objects()):
        types = (line for line in things.get(f"<{value}>", ()) if f" <{RDF.type}> " in line)
        graph.parse(data="".join(map(_triple, types)), format="nt")
    assert len(kinds) > 100
    return graph


def _shape(line: str) -> str:
    _, predicate, value = line.split(" ", 2)
    return value.partition(" ")[0] if predicate == f"<{RDF.type}>" else predicate


def _triple(line: str) -> str:
    graph = graph_of(line)
    return f"{line.removesuffix(f' {graph} .' + chr(10))} .\n" if graph else line


def closure(*graphs: Graph) -> tuple[set[str], dict[tuple[str, str], Node]]:
    """Find contradictions, and the types that are entailed and were not stated, each with an example."""
    whole = Graph()
    said: dict[Node, set[Node]] = defaultdict(set)
    for graph in graphs:
        whole += graph
    for thing, kind in whole.subject_objects(RDF.type):
        said[thing].add(kind)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(whole)
    errors = {str(text) for _, term, text in whole if str(term).startswith(ERROR)}
    allowed = {(row["class"], row["entailed"]) for row in table("entailed.csv")}
    found = {}
    for thing, kind in whole.subject_objects(RDF.type):
        name = KNOWN.compact(str(kind)).replace(VCARD, "vcard:")
        if isinstance(thing, Literal | BNode) or isinstance(kind, BNode) or str(kind).startswith(SYNTAX):
            continue
        classes = [KNOWN.compact(str(one)) for one in said[thing]] or [OTHERS]
        if kind not in said[thing] and not any((one, name) in allowed for one in classes):
            found[" ".join(sorted(classes)), name] = thing
    return errors, found


def test_a_release_entails_nothing_false(axioms: Graph, data: Graph) -> None:
    errors, found = closure(axioms, data)
    assert errors == set()
    assert found == {}


def test_what_no_release_of_the_fund_has_entails_nothing_false(axioms: Graph) -> None:
    """The portfolio of the shapes has allocations, transactions, participations and the like."""
    good = Graph().parse(HERE.parent / "fixtures/good/shapes/portfolio.ttl")
    errors, found = closure(axioms, good)
    assert errors == set()
    assert found == {}


WRONG = {
    "projects:LM.0024 prov:wasDerivedFrom captures:a": ("iom:Project", "prov:Entity"),
    "funds:idf schema:foundingDate themes:a": ("iom:Fund", "schema:Organization"),
    "units:a org:unitOf units:executive-office": ("org:OrganizationalUnit", "org:FormalOrganization"),
    "states:GEO dct:bibliographicCitation themes:a": ("iom:State", "dct:BibliographicResource"),
}


@pytest.mark.parametrize("statement", WRONG)
def test_a_property_that_entails_a_false_type_is_found(statement: str, axioms: Graph) -> None:
    kind, entailed = WRONG[statement]
    wrong = _graph([statement, f"{statement.partition(' ')[0]} rdf:type {kind}"])
    wrong.add((iri("units:executive-office"), RDF.type, iri(kind)))
    assert entailed in {name for _, name in closure(axioms, wrong)[1]}


@pytest.mark.parametrize(
    "statements",
    [
        ["states:GEO rdf:type iom:State", "states:GEO skos:exactMatch wd:Q230"],
        ["schemes:theme rdf:type skos:ConceptScheme", "schemes:theme skos:broader themes:a"],
        ["persons:a rdf:type foaf:Person", "persons:a org:hasPost posts:a"],
        ["projects:a foaf:page units:a", "units:a rdf:type org:OrganizationalUnit"],
    ],
)
def test_a_contradiction_is_found(statements: list[str], axioms: Graph) -> None:
    assert closure(axioms, _graph(statements))[0]


def _graph(statements: Iterable[str]) -> Graph:
    graph = Graph()
    for statement in statements:
        subject, predicate, value = map(iri, statement.split())
        graph.add((subject, predicate, value))
    return graph


def test_every_term_of_others_is_in_the_table_or_is_known_to_entail_nothing(
    data: Graph,
) -> None:
    told = {row["subject"] for row in table("vocabularies.csv")}
    used = {KNOWN.compact(str(term)) for term in data.predicates() if str(term) not in SYNTAX}
    silent = {row["term"] for row in table("silent.csv")}
    others = {name for name in used if not name.startswith(("iom:", "rdf:", "rdfs:", "owl:"))}
    assert others - told - silent == set()
    assert silent <= others
    assert told.isdisjoint(silent)
