"""Conformance of single nodes to the shapes that queries call by name.

A query that finds an undecided node continues without an answer, and runs again once the node is decided.
Shapes in a cycle are decided as in other processors: a node conforms unless there is another reason against
it. There is no recursion, whatever the depth of the data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from pyoxigraph import Literal, NamedNode, QuerySolution

from iomgraph.validation.shacl.conformance import written_out
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shacl.scope import Scope, Stored

T = TypeVar("T")

_MANY = 10_000
_TURNS = 99
"""Most changes of a verdict; only shapes that contradict themselves change it endlessly."""

_Pair: TypeAlias = tuple[Shape, Stored]
_Batch: TypeAlias = dict[Shape, dict[Stored, None]]


@dataclass(slots=True)
class Verdicts:
    """The decided nodes of one data graph, and their dependants.

    Args:
        data: the data graph.
        new_scope: makes a scope for the text of one query.
    """

    data: DataGraph
    new_scope: Callable[[], Scope]
    _known: dict[_Pair, bool] = field(default_factory=dict)
    _unknown: _Batch = field(default_factory=lambda: defaultdict(dict))
    _askers: dict[_Pair, set[_Pair]] = field(default_factory=lambda: defaultdict(set))
    _asker: _Pair | None = None
    _turns: Counter[_Pair] = field(default_factory=Counter)
    _texts: dict[Shape, tuple[Scope, str]] = field(default_factory=dict)

    def scope(self) -> Scope:
        """Begin the texts of a shape's queries."""
        scope = self.new_scope()
        scope.verdict = self._verdict
        return scope

    def solutions(self, query: str, scope: Scope) -> Iterable[QuerySolution]:
        """Solve a query after deciding all nodes that it needs."""
        return self.decided(lambda: list(self.data.select(query, scope)))

    def decided(self, run: Callable[[], T]) -> T:
        """Repeat an action until all nodes that it needs are decided."""
        while True:
            found = run()
            if not self._unknown:
                return found
            self._settle()

    def _verdict(self, shape: Shape, node: Stored) -> bool | None:
        """Tell whether a node conforms, or None if unknown."""
        pair = (shape, node)
        if self._asker is not None:
            self._askers[pair].add(self._asker)
        verdict = self._known.get(pair)
        if verdict is None:
            self._unknown[shape][node] = None
        return verdict

    def _settle(self) -> None:
        """Decide the requested nodes, those that they need, and again the dependants of changed ones."""
        stale: _Batch = defaultdict(dict)
        while self._unknown or stale:
            batch, new = (self._unknown, True) if self._unknown else (stale, False)
            if new:
                self._unknown = defaultdict(dict)
                self._known.update(((shape, node), True) for shape in batch for node in batch[shape])
            else:
                stale = defaultdict(dict)
            for shape, nodes in batch.items():
                for pair in self._decided(shape, list(nodes), new=new):
                    for asker, waiting in self._askers.pop(pair, ()):
                        stale[asker][waiting] = None

    def _decided(self, shape: Shape, nodes: list[Stored], *, new: bool) -> Iterator[_Pair]:
        """Decide nodes, and yield the new and changed ones, on which others may depend."""
        failing = set(self._failing(shape, nodes))
        for node in nodes:
            pair, verdict = (shape, node), node not in failing
            changed = self._known[pair] != verdict and self._turns[pair] < _TURNS
            if changed:
                self._turns[pair] += 1
                self._known[pair] = verdict
            if new or changed:
                yield pair

    def _failing(self, shape: Shape, nodes: list[Stored]) -> Iterator[Stored]:
        if shape not in self._texts:
            scope = self.scope()
            self._texts[shape] = (scope, f"IF(<{_ASKS}>(?n_at), !{written_out(scope, shape, '?n')}, false)")
        scope, condition = self._texts[shape]
        for start in range(0, len(nodes), _MANY):
            some = nodes[start : start + _MANY]
            scope.functions[NamedNode(_ASKS)] = lambda at, some=some: self._asks(shape, some[int(at.value)])
            query = f"SELECT ?n {{ {scope.listed(some, '?n')} FILTER({condition}) }}"
            yield from [solution[0] for solution in self.data.select(query, scope)]
        self._asker = None

    def _asks(self, shape: Shape, node: Stored) -> Literal:
        """Note the node whose verdict needs the following calls, since solutions are filtered one by one."""
        self._asker = (shape, node)
        return Literal(True)


_ASKS = "urn:x-iomgraph:asks"
