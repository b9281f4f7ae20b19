"""The data graph: the validated graphs of a store, as queries see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)
from rdflib import Graph

from iomgraph.validation.shacl.columns import Columns
from iomgraph.validation.shacl.scope import INCOMPLETE, Function, Scope, Stored
from iomgraph.validation.shacl.sparql import SHAPES_GRAPH
from iomgraph.validation.shacl.terms import exact_quads, to_name, to_oxigraph

GraphName = NamedNode | BlankNode | DefaultGraph
LARGE = 10_000
_MANY = 16
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = (NamedNode(f"{_RDF}{name}") for name in ("first", "rest", "nil"))


def graph_names(graph: GraphName | Sequence[GraphName] | None) -> list[GraphName]:
    """The names of the graphs that make up the data graph: by default, the default graph's."""
    if graph is None:
        return [DefaultGraph()]
    return [graph] if isinstance(graph, GraphName) else list(graph)


@dataclass(slots=True)
class DataGraph:
    """Some graphs of a store, merged.

    Args:
        store: the store; it is only read.
        names: of the graphs.
        shapes: the shapes graph, for queries that ask for $shapesGraph.
        columns: of all triples, if they are known.
        counts: the numbers that queries selected, by query.
    """

    store: Store
    names: Sequence[GraphName]
    shapes: Graph
    columns: Columns | None = None
    counts: dict[str, int] = field(default_factory=dict)
    _both: Store | None = field(default=None)
    _below: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    _is_large: bool | None = field(default=None)

    def select(self, query: str, scope: Scope) -> Iterator[QuerySolution]:
        """Yield the solutions of a query, as they are found.

        Raises:
            OntologyError: at the end, if a query function of the scope could not answer.
        """
        if SHAPES_GRAPH.value in query:
            yield from _solutions(self._with_shapes(scope), query, [DefaultGraph()], scope.functions)
        else:
            yield from _solutions(self.store, query, self.names, scope.functions)
        scope.fail()

    def construct(self, query: str, scope: Scope) -> Iterator[Triple]:
        """Yield the triples that a query makes, as they are found.

        Raises:
            OntologyError: at the end, if a query function of the scope could not answer.
        """
        names = list(self.names)
        triples = self.store.query(query, default_graph=names, custom_functions=scope.functions)
        assert isinstance(triples, QueryTriples)  # noqa: S101 - it is a CONSTRUCT
        yield from triples
        scope.fail()

    def has(self, predicate: NamedNode, value: NamedNode | None = None) -> bool:
        """Tell whether there is a triple with a predicate, and a value if one is given."""
        some = (self.store.quads_for_pattern(None, predicate, value, name) for name in self.names)
        return any(True for quads in some for _ in quads)

    def has_incomplete(self) -> bool:
        """Tell whether it marks nodes as incomplete (SHACL 1.2)."""
        return any(self.has(NamedNode(f"{INCOMPLETE}{end}")) for end in ("", "URIStart"))

    def is_large(self) -> bool:
        """Tell whether counting before looking things up is worthwhile."""
        if self._is_large is None:
            # A store counts its quads by visiting each.
            self._is_large = next(islice(self.store, LARGE - 1, None), None) is not None
        return self._is_large

    def count(self, predicate: str, counted: str = "*") -> int:
        """Count the triples with a predicate, or their subjects (`DISTINCT ?s`)."""
        if self.columns and counted == "*":
            return self.columns.size(predicate)
        query = f"SELECT (COUNT({counted}) AS ?n) {{ ?s <{predicate}> ?o }}"
        if query not in self.counts:
            found = next(iter(_solutions(self.store, query, self.names, {})))[0]
            self.counts[query] = int(found.value) if isinstance(found, Literal) else 0
        return self.counts[query]

    def is_functional(self, predicate: str) -> bool:
        """Tell whether no node has two values for a predicate."""
        return self.count(predicate) == self.count(predicate, "DISTINCT ?s")

    def subclasses(self, class_: str) -> tuple[str, ...] | None:
        """A class and its subclasses in the data; None if they are many, or one is a blank node."""
        if class_ not in self._below:
            self._below[class_] = self._subclasses(class_)
        return self._below[class_]

    def _subclasses(self, class_: str) -> tuple[str, ...] | None:
        query = f"SELECT DISTINCT ?c {{ ?c <http://www.w3.org/2000/01/rdf-schema#subClassOf>+ <{class_}> }}"
        found = {class_}
        for solution in _solutions(self.store, query, self.names, {}):
            node = solution[0]
            if not isinstance(node, NamedNode) or len(found) > _MANY:
                return None
            found.add(node.value)
        return tuple(sorted(found))

    def members(self, listed: Stored) -> list[Stored] | None:
        """The members of an RDF list, None if the node is not a well-formed list (section 1.4)."""
        members, seen = list[Stored](), set[Stored]()
        while listed != _NIL:
            firsts, rests = self._objects(listed, _FIRST), self._objects(listed, _REST)
            if listed in seen or len(firsts) != 1 or len(rests) != 1:
                return None
            seen.add(listed)
            members.append(firsts[0])
            listed = rests[0]
        return None if self._objects(_NIL, _FIRST) or self._objects(_NIL, _REST) else members

    def _objects(self, subject: Stored, predicate: NamedNode) -> list[Stored]:
        if not isinstance(subject, NamedNode | BlankNode):
            return []
        quads = (self.store.quads_for_pattern(subject, predicate, None, name) for name in self.names)
        return list(dict.fromkeys(quad.object for some in quads for quad in some))

    def _with_shapes(self, scope: Scope) -> Store:
        """A copy of the data with the shapes, because we must not change the caller's store."""
        if self._both is None:
            self._both = Store()
            for name in self.names:
                self._both.bulk_extend(
                    Quad(quad.subject, quad.predicate, quad.object)
                    for quad in self.store.quads_for_pattern(None, None, None, name)
                )
            shapes = (
                Quad(to_name(s), NamedNode(str(p)), to_oxigraph(o), SHAPES_GRAPH) for s, p, o in self.shapes
            )
            self._both.bulk_extend(exact_quads(shapes) if scope.exact else shapes)
        return self._both


def _solutions(
    store: Store, query: str, names: Sequence[GraphName], functions: dict[NamedNode, Function]
) -> QuerySolutions:
    solutions = store.query(query, default_graph=list(names), custom_functions=functions)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - all our queries are SELECTs
    return solutions
