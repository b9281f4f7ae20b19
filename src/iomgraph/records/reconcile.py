"""Deciding between claims: facts agree, or one named rule decides, or nothing is published.

The rules are explained, each with its reason and an example, in `data/idf/reconciliation.md`;
their names and definitions for the release are `data/idf/rules.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.records import defects

SINGLE, AGREEMENT, UNDECIDED = "single-page", "agreement", "undecided"


@dataclass(frozen=True, slots=True)
class Rival:
    """One value that pages claim.

    Args:
        value: the value.
        pages: the pages that claim it.
        claims: their claims, in the same order.
        aside: the rule by which all of them are known to be false; empty if they are not.
    """

    value: Value
    pages: tuple[Page, ...]
    claims: tuple[Claim, ...]
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is published for one property, and why.

    Args:
        value: the value; None if nothing is published.
        rule: name of the rule that decided.
        rivals: all values claimed, the published one first, the known falsehoods last.
    """

    value: Value | None
    rule: str
    rivals: tuple[Rival, ...]

    @property
    def disputed(self) -> bool:
        """Whether pages claim different values."""
        return len({rival.value for rival in self.rivals}) > 1

    @property
    def accepted(self) -> tuple[Page, ...]:
        """The pages that the published value stands on."""
        return tuple(
            page
            for rival in self.rivals
            if rival.value == self.value and not rival.aside
            for page in rival.pages
        )


_Rule = Callable[[Sequence[Rival]], Sequence[Rival]]
"""Takes rivals, gives those that stay: one if it decides, all if it has no say."""


def decide(term: str, said: Iterable[tuple[Page, Claim]], known: Sequence[defects.Defect]) -> Decision:
    """Decide one property from what pages claim.

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
    for name, rule in _rules(term).items():
        left = rule(sound)
        if len(left) == 1:
            others = [rival for rival in sound if rival is not left[0]]
            return Decision(left[0].value, name, (*left, *others, *false))
    return Decision(None, UNDECIDED, (*sound, *false))


def _rivals(said: Iterable[tuple[Page, Claim]], known: Sequence[defects.Defect]) -> list[Rival]:
    groups: dict[tuple[object, str], list[tuple[Page, Claim]]] = {}
    for page, claim in said:
        groups.setdefault((_unordered(claim.value), defects.mark(page, claim, known)), []).append(
            (page, claim)
        )
    rivals = [
        Rival(pairs[0][1].value, tuple(p for p, _ in pairs), tuple(c for _, c in pairs), aside)
        for (_, aside), pairs in groups.items()
    ]
    return sorted(rivals, key=lambda rival: (-len(rival.pages), str(rival.value)))


def _unordered(value: Value) -> object:
    """The order in which a source lists states or budgets means nothing."""
    # Parts have no order of their own, but one each time they are written.
    return tuple(sorted(value, key=repr)) if isinstance(value, tuple) and len(value) > 1 else value


def _rules(term: str) -> dict[str, _Rule]:
    rules: dict[str, _Rule] = {}
    if term == "status":
        rules["status-moves-forward"] = _completed
    if term == "title":
        rules["whole-title"] = _whole
    rules["current-site"] = _current
    if term in {"benefitingState", "otherBenefitingState"}:
        rules["longer-list"] = _longest
    return rules


def _completed(rivals: Sequence[Rival]) -> Sequence[Rival]:
    return [rival for rival in rivals if rival.value == "statuses:completed"] or rivals


def _whole(rivals: Sequence[Rival]) -> Sequence[Rival]:
    return [rival for rival in rivals if not str(rival.value).endswith("…")]


def _current(rivals: Sequence[Rival]) -> Sequence[Rival]:
    return [rival for rival in rivals if not all(page.former for page in rival.pages)]


def _longest(rivals: Sequence[Rival]) -> Sequence[Rival]:
    sets = [set(rival.value) for rival in rivals if isinstance(rival.value, tuple)]
    whole = set().union(*sets)
    return [rival for rival in rivals if isinstance(rival.value, tuple) and set(rival.value) == whole]
