"""The graph against the shapes: results of validation become findings that know their cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from iomgraph.claims.claim import Page
from iomgraph.claims.read import COLUMNS
from iomgraph.findings import Finding, Place
from iomgraph.mapping.context import Context
from iomgraph.validation.pyshacl_run import ValidationResult, compile_shapes
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
        findings: one a result, in the order of the results.
        results: the results, for the report.
    """

    findings: tuple[Finding, ...]
    results: tuple[ValidationResult, ...]


def check(
    store: ox.Store, rulebook: Shapes, context: Context, pages: Mapping[str, Sequence[Page]]
) -> Verdict:
    """Validate the default graph of a store.

    Args:
        store: the graph.
        rulebook: the shapes.
        context: shortens IRIs and knows the terms of properties.
        pages: CURIE of a project to its pages, which know the cells.

    Raises:
        OntologyError: if a shape is ill-formed.
    """
    results = tuple(compile_shapes(rulebook.graph).validate(store))
    terms = {context.expand(value["@id"]): term for term, value in _properties(context)}
    findings = (_finding(result, rulebook, context, terms, pages) for result in results)
    return Verdict(tuple(findings), results)


def _properties(context: Context) -> Iterable[tuple[str, Mapping[str, str]]]:
    return ((term, value) for term, value in context.document["@context"].items() if isinstance(value, dict))


def _finding(
    result: ValidationResult,
    rulebook: Shapes,
    context: Context,
    terms: Mapping[str, str],
    pages: Mapping[str, Sequence[Page]],
) -> Finding:
    shape = rulebook.rules[_iri(result.source_shape)]
    about = context.compact(_iri(result.focus_node))
    term = terms.get(_iri(result.path), "") if isinstance(result.path, ox.NamedNode) else ""
    value = context.compact(_iri(result.value)) if result.value is not None else ""
    place, source = _places(about, term, pages)
    return Finding(context.compact(shape.iri), shape.severity, shape.messages, about, value, place, source)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


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
