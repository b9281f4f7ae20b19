"""Columns of a data graph: the subjects and values of each predicate, which prove that many nodes conform.

A query looks at one node after the other; two columns tell at once that all nodes of a class have a value.
Queries decide about the nodes that are left in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass, field

from iomgraph.terms import RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"

_FEW = 4
"""Nodes are listed in a query if they are at most one in so many."""
_MOST = 1_000
"""Most nodes that are listed in a query."""

Nodes = Set[str]
"""Nodes as they are written in N-Triples."""


@dataclass(slots=True)
class _Column:
    """The triples with one predicate.

    Args:
        size: their number, repeats included.
        subjects: their subjects.
        values: their objects.
    """

    size: int = 0
    subjects: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)


class Columns:
    """The columns of a data graph, made of lines of N-Triples.

    Example:
        >>> columns = Columns()
        >>> columns.add("<urn:anna>", _TYPE, "<urn:Person> .")
        >>> columns.add("<urn:anna>", "<urn:name>", '"Anna" .')
        >>> columns.members(["urn:Person"]), columns.values("urn:name"), columns.is_functional("urn:name")
        ({'<urn:anna>'}, {'"Anna"'}, True)
    """

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._members: dict[str, set[str]] = {}

    def add(self, subject: str, predicate: str, rest: str) -> None:
        """Add a line: its subject, its predicate, and the text after them."""
        value = rest[: rest.rindex(" ")]
        column = self._columns.get(predicate)
        if column is None:
            column = self._columns[predicate] = _Column()
        column.size += 1
        column.subjects.add(subject)
        column.values.add(value)
        if predicate == _TYPE:
            self._members.setdefault(value, set()).add(subject)

    @property
    def classes(self) -> list[str]:
        """The IRIs of the classes with members."""
        return [name[1:-1] for name in self._members]

    @property
    def has_subclasses(self) -> bool:
        """Tell whether members of a class may be members of others, too."""
        return f"<{_SUBCLASS}>" in self._columns

    def members(self, classes: Iterable[str]) -> Nodes:
        """Return the nodes that have one of some classes as a type."""
        found = [self._members.get(f"<{iri}>", set()) for iri in classes]
        return found[0] if len(found) == 1 else set[str]().union(*found)

    def subjects(self, predicate: str) -> Nodes:
        """Return the nodes with a value."""
        return self._column(predicate).subjects

    def values(self, predicate: str) -> Nodes:
        """Return the values of all nodes."""
        return self._column(predicate).values

    def size(self, predicate: str) -> int:
        """Count the triples, repeats included."""
        return self._column(predicate).size

    def is_functional(self, predicate: str) -> bool:
        """Tell whether surely no node has two values."""
        column = self._column(predicate)
        return column.size == len(column.subjects)

    def _column(self, predicate: str) -> _Column:
        return self._columns.get(f"<{predicate}>") or _Column()


Doubts = Callable[[Columns, Nodes], Nodes]
"""Gives those of some nodes that may break a constraint, by the columns of a graph; the others conform.

The nodes are focus nodes, or the values of a constraint on single values."""


def without_value(predicate: str) -> Doubts:
    """Doubt nodes without a value."""
    return lambda columns, nodes: nodes - columns.subjects(predicate)


def outside_classes(classes: Collection[str]) -> Doubts:
    """Doubt nodes that have none of some classes as a type."""
    return lambda columns, nodes: nodes - columns.members(classes)


def not_among(terms: Nodes) -> Doubts:
    """Doubt nodes that are not among some terms."""
    return lambda _, nodes: nodes - terms


def not_iris(_: Columns, nodes: Nodes) -> Nodes:
    """Doubt nodes that are not IRIs."""
    return {node for node in nodes if not _is_iri(node)}


def not_literals(_: Columns, nodes: Nodes) -> Nodes:
    """Doubt nodes that are not literals."""
    return {node for node in nodes if not node.startswith('"')}


def listed(some: Nodes, nodes: Nodes, variable: str) -> str:
    """Bind a variable to some of many nodes in a query; empty if they are too many, or can't be named there.

    Example:
        >>> listed({"<urn:b>", "<urn:a>"}, {f"<urn:{name}>" for name in "abcdefghi"}, "?n")
        'VALUES ?n { <urn:a> <urn:b> }'
    """
    if len(some) > min(len(nodes) / _FEW, _MOST) or not all(_is_iri(n) or n.startswith('"') for n in some):
        return ""
    return f"VALUES {variable} {{ {' '.join(sorted(some))} }}"


def _is_iri(node: str) -> bool:
    return node.startswith("<") and not node.startswith("<<")
