"""The cube as files: `cube.ttl` (RDF Data Cube, https://www.w3.org/TR/vocab-data-cube/) and `cube.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from iomgraph import iris, terms
from iomgraph.cache import Memo, digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.nquads import iri, quoted
from iomgraph.processes import cut
from iomgraph.publication.cube.cells import Cell, Key
from iomgraph.publication.cube.structure import ATTRIBUTE, MEASURE, Structure, line, lines, typed
from iomgraph.publication.info import ReleaseInfo
from iomgraph.publication.shares import cents
from iomgraph.release import turtle

TURTLE, CSV = "cube.ttl", "cube.csv"
UNKNOWN = "unknown"
PREFIXES = {
    "qb": terms.QB,
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
}
_PARTS = 6
_LABELLED = ("state", "theme", "goal")
_CODED = ("year", "theme")
"""The dimensions whose values the cube itself lists as codes."""
_BLOCK = 256
"""Observations on average of a block, which is serialized by itself."""
_SEGMENTS = 1 << 12
"""Most parts of names to remember, because states and themes recur all the time."""

Named = tuple[str, Key, Cell]
"""A cell with the IRI of its observation."""


def write_csv(path: Path, cells: Mapping[Key, Cell], labels: Mapping[str, str]) -> None:
    """Write the cells as a table, one per row, in order; unknown values are empty.

    Args:
        path: the file.
        cells: in order.
        labels: CURIE to its label.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        head = [part for name in Key._fields for part in _headed(name)]
        table.writerow([*head, "projects", "projectShares", "wholeBudget", "sharedBudget", "basis"])
        for key, cell in cells.items():
            row = [
                part
                for name, value in zip(Key._fields, key, strict=True)
                for part in ((value, labels.get(value, "")) if name in _LABELLED else (value,))
            ]
            table.writerow([*row, *_measures(cell), cell.basis])


def _headed(name: str) -> tuple[str, ...]:
    return (name, f"{name}_label") if name in _LABELLED else (name,)


def _measures(cell: Cell) -> list[str]:
    """The measures of a cell, in the order of the table of the cube."""
    return [
        str(cell.projects),
        f"{cents(cell.parts, _PARTS):f}",
        f"{cell.whole:f}",
        f"{cents(cell.shared):f}",
    ]


def write_turtle(
    path: Path,
    cells: Mapping[Key, Cell],
    structure: Structure,
    info: ReleaseInfo,
    context: Context,
    *,
    memo: Memo | None = None,
) -> None:
    """Write the structure of the cube, then its observations.

    Args:
        path: the file.
        cells: in order.
        structure: structure of the cube.
        info: its release.
        context: gives the meaning of names in the cells.
        memo: keeps the texts of blocks of observations.
    """
    known = {**context.prefixes, **PREFIXES, "cube": structure.base}
    found = [*lines(structure), *_dataset(structure, info)]
    for dimension in _CODED:
        values = dict.fromkeys(getattr(key, dimension) for key in cells)
        for value in filter(None, values):
            found += _code(dimension, value, structure, context)
    ranks = turtle.ranks([f"{terms.QB}dataSet", *(structure.base + name for name in structure.rows)])
    serializer, kept = turtle.Serializer(known), memo or Memo()

    def text(block: Sequence[Named]) -> bytes:
        said = (line for _, key, cell in block for line in _observation(key, cell, structure, context))
        return serializer.text("".join(turtle.arranged(said, ranks)).encode())

    common = digest(structure, sorted(known.items()))
    with path.open("wb") as out:
        writer = turtle.Writer(known, out)
        writer.write(found, ranks)
        for block in cut(_named(cells, structure), lambda one: one[0], _BLOCK):
            made_of = partial(digest, common, *block)
            writer.append(kept.result("observations", made_of, partial(text, block)))
    kept.flush()


def _named(cells: Mapping[Key, Cell], structure: Structure) -> list[Named]:
    """Put cells in order of the IRI of their observations."""
    return sorted((structure.name(".".join(map(_local, key)))[:-1], key, cell) for key, cell in cells.items())


def _dataset(structure: Structure, info: ReleaseInfo) -> Iterator[str]:
    name, expand = structure.name("cube"), info.description.context.expand
    yield line(name, terms.RDF_TYPE, iri(f"{terms.QB}DataSet"))
    yield line(name, f"{terms.QB}structure", structure.name("structure"))
    yield line(name, f"{terms.DCT}isPartOf", iri(expand(info.description.dataset["id"])))
    yield line(name, f"{terms.DCT}license", iri(info.license_iri))
    yield line(name, f"{terms.DCT}issued", typed(info.issued.isoformat(), "date"))
    yield from structure.words("cube", terms.RDFS_LABEL, terms.RDFS_COMMENT)


def _observation(key: Key, cell: Cell, structure: Structure, context: Context) -> Iterator[str]:
    name = structure.name(".".join(map(_local, key)))
    yield line(name, terms.RDF_TYPE, iri(f"{terms.QB}Observation"))
    yield line(name, f"{terms.QB}dataSet", structure.name("cube"))
    for dimension, value in zip(Key._fields, key, strict=True):
        yield line(name, structure.base + dimension, _value(dimension, value, structure, context))
    kinds = ("integer", "decimal", "decimal", "decimal")
    for measure, value, kind in zip(structure.of(MEASURE), _measures(cell), kinds, strict=True):
        yield line(name, structure.base + measure, typed(value, kind))
    for attribute in structure.of(ATTRIBUTE):
        yield line(name, structure.base + attribute, structure.name(cell.basis))


@lru_cache(_SEGMENTS)
def _local(part: str) -> str:
    return iris.slug(part.rpartition(":")[2]) if part else "-"


def _value(dimension: str, value: str, structure: Structure, context: Context) -> str:
    if dimension == "currency":
        return quoted(value)
    if not value:
        return structure.name(UNKNOWN)
    return structure.name(f"year-{value}") if dimension == "year" else iri(context.expand(value))


def _code(dimension: str, value: str, structure: Structure, context: Context) -> Iterator[str]:
    """The quads that make a year or a theme a code of its list."""
    code = _value(dimension, value, structure, context)
    yield line(code, terms.RDF_TYPE, iri(f"{terms.SKOS}Concept"))
    yield line(code, f"{terms.SKOS}inScheme", structure.name(f"list-{dimension}"))
    if dimension == "year":
        yield line(code, f"{terms.SKOS}notation", typed(value, "gYear"))
        yield line(code, terms.SKOS_PREF_LABEL, quoted(value))
