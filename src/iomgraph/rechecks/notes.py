"""Notes on results of validation: bytes of all that a release says of them, made once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from iomgraph import checks
from iomgraph.checks import Cell, Locator
from iomgraph.findings import Severity, as_line
from iomgraph.mapping.context import Context
from iomgraph.processes import JSON, SpoolSet
from iomgraph.processes.spool_set import Span
from iomgraph.publication.report import ShaclReport
from iomgraph.records import quality
from iomgraph.release.runs import merged
from iomgraph.validation.shacl import ValidationResult
from iomgraph.validation.shapes import Shapes

Numbered = tuple[int, ValidationResult]
"""A result with the number of its shape."""
Told = tuple[int, ValidationResult, Cell]
"""A result with the number of its shape, and the cell that it is about."""

Counts = Counter[tuple[str, Severity]]
"""Numbers of findings by rule and severity."""


@dataclass(slots=True)
class Notes:
    """Notes on some results.

    Args:
        findings: a sorted run of lines, each with the order, the record and the finding of a result.
        counts: numbers of the findings.
        report: a sorted run of the blocks of the report.
    """

    findings: bytes = b""
    counts: Counts = field(default_factory=Counter)
    report: bytes = b""


def joined(notes: Sequence[Notes]) -> Notes:
    r"""Join notes on results of different things.

    Example:
        >>> joined([Notes(b"b\n"), Notes(b"a\n")]).findings
        b'a\nb\n'
    """
    findings, report = (
        b"".join(chain.from_iterable(merged(runs)))
        for runs in ([one.findings for one in notes], [one.report for one in notes])
    )
    return Notes(findings, sum((one.counts for one in notes), Counter()), report)


FINDINGS, REPORT = "findings", "report"
"""Names of the pieces of notes on disk: runs of findings, and of the report."""

Noted = tuple[Mapping[str, Span], Counts]
"""The places of the pieces of notes on disk, and the numbers of their findings."""


def write(spools: SpoolSet[bytes], notes: Sequence[Notes]) -> Noted:
    """Join notes on results of different things, and write them to disk."""
    whole = joined(notes)
    pieces = {FINDINGS: whole.findings, REPORT: whole.report}
    return {name: spools.add([piece]) for name, piece in pieces.items()}, whole.counts


@dataclass(frozen=True, slots=True)
class Noter:
    """Makes notes.

    Args:
        rulebook: the shapes.
        context: shortens the IRIs of findings.
        locator: finds the cells of results.
        report: makes the blocks of results.
    """

    rulebook: Shapes
    context: Context
    locator: Locator
    report: ShaclReport

    def note(self, found: Sequence[Numbered], start: int = 0) -> Notes:
        """Make notes on results.

        Args:
            found: the results, in any order; notes on others with the same focus nodes come before or after.
            start: the number of results before them.
        """
        return Notes(*self.findings(found, start), self.report.run(result for _, result in found))

    def findings(self, found: Sequence[Numbered], start: int = 0) -> tuple[bytes, Counts]:
        """Make the findings of results, as `Notes` has them, and count them; arguments as for `note`."""
        lines, counts = list[bytes](), Counts()
        for at, (number, result, cell) in enumerate(self._located(found), start):
            finding = checks.finding(result, cell, self.rulebook, self.context)
            counts[finding.rule, finding.severity] += 1
            key = finding.key
            record = quality.finding(finding, key)
            # What is said of a project stays together, so that a change of it changes few parts of the data.
            order = f"{result.focus_node} {number:05} {at:09}"
            said = (order.encode(), record["id"].encode(), JSON.write(record), as_line(finding, key))
            lines.append(b"%b\t%b\t%b\t%b\n" % said)
        return b"".join(lines), counts

    def _located(self, found: Sequence[Numbered]) -> Iterator[Told]:
        """Find the cells of results, and put these in order."""
        # A project's results one after the other: its pages are read once.
        ordered = sorted(found, key=lambda one: (str(one[1].focus_node), one[0], checks.order(one[1])))
        return ((number, result, self.locator.cell(result)) for number, result in ordered)


def read(runs: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Merge runs of findings, and yield the name and the record of each, and the finding itself."""
    for some in merged(runs):
        for line in some:
            _, name, record, finding = line[:-1].split(b"\t", 3)
            yield name, record, finding


def written(counts: Counts) -> Sequence[tuple[str, int, int]]:
    """Write counts as JSON can hold them."""
    return [(rule, severity, count) for (rule, severity), count in counts.items()]


def counted(counts: Iterable[tuple[str, int, int]]) -> Counts:
    """Read counts that were written."""
    return Counter({(rule, Severity(severity)): count for rule, severity, count in counts})
