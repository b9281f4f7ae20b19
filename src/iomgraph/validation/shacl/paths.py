"""Property paths (SHACL, section 2.3.1), read from shapes and written into queries and reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import IdentifiedNode, Node

from iomgraph.validation.shacl.registry import note

_STEPS = {SH.inversePath: "^", SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_DEEP = 50
_FIRST, _REST, _NIL = RDF.first, RDF.rest, RDF.nil  # cached, because rdflib makes them again each time
_LONG = 1_000
"""Most predicates of a path: the engine recurses for each, and some thousands exhaust its stack."""
note("1.0, 2.3.1", SH.alternativePath, *_STEPS)
_OPERATORS = {operator: term for term, operator in _STEPS.items()}


class PathError(ValueError):
    """A node is not a well-formed property path; the message says why."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path.

    Args:
        operator: `""` for one predicate, else SPARQL's own: `/` and `|` join the parts;
            `^`, `*`, `+` and `?` change the only part.
        parts: the paths that the operator works on.
        iri: the predicate, without an operator.

    Example:
        >>> str(Path("/", (Path(iri="http://e.org/p"), Path("^", (Path(iri="http://e.org/q"),)))))
        '(<http://e.org/p>/(^<http://e.org/q>))'
    """

    operator: str = ""
    parts: tuple[Path, ...] = ()
    iri: str = ""

    def __str__(self) -> str:
        """The path in the syntax of SPARQL 1.1, section 9.1."""
        if not self.operator:
            return f"<{self.iri}>"
        if self.operator in "/|":
            return f"({self.operator.join(map(str, self.parts))})"
        only = str(self.parts[0])
        return f"(^{only})" if self.operator == "^" else f"({only}{self.operator})"

    @property
    def steps(self) -> tuple[Path, ...]:
        """The paths in a sequence or its inverse; any other path is its own only step.

        Example:
            >>> p, q = Path(iri="urn:p"), Path(iri="urn:q")
            >>> [str(step) for step in Path("^", (Path("/", (p, q)),)).steps]
            ['(^<urn:q>)', '(^<urn:p>)']
        """
        if self.operator == "/":
            return tuple(step for part in self.parts for step in part.steps)
        inner = self.parts[0].steps if self.operator == "^" else ()
        return (self,) if len(inner) < 2 else tuple(Path("^", (step,)) for step in reversed(inner))

    @property
    def is_set(self) -> bool:
        """True if a graph gives each pair of ends once, as for a predicate or its inverse."""
        return not self.operator or (self.operator == "^" and not self.parts[0].operator)

    @property
    def may_be_empty(self) -> bool:
        """True if a node can be its own end, even one without triples."""
        if self.operator in ("*", "?"):
            return True
        each = [part.may_be_empty for part in self.parts]
        return any(each) if self.operator == "|" else bool(each) and all(each)

    def write(self, graph: Graph) -> IdentifiedNode:
        """Add the path's triples, with new blank nodes, and return its node."""
        if not self.operator:
            return URIRef(self.iri)
        parts = [part.write(graph) for part in self.parts]
        if self.operator not in "/|":
            node = BNode()
            graph.add((node, _OPERATORS[self.operator], parts[0]))
            return node
        listed = BNode()
        Collection(graph, listed, list[Node](parts))
        if self.operator == "/":
            return listed
        node = BNode()
        graph.add((node, SH.alternativePath, listed))
        return node


def read_path(graph: Graph, node: Node) -> Path:
    """Read the path that a node of the shapes graph stands for.

    Raises:
        PathError: if it has none of the forms of section 2.3.1, contains itself, or is too long or deep.
    """
    return _read(graph, node, (), count(1))


def _read(graph: Graph, node: Node, inside: Sequence[Node], numbers: Iterator[int]) -> Path:
    """Read a path within others, counting predicates throughout."""
    if isinstance(node, URIRef):
        if next(numbers) > _LONG:
            raise PathError(f"the path has more than {_LONG:,} predicates")
        return Path(iri=str(node))
    if len(inside) > _DEEP:
        raise PathError(f"the path is nested more than {_DEEP} deep")
    if node in inside:
        raise PathError("the path contains itself")
    inside = (*inside, node)
    if (node, RDF.first, None) in graph:
        return Path("/", _members(graph, node, inside, numbers))
    if (listed := graph.value(node, SH.alternativePath)) is not None:
        return Path("|", _members(graph, listed, inside, numbers))
    for term, operator in _STEPS.items():
        if (only := graph.value(node, term)) is not None:
            return Path(operator, (_read(graph, only, inside, numbers),))
    raise PathError("a node is neither an IRI nor one of the six kinds of path")


def _members(graph: Graph, listed: Node, inside: Sequence[Node], numbers: Iterator[int]) -> tuple[Path, ...]:
    nodes = list_members(graph, listed)
    if len(nodes) < 2:
        raise PathError("a list of paths needs two members or more")
    return tuple(_read(graph, node, inside, numbers) for node in nodes)


def list_members(graph: Graph, listed: Node) -> list[Node]:
    """The members of an RDF list.

    Raises:
        PathError: if it is not a well-formed list (SHACL, section 1.4).
    """
    members, seen = list[Node](), set[Node]()
    while listed != _NIL:
        first, rest = list(graph.objects(listed, _FIRST)), list(graph.objects(listed, _REST))
        if listed in seen or len(first) != 1 or len(rest) != 1:
            raise PathError("it is not a well-formed RDF list")
        seen.add(listed)
        members.append(first[0])
        listed = rest[0]
    return members
