"""Reports in the Data Quality Vocabulary (W3C Note, 2016), as Turtle, for catalogues that collect quality.

Each finding is a quality annotation of the checked data, and each figure is a measurement of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, TextIO

import pyoxigraph as ox

from iomgraph.findings import Finding, by_severity
from iomgraph.terms import RDF_TYPE, SKOS
from iomgraph.validation.reports.locations import as_uri, locator
from iomgraph.validation.reports.phrases import figures, pointed

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

_PREFIXES = {
    "dqv": "http://www.w3.org/ns/dqv#",
    "oa": "http://www.w3.org/ns/oa#",
    "skos": SKOS,
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "metric": "https://w3id.org/iomgraph/quality/metric/",
    "rule": "https://w3id.org/iomgraph/quality/rule/",
}
_TYPE = ox.NamedNode(RDF_TYPE)


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the annotations and the measurements.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    target = io.BytesIO()
    prefixes = {name: iri for name, iri in _PREFIXES.items() if name not in ("metric", "rule")}
    ox.serialize(_triples(report, lang), target, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    out.write(target.getvalue().decode())


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    # The names of rules in other people's shapes may have characters that an IRI can't.
    plain = "".join(sign if sign.isalnum() or sign in "-_./" else "-" for sign in local)
    return ox.NamedNode(_PREFIXES[prefix] + plain)


def _triples(report: Report, lang: str) -> Iterator[ox.Triple]:
    whole = ox.NamedNode(_address(report.files[0])) if report.files else ox.BlankNode("checked")
    locate = locator(report)
    values: dict[str, float] = {one.word: count for one, count in by_severity(report.findings).items()}
    values |= figures(report.coverage) if report.coverage else {}
    values |= {"not-checked": len(report.notes), **report.counts}
    yield ox.Triple(_term("metric:conforms"), _TYPE, _term("dqv:Metric"))
    yield from _measurement(whole, "conforms", ox.Literal(report.conforms), 0)
    for rank, (name, value) in enumerate(values.items(), 1):
        yield ox.Triple(_term(f"metric:{name}"), _TYPE, _term("dqv:Metric"))
        yield from _measurement(whole, name, ox.Literal(value), rank)
    for rank, found in enumerate(chain(report.findings, report.notes)):
        place = locate(found)
        at = ox.NamedNode(_address(place.file)) if place else whole
        yield from _annotation(found, at, rank, lang)


def _measurement(
    whole: ox.NamedNode | ox.BlankNode, name: str, value: ox.Literal, rank: int
) -> Iterator[ox.Triple]:
    node = ox.BlankNode(f"m{rank}")
    yield ox.Triple(node, _TYPE, _term("dqv:QualityMeasurement"))
    yield ox.Triple(node, _term("dqv:computedOn"), whole)
    yield ox.Triple(node, _term("dqv:isMeasurementOf"), _term(f"metric:{name}"))
    yield ox.Triple(node, _term("dqv:value"), value)


def _annotation(found: Finding, at: ox.NamedNode | ox.BlankNode, rank: int, lang: str) -> Iterator[ox.Triple]:
    node, body = ox.BlankNode(f"a{rank}"), ox.BlankNode(f"b{rank}")
    text = ox.Literal(pointed(found, lang), language=lang if lang in found.message else "en")
    yield ox.Triple(node, _TYPE, _term("dqv:QualityAnnotation"))
    yield ox.Triple(node, _term("oa:motivatedBy"), _term("dqv:qualityAssessment"))
    yield ox.Triple(node, _term("oa:hasTarget"), at)
    yield ox.Triple(node, _term("oa:hasBody"), body)
    yield ox.Triple(node, _term("dqv:inDimension"), _term(f"rule:{found.rule}"))
    yield ox.Triple(body, _TYPE, ox.NamedNode(f"{_PREFIXES['oa']}TextualBody"))
    yield ox.Triple(body, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#value"), text)
    yield ox.Triple(body, _term("dct:subject"), ox.Literal(found.severity.word))


def _address(file: str) -> str:
    """Return an IRI for a file: an address stays as it is, a path below the root is written in full."""
    text = as_uri(file)
    return text if ":" in text else f"file:///{text}"
