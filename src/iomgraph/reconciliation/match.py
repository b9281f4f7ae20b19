"""Results of matching one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Outcome(Enum):
    """The outcomes of matching a text with things by their names and codes."""

    MATCHED = "matched"
    ABSENT = "not in this data"
    AMBIGUOUS = "ambiguous"
    NEAR = "no exact match"
    UNKNOWN = "not found"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a text may mean.

    Args:
        iri: IRI of the thing.
        name: name of the thing, in English if it has one.
        score: similarity, from 0 to 100.
    """

    iri: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The result for one text.

    Args:
        text: the given text.
        outcome: matched, or the reason why not.
        iri: IRI of the matched thing; empty unless `outcome` is `MATCHED`.
        name: its name, also for a known state that is not in the release.
        score: 100 for an equal name or code, otherwise that of the best candidate; 0 without candidates.

        codes: its codes, for a state `alpha2`, `alpha3`, `m49` and `wikidata`.
        candidates: without a match, the things that the text may mean, the likeliest first.

    Example:
        >>> Match.of_candidates("xyzzy", ()).outcome
        <Outcome.UNKNOWN: 'not found'>
    """

    text: str
    outcome: Outcome
    iri: str = ""
    name: str = ""
    score: float = 0.0
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    candidates: tuple[Candidate, ...] = ()

    @classmethod
    def of_candidates(cls, text: str, candidates: tuple[Candidate, ...], *, ambiguous: bool = False) -> Match:
        """Return the result for a text without a match."""
        outcome = Outcome.AMBIGUOUS if ambiguous else Outcome.NEAR if candidates else Outcome.UNKNOWN
        best = max((one.score for one in candidates), default=0.0)
        return cls(text, outcome, score=best, candidates=candidates)
