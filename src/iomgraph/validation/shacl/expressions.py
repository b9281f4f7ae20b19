"""Node expressions: SHACL Advanced Features, section 6, and the Community Group's draft of its successor.

An expression is a function of a focus node. Reading one gives a closure; evaluating it asks the data graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store
from rdflib import RDF, SH, XSD, BNode, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import Node

from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.model import Check, Shape, ValueCheck
from iomgraph.validation.shacl.paths import Path, PathError, read_path
from iomgraph.validation.shacl.reader import Reader, name, refuse, sh
from iomgraph.validation.shacl.registry import evaluates, note
from iomgraph.validation.shacl.scope import Function, Scope, Stored, value_nodes
from iomgraph.validation.shacl.terms import Term, as_written, in_query, to_literal, to_name, to_oxigraph

DEEPEST = 100
"""Most levels of nested expressions."""

_SECTION = "AF 6"
_TRUE = Literal(True)


@dataclass(slots=True)
class Evaluator:
    """The data graph and the scope for evaluating expressions; terms are as written."""

    data: DataGraph
    scope: Scope
    _conditions: dict[Shape, str] = field(default_factory=dict)

    def values(self, node: Term, path: Path) -> list[Term]:
        """The value nodes of a path, each once, sorted."""
        if path.is_set:
            ends = self._ends(self.scope.stored(node), path)
            return sorted(map(as_written, ends), key=str)
        focus, value = self.scope.fresh(), self.scope.fresh()
        bound = f"BIND({self.scope.constant(node)} AS {focus})"
        query = f"SELECT DISTINCT {value} {{ {bound} LATERAL {value_nodes(focus, path, value)} }}"
        return sorted(map(as_written, self._column(query)), key=str)

    def _ends(self, node: Stored, path: Path) -> set[Stored]:
        """Look up the objects or subjects of a predicate, which is faster than a query."""
        store, names = self.data.store, self.data.names
        if path.operator:
            iri = NamedNode(path.parts[0].iri)
            found = (quad for name in names for quad in store.quads_for_pattern(None, iri, node, name))
            return {quad.subject for quad in found}
        if not isinstance(node, NamedNode | BlankNode):
            return set()
        iri = NamedNode(path.iri)
        return {q.object for name in names for q in store.quads_for_pattern(node, iri, None, name)}

    def conforming(self, shape: Shape, nodes: Iterable[Term]) -> set[Term]:
        """The nodes that conform to a shape."""
        if shape not in self._conditions:
            self._conditions[shape] = conforms(self.scope, shape, "?node")
        listed = self.scope.listed([self.scope.stored(node) for node in nodes], "?node")
        return set(
            map(as_written, self._column(f"SELECT ?node {{ {listed} FILTER({self._conditions[shape]}) }}"))
        )

    def call(self, function: NamedNode, arguments: Sequence[Term]) -> Term | None:
        """The result of a function, None for an error."""
        declared = self.scope.functions.get(function)
        if declared is not None:
            found = declared(*arguments)
        else:
            found = _computed(f"{function}({', '.join(map(in_query, arguments))})", self.scope)
        return None if found is None else as_written(found)

    def _column(self, query: str) -> list[Stored]:
        found = (solution[0] for solution in self.data.select(query, self.scope))
        return [term for term in found if term is not None]


Expression = Callable[[Evaluator, Term], list[Term]]


def read_expression(reader: Reader, node: Node, depth: int = 0) -> Expression:
    """Read a node expression.

    Args:
        reader: reader of the shape or rule that the expression is for.
        node: the expression in the shapes graph.
        depth: number of expressions around it.

    Raises:
        OntologyError: if it is ill-formed, or nested too deeply.
    """
    if depth > DEEPEST:
        refuse(f"node expressions are nested more than {DEEPEST} deep", _SECTION, reader.node)
    if node == SH.this:
        return lambda _, focus: [focus]
    if not isinstance(node, BNode):
        constant = to_oxigraph(node)
        return lambda *_: [constant]
    return _Reading(reader, node, depth).expression()


def _chained(steps: Iterable[Expression]) -> Expression:
    def union(run: Evaluator, focus: Term) -> list[Term]:
        return list(dict.fromkeys(node for step in steps for node in step(run, focus)))

    return union


def _common(steps: Sequence[Expression]) -> Expression:
    def intersection(run: Evaluator, focus: Term) -> list[Term]:
        first, *others = ([*dict.fromkeys(step(run, focus))] for step in steps)
        return [node for node in first if all(node in other for other in map(set, others))]

    return intersection


def _computed(expression: str, scope: Scope | None = None, where: str = "") -> Stored | None:
    """Evaluate a SPARQL expression without data."""
    functions = {} if scope is None else scope.functions
    first = next(_solutions(f"SELECT ({expression} AS ?r) {{ {where} }}", functions), None)
    return None if first is None else first[0]


def _solutions(query: str, functions: Mapping[NamedNode, Function] = MappingProxyType({})) -> QuerySolutions:
    """The solutions of a query that needs no data."""
    solutions = Store().query(query, custom_functions=dict(functions))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - it is a SELECT
    return solutions


def _table(nodes: Iterable[Term]) -> str:
    """Nodes as the rows of a query, with gaps for blank nodes, which have no value."""
    rows = (
        f"({at} {node if isinstance(node, NamedNode | Literal) else 'UNDEF'})"
        for at, node in enumerate(nodes)
    )
    return f"VALUES (?at ?v) {{ {' '.join(rows)} }}"


def _aggregate(text: str, nodes: list[Term]) -> list[Term]:
    found = _computed(text, where=_table(nodes))
    return [] if found is None else [as_written(found)]


def _is_true(nodes: list[Term]) -> bool:
    return nodes == [_TRUE]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A blank node, which is an expression by the property that it has."""

    reader: Reader
    node: BNode
    depth: int

    def expression(self) -> Expression:
        for parameter, read in _KINDS.items():
            if self._has(parameter):
                return read(self)
        return self._function()

    def _has(self, parameter: URIRef) -> bool:
        return (self.node, parameter, None) in self.reader.graph

    def _one(self, parameter: URIRef) -> Node:
        values = list(self.reader.graph.objects(self.node, parameter))
        if len(values) != 1:
            refuse(f"a node expression needs exactly one {name(parameter)}", _SECTION, self.reader.node)
        return values[0]

    def _read(self, parameter: URIRef) -> Expression:
        return read_expression(self.reader, self._one(parameter), self.depth + 1)

    def _nodes(self) -> Expression:
        return self._read(SH.nodes) if self._has(SH.nodes) else lambda _, focus: [focus]

    def _listed(self, listed: Node, parameter: URIRef) -> list[Expression]:
        members = self.reader.members(listed, parameter, _SECTION)
        return [read_expression(self.reader, member, self.depth + 1) for member in members]

    def _members(self, parameter: URIRef) -> list[Expression]:
        steps = self._listed(self._one(parameter), parameter)
        if not steps:
            refuse(f"{name(parameter)} needs members", _SECTION, self.reader.node)
        return steps

    def path(self) -> Expression:
        try:
            path = read_path(self.reader.graph, self._one(SH.path))
        except PathError as error:
            refuse(f"sh:path is ill-formed: {error}", _SECTION, self.reader.node)
        nodes = self._nodes()
        return lambda run, focus: [value for node in nodes(run, focus) for value in run.values(node, path)]

    def filter_shape(self) -> Expression:
        shape, nodes = self.reader.shape(self._one(SH.filterShape)), self._nodes()

        def conforming(run: Evaluator, focus: Term) -> list[Term]:
            found = nodes(run, focus)
            fitting = run.conforming(shape, found)
            return [node for node in found if node in fitting]

        return conforming

    def minus(self) -> Expression:
        nodes, without = self._nodes(), self._read(sh("minus"))

        def difference(run: Evaluator, focus: Term) -> list[Term]:
            taken = set(without(run, focus))
            return [node for node in nodes(run, focus) if node not in taken]

        return difference

    def distinct(self) -> Expression:
        return _chained([self._read(sh("distinct"))])

    def exists(self) -> Expression:
        nodes = self._read(sh("exists"))
        return lambda run, focus: [Literal(bool(nodes(run, focus)))]

    def choice(self) -> Expression:
        condition = self._read(sh("if"))
        none: Expression = lambda *_: []  # noqa: E731 - an expression without nodes
        branches = [self._read(p) if self._has(p) else none for p in (sh("then"), sh("else"))]
        return lambda run, focus: branches[0 if _is_true(condition(run, focus)) else 1](run, focus)

    def aggregate(self, parameter: URIRef, text: str) -> Expression:
        nodes = self._read(parameter)
        return lambda run, focus: _aggregate(text, nodes(run, focus))

    def joined(self) -> Expression:
        separator = self._one(sh("separator")) if self._has(sh("separator")) else RdflibLiteral("")
        text = f"GROUP_CONCAT(STR(?v); SEPARATOR={Literal(str(separator))})"
        return self.aggregate(sh("groupConcat"), text)

    def ordered(self) -> Expression:
        nodes, key = self._nodes(), self._read(sh("orderBy"))
        order = "DESC" if self._has(sh("desc")) and str(self._one(sh("desc"))) == "true" else "ASC"

        def sort(run: Evaluator, focus: Term) -> list[Term]:
            found = nodes(run, focus)
            keys = _table(next(iter(key(run, node)), node) for node in found)
            query = f"SELECT ?at {{ {keys} }} ORDER BY {order}(?v) ?at"
            places = (solution[0] for solution in _solutions(query))
            return [found[int(place.value)] for place in places if isinstance(place, Literal)]

        return sort

    def part(self, parameter: URIRef) -> Expression:
        """The first nodes (sh:limit), or the rest (sh:offset)."""
        nodes, count = self._nodes(), self._one(parameter)
        if not isinstance(count, RdflibLiteral) or count.datatype != XSD.integer or int(count) < 0:
            refuse(f"{name(parameter)} needs an xsd:integer of naught or more", _SECTION, self.reader.node)
        bounds = slice(None, int(count)) if parameter == sh("limit") else slice(int(count), None)
        return lambda run, focus: nodes(run, focus)[bounds]

    def _function(self) -> Expression:
        """A function with a list of arguments, called for all their combinations."""
        calls = [
            (predicate, listed)
            for predicate, listed in self.reader.graph.predicate_objects(self.node)
            if listed == RDF.nil or (listed, RDF.first, None) in self.reader.graph
        ]
        if len(calls) != 1 or not isinstance(calls[0][0], URIRef):
            refuse("a blank node is not a known node expression", _SECTION, self.reader.node)
        ((predicate, listed),) = calls
        assert isinstance(predicate, URIRef)  # noqa: S101 - it was asked just now
        self._declare(predicate)
        arguments = self._listed(listed, predicate)
        function = NamedNode(str(predicate))

        def called(run: Evaluator, focus: Term) -> list[Term]:
            combinations = product(*(argument(run, focus) for argument in arguments))
            results = (run.call(function, combination) for combination in combinations)
            return list(dict.fromkeys(result for result in results if result is not None))

        return called

    def _declare(self, function: URIRef) -> None:
        """Note a function that can't be called because it is JavaScript or undeclared."""
        types = set(self.reader.graph.objects(function, RDF.type))
        if SH.SPARQLFunction not in types and not function.startswith(str(XSD)):
            self.reader.beyond.add(str(SH.JSFunction if SH.JSFunction in types else function))


_KINDS: dict[URIRef, Callable[[_Reading], Expression]] = {
    sh("if"): _Reading.choice,
    sh("exists"): _Reading.exists,
    SH.filterShape: _Reading.filter_shape,
    SH.intersection: lambda reading: _common(reading._members(SH.intersection)),
    SH.union: lambda reading: _chained(reading._members(SH.union)),
    sh("minus"): _Reading.minus,
    sh("distinct"): _Reading.distinct,
    sh("count"): lambda reading: reading.aggregate(sh("count"), "COUNT(*)"),
    sh("sum"): lambda reading: reading.aggregate(sh("sum"), "SUM(?v)"),
    sh("min"): lambda reading: reading.aggregate(sh("min"), "MIN(?v)"),
    sh("max"): lambda reading: reading.aggregate(sh("max"), "MAX(?v)"),
    sh("groupConcat"): _Reading.joined,
    sh("orderBy"): _Reading.ordered,
    sh("limit"): lambda reading: reading.part(sh("limit")),
    sh("offset"): lambda reading: reading.part(sh("offset")),
    SH.path: _Reading.path,
}
"""The properties that define the kind of an expression, in this order, since sh:nodes goes with several."""

note("AF, 6", *_KINDS, "this", SH.nodes, "then", "else", "separator", "desc")


@evaluates("AF, 7", SH.expression)
def _expressions(reader: Reader) -> Iterator[Check]:
    """The checks of sh:expression: for each value node the only result is true (AF, section 7)."""
    for node in reader.values(SH.expression):
        expression = read_expression(reader, node)
        messages = tuple(
            to_literal(text)
            for text in sorted(reader.graph.objects(node, SH.message), key=reader.order)
            if isinstance(text, RdflibLiteral)
        )
        constraint = None if isinstance(node, RdflibLiteral) else to_name(node)
        if source := reader.source(SH.ExpressionConstraintComponent, SH.expression, node):
            messages = source.messages or messages
            source = replace(source, constraint=constraint, messages=messages, own=bool(messages))
            yield ValueCheck(source, partial(_holds, expression))


@evaluates("1.2", "nodeByExpression")
def _shapes(reader: Reader) -> Iterator[Check]:
    """The checks of sh:nodeByExpression (SHACL 1.2), if the expression is the shape itself."""
    for node in reader.values(sh("nodeByExpression")):
        if not isinstance(node, URIRef):
            reader.beyond.add(str(sh("nodeByExpression")))
            continue
        if source := reader.source(sh("NodeByExpressionConstraintComponent"), sh("nodeByExpression"), node):
            yield ValueCheck(source, partial(_conforms, reader.shape(node)))


def _conforms(shape: Shape, scope: Scope, _: str, value: str) -> str:
    return conforms(scope, shape, value)


def _holds(expression: Expression, scope: Scope, _: str, value: str) -> str:
    evaluator = Evaluator(scope.graph(), scope)
    return scope.holds("expression", lambda node: _is_true(expression(evaluator, node)), value)


READERS = (_expressions, _shapes)
