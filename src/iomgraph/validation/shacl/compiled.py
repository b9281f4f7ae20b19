"""The public interface of the engine: compiled shapes and their methods."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import BlankNode, NamedNode, Store
from rdflib import SH, Graph

from iomgraph.errors import TimeLimitError
from iomgraph.processes import Say, Task, paused_collection, silent, stream_isolated
from iomgraph.processes.workers import can_fork
from iomgraph.validation.shacl.audit import audit
from iomgraph.validation.shacl.columns import Columns
from iomgraph.validation.shacl.coverage import Evaluation, Unevaluated
from iomgraph.validation.shacl.data import DataGraph, GraphName, graph_names
from iomgraph.validation.shacl.engine import Step, steps
from iomgraph.validation.shacl.functions import Function, install
from iomgraph.validation.shacl.graph import ShapesGraph, indexed
from iomgraph.validation.shacl.inference import inferred
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.shapes import read_functions, read_shapes, undefined
from iomgraph.validation.shacl.summary import covered
from iomgraph.validation.shacl.terms import to_name
from iomgraph.validation.shacl.verdicts import Verdicts
from iomgraph.validation.shacl.workers import Outcome, outcomes, shared_outcomes

NAMED_BY = NamedNode("http://www.w3.org/ns/shacl#shape")
_LARGE = 100_000
"""The number of triples from which several processes are worthwhile."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A shape that this engine does not evaluate.

    Args:
        shape: the shape, which has targets.
        features: IRIs of features beyond Core and SHACL-SPARQL that it, or a shape that it refers to, uses.

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
        shapes: shapes with targets, in the order of the results.
        unsupported: shapes that are left out.
        undefined: property shapes that others refer to and the graph does not define, which never give
            results. They may be in a file that was not loaded, or be misspelt.
        functions: SPARQL-based functions, which queries and node expressions call.
        named: shapes without targets, which nodes of the data may name by sh:shape (SHACL 1.2).
        notes: parts of the shapes graph that are never evaluated.

    Example:
        >>> compiled = compile_shapes(Graph())
        >>> compiled.shapes, compiled.unsupported
        ((), ())
    """

    graph: Graph
    shapes: tuple[Shape, ...]
    unsupported: tuple[Unsupported, ...]
    undefined: tuple[NamedNode | BlankNode, ...] = ()
    functions: tuple[Function, ...] = ()
    named: tuple[Shape, ...] = ()
    notes: tuple[Unevaluated, ...] = ()

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
        their labels. Only the results of one kind of check of one shape are in memory.

        Args:
            store: the data; it is only read.
            graph: the graph, or the graphs whose merge is the data graph; the default graph by default.
            exact: the store was filled by `exact_quads`. Other stores hold values without their spelling, and
                types derived from xsd:integer as xsd:integer, so that a shape with xsd:byte accepts any
                integer in its range.
            timeout: seconds after which validation stops. It then runs in a process of its own, because
                queries of Oxigraph can't be interrupted from Python.

        Raises:
            TimeLimitError: if the time is up, or a limit is given where processes can't fork.

        Example:
            >>> from rdflib import SH, Graph
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

    def by_shape(
        self, store: Store, columns: Columns | None = None
    ) -> Callable[[Shape], Iterator[ValidationResult]]:
        """Prepare to validate the default graph of a store one shape at a time, as `validate` does.

        Counts for one shape are reused for the others.

        Args:
            store: the data; it is only read.
            columns: of all triples in the store, if they are known; many checks need no query then.

        Returns:
            a function that yields the results of a shape.

        Example:
            >>> from rdflib import Graph
            >>> shapes = Graph().parse(format="turtle", data='''
            ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
            ...     :Named sh:targetNode :anna ; sh:path :name ; sh:minCount 1 .''')
            >>> compiled = compile_shapes(shapes)
            >>> results = compiled.by_shape(Store())
            >>> [len(list(results(shape))) for shape in compiled.shapes]
            [1]
        """
        data = DataGraph(store, graph_names(None), self.graph, columns)
        data = inferred(data, self.shapes, partial(self._scope, exact=False)).whole()
        return lambda shape: self._found(data, [shape], exact=False)

    def evaluate(
        self,
        store: Store,
        *,
        graph: GraphName | Sequence[GraphName] | None = None,
        exact: bool = False,
        timeout: float | None = None,
        say: Say = silent,
    ) -> Evaluation:
        """Validate a graph, and report the coverage of the validation.

        Large data is validated by as many processes as there are processors, where processes can fork.

        Args:
            store: the data; it is only read.
            graph: the graph, or the graphs whose merge is the data graph; the default graph by default.
            exact: the store was filled by `exact_quads`.
            timeout: seconds for each constraint and each rule. One that takes longer is noted, and the others
                are still evaluated.
            say: takes the number of evaluated shapes.

        Raises:
            TimeLimitError: if a limit is given where processes can't fork.
            OntologyError: if rules can't be run at all.

        Example:
            >>> from rdflib import Graph
            >>> shapes = Graph().parse(format="turtle", data='''
            ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
            ...     :Named a sh:NodeShape ; sh:targetClass :Person ; sh:mincount 1 .''')
            >>> coverage = compile_shapes(shapes).evaluate(Store()).coverage
            >>> [str(note.reason) for note in coverage.unevaluated], coverage.complete
            (['no-focus-nodes', 'unknown-term'], False)
        """
        started = time.monotonic()
        if timeout is not None and not can_fork():
            raise TimeLimitError(
                "a time limit can't be kept on this system", step="leave the limit out, or run under Linux"
            )
        data = DataGraph(store, graph_names(graph), self.graph)
        inference = inferred(data, self.shapes, partial(self._scope, exact=exact), timeout)
        data, stopped = inference.data, [note for _, note in inference.stopped]
        shapes = self._active(data)
        begin = partial(self._steps, data, shapes, exact=exact)
        processes = _processes(store)
        shared = timeout is not None or processes > 1
        parts = shared_outcomes(begin, processes, timeout) if shared else outcomes(begin)
        found = sorted(_told(parts, say, len(shapes)), key=lambda outcome: outcome.number)
        return Evaluation(
            tuple(result for outcome in found for result in outcome.results),
            covered((*self.notes, *stopped), shapes, found, data, started),
        )

    def _active(self, data: DataGraph) -> tuple[Shape, ...]:
        """The shapes to evaluate, including those without targets if the data names shapes by sh:shape."""
        return (*self.shapes, *self.named) if data.has(NAMED_BY) else self.shapes

    def _steps(self, data: DataGraph, shapes: Sequence[Shape], *, exact: bool) -> Iterator[Step]:
        verdicts = Verdicts(data, partial(self._scope, data, exact=exact))
        for shape in shapes:
            yield from steps(shape, verdicts)

    def _results(self, data: DataGraph, *, exact: bool) -> Iterator[ValidationResult]:
        data = inferred(data, self.shapes, partial(self._scope, exact=exact)).whole()
        yield from self._found(data, self._active(data), exact=exact)

    def _found(self, data: DataGraph, shapes: Sequence[Shape], *, exact: bool) -> Iterator[ValidationResult]:
        for step in self._steps(data, shapes, exact=exact):
            if step.component:
                found = step.run()
                yield from found if isinstance(found, list) else []

    def _scope(self, data: DataGraph, *, exact: bool) -> Scope:
        scope = Scope(exact, data.subclasses, data)
        install(self.functions, scope, data)
        return scope


def _told(found: Iterable[Outcome], say: Say, total: int) -> Iterator[Outcome]:
    """Pass on outcomes, and report each shape when its focus nodes are counted, which happens once."""
    say("check", 0, total)
    done = 0
    for outcome in found:
        if not outcome.component:
            done += 1
            say("check", done, total)
        yield outcome


def compile_shapes(shapes: Graph) -> CompiledShapes:
    """Read a shapes graph: SHACL 1.0, its Advanced Features, and the drafts of SHACL 1.2 Core.

    Args:
        shapes: the shapes graph, including its imports.

    Raises:
        OntologyError: if a shape is ill-formed, or has a query that SHACL does not allow; the message names
            the shape, the rule and the section of the specification.

    Example:
        >>> shapes = Graph().parse(format="turtle", data='''
        ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        ...     :Named a sh:NodeShape ; sh:targetClass :Person ; sh:nodeKind sh:IRI .''')
        >>> len(compile_shapes(shapes).shapes)
        1
    """
    with paused_collection():
        return _compiled(shapes, indexed(shapes))


def _compiled(shapes: Graph, graph: ShapesGraph) -> CompiledShapes:
    custom = {to_name(node) for node in graph.subjects(SH.target)}
    read = read_shapes(graph)
    targeted = [shape for shape in read if shape.targets or shape.node in custom]
    return CompiledShapes(
        graph=shapes,
        shapes=tuple(shape for shape in targeted if not shape.beyond),
        unsupported=tuple(Unsupported(shape.node, shape.beyond) for shape in targeted if shape.beyond),
        undefined=tuple(map(to_name, undefined(graph))),
        functions=read_functions(graph),
        named=tuple(shape for shape in read if not (shape.targets or shape.beyond)),
        notes=audit(graph, read),
    )


def _processes(store: Store) -> int:
    """Return the useful number of processes."""
    large = can_fork() and threading.active_count() == 1 and len(store) > _LARGE
    return (os.cpu_count() or 1) if large else 1
