"""A batch of parts: validated in one store, with their surroundings, by one processor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import store_of
from iomgraph.processes import SpoolSet
from iomgraph.processes.spool_set import Span
from iomgraph.rechecks.across import Across
from iomgraph.rechecks.concerned import concerned
from iomgraph.rechecks.kept import Kept
from iomgraph.rechecks.notes import Noted, Notes, Numbered, write
from iomgraph.rechecks.parts import Part
from iomgraph.rechecks.verdict import Verdict
from iomgraph.validation.shacl import Columns, CompiledShapes

Case = tuple[Part, bytes]
"""A part, and the digest to keep its verdict under; empty if that is not kept."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The outcome of looking for the verdicts of earlier builds.

    Args:
        digests: of the parts, empty for those with a verdict.
        places: of the statements that shapes across parts read, by part; None for those without a verdict.
        noted: the notes on parts with a verdict.
    """

    digests: Sequence[bytes]
    places: Sequence[Span | None]
    noted: Noted


@dataclass(frozen=True, slots=True)
class Bench:
    """The shapes and surroundings that are the same for every batch.

    Args:
        context: makes statements of records.
        compiled: the shapes.
        across: those that look across parts, and are left out.
        surroundings: seen with every part.
        kept: has the verdicts of earlier builds, and notes results.
        spools: take the notes.
    """

    context: Context
    compiled: CompiledShapes
    across: Across
    surroundings: Part
    kept: Kept
    spools: SpoolSet[bytes]

    def look(self, cases: Sequence[Case]) -> Looked:
        """Write the notes of earlier builds on parts, and the statements that shapes across parts read."""
        notes, digests, places = list[Notes](), list[bytes](), list[Span | None]()
        for part, _ in cases:
            digest = part.digest()
            found = self.kept.found(digest)
            digests.append(b"" if found else digest)
            places.append(self.spools.add([found[1]]) if found else None)
            if found:
                notes.append(found[0])
        self.kept.memo.flush()
        return Looked(digests, places, write(self.spools, notes))

    def judge(self, cases: Sequence[Case]) -> tuple[list[Span], Noted]:
        """Validate parts, and write as `look` does."""
        notes, places = list[Notes](), list[Span]()
        for verdict, (_, digest) in zip(judged(self, [part for part, _ in cases]), cases, strict=True):
            notes.append(self.kept.noter.note(verdict.results))
            places.append(self.spools.add([verdict.read]))
            if digest:
                self.kept.keep(digest, verdict.results, notes[-1], verdict.read)
        self.kept.memo.flush()
        return places, write(self.spools, notes)


def judged(bench: Bench, parts: Sequence[Part]) -> list[Verdict]:
    """Validate parts together; return a verdict on each.

    Raises:
        OntologyError: if the context does not know what a record says.
    """
    pass_ = _Pass(bench, [Verdict() for _ in parts])
    own = bench.surroundings in parts
    around = () if own else pass_.around()
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
        said: predicate to all statements with it that are validated.
    """

    bench: Bench
    verdicts: list[Verdict]
    owners: dict[str, int] = field(default_factory=dict)
    said: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def around(self) -> Iterator[str]:
        """Yield the statements of the surroundings."""
        for line in chain.from_iterable(map(self.bench.context.quads, self.bench.surroundings.records())):
            self.said[line.split(" ", 2)[1]].append(line)
            yield line

    def lines(self, parts: Sequence[Part]) -> Iterator[str]:
        """Yield the statements of parts, and collect those that shapes across parts read."""
        read, quads, said = self.bench.across.read, self.bench.context.quads, self.said
        for at, part in enumerate(parts):
            aside = self.verdicts[at].lines
            for record in part.records():
                self.owners[record["id"]] = at
                for line in quads(record):
                    _, predicate, rest = line.split(" ", 2)
                    if read(predicate, rest):
                        aside.append(line)
                    said[predicate].append(line)
                    yield line

    def found(self, store: ox.Store) -> Iterator[Numbered]:
        """Yield what the shapes find that look no further than one part."""
        compiled, columns = self.bench.compiled, Columns(self.said)
        numbers = {shape: number for number, shape in enumerate(compiled.shapes)}
        shapes = compiled if columns.has_subclasses else concerned(compiled, columns.classes)
        by_shape = compiled.by_shape(store, columns)
        for shape in shapes.shapes:
            if shape.node.value not in self.bench.across.rules:
                yield from ((numbers[shape], result) for result in by_shape(shape))
