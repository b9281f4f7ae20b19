"""The part of a graph that a SPARQL constraint reads, seen from its focus node, found by its algebra.

Forward steps, from a known node to the things it points to, stay near. A triple whose subject is not reached
in this way (`?other skos:notation ?value`) may be anywhere. In doubt, a query counts as reading more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rdflib import RDF, BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Identifier, Node

from iomgraph.validation.shacl.paths import Path

Pattern = tuple[str, Path | None, str]
"""Two variables, without question marks, and the path from one to the other; None for any predicate."""
Near = Mapping[Node, frozenset[str]]
"""A near variable, to the predicates of the last step to it."""

_THIS = Variable("this")
ANYTHING = "*"
"""In the place of an IRI: any."""
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_SINGLE = frozenset(
    {
        *("SelectQuery", "Project", "Distinct", "Reduced", "OrderBy", "Slice"),
        *("Filter", "Extend", "Group", "AggregateJoin"),
    }
)
"""Operators on the solutions of one pattern."""


@dataclass(slots=True)
class Reach:
    """The part of a graph that a query reads, seen from a focus node.

    Args:
        predicates: IRIs of the predicates of all triples read.
        hops: IRIs of those that lead to a node of which something is read in turn.
        classes: IRIs of the classes whose members are read by `rdf:type`; `ANYTHING` where it may be any.
        far: reasons why subjects of triples may be anywhere, each in a few words.
        whole: reasons why no list of predicates covers the triples read.
    """

    predicates: set[str] = field(default_factory=set)
    hops: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    far: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


def query_reach(
    select: str, prefixes: Mapping[str, str], path: str = "", parts: Collection[str] = ()
) -> Reach:
    """Find the reach of a query of sh:select.

    Args:
        select: the query.
        prefixes: prefix to namespace.
        path: path of the property shape, in SPARQL syntax, for `$PATH`.
        parts: IRIs of predicates that only lead to parts of their subject, so that a step back stays near,
            too.

    Raises:
        Exception: any error of the parser, if it is not a SPARQL 1.1 query.

    Example:
        >>> reach = query_reach("SELECT $this { $this <urn:p> ?x . ?x <urn:q> ?y . ?z <urn:q> ?y }", {})
        >>> sorted(reach.predicates), sorted(reach.hops), reach.far
        (['urn:p', 'urn:q'], ['urn:p'], ['?z <urn:q> ?y'])
    """
    query = prepareQuery(select.replace("$PATH", path), initNs=dict(prefixes))
    reach = Reach()
    _Walk(reach, frozenset(parts)).visit(query.algebra, {_THIS: frozenset()})
    return reach


def pattern_reach(patterns: Sequence[Pattern], parts: Collection[str] = ()) -> Reach:
    """Find what a group of triples with paths reads, as `query_reach` does of a query.

    Args:
        patterns: names of variables with a path between them.
        parts: as for `query_reach`.

    Example:
        >>> reach = pattern_reach([("this", Path(iri="urn:p"), "x"), ("x", Path(iri="urn:q"), "y")])
        >>> sorted(reach.predicates), sorted(reach.hops), reach.far
        (['urn:p', 'urn:q'], ['urn:p'], [])
    """
    reach = Reach()
    anything = Variable("predicate")
    triples = [
        (Variable(one), _as_rdflib(path) if path else anything, Variable(other))
        for one, path, other in patterns
    ]
    _Walk(reach, frozenset(parts)).visit(CompValue("BGP", triples=triples), {_THIS: frozenset()})
    return reach


def _as_rdflib(path: Path) -> Any:
    inner = [_as_rdflib(part) for part in path.parts]
    match path.operator:
        case "":
            return URIRef(path.iri)
        case "/":
            return SequencePath(*inner)
        case "|":
            return AlternativePath(*inner)
        case "^":
            return InvPath(inner[0])
        case "*" | "+" | "?" as operator:
            return MulPath(inner[0], operator)
        case _:
            raise AssertionError(path.operator)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk over an algebra; each visit takes the near variables, and returns those near after it."""

    reach: Reach
    parts: frozenset[str]

    def visit(self, node: object, near: Near) -> Near:
        if not isinstance(node, CompValue):
            return near
        if node.name in _SINGLE:
            return self._single(node, near)
        match node.name:
            case "BGP":
                return self._triples([tuple(triple) for triple in node.triples], near)
            case "Join":
                return self.visit(node.p2, self.visit(node.p1, near))
            case "LeftJoin" | "Minus":
                # Variables bound on the right may be unbound afterwards.
                after = self.visit(node.p1, near)
                self._expression(node.get("expr"), self.visit(node.p2, after))
                return after
            case "Union":
                one, other = self.visit(node.p1, near), self.visit(node.p2, near)
                return {name: one[name] | other[name] for name in one.keys() & other.keys()}
            case "ToMultiSet":
                return {**near, **self._sub_select(node.p)}
            case name:
                # GRAPH, SERVICE and others do not read the data as one graph.
                self.reach.whole.append(f"{name.upper()} in a query")
                return near

    def _single(self, node: CompValue, near: Near) -> Near:
        """Visit an operator on the solutions of one pattern."""
        after = self.visit(node.p, near)
        self._expression([node.get(name) for name in ("expr", "A")], after)
        if node.name == "Extend" and isinstance(node.expr, Variable) and node.expr in after:
            return {**after, node.var: after[node.expr]}
        return after

    def _sub_select(self, node: object) -> Near:
        """Visit a subquery, which knows the focus node only if it selects it (SHACL, appendix A)."""
        if not isinstance(node, CompValue) or node.name == "values":
            return {}
        given = next((one.PV for one in _inside(node) if one.name == "Project"), ())
        found = self.visit(node, {_THIS: frozenset()} if _THIS in given else {})
        return {name: via for name, via in found.items() if name in given}

    def _expression(self, expression: object, near: Near) -> None:
        for part in _inside(expression):
            if part.name in _EXISTS:
                group = part.graph
                if group.name == "GroupGraphPatternSub":
                    group = translateGroupGraphPattern(group)
                self.visit(group, near)

    def _triples(self, triples: list[tuple[Any, ...]], near: Near) -> Near:
        """Follow triples from near nodes until no more are reached; the others may be anywhere."""
        found, waiting = dict(near), [_forward(*triple) for triple in triples]
        self.reach.classes.update(*(_classes(predicate, value) for _, predicate, value in waiting))
        while waiting:
            for subject, predicate, value in waiting:
                if value in found and str(predicate) in self.parts and _is_open(subject):
                    found[subject] = found.get(subject, frozenset()) | {str(predicate)}
            reached = [triple for triple in waiting if triple[0] in found]
            if not reached:
                break
            for subject, predicate, value in reached:
                waiting.remove((subject, predicate, value))
                last = self._step(subject, predicate, found)
                if _is_open(value):
                    found[value] = found.get(value, frozenset()) | last
        for subject, predicate, value in waiting:
            self.reach.far.append(_shown(subject, predicate, value))
            self._read(predicate)
        return found

    def _step(self, subject: Node, predicate: Any, near: Near) -> frozenset[str]:
        """Note a step from a node that is near, and return the predicates of its last part."""
        self.reach.hops.update(near[subject])
        return self._path(predicate, frozenset())

    def _path(self, path: Any, before: frozenset[str]) -> frozenset[str]:
        """Note the predicates that a path reads when entered by some; return those of its last step."""
        if isinstance(path, URIRef):
            self.reach.hops.update(before)
            self.reach.predicates.add(str(path))
            return frozenset({str(path)})
        if isinstance(path, SequencePath):
            for part in path.args:
                before = self._path(part, before)
            return before
        if isinstance(path, AlternativePath):
            return frozenset().union(*(self._path(part, before) for part in path.args))
        if isinstance(path, MulPath):
            last = self._path(path.path, before)
            if str(path.mod) != "?":
                self.reach.hops.update(last)
            return last | before
        if isinstance(path, InvPath):
            self.reach.far.append(f"the inverse of {_shown(path.arg)}")
            self._read(path.arg)
            return frozenset({ANYTHING})
        # A variable or a negated path: any predicate of this node.
        self._read(path)
        self.reach.hops.update(before)
        return frozenset({ANYTHING})

    def _read(self, path: Any) -> None:
        """Note the predicates of a path whose triples may be anywhere."""
        if isinstance(path, URIRef):
            self.reach.predicates.add(str(path))
        elif isinstance(path, SequencePath | AlternativePath):
            for part in path.args:
                self._read(part)
        elif isinstance(path, MulPath):
            self._read(path.path)
        elif isinstance(path, InvPath):
            self._read(path.arg)
        else:
            kind = "a negated path" if isinstance(path, NegatedPath) else "a predicate that is a variable"
            self.reach.whole.append(kind)


def _forward(subject: Any, predicate: Any, value: Any) -> tuple[Any, Any, Any]:
    """A triple with its path turned forward if the whole path is inverse."""
    while isinstance(predicate, InvPath):
        subject, predicate, value = value, predicate.arg, subject
    return subject, predicate, value


def _classes(path: Any, value: Node) -> set[str]:
    """Find the class whose members a triple reads; `ANYTHING` unless the path ends with its one type."""
    *before, last = path.args if isinstance(path, SequencePath) else (path,)
    is_named = last == RDF.type and isinstance(value, URIRef)
    others = before if is_named else [*before, last]
    found = {str(value)} if is_named else set()
    return found | {ANYTHING for part in others if RDF.type.n3() in part.n3()}


def _is_open(node: Node) -> bool:
    """Tell whether a node of a query stands for any node of the data."""
    return isinstance(node, Variable | BNode)


def _inside(value: object) -> Iterator[CompValue]:
    """Yield the parts of an expression, itself included, but nothing inside EXISTS."""
    if isinstance(value, CompValue):
        yield value
        if value.name not in _EXISTS:
            for part in value.values():
                yield from _inside(part)
    elif isinstance(value, Iterable) and not isinstance(value, str | Mapping | Identifier):
        for part in value:
            yield from _inside(part)


def _shown(*terms: Any) -> str:
    return " ".join("a" if term == RDF.type else term.n3() for term in terms)
