"""Links to other people's things: each is a triple, and a statement that names its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from iomgraph import iris
from iomgraph.findings import Finding
from iomgraph.records.record import Record
from iomgraph.sources import mappings, patterns
from iomgraph.sources.mappings import MappingSet
from iomgraph.sources.patterns import Patterns
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

MANUAL = "semapv:ManualMappingCuration"
IDENTITY = ("owl:sameAs", "skos:exactMatch")
"""Links of things, and of concepts: SKOS mappings hold between concepts only (SKOS Reference, S19)."""

PREDICATES = {
    "owl:sameAs": "sameAs",
    "rdfs:seeAlso": "seeAlso",
    **{
        f"skos:{term}": term
        for term in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    },
}


@dataclass(frozen=True, slots=True)
class Linkset:
    """The part of a set of links that has one predicate.

    Args:
        key: the end of its IRI.
        title: the name of the set.
        predicate: CURIE of the property of its links.
        target: IRI of the dataset that it leads to.
        triples: number of its links.
        whole: key of the set that it is a part of; empty if it is the whole set.
    """

    key: str
    title: str
    predicate: str
    target: str
    triples: int
    whole: str = ""


@dataclass(slots=True)
class Links:
    """All links.

    Args:
        matches: CURIE of a thing of ours to its matches, by term.
        statements: one per link, for the graph of provenance.
        linksets: for the description of the dataset.
    """

    matches: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    statements: list[Record] = field(default_factory=list)
    linksets: list[Linkset] = field(default_factory=list)


def links(tables: Tables, known: Collection[str], reporter: Reporter) -> Links:
    """Read the sets of links, and check them.

    Args:
        tables: the reference tables.
        known: CURIEs of the things that the release describes.
        reporter: takes findings on links that dangle, are repeated, contradict each other or are malformed;
            these are left out.

    Raises:
        SourceError: if a set can't be read.
    """
    found = Links()
    reader = _Reader(found, known, patterns.read(tables), reporter)
    for linked in mappings.read(tables.folder):
        reader.read(linked)
    return found


def subjects(tables: Tables) -> set[str]:
    """Return the CURIEs that the sets of links start from, whether or not the release describes them.

    Raises:
        SourceError: if a set can't be read.
    """
    return {row["subject_id"] for linked in mappings.read(tables.folder) for row in linked.rows}


@dataclass(slots=True)
class _Reader:
    found: Links
    known: Collection[str]
    patterns: Patterns
    reporter: Reporter

    def read(self, linked: MappingSet) -> None:
        seen: set[tuple[str, str]] = set()
        same: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for row in linked.rows:
            if linked.borrowed and row["subject_id"] not in self.known:
                continue
            problems = [*self._malformed(row, linked), *self._repeated(row, seen, same)]
            self.reporter.take(problems)
            if not problems:
                self._link(row, linked)
                counts[row["predicate_id"]] += 1
        for predicate, number in sorted(counts.items()):
            whole = linked.key if len(counts) > 1 else ""
            key = f"{linked.key}-{PREDICATES[predicate]}" if whole else linked.key
            target = linked.expand(linked.metadata["object_source"])
            title = linked.metadata["mapping_set_title"]
            self.found.linksets.append(Linkset(key, title, predicate, target, number, whole))

    def _malformed(self, row: Row, linked: MappingSet) -> list[Finding]:
        """Return the reason why the cells of a link contradict each other."""
        subject, target, rules = row["subject_id"], row["object_id"], self.reporter.rules
        problems = []
        if subject not in self.known:
            problems.append(rules.finding("dangling-link", row.place("subject_id"), value=subject))
        if row["predicate_id"] not in PREDICATES:
            problems.append(self._bad("predicate_id", row, "owl:sameAs"))
        if not iris.is_iri(linked.expand(target)):
            problems.append(self._bad("object_id", row, "wd:Q230"))
        if not re.fullmatch(r"semapv:[A-Z][A-Za-z]+", row["mapping_justification"]):
            problems.append(self._bad("mapping_justification", row, MANUAL))
        if row["mapping_source"] and not iris.is_iri(linked.expand(row["mapping_source"])):
            problems.append(self._bad("mapping_source", row, "github:owner/name"))
        if not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", row["confidence"]):
            problems.append(self._bad("confidence", row, "0.95"))
        scheme, _, rest = target.partition(":")
        return problems + self.patterns.finding(scheme, rest, row.place("object_id"), rules, subject)

    def _bad(self, column: str, row: Row, example: str) -> Finding:
        return self.reporter.rules.finding(
            "bad-identifier", row.place(column), value=row[column], scheme=column, example=example
        )

    def _repeated(self, row: Row, seen: set[tuple[str, str]], same: dict[str, str]) -> list[Finding]:
        """Find links that are given twice, or that make two things one."""
        subject, target = row["subject_id"], row["object_id"]
        if (subject, target) in seen:
            return [self.reporter.rules.finding("duplicate-link", row.place(), value=f"{subject} {target}")]
        seen.add((subject, target))
        if row["predicate_id"] not in IDENTITY:
            return []
        problems = []
        for column, one, other in (("object_id", target, subject), ("subject_id", subject, target)):
            earlier = same.setdefault(one, other)
            if earlier != other:
                place = row.place(column)
                problems.append(
                    self.reporter.rules.finding(
                        "contradictory-link", place, value=one, one=earlier, other=other
                    )
                )
        return problems

    def _link(self, row: Row, linked: MappingSet) -> None:
        subject, term = row["subject_id"], PREDICATES[row["predicate_id"]]
        target = linked.expand(row["object_id"])
        self.found.matches.setdefault(subject, {}).setdefault(term, []).append(target)
        key = subject.partition(":")[2]
        local = re.sub(r"[^A-Za-z0-9._~-]+", "-", row["object_id"].partition(":")[2]).strip("-")
        seen = row["mapping_source"]
        self.found.statements.append(
            {
                "id": iris.curie("links", linked.key, key, local),
                "type": ["Mapping", "Statement"],
                "subject": [subject],
                "property": term,
                "statedResource": [target],
                # Matches by the source itself are stated; those by a pattern or a judgement of ours are
                # inferred.
                "basis": iris.curie(
                    "bases", "stated" if seen and row["mapping_justification"] != MANUAL else "inferred"
                ),
                "confidence": row["confidence"],
                "mappingJustification": row["mapping_justification"],
                "isPartOf": iris.curie("linksets", linked.key),
                "source": [linked.expand(seen or linked.metadata["object_source"])],
                **({"justification": {"en": [row["comment"]]}} if row["comment"] else {}),
            }
        )
