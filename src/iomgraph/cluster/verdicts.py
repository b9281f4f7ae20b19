"""Verdicts: the results of rules that concern one unit at a time, for the units of a part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from iomgraph import checks
from iomgraph.cluster.kit import Kit
from iomgraph.cluster.sealed import Sealed, seal
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import FINDINGS, JUDGED, Links, Unit
from iomgraph.findings import Finding, Place
from iomgraph.publication import report
from iomgraph.rechecks.concerned import concerned
from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl import ValidationResult

RESULTS, COUNTS = "result", "count"
"""Kinds of verdicts besides findings: texts of the report, and findings by rule and severity."""
_TYPE = f"<{RDF_TYPE}>"


@dataclass(frozen=True)
class Judge:
    """A judge of the units of a part, by rules that concern one unit at a time.

    Args:
        kit: the shapes.
        rules: IRIs of the rules.
        surroundings: the reference data, as N-Triples.
        links: links to other people's things.
    """

    kit: Kit
    rules: frozenset[str]
    surroundings: Callable[[], bytes]
    links: Links

    def __call__(self, sealed: Iterable[Sealed]) -> Iterator[Sealed]:
        """Yield the lines of the report and the findings; the input also has records that units point to."""
        with on_worker():
            shop = self.kit.workshop()
            store, own, classes = ox.Store(), set[str](), set[str]()
            # Pages in memory can be asked what those on disk can.
            pages: dict[str, Any] = {}
            places: dict[str, Place] = {}
            store.bulk_load(self.surroundings(), format=ox.RdfFormat.N_TRIPLES)
            for batch in sealed:
                text = list[str]()
                for unit in batch.things():
                    if not isinstance(unit, Unit):
                        text += shop.context.quads(unit)
                        continue
                    lines = list(unit.lines(shop, self.links, *JUDGED))
                    own.update(line.partition(" ")[0] for line in lines)
                    classes.update(line.split(" ")[2][1:-1] for line in lines if line.split(" ")[1] == _TYPE)
                    text += lines
                    if unit.pages:
                        pages[unit.name] = unit.pages
                    if unit.place:
                        places[unit.name] = unit.place
                store.bulk_load("".join(text).encode(), format=ox.RdfFormat.N_TRIPLES)
            compiled = concerned(shop.compiled(self.rules), classes)
            results = [one for one in compiled.validate(store) if str(one.focus_node) in own]
            yield from verdicts(self.kit, results, checks.Origins(pages, {}, places))


def verdicts(kit: Kit, results: Sequence[ValidationResult], origins: checks.Origins) -> Iterator[Sealed]:
    """Yield the report's lines about results, the findings made from them, and their numbers by rule.

    Args:
        kit: the shapes.
        results: results of validation.
        origins: give the cells.
    """
    shop, name = kit.workshop(), report.report_iri(kit.portfolio.base_iri)
    yield from seal(RESULTS, ("".join(report.lines(one, name)) for one in results))
    counts = Counter[tuple[str, int]]()

    def findings() -> Iterator[Finding]:
        for one in checks.findings(results, shop.rulebook, shop.context, origins):
            counts[one.rule, int(one.severity)] += 1
            yield one

    yield from seal(FINDINGS, findings())
    yield from seal(COUNTS, [counts])
