"""Results of matching one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Outcome(Enum):
    """Outcomes of matching a text with things that have names and codes."""

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
        iri: of the thing.
        name: of the thing, in English if it has a name in English.
        score: likeness, from 0 to 100.
    """

    iri: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """The result for one text.

    Args:
        text: that was given.
        outcome: matched, or why not.
        iri: of the thing that is meant; empty unless `outcome` is `MATCHED`.
        name: of that thing; also of a state that is known and not in the release.
        score: 100 for a name or code that is the same, that of the best candidate otherwise; 0 without one.
        codes: of that thing: for a state `alpha2`, `alpha3`, `m49` and `wikidata`.
        candidates: the things that may be meant, the likeliest first, where nothing was matched.

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
        """Return the result for a text that nothing was matched with."""
        outcome = Outcome.AMBIGUOUS if ambiguous else Outcome.NEAR if candidates else Outcome.UNKNOWN
        best = max((one.score for one in candidates), default=0.0)
        return cls(text, outcome, score=best, candidates=candidates)
