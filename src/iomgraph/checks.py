"""The graph against the shapes: results of validation become findings that know their cell."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyoxigraph as ox

from iomgraph.cache import digest
from iomgraph.claims.claim import Claim, parts
from iomgraph.claims.pages import PageRef
from iomgraph.claims.read import COLUMNS
from iomgraph.errors import OntologyError
from iomgraph.findings import Finding, Place
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY
from iomgraph.processes import (
    Say,
    SpoolSet,
    Task,
    processors,
    run_isolated,
    run_parallel,
    silent,
)
from iomgraph.processes.spool_set import Span
from iomgraph.records.nested import KINDS
from iomgraph.records.properties import RELATIONS, RENAMED
from iomgraph.reference.origins import place as from_row
from iomgraph.sources.tables import Row
from iomgraph.validation import disk, locality
from iomgraph.validation.shacl import CompiledShapes, ValidationResult, compile_shapes
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shapes import Shapes

_COLUMN_OF = {
    **COLUMNS,
    "startDate": "start_year",
    "endDate": "end_year",
    "value": "budget",
    "currency": "budget",
}


_TERM_OF = {kind.path: term for term, kind in KINDS.items()}
"""Path of a thing below its project's IRI to the term of that thing."""

_CLAIMED = {term: claimed for claimed, term in RENAMED.items()} | {"inferredIatiIdentifier": "identifier"}
"""Term of a record to the one that sources claim, where they differ."""

_RIVALS = ("rival",)
"""Terms of the parts of a discrepancy: the claims against each other."""

_RECORD = 2_400
"""Bytes that a record needs in a store in memory."""
_SHARE = 3
"""A store in memory may need one part in so many of the machine's memory; a larger one is put on disk.

There, it needs some 400 MB whatever its size, but looking things up takes several times as long."""

GRAPHS = (DEFAULT, PROVENANCE, QUALITY)
"""The graphs that are validated."""

Cell = tuple[Place | None, Place | None]
"""The place of a value, and the page that it was taken from."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The sources of things: pages and rows.

    Args:
        pages: CURIE of a project to its pages, which know the cells.
        rows: CURIE of any other thing to its row.
        places: CURIE of what has no row to where a source names it first.
    """

    pages: Mapping[str, Sequence[PageRef]]
    rows: Mapping[str, Row]
    places: Mapping[str, Place] = field(default_factory=dict)


class Statements(Protocol):
    """The statements that are validated: a dataset, or what a cluster leaves of one."""

    def __len__(self) -> int:
        """About how many records they come from."""

    def triples(self, *graphs: str) -> Iterator[str]:
        """Yield those of some graphs, as lines of N-Triples."""

    def store(self, *graphs: str) -> ox.Store:
        """Put those of some graphs into a store in memory."""


@dataclass(frozen=True, slots=True)
class Results:
    """The results of validation, shape by shape; they lie on disk and can be read again and again.

    Args:
        spools: as many as there are processors, however many shapes there are: files stay open.
        by_shape: where the results of each shape lie.
    """

    spools: SpoolSet[ValidationResult]
    by_shape: Sequence[Span]

    def __iter__(self) -> Iterator[ValidationResult]:
        for span in self.by_shape:
            yield from self.spools.at(span)


def extents(rulebook: Shapes, context: Context) -> list[locality.Extent]:
    """Find how far each rule looks: no further than one project, or across them.

    Args:
        rulebook: the shapes.
        context: tells the properties that lead to other projects, and to parts of a project.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.validation import shapes
        >>> settings = Settings()
        >>> found = extents(shapes.load(settings.shapes), context.read(settings.ontology))
        >>> [one.locality.value for one in found if one.shape.endswith(("#Project-title", "title-unique"))]
        ['local', 'global']
    """
    terms = context.document["@context"]
    crossing = [context.expand(terms[inside]["@id"]) for inside, _ in RELATIONS.values()]
    parts = [context.expand(terms[term]["@id"]) for term in (*KINDS, *_RIVALS)]
    return locality.extents(rulebook.graph, crossing, parts)


def check(
    data: Statements,
    rulebook: Shapes,
    memory: int | None = None,
    say: Say = silent,
    only: Collection[str] | None = None,
) -> Results:
    """Validate every graph except those of the claims of pages, whose errors are reported on reading.

    The store is filled in a copy of this process, so that its memory is given back; the processors
    share the shapes.

    Args:
        data: the dataset.
        rulebook: the shapes.
        memory: bytes that the store may need; one that needs more is put on disk. Unless given, a third
            of what the machine has.
        say: takes the number of shapes done; also called in other processes.
        only: IRIs of the rules to evaluate; all, unless given.

    Returns:
        the results, in an order that depends on the data and the shapes alone.

    Raises:
        OntologyError: if a shape is ill-formed, or goes beyond SHACL Core and SHACL-SPARQL.
    """
    compiled = compiled_shapes(rulebook, only)
    spools = SpoolSet[ValidationResult](processors())
    with TemporaryDirectory(prefix="iomgraph-") as folder:
        place = Path(folder) if len(data) * _RECORD > (_memory() if memory is None else memory) else None
        task = Task("validating", partial(_validate, data, compiled, spools, place, say))
        return Results(spools, run_isolated(task))


def compiled_shapes(rulebook: Shapes, only: Collection[str] | None = None) -> CompiledShapes:
    """Compile the rules, or some of them.

    Raises:
        OntologyError: if a shape is ill-formed, or goes beyond SHACL Core and SHACL-SPARQL.
    """
    compiled = compile_shapes(rulebook.graph)
    for shape in compiled.unsupported:
        raise OntologyError(
            f"a shape goes beyond SHACL Core and SHACL-SPARQL ({', '.join(shape.features)})",
            where=shape.shape,
            step="express it with sh:sparql",
        )
    if only is None:
        return compiled
    return replace(compiled, shapes=tuple(one for one in compiled.shapes if one.node.value in only))


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE


def _validate(
    data: Statements,
    compiled: CompiledShapes,
    spools: SpoolSet[ValidationResult],
    folder: Path | None,
    say: Say,
) -> list[Span]:
    opened = _opened(data, folder)
    # A process opens what it validates once, with its first shape.
    by_shape = cache(lambda: compiled.by_shape(opened()))
    return run_parallel(
        [
            Task(f"validating {shape.node}", partial(_one_shape, by_shape, shape, spools))
            for shape in compiled.shapes
        ],
        say=say,
        step="check",
    )


def _opened(data: Statements, folder: Path | None) -> Callable[[], ox.Store]:
    if folder is None:
        store = data.store(*GRAPHS)
        return lambda: store
    disk.fill(folder, data.triples(*GRAPHS))
    return partial(ox.Store.read_only, str(folder))


def _one_shape(
    by_shape: Callable[[], Callable[[Shape], Iterator[ValidationResult]]],
    shape: Shape,
    spools: SpoolSet[ValidationResult],
) -> Span:
    return spools.add(sorted(by_shape()(shape), key=order))


def order(result: ValidationResult) -> tuple[str, ...]:
    """Return the key that puts the results of a shape in order, whatever was validated with them."""
    parts = (result.focus_node, result.path, result.value, result.component, result.source_shape)
    return (*map(str, parts), *map(str, result.messages))


def findings(
    results: Iterable[ValidationResult], rulebook: Shapes, context: Context, origins: Origins
) -> Iterator[Finding]:
    """Make a finding of each result, which knows its cell.

    Args:
        results: of validation.
        rulebook: the shapes.
        context: shortens IRIs and knows the terms of properties.
        origins: tell the cells.
    """
    locator = Locator(context, origins)
    for result in results:
        yield finding(result, locator.cell(result), rulebook, context)


def finding(result: ValidationResult, cell: Cell, rulebook: Shapes, context: Context) -> Finding:
    """Make a finding of a result and its cell."""
    shape = rulebook.rules[result.source_shape.value]
    about = context.compact(_text(result.focus_node))
    value = context.compact(_text(result.value)) if result.value is not None else ""
    return Finding(context.compact(shape.iri), shape.severity, shape.messages, about, value, *cell)


class Locator:
    """Finds the cells that results are about.

    Args:
        context: shortens IRIs and knows the terms of properties.
        origins: tell the cells.
    """

    def __init__(self, context: Context, origins: Origins) -> None:
        self._context, self._origins, self._terms = context, origins, _terms(context)

    def cell(self, result: ValidationResult) -> Cell:
        """Return the place that the value of a result came from, and its page; None where unknown."""
        origins, about = self._origins, self._context.compact(_text(result.focus_node))
        term = self._terms.get(str(result.path).strip("<>"), "")
        place, source = _places(about, term, _text(result.value), origins.pages)
        if place is None and about in origins.rows:
            place = from_row(origins.rows[about], term, self._context.compact(result.source_shape.value))
        return place or origins.places.get(about), source if source and source.file else None

    def sources(self, names: Iterable[str]) -> bytes:
        """Digest all that tells the cells of results about some things, given by CURIE."""
        rows, places, pages = self._origins.rows, self._origins.places, self._origins.pages
        return digest(
            *(
                (name, rows.get(name), places.get(name), *_contents(pages.get(project, ())))
                for name, project in ((name, name.partition("/")[0]) for name in names)
            )
        )


def _contents(pages: Iterable[PageRef]) -> Iterator[tuple[Place, bytes]]:
    return ((page.place, page.content) for page in pages)


def _terms(context: Context) -> dict[str, str]:
    """IRI of a property to the term that names it."""
    found: dict[str, str] = {}
    for term, value in context.document["@context"].items():
        if isinstance(value, dict):
            # Of several terms of a property, the first is the one that sources claim.
            found.setdefault(context.expand(value["@id"]), term)
    return found


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def _places(
    about: str, term: str, value: str, pages: Mapping[str, Sequence[PageRef]]
) -> tuple[Place | None, Place | None]:
    """The place that a value came from; for a missing value that where it would stand."""
    project, _, inner = about.partition("/")
    found = pages.get(project, ())
    if not found:
        return None, None
    if inner:
        term = _TERM_OF.get(inner.partition("/")[0], term)
    for page in found:
        if claim := page.first(_CLAIMED.get(term, term)):
            return _of_part(claim, value) or claim.place, claim.source
    row = found[0].place
    if found[0].kind != "pages":
        return row, None
    return Place(row.file, row=row.row, column=_COLUMN_OF.get(term, ""), line=row.line), None


def _of_part(claim: Claim, value: str) -> Place | None:
    """The place of the one part of a claim that says a value; none if several do, or none does."""
    said = [part.place for part in parts(claim.value) if value in (str(one) for _, one in part.values)]
    return said[0] if len(said) == 1 else None
