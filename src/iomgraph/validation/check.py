"""The graph against the shapes: results of validation become findings that know their cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, SH, Graph
from rdflib.term import Node

from iomgraph.claims.claim import Page
from iomgraph.claims.read import COLUMNS
from iomgraph.findings import Finding, Place
from iomgraph.mapping.context import Context
from iomgraph.validation import processor
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
        report: the `sh:ValidationReport`.
    """

    findings: tuple[Finding, ...]
    report: Graph


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
    report = processor.validate(store, rulebook.graph)
    terms = {context.expand(value["@id"]): term for term, value in _properties(context)}
    results = report.subjects(RDF.type, SH.ValidationResult)
    findings = [_finding(_Result.of(report, node), rulebook, context, terms, pages) for node in results]
    return Verdict(tuple(sorted(findings, key=lambda found: (found.rule, found.about, found.value))), report)


@dataclass(frozen=True, slots=True)
class _Result:
    focus: Node | None
    path: Node | None
    value: Node | None
    shape: Node | None

    @classmethod
    def of(cls, report: Graph, node: Node) -> _Result:
        names = (SH.focusNode, SH.resultPath, SH.value, SH.sourceShape)
        return cls(*(report.value(node, name) for name in names))


def _properties(context: Context) -> Iterable[tuple[str, Mapping[str, str]]]:
    return ((term, value) for term, value in context.document["@context"].items() if isinstance(value, dict))


def _finding(
    result: _Result,
    rulebook: Shapes,
    context: Context,
    terms: Mapping[str, str],
    pages: Mapping[str, Sequence[Page]],
) -> Finding:
    shape = rulebook.rules[str(result.shape)]
    about = context.compact(str(result.focus))
    value = context.compact(str(result.value)) if result.value is not None else ""
    place, source = _places(about, terms.get(str(result.path), ""), pages)
    return Finding(context.compact(shape.iri), shape.severity, shape.messages, about, value, place, source)


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
