"""Writers of reports by format: processor seconds, and megabytes written.

    python tests/benchmarks/bench_reports.py [--findings 60000]

The report is made up: every finding has a place, a value and a result of its own, so that the writers
alone are measured.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import SH

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports import formats
from iomgraph.validation.shacl import Path as ShaclPath
from iomgraph.validation.shacl import ValidationResult


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one format.

    Args:
        name: of the format.
        seconds: of the processor.
        megabytes: written.
    """

    name: str
    seconds: float
    megabytes: float


def report(number: int) -> Report:
    """Make a report up."""
    severities = sorted(Severity)
    findings = tuple(
        Finding(
            f"ex:Person/ex:age{n % 50}",
            severities[n % 3],
            {"en": "An age is a number."},
            f"http://example.org/p{n}",
            f"x{n}",
            Place("data/people.ttl", line=n + 2, offset=20),
        )
        for n in range(number)
    )
    results = tuple(
        ValidationResult(
            focus_node=ox.NamedNode(found.about),
            component=ox.NamedNode(f"{SH}DatatypeConstraintComponent"),
            source_shape=ox.NamedNode("http://example.org/Age"),
            severity=ox.NamedNode(str(SH.Violation)),
            path=ShaclPath(iri="http://example.org/age"),
            value=ox.Literal(found.value),
            messages=(ox.Literal("An age is a number.", language="en"),),
        )
        for found in findings
    )
    return Report(False, findings, results, files=("data/people.ttl",))


def measure(number: int) -> Iterator[Measured]:
    """Write a report in every format."""
    made = report(number)
    with tempfile.TemporaryDirectory() as folder:
        for name in (*formats.WRITERS, formats.XLSX):
            path = Path(folder) / name
            start = time.process_time()
            formats.to_file(name, made, path, "en")
            yield Measured(name, time.process_time() - start, path.stat().st_size / 1e6)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=60_000)
    number = parser.parse_args(arguments).findings
    print(f"| {number:,} findings as | s | MB |\n|---|---|---|")  # noqa: T201
    for one in measure(number):
        print(f"| {one.name} | {one.seconds:.2f} | {one.megabytes:.1f} |")  # noqa: T201


if __name__ == "__main__":
    main()
