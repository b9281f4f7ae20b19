"""The matcher of the things of a release, of any type: projects, themes, units, objectives."""

from __future__ import annotations

from pathlib import Path

from iomgraph.reconciliation.match import Candidate, Match, Outcome
from iomgraph.serving.reconciliation import scoring
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.query import By, Condition, Query
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES

_CANDIDATES = 3


class Things:
    """A matcher of things of a release by names and identifiers, as in the reconciliation service.

    Args:
        folder: of the release.
        kind: type of the things.

    Raises:
        IomgraphError: if it is not a release, or has no things of that type.
    """

    CODES: tuple[str, ...] = ()

    def __init__(self, folder: Path, kind: str) -> None:
        self._catalogue = Catalogue(Release.open(folder))
        self._types = (self._catalogue.type(kind),)

    def match(self, text: str) -> Match:
        """Match a text; a name that two things share, or that is only similar, is never matched."""
        query = Query((Condition(By.NAME, (text,)),), self._types, limit=_CANDIDATES)
        found = scoring.candidates(self._catalogue, query)
        matched = next((one for one in found if one.match), None)
        if matched:
            return Match(text, Outcome.MATCHED, matched.iri, self._name(matched.iri), matched.score)
        candidates = tuple(Candidate(one.iri, self._name(one.iri), one.score) for one in found)
        same = sum(one.score == 100 for one in found) > 1
        return Match.of_candidates(text, candidates, ambiguous=same)

    def _name(self, iri: str) -> str:
        return self._catalogue.name(iri, LANGUAGES[0])[0]
