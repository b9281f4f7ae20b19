"""Doubts about a project as it is published: its title against its states, its budget, its parent.

A doubt never withdraws a value. Doubts that only a reader of the pages can have are rows of
`data/idf/doubts.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from iomgraph import iris
from iomgraph.claims.claim import Claim
from iomgraph.records.project import Project
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES
from iomgraph.sources import whole_words
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables
from iomgraph.sources.vocabulary import fold
from iomgraph.sources.wording import decimal, each

DOUBTS = ("project", "term", *(f"doubt_{lang}" for lang in LANGUAGES), "source")
RANGES = ("coverage", "currency", "least", "most", "note", "source")
SUPPLEMENTS = ("lang", "words", "source")
_QUOTED = re.compile(r"[‘“«\"']\s*(.{8,}?)\s*[’”»\"']\s*$")


Supplement = tuple[str, str, Claim | None]
"""CURIE of a project that supplements another, the title of the other, and the claim that names it."""


@dataclass(slots=True)
class Doubts:
    """Checks of projects as they pass; `close` makes those that need all projects at the end.

    Args:
        names: language to a pattern of the names of states.
        codes: language to name, to the CURIE of the state.
        ranges: CURIE of a coverage and currency to the least and the greatest of its budgets.
        supplements: language to the words with which the title of a supplement begins.
        rows: the table of doubts, by CURIE of the project.
        titles: titles of the projects seen, folded.
        waiting: the supplements among them: project, title of the parent, claim of their own title.
    """

    names: Mapping[str, re.Pattern[str]]
    codes: Mapping[str, Mapping[str, str]]
    ranges: Mapping[tuple[str, str], tuple[Decimal | None, Decimal | None]]
    supplements: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    waiting: list[Supplement] = field(default_factory=list)

    def fresh(self) -> Doubts:
        """Return the same checks before they have seen any project."""
        return replace(self, titles=set(), waiting=[])

    def learn(self, titles: Iterable[str], waiting: Iterable[Supplement]) -> None:
        """Add the projects that other checks have seen, which come after these."""
        self.titles.update(titles)
        self.waiting += waiting

    def check(self, project: Project, reporter: Reporter) -> None:
        """Report doubts about a single project."""
        record = project.record
        for lang, texts in record.get("title", {}).items():
            for title in texts:
                claim = _claim(project, f"title@{lang}")
                self.titles.add(fold(title))
                self._state_in_title(record, title, lang, claim, reporter)
                if parent := self._parent(title, lang):
                    self.waiting.append((record["id"], parent, claim))
        self._budget(project, reporter)
        for row in self.rows.get(record["id"], ()):
            told: dict[str, Any] = {f"doubt_{lang}": row[f"doubt_{lang}"] for lang in LANGUAGES}
            reporter.report(
                "doubtful-project", row.place("term"), about=record["id"], value=row["term"], **told
            )

    def close(self, reporter: Reporter) -> None:
        """Report supplements whose parent is not among the projects."""
        for supplement in self.waiting:
            if fold(supplement[1]) not in self.titles:
                alone(supplement, reporter)

    def _state_in_title(
        self, record: Record, title: str, lang: str, claim: Claim | None, reporter: Reporter
    ) -> None:
        """Check the title against the list of states, which is trusted; without a list there is no check."""
        listed = {*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())}
        pattern = self.names.get(lang)
        if not listed or not pattern:
            return
        named = dict.fromkeys(found[0] for found in pattern.finditer(title))
        missing = [name for name in named if self.codes[lang][name] not in listed]
        if missing:
            _report(reporter, "state-in-title", record["id"], ", ".join(missing), claim)

    def _parent(self, title: str, lang: str) -> str:
        """The title that a supplement names in quotation marks; empty if it is not a supplement."""
        starts = self.supplements.get(lang, ())
        quoted = _QUOTED.search(title)
        return quoted[1] if quoted and fold(title).startswith(starts) else ""

    def _budget(self, project: Project, reporter: Reporter) -> None:
        """Check a budget against its range; a page of the fund never gives several budgets."""
        budget = project.record.get("budget")
        if not budget:
            return
        amount, currency = Decimal(budget["value"]), budget["currency"]
        least, most = self.ranges.get((str(project.record.get("coverage")), currency), (None, None))
        below = least if least is not None and amount < least else None
        above = most if most is not None and amount > most else None
        for side, bound in (("<", below), (">", above)):
            if bound is not None:
                _report(
                    reporter,
                    "budget-out-of-range",
                    project.record["id"],
                    f"{amount:,.0f}",
                    _claim(project, "budget"),
                    currency=currency,
                    amount=each(lambda lang: decimal(Decimal(round(amount)), lang)),
                    bound=each(lambda lang, bound=bound: decimal(bound, lang)),  # type: ignore[misc]
                    side=side,
                )


def _claim(project: Project, term: str) -> Claim | None:
    """The first claim of a property, whose place a finding shows."""
    found = (page.whole.claims.get(term) or page.whole.first(term) for page in project.pages)
    return next((claim for claim in found if claim), None)


def alone(supplement: Supplement, reporter: Reporter) -> None:
    """Report a supplement whose parent is not among the projects."""
    _report(reporter, "supplement-alone", *supplement)


def _report(
    reporter: Reporter, rule: str, about: str, value: str, claim: Claim | None, **words: object
) -> None:
    place, source = (claim.place, claim.source) if claim else (None, None)
    reporter.report(rule, place, about=about, value=value, source=source, **words)


def read(tables: Tables) -> Doubts:
    """Read the tables that the checks need.

    Raises:
        SourceError: if a table can't be read.
    """
    codes: dict[str, dict[str, str]] = {}
    for row in tables.read("vocabulary/state_names.csv", ("iso3", "lang", "name", "source")):
        codes.setdefault(row["lang"], {}).setdefault(row["name"], iris.curie("states", row["iso3"]))
    rows: dict[str, list[Row]] = {}
    for row in tables.read("idf/doubts.csv", DOUBTS):
        rows.setdefault(iris.curie("projects", row["project"]), []).append(row)
    starts: dict[str, tuple[str, ...]] = {}
    for row in tables.read("vocabulary/supplement_titles.csv", SUPPLEMENTS):
        starts[row["lang"]] = (*starts.get(row["lang"], ()), fold(row["words"]))
    return Doubts(
        {lang: _pattern(names) for lang, names in codes.items()},
        codes,
        dict(_ranges(tables)),
        starts,
        rows,
    )


def _pattern(names: Mapping[str, str]) -> re.Pattern[str]:
    """Put longer names first, because Papua New Guinea is not Guinea."""
    return whole_words.pattern(sorted(names, key=lambda name: (-len(name), name)))


def _ranges(tables: Tables) -> Iterator[tuple[tuple[str, str], tuple[Decimal | None, Decimal | None]]]:
    for row in tables.read("idf/budget_ranges.csv", RANGES):
        key = (iris.curie("coverages", row["coverage"]), row["currency"])
        least, most = (Decimal(row[end]) if row[end] else None for end in ("least", "most"))
        yield key, (least, most)
