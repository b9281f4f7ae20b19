"""What was found: the SHACL report as Turtle, and the findings as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph

from iomgraph.findings import Finding, Place, by_severity
from iomgraph.publication import turtle

TURTLE = "report.ttl"
JSON = "findings.json"


def write_shacl(path: Path, report: Graph, prefixes: Mapping[str, str], base_iri: str) -> None:
    """Write a validation report with the same bytes for the same report.

    A report has blank nodes whose labels are random. They are named by RDF Dataset
    Canonicalization (RDFC-1.0), and then get IRIs, as everything that we publish does.

    Args:
        path: the file.
        report: holds one `sh:ValidationReport`, and what it refers to.
        prefixes: prefix to IRI.
        base_iri: the names are `<base>report#c14n0` and so on.
    """
    text = report.serialize(format="nt", encoding="utf-8")
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    named = (ox.Triple(*(_named(term, base_iri) for term in quad.triple)) for quad in dataset)
    written = ox.serialize(named, format=ox.RdfFormat.N_TRIPLES) or b""
    lines = (f"{line}\n" for line in written.decode().split("\n") if line)
    with path.open("wb") as out:
        writer = turtle.Writer(prefixes, out)
        for chunk in turtle.chunks(turtle.in_reading_order(lines, ())):
            writer.write(chunk)


def _named(term: Any, base_iri: str) -> Any:
    return ox.NamedNode(f"{base_iri}report#{term.value}") if isinstance(term, ox.BlankNode) else term


def write_findings(path: Path, findings: Iterable[Finding]) -> None:
    """Write findings as JSON, the gravest first, with their number by severity on top.

    Args:
        path: the file.
        findings: in any order.
    """
    listed = sorted(
        findings, key=lambda finding: (-finding.severity, finding.rule, finding.about, finding.key)
    )
    document = {
        "counts": {severity.word: number for severity, number in by_severity(listed).items()},
        "findings": [_record(finding) for finding in listed],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _record(finding: Finding) -> dict[str, Any]:
    whole = {
        "key": finding.key,
        "rule": finding.rule,
        "severity": finding.severity.word,
        "about": finding.about,
        "value": finding.value,
        "message": dict(finding.message),
        "place": _place(finding.place),
        "source": _place(finding.source),
    }
    return {key: value for key, value in whole.items() if value}


def _place(place: Place | None) -> dict[str, Any]:
    return {key: value for key, value in asdict(place).items() if value} if place else {}
