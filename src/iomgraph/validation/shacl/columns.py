"""Columns of a data graph: the subjects and values of each predicate, which prove that many nodes conform.

A query looks at one node after the other; two columns tell at once that all nodes of a class have a value.
Queries decide about the nodes that are left in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set

from iomgraph.terms import RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"

_FEW = 4
"""Nodes are listed in a query if they are at most one in so many."""
_MOST = 1_000
"""Most nodes that are listed in a query."""

Nodes = Set[str]
"""Nodes as they are written in N-Triples."""


class Columns:
    """The columns of a data graph.

    Args:
        lines: predicate to the lines of N-Triples with it, which may be repeated.

    Example:
        >>> lines = {_TYPE: [f"<urn:anna> {_TYPE} <urn:Person> ."]}
        >>> lines["<urn:name>"] = ['<urn:anna> <urn:name> "Anna" .']
        >>> columns = Columns(lines)
        >>> columns.members(["urn:Person"]), columns.values("urn:name"), columns.is_functional("urn:name")
        ({'<urn:anna>'}, {'"Anna"'}, True)
    """

    def __init__(self, lines: Mapping[str, Sequence[str]]) -> None:
        self._lines = lines
        self._subjects: dict[str, set[str]] = {}
        self._values: dict[str, set[str]] = {}
        self._members: dict[str, set[str]] = {}
        for line in lines.get(_TYPE, ()):
            subject, _, rest = line.split(" ", 2)
            self._members.setdefault(rest[: rest.rindex(" ")], set()).add(subject)

    @property
    def classes(self) -> list[str]:
        """The IRIs of the classes with members."""
        return [name[1:-1] for name in self._members]

    @property
    def has_subclasses(self) -> bool:
        """Tell whether members of a class may be members of others, too."""
        return self.size(_SUBCLASS) > 0

    def members(self, classes: Iterable[str]) -> Nodes:
        """Return the nodes that have one of some classes as a type."""
        found = [self._members.get(f"<{iri}>", set()) for iri in classes]
        return found[0] if len(found) == 1 else set[str]().union(*found)

    def subjects(self, predicate: str) -> Nodes:
        """Return the nodes with a value."""
        if predicate not in self._subjects:
            self._subjects[predicate] = {line[: line.index(" ")] for line in self._of(predicate)}
        return self._subjects[predicate]

    def values(self, predicate: str) -> Nodes:
        """Return the values of all nodes."""
        if predicate not in self._values:
            after = len(f" <{predicate}> ")
            lines = self._of(predicate)
            self._values[predicate] = {line[line.index(" ") + after : line.rindex(" ")] for line in lines}
        return self._values[predicate]

    def size(self, predicate: str) -> int:
        """Count the triples, repeats included."""
        return len(self._of(predicate))

    def is_functional(self, predicate: str) -> bool:
        """Tell whether surely no node has two values."""
        return self.size(predicate) == len(self.subjects(predicate))

    def _of(self, predicate: str) -> Sequence[str]:
        return self._lines.get(f"<{predicate}>", ())


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
