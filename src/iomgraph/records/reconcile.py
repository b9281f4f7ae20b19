"""The decision between claims: they agree, or one named rule decides, or nothing is published.

The rules are explained, each with its reason and an example, in `data/reconciliation.md`; their names
and definitions for the release are `data/rules.csv`, and those of one portfolio its `idf/rules.csv`.
"""

from __future__ import annotations

from collections.abc import Sequence

from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.immutable import immutable
from iomgraph.records import defects
from iomgraph.records.rules import Rival, rules

SINGLE, AGREEMENT, UNDECIDED = "single-page", "agreement", "undecided"

Said = Sequence[tuple[Page, Claim]]
"""Claims of one property, each with its page."""


@immutable
class Decision:
    """The published value of one property, and the reason for it.

    Args:
        value: the value; None if nothing is published.
        rule: name of the rule that decided.
        rivals: all claimed values, the published one first, those known to be false last.
    """

    value: Value | None
    rule: str
    rivals: tuple[Rival, ...]

    @property
    def disputed(self) -> bool:
        """True if pages claim different values."""
        return len(self.rivals) > 1 and len({rival.value for rival in self.rivals}) > 1

    @property
    def accepted(self) -> tuple[Page, ...]:
        """The pages that the published value rests on."""
        sound = [rival for rival in self.rivals if not rival.aside and rival.value == self.value]
        return sound[0].pages if len(sound) == 1 else tuple(page for rival in sound for page in rival.pages)


def decide(term: str, said: Said, known: Sequence[defects.Defect]) -> Decision:
    """Decide one property from the claims of pages.

    Args:
        term: the property.
        said: at least one claim, each with its page.
        known: the known defects, set aside before anything else.
    """
    rivals = _rivals(said, known)
    sound = [rival for rival in rivals if not rival.aside]
    false = [rival for rival in rivals if rival.aside]
    if not sound:
        return Decision(None, false[0].aside, tuple(rivals))
    if len(sound) == 1:
        contradicted = [rival.aside for rival in false if rival.value != sound[0].value]
        alone = SINGLE if len(sound[0].pages) == 1 else AGREEMENT
        return Decision(sound[0].value, contradicted[0] if contradicted else alone, (*sound, *false))
    for name, rule in rules(term).items():
        left = rule(sound)
        if len(left) == 1:
            others = [rival for rival in sound if rival is not left[0]]
            return Decision(left[0].value, name, (*left, *others, *false))
    return Decision(None, UNDECIDED, (*sound, *false))


def _rivals(said: Said, known: Sequence[defects.Defect]) -> list[Rival]:
    if len(said) == 1:
        ((page, claim),) = said
        return [Rival(claim.value, (page,), (claim,), defects.mark(page, claim, known))]
    groups: dict[tuple[object, str], list[tuple[Page, Claim]]] = {}
    for page, claim in said:
        groups.setdefault((_unordered(claim.value), defects.mark(page, claim, known)), []).append(
            (page, claim)
        )
    rivals = [
        Rival(pairs[0][1].value, tuple(p for p, _ in pairs), tuple(c for _, c in pairs), aside)
        for (_, aside), pairs in groups.items()
    ]
    return sorted(rivals, key=lambda rival: (-len(rival.pages), _shown(rival.value)))


def _unordered(value: Value) -> object:
    """Drop the order of a list: the order in which a source lists states or budgets has no meaning."""
    # Parts can't be compared, but their text can.
    return tuple(sorted(value, key=repr)) if isinstance(value, tuple) and len(value) > 1 else value


def _shown(value: Value) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
