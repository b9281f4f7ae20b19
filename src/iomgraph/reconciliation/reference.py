"""Matchers that need no release: states, goals and targets, from the reference tables."""

from __future__ import annotations

from collections.abc import Callable

from iomgraph.claims import goals
from iomgraph.matching import states
from iomgraph.matching.states import Country
from iomgraph.reconciliation.match import Candidate, Match, Outcome
from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Tables

Present = Callable[[str], bool]
"""A function that tells whether the data has a thing, given its IRI."""

GOALS = ("Goal", "Target")


class States:
    """A matcher of countries and territories of ISO 3166-1, by present and former names and by codes.

    Args:
        tables: the reference tables.
        present: tells whether the release has a state; without it, all states count.
    """

    CODES: tuple[str, ...] = ("alpha2", "alpha3", "m49", "wikidata")

    def __init__(self, tables: Tables, present: Present | None = None) -> None:
        self._index = states.read(tables)
        self._present = present

    def match(self, text: str) -> Match:
        """Match a text; a name that several states share, or that is only similar, is never matched."""
        meant = self._index.identify(text)
        if len(meant) != 1:
            found = [(code, 100.0) for code in meant] or self._index.near(text)
            return Match.of_candidates(
                text, tuple(self._candidate(*one) for one in found), ambiguous=bool(meant)
            )
        country = self._index.countries[meant[0]]
        codes = {name: getattr(country, name) for name in self.CODES}
        if self._present and not self._present(country.iri):
            return Match(text, Outcome.ABSENT, name=_name(country), codes=codes)
        return Match(text, Outcome.MATCHED, country.iri, _name(country), 100.0, codes)

    def _candidate(self, code: str, score: float) -> Candidate:
        country = self._index.countries[code]
        return Candidate(country.iri, _name(country), score)


def _name(country: Country) -> str:
    return country.names[LANGUAGES[0]]


class Goals:
    """A matcher of goals or targets of the 2030 Agenda by codes: `8.8`, `SDG 8.8`, `Goal 10`, `ODS 8`.

    Args:
        tables: the reference tables.
        kind: `Goal` or `Target`.
    """

    CODES: tuple[str, ...] = ("notation",)

    def __init__(self, tables: Tables, kind: str) -> None:
        self._agenda, self._kind = goals.read(tables), kind
        if kind == GOALS[0]:
            rows = tables.read("agenda/goals.csv", ("code", "iri", "name_en", "name_fr", "name_es", "source"))
            self._names = {row["code"]: row[f"name_{LANGUAGES[0]}"] for row in rows}
        else:
            rows = tables.read("agenda/targets.csv", ("code", "goal", "iri", "source"))
            # A target has a number but not a name.
            self._names = {row["code"]: row["code"] for row in rows}
        self._iris = {row["code"]: row["iri"] for row in rows}

    def match(self, text: str) -> Match:
        """Match a text that states one goal or one target; a text with several is ambiguous."""
        stated = self._agenda.read(text)
        found = stated.goals if self._kind == GOALS[0] else stated.targets
        others = stated.targets if self._kind == GOALS[0] else stated.goals
        if len(found) == 1 and not others and not stated.rest:
            code = found[0]
            codes = {"notation": code}
            return Match(text, Outcome.MATCHED, self._iris[code], self._names[code], 100.0, codes)
        candidates = tuple(Candidate(self._iris[code], self._names[code], 100.0) for code in found)
        return Match.of_candidates(text, candidates, ambiguous=len(found) > 1)
