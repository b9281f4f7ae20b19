"""The graph against the shapes: results of validation become findings that know their cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from iomgraph.claims.claim import Page
from iomgraph.claims.read import COLUMNS
from iomgraph.errors import OntologyError
from iomgraph.findings import Finding, Place
from iomgraph.mapping.context import Context
from iomgraph.records.origins import place as from_row
from iomgraph.sources.tables import Row
from iomgraph.validation.shacl import ValidationResult, compile_shapes
from iomgraph.validation.shapes import Shapes

_COLUMN_OF = {
    **COLUMNS,
    "startDate": "start_year",
    "endDate": "end_year",
    "value": "budget",
    "currency": "budget",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the shapes say of a graph.

    Args:
        findings: one a result, in an order that depends on the results alone.
        results: the results, for the report.
    """

    findings: tuple[Finding, ...]
    results: tuple[ValidationResult, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where things come from.

    Args:
        pages: CURIE of a project to its pages, which know the cells.
        rows: CURIE of any other thing to its row.
    """

    pages: Mapping[str, Sequence[Page]]
    rows: Mapping[str, Row]


def check(store: ox.Store, rulebook: Shapes, context: Context, origins: Origins) -> Verdict:
    """Validate the default graph of a store.

    Args:
        store: the graph.
        rulebook: the shapes.
        context: shortens IRIs and knows the terms of properties.
        origins: tell the cells.

    Raises:
        OntologyError: if a shape is ill-formed, or goes beyond SHACL Core and SHACL-SPARQL.
    """
    compiled = compile_shapes(rulebook.graph)
    for shape in compiled.unsupported:
        raise OntologyError(
            f"a shape goes beyond SHACL Core and SHACL-SPARQL ({', '.join(shape.features)})",
            where=shape.shape,
            step="say it with sh:sparql",
        )
    results = tuple(compiled.validate(store))
    terms = _terms(context)
    findings = [_finding(result, rulebook, context, terms, origins) for result in results]
    ordered = sorted(findings, key=lambda found: (found.rule, found.about, found.value))
    return Verdict(tuple(ordered), results)


def _terms(context: Context) -> dict[str, str]:
    """IRI of a property to the term that names it."""
    definitions = context.document["@context"].items()
    return {context.expand(value["@id"]): term for term, value in definitions if isinstance(value, dict)}


def _finding(
    result: ValidationResult,
    rulebook: Shapes,
    context: Context,
    terms: Mapping[str, str],
    origins: Origins,
) -> Finding:
    shape = rulebook.rules[result.source_shape.value]
    about = context.compact(_text(result.focus_node))
    value = context.compact(_text(result.value)) if result.value is not None else ""
    term = terms.get(str(result.path).strip("<>"), "")
    rule = context.compact(shape.iri)
    place, source = _places(about, term, origins.pages)
    if place is None and about in origins.rows:
        place = from_row(origins.rows[about], term, rule)
    return Finding(rule, shape.severity, shape.messages, about, value, place, source)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else str(term)


def _places(about: str, term: str, pages: Mapping[str, Sequence[Page]]) -> tuple[Place | None, Place | None]:
    """The cell that a value came from; for a missing value the cell where it would stand."""
    found = pages.get(about.removesuffix("/budget"), ())
    if not found:
        return None, None
    term = "budget" if about.endswith("/budget") else term
    for page in found:
        if claim := page.claims.get(term):
            return claim.place, claim.source
    row = found[0].place
    return Place(row.file, row=row.row, column=_COLUMN_OF.get(term, ""), line=row.line), None
