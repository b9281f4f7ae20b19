"""Triples by their subject, for graphs that are read once and looked up millions of times.

rdflib's own store keeps every triple in three nested dictionaries, which takes gigabytes for a list of a
million members. Here the reverse direction, from a value to its subjects, is only indexed on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from rdflib.plugins.stores.memory import SimpleMemory
from rdflib.term import Node

Values = Node | dict[Node, None]
"""The values of one predicate of one subject: a node, or several in the order of addition."""

_NONE: Mapping[Node, Values] = {}


class TripleIndex(SimpleMemory):
    """A store of rdflib for one graph.

    Example:
        >>> from rdflib import Graph, Literal, URIRef
        >>> graph = Graph(store=TripleIndex())
        >>> _ = graph.add((URIRef("urn:s"), URIRef("urn:p"), Literal(1)))
        >>> [str(subject) for subject in graph.subjects(URIRef("urn:p"), Literal(1))], len(graph)
        (['urn:s'], 1)
    """

    def __init__(self) -> None:
        """Start without triples."""
        super().__init__()
        self._said: dict[Node, dict[Node, Values]] = {}
        self._subjects: dict[Node, list[Node]] = {}
        self._back: dict[Node, dict[Node, list[Node]]] = {}
        self._size = 0

    def add(self, triple: Any, context: Any = None, quoted: bool = False) -> None:  # noqa: ARG002
        """Add a triple, if it is new."""
        subject, predicate, value = triple
        said = self._said.setdefault(subject, {})
        known = said.get(predicate)
        if known is None:
            said[predicate] = value
            self._subjects.setdefault(predicate, []).append(subject)
        elif isinstance(known, dict):
            if value in known:
                return
            known[value] = None
        elif known == value:
            return
        else:
            said[predicate] = {known: None, value: None}
        self._back.pop(predicate, None)
        self._size += 1

    def remove(self, triple_pattern: Any, context: Any = None) -> None:  # noqa: ARG002
        """Remove all triples that match a pattern."""
        for (subject, predicate, value), _ in list(self.triples(triple_pattern)):
            others = [one for one in self.values(subject, predicate) if one != value]
            said = self._said[subject]
            if others:
                said[predicate] = dict.fromkeys(others)
            else:
                del said[predicate]
                self._subjects[predicate].remove(subject)
                if not said:
                    del self._said[subject]
            self._back.pop(predicate, None)
            self._size -= 1

    def __len__(self, context: Any = None) -> int:
        """Return the number of triples."""
        return self._size

    def said(self, subject: Node) -> Mapping[Node, Values]:
        """Return the statements about a subject: predicate to value or values."""
        return self._said.get(subject, _NONE)

    def values(self, subject: Node, predicate: Node) -> Collection[Node]:
        """Return the values of a predicate of a subject."""
        values = self._said.get(subject, _NONE).get(predicate)
        if values is None:
            return ()
        return values if isinstance(values, dict) else (values,)

    def uses(self, predicate: Node) -> bool:
        """Tell whether any triple has a predicate."""
        return bool(self._subjects.get(predicate))

    def triples(
        self,
        triple_pattern: Any,
        context: Any = None,  # noqa: ARG002
    ) -> Iterator[tuple[Any, Iterator[None]]]:
        """Yield the triples that match a pattern, in which None stands for anything."""
        for triple in self._matching(*triple_pattern):
            yield triple, iter(())

    def _matching(
        self, subject: Node | None, predicate: Node | None, value: Node | None
    ) -> Iterator[tuple[Node, Node, Node]]:
        if subject is None and value is None:
            found = self._subjects if predicate is None else (predicate,)
            pairs = ((one, p) for p in found for one in self._subjects.get(p, ()))
            if predicate is None:  # a subject's triples stay together
                pairs = ((one, p) for one, said in self._said.items() for p in said)
            yield from ((one, p, o) for one, p in pairs for o in self.values(one, p))
        elif subject is None:
            for p in list(self._subjects) if predicate is None else [predicate]:
                yield from ((one, p, value) for one in self._holders(p).get(value, ()))  # type: ignore[misc, arg-type]
        else:
            for p in list(self._said.get(subject, _NONE)) if predicate is None else [predicate]:
                yield from ((subject, p, o) for o in self.values(subject, p) if value is None or o == value)

    def _holders(self, predicate: Node) -> dict[Node, list[Node]]:
        """Index the subjects of a predicate by their values."""
        if predicate not in self._back:
            back = self._back[predicate] = dict[Node, list[Node]]()
            for subject in self._subjects.get(predicate, ()):
                for value in self.values(subject, predicate):
                    back.setdefault(value, []).append(subject)
        return self._back[predicate]
