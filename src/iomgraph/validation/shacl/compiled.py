"""The public face of the engine: shapes that were read, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, NamedNode, Store
from rdflib import Graph

from iomgraph.processes import Task, stream_isolated
from iomgraph.validation.shacl.data import DataGraph, GraphName, graph_names
from iomgraph.validation.shacl.engine import validated
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.shapes import read_shapes, undefined
from iomgraph.validation.shacl.terms import to_name


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A shape that this engine leaves alone.

    Args:
        shape: the shape that has targets.
        features: IRIs of what it, or a shape that it refers to, uses beyond Core and SHACL-SPARQL.

    Example:
        >>> shape = NamedNode("http://example.org/Shape")
        >>> Unsupported(shape, ("http://www.w3.org/ns/shacl#js",)).features
        ('http://www.w3.org/ns/shacl#js',)
    """

    shape: NamedNode | BlankNode
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledShapes:
    """Shapes, ready to validate any number of graphs.

    Args:
        graph: the shapes graph that they were read from.
        shapes: those with targets, in the order of the results.
        unsupported: those that `validate` leaves out; hand them over with `pyshacl_results`.
        undefined: property shapes that others refer to, but of which the graph says nothing: they find
            nothing. They may stand in a file that was not loaded, or be misspelt.

    Example:
        >>> compiled = compile_shapes(Graph())
        >>> compiled.shapes, compiled.unsupported
        ((), ())
    """

    graph: Graph
    shapes: tuple[Shape, ...]
    unsupported: tuple[Unsupported, ...]
    undefined: tuple[NamedNode | BlankNode, ...] = ()

    def validate(
        self,
        store: Store,
        *,
        graph: GraphName | Sequence[GraphName] | None = None,
        exact: bool = False,
        timeout: float | None = None,
    ) -> Iterator[ValidationResult]:
        """Validate a graph, and yield the results as they are found.

        The same data and shapes give the same results in the same order; blank nodes are ordered by
        their labels. What is held in memory is the results of one shape's one kind of check.

        Args:
            store: the data; it is only read.
            graph: the graph, or the graphs whose merge is the data graph; the default graph by default.
            exact: whether the store was filled by `exact_quads`. A store that was not holds values
                without their spelling, and types derived from xsd:integer as xsd:integer: there, a
                shape that asks for xsd:byte is content with an integer in its range.
            timeout: seconds after which validation stops. It runs in a process of its own then, which
                is what makes a query stop: Oxigraph's can't be interrupted from Python.

        Raises:
            TimeLimitError: if the time is up.
            ProcessError: if the validating process dies, or a limit is asked for where processes can't
                fork.

        Example:
            >>> from rdflib import Graph
            >>> shapes = Graph().parse(format="turtle", data='''
            ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
            ...     :Named a sh:NodeShape ; sh:targetClass :Person ; sh:property :Name .
            ...     :Name sh:path :name ; sh:minCount 1 ; sh:message "A person has a name."@en .''')
            >>> store = Store()
            >>> store.update("INSERT DATA { <http://example.org/anna> a <http://example.org/Person> }")
            >>> for result in compile_shapes(shapes).validate(store):
            ...     print(result.focus_node, result.path, result.message())
            <http://example.org/anna> <http://example.org/name> A person has a name.
        """
        results = self._results(DataGraph(store, graph_names(graph), self.graph), exact=exact)
        if timeout is None:
            return results
        return stream_isolated(Task("validating", lambda: results), seconds=timeout)

    def _results(self, data: DataGraph, *, exact: bool) -> Iterator[ValidationResult]:
        for shape in self.shapes:
            yield from validated(shape, data, Scope(exact, cache(data.subclasses)))


def compile_shapes(shapes: Graph) -> CompiledShapes:
    """Read a shapes graph: all of SHACL Core and SHACL-SPARQL (W3C, 20 July 2017).

    Args:
        shapes: the shapes graph, whatever it imports included.

    Raises:
        OntologyError: if a shape is ill-formed, recursive, or has a query that SHACL does not allow;
            it names the shape, the rule and the section of the specification.

    Example:
        >>> shapes = Graph().parse(format="turtle", data='''
        ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        ...     :Named a sh:NodeShape ; sh:targetClass :Person ; sh:nodeKind sh:IRI .''')
        >>> len(compile_shapes(shapes).shapes)
        1
    """
    read = read_shapes(shapes)
    return CompiledShapes(
        graph=shapes,
        shapes=tuple(shape for shape in read if not shape.beyond),
        unsupported=tuple(Unsupported(shape.node, shape.beyond) for shape in read if shape.beyond),
        undefined=tuple(map(to_name, undefined(shapes))),
    )
