"""A batch of parts: validated in one store, with their surroundings, by one processor."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import pyoxigraph as ox

from iomgraph import checks
from iomgraph.cache import Memo
from iomgraph.checks import Cell, Locator
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import store_of
from iomgraph.processes import Spool
from iomgraph.rechecks import kept
from iomgraph.rechecks.across import Across, has_subclasses
from iomgraph.rechecks.concerned import concerned
from iomgraph.rechecks.parts import Part
from iomgraph.rechecks.verdict import Numbered, Verdict
from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl import CompiledShapes, ValidationResult

_TYPE = f"<{RDF_TYPE}>"

Told = tuple[int, ValidationResult, Cell]
"""Number of a shape, one of its results, and the cell that this is about."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The shapes and surroundings that are the same for every batch.

    Args:
        context: makes statements of records.
        compiled: the shapes.
        across: those that look across parts, and are left out.
        surroundings: seen with every part.
        locator: finds the cells of results.
        memo: keeps verdicts, under the shapes and the surroundings.
    """

    context: Context
    compiled: CompiledShapes
    across: Across
    surroundings: Part
    locator: Locator
    memo: Memo

    def located(self, found: Sequence[Numbered]) -> Iterator[Told]:
        """Find the cells of results, and yield these in order."""
        # All results of a project together, so that its pages are read only once.
        order = sorted(range(len(found)), key=lambda at: str(found[at][1].focus_node))
        told = [(*found[at], self.locator.cell(found[at][1])) for at in order]
        return iter(sorted(told, key=in_order))


def in_order(told: Told) -> tuple[int, tuple[str, ...]]:
    """Return the sort key of a result: the number of its shape, then the key of `checks.order`."""
    return told[0], checks.order(told[1])


@dataclass(frozen=True, slots=True)
class Batch:
    """Parts to be validated together.

    Args:
        bench: what they are validated with.
        parts: the parts, the surroundings perhaps among them.
        results: takes the results.
        lines: takes the statements that shapes across parts read.
    """

    bench: Bench
    parts: Sequence[Part]
    results: Spool[Told]
    lines: Spool[str]

    def run(self) -> None:
        """Validate the parts."""
        verdicts = self._verdicts()
        self.bench.memo.flush()
        for told in self.bench.located([one for verdict in verdicts for one in verdict.results]):
            self.results.append(told)
        for verdict in verdicts:
            self.lines.append("".join(verdict.lines))

    def _verdicts(self) -> list[Verdict]:
        """Take the verdicts of earlier builds, and judge the other parts."""
        memo = self.bench.memo
        if memo.store is None:
            return judged(self.bench, self.parts)
        digests = [part.digest() for part in self.parts]
        found = {at: one for at, part in enumerate(digests) if (one := kept.found(memo, part))}
        rest = [at for at in range(len(self.parts)) if at not in found]
        if rest:
            for at, verdict in zip(rest, judged(self.bench, [self.parts[at] for at in rest]), strict=True):
                kept.keep(memo, digests[at], verdict)
                found[at] = verdict
        return [found[at] for at in range(len(self.parts))]


def judged(bench: Bench, parts: Sequence[Part]) -> list[Verdict]:
    """Validate parts together; return a verdict on each.

    Raises:
        OntologyError: if the context does not know what a record says.
    """
    pass_ = _Pass(bench, [Verdict() for _ in parts])
    own = bench.surroundings in parts
    around = () if own else chain.from_iterable(map(bench.context.quads, bench.surroundings.records()))
    store = store_of(chain(around, pass_.lines(parts)))
    for number, result in pass_.found(store):
        name = holder(bench.context.compact(str(result.focus_node).strip("<>")), pass_.owners)
        if name is not None:
            pass_.verdicts[pass_.owners[name]].results.append((number, result))
    return pass_.verdicts


def holder(name: str, known: Container[str]) -> str | None:
    """Return the name of the record that contains a thing: its own, or one whose name its name extends.

    Example:
        >>> holder("projects:A/budget/1", {"projects:A"}), holder("states:KEN", {"projects:A"})
        ('projects:A', None)
    """
    while name and name not in known:
        name = name.rpartition("/")[0]
    return name or None


@dataclass(slots=True)
class _Pass:
    """One validation of some parts.

    Args:
        bench: what they are validated with.
        verdicts: one of each part.
        owners: CURIE of a thing to the number of the part that describes it.
        classes: those that things in the parts have, each with what ends a line.
    """

    bench: Bench
    verdicts: list[Verdict]
    owners: dict[str, int] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)

    def lines(self, parts: Sequence[Part]) -> Iterator[str]:
        """Yield the statements of parts, and collect those that shapes across parts read."""
        read, quads = self.bench.across.read, self.bench.context.quads
        for at, part in enumerate(parts):
            aside = self.verdicts[at].lines
            for record in part.records():
                self.owners[record["id"]] = at
                for line in quads(record):
                    _, predicate, rest = line.split(" ", 2)
                    if read(predicate, rest):
                        aside.append(line)
                    if predicate == _TYPE:
                        self.classes.add(rest)
                    yield line

    def found(self, store: ox.Store) -> Iterator[Numbered]:
        """Yield what the shapes find that look no further than one part."""
        compiled = self.bench.compiled
        numbers = {shape: number for number, shape in enumerate(compiled.shapes)}
        classes = {text.partition(">")[0][1:] for text in self.classes}
        shapes = compiled if has_subclasses(self.bench.context) else concerned(compiled, classes)
        by_shape = compiled.by_shape(store)
        for shape in shapes.shapes:
            if shape.node.value not in self.bench.across.rules:
                yield from ((numbers[shape], result) for result in by_shape(shape))
