"""Every shape is broken by its own fixture only; the good portfolio passes.

`good/shapes/portfolio.ttl` breaks no rule. A file in `broken/shapes/` is named after the shape that it
breaks, and is itself a data graph. What it states takes the place of what the good portfolio states
with the same subject and predicate, types excepted; so each file holds what is broken and no more.
Its head may say, in comments:

    # without: project:LM.0024 dct:title     takes this (without a predicate: all) from the portfolio
    # also: Project-title-en Project-title-fr    names the shapes that this can't help breaking as well
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store
from rdflib import RDF, SH, Graph, Namespace, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from rdflib.term import Node

from iomgraph.settings import resources
from iomgraph.validation.shacl import compile_shapes
from iomgraph.validation.shapes import load

FIXTURES = Path(__file__).parents[1] / "fixtures"
BROKEN = sorted((FIXTURES / "broken/shapes").glob("*.ttl"))
IOM = Namespace("https://w3id.org/iomgraph/ontology#")
NAMESPACE = "https://w3id.org/iomgraph/shapes#"
SHAPES = load(resources() / "shapes")
COMPILED = compile_shapes(SHAPES.graph)
NAMES = sorted(iri.removeprefix(NAMESPACE) for iri in SHAPES.rules)
NOT_CONSTRAINTS = {
    "group",
    "order",
    "path",
    "targetClass",
    "severity",
    "name",
    "description",
    "message",
    "qualifiedValueShape",
}
PREFIXES = {
    str(SHAPES.graph.value(declared, SH.prefix)): str(SHAPES.graph.value(declared, SH.namespace))
    for declared in SHAPES.graph.objects(None, SH.declare)
}


def parameters(name: str) -> set[str]:
    """The local names of the SHACL terms that a shape uses."""
    terms = map(str, SHAPES.graph.predicates(URIRef(NAMESPACE + name)))
    return {term.removeprefix(str(SH)) for term in terms if term.startswith(str(SH))}


@pytest.fixture(scope="module", autouse=True)
def _queries_are_parsed_once() -> Iterator[None]:
    """Spare rdflib from parsing each constraint anew for each focus node: four fifths of the time."""
    query, prepared = SPARQLProcessor.query, cache(prepareQuery)

    def once(self: SPARQLProcessor, text: Any, *args: Any, **kwargs: Any) -> Any:
        return query(self, prepared(text) if isinstance(text, str) else text, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLProcessor, "query", once)
        yield


def test_there_is_one_broken_file_for_each_of_the_271_shapes() -> None:
    assert len(NAMES) == 271
    assert sorted(path.stem for path in BROKEN) == NAMES


def test_the_good_portfolio_breaks_no_rule() -> None:
    assert broken_rules(good()) == {} == broken_rules_of_ours(good())


@pytest.mark.parametrize("name", NAMES)
def test_the_good_portfolio_gives_every_shape_something_to_look_at(name: str) -> None:
    data, shape = good(), URIRef(NAMESPACE + name)
    path = SHAPES.graph.value(shape, SH.path)
    targets = set(SHAPES.graph.objects(shape, SH.targetClass))
    assert targets
    nodes = {node for target in targets for node in data.subjects(RDF.type, target)}
    assert nodes
    if isinstance(path, URIRef):
        assert any(data.value(node, path) is not None for node in nodes)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_caught_by_its_shape_on_its_own(path: Path) -> None:
    caught = broken_rules(Graph().parse(path), only=path.stem)
    assert set(caught) == {path.stem}
    assert caught[path.stem] <= components(path.stem)


@pytest.mark.slow
@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_within_the_good_portfolio_a_broken_file_breaks_its_shape_alone(path: Path) -> None:
    caught = broken_rules_of_ours(broken_portfolio(path))
    assert set(caught) == {path.stem, *directives(path, "also")}
    assert caught[path.stem] == components(path.stem)


@pytest.mark.parametrize("name", [name for name in NAMES if "sparql" in parameters(name)])
def test_a_sparql_constraint_asked_of_all_nodes_at_once_in_another_store_catches_the_same(name: str) -> None:
    assert rows(good(), name) == []
    assert rows(broken_portfolio(FIXTURES / f"broken/shapes/{name}.ttl"), name)


@pytest.mark.parametrize(("place", "caught"), [("iati-region/m49/002", False), ("sector/dac/15190", True)])
def test_a_project_for_a_region_as_a_whole_lacks_no_state(place: str, caught: bool) -> None:
    name = "Project-benefitingState-missing"
    data = Graph().parse(FIXTURES / f"broken/shapes/{name}.ttl")
    (project,) = data.subjects(RDF.type, IOM.Project)
    share, thing = URIRef(f"{project}/allocation/1"), URIRef(f"https://w3id.org/iomgraph/id/{place}")
    data.add((project, IOM.allocation, share))
    data.add((share, IOM.allocatedTo, thing))
    assert (name in broken_rules(data, only=name)) == caught


@pytest.mark.parametrize("base", ["https://data.example.org/", "https://example.org/iom#"])
def test_rules_hold_under_another_base_iri(base: str) -> None:
    assert broken_rules(moved(good(), base)) == {}
    for name in ("Project-status-lag", "Discrepancy-undecided", "State-iri-alpha3", "Finding-severity"):
        assert name in broken_rules(
            moved(broken_portfolio(FIXTURES / f"broken/shapes/{name}.ttl"), base), only=name
        )


@cache
def good() -> Graph:
    """The good portfolio, which no test changes."""
    return Graph().parse(FIXTURES / "good/shapes/portfolio.ttl")


def broken_portfolio(path: Path) -> Graph:
    """The good portfolio with what a broken file takes out and states."""
    graph, change = Graph() + good(), Graph().parse(path)
    for line in re.findall(r"^# without: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
        terms = [change.namespace_manager.expand_curie(term) for term in line.split()]
        gone = list(graph.triples((terms[0], terms[1] if terms[1:] else None, None)))
        assert gone, f"{path.name}: nothing to take out"
        for triple in gone:
            graph.remove(triple)
    for subject, predicate in change.subject_predicates():
        if predicate != RDF.type:
            graph.remove((subject, predicate, None))
    return graph + change


def moved(graph: Graph, base: str) -> Graph:
    """The same data under another base IRI; the ontology stays where it is."""
    text = graph.serialize(format="nt")
    return Graph().parse(
        data=re.sub(r"<https://w3id\.org/iomgraph/(id|graph)/", rf"<{base}\1/", text), format="nt"
    )


def directives(path: Path, word: str) -> set[str]:
    lines = re.findall(rf"^# {word}: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for line in lines for name in line.split()}


def broken_rules(data: Graph, only: str = "") -> dict[str, set[Node]]:
    """The names of the shapes that a graph breaks, each with the constraint components that caught it."""
    chosen = [NAMESPACE + only] if only else None
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES.graph, use_shapes=chosen, inplace=True)
    caught: dict[str, set[Node]] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        name = str(report.value(result, SH.sourceShape)).removeprefix(NAMESPACE)
        caught.setdefault(name, set()).add(report.value(result, SH.sourceConstraintComponent))
    return caught


def broken_rules_of_ours(data: Graph) -> dict[str, set[Node]]:
    """The same, as the engine finds them that judges a release: of all shapes in a third of the time."""
    store = _store(data)
    caught: dict[str, set[Node]] = {}
    for result in COMPILED.validate(store):
        name = result.source_shape.value.removeprefix(NAMESPACE)
        caught.setdefault(name, set()).add(URIRef(result.component.value))
    return caught


def _store(graph: Graph) -> Store:
    store = Store()
    store.load(graph.serialize(format="nt").encode(), format=RdfFormat.N_TRIPLES)
    return store


def components(name: str) -> set[Node]:
    """The constraint components that a shape declares (SHACL, section 3.4 on)."""
    names = {term[0].upper() + term[1:] for term in parameters(name) - NOT_CONSTRAINTS}
    return {SH[f"{'SPARQL' if term == 'Sparql' else term}ConstraintComponent"] for term in names}


def rows(graph: Graph, name: str) -> list[Any]:
    """Return the focus nodes that a shape's SPARQL constraint selects in pyoxigraph, none of them bound."""
    shape = URIRef(NAMESPACE + name)
    kinds = SHAPES.graph.objects(shape, SH.targetClass)
    focus = {f"<{node}>" for kind in kinds for node in graph.subjects(RDF.type, kind)}
    store = _store(graph)
    query = SHAPES.graph.value(SHAPES.graph.value(shape, SH.sparql), SH.select)
    found = store.query(str(query), prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return [row for row in found if str(row["this"]) in focus]
