"""Made-up cases, on which five processors vote: whatever is ours alone is a fault of ours.

Where another departs from the majority it is listed below, with the clause of the specification.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from pyshacl.errors import ReportableRuntimeError

from . import peers
from .generated import Case, case
from .peers import Finding

SEED = 20170720
COUNT = int(os.environ.get("IOMGRAPH_VOTES", "300"))

_ORDER = "4.3: the operators of SPARQL, which compare numbers, strings, booleans and dates among themselves"
_BLANK = "4.4.1, 4.4.2: a blank node has no length"
KNOWN: Mapping[str, Mapping[str, str]] = {
    "pySHACL": {
        "MinExclusiveConstraintComponent": _ORDER,
        "MinInclusiveConstraintComponent": _ORDER,
        "MaxExclusiveConstraintComponent": _ORDER,
        "MaxInclusiveConstraintComponent": _ORDER,
        "MinLengthConstraintComponent": _BLANK,
    },
    "pyshacl-turbo": {
        "MinExclusiveConstraintComponent": _ORDER,
        "MinInclusiveConstraintComponent": _ORDER,
        "MaxExclusiveConstraintComponent": _ORDER,
        "MaxInclusiveConstraintComponent": _ORDER,
        "LessThanConstraintComponent": "4.5.3: `<` on booleans, and on decimals of any length",
        "MinLengthConstraintComponent": _BLANK,
        "OrConstraintComponent": "4.6.3, by way of 4.3 for decimals of more than 18 places",
    },
    "shacl": {
        "ClosedConstraintComponent": "4.8.1: sh:resultPath is the predicate, and not the shape's path",
        "DatatypeConstraintComponent": "4.1.2: a decimal of more than 18 places is well-formed",
        "OrConstraintComponent": "4.6.3, by way of 4.3 for decimals of more than 18 places",
    },
    "TopBraid": {
        "EqualsConstraintComponent": "4.5.1: for literals as focus nodes, too",
        "ClassConstraintComponent": "SPARQL 1.1, 18.4: a path of length zero leads from a literal to itself",
        "NodeConstraintComponent": "the same",
        "MinInclusiveConstraintComponent": "4.3: an ill-typed literal compares with nothing",
    },
}


@dataclass(frozen=True)
class Ballot:
    """One finding that not all processors have: who has it, and who has not."""

    case: Case
    finding: Finding
    yes: frozenset[str]
    no: frozenset[str]

    @property
    def minority(self) -> frozenset[str]:
        """Those outvoted; we are, where nobody is."""
        if len(self.yes) == len(self.no):
            return frozenset({"ours"})
        return min(self.yes, self.no, key=len)

    def __str__(self) -> str:
        """The case, to be looked at."""
        sides = f"found by {sorted(self.yes)}, not by {sorted(self.no)}"
        return f"{self.finding}\n{sides}\n{self.case.data}\n{self.case.shapes}"


def ballots(cases: list[Case], *, topbraid: bool) -> Iterator[Ballot]:
    answers: dict[str, list[set[Finding] | None]] = {
        name: [_answer(name, case) for case in cases] for name in ("ours", *peers.PEERS)
    }
    if topbraid:
        answers["TopBraid"] = [set() for _ in cases]
        for finding in peers.by_topbraid((case.data, case.shapes) for case in cases):
            answers["TopBraid"][int(finding[4].split("/")[3])].add(finding)
    for number, one in enumerate(cases):
        given = {name: found[number] for name, found in answers.items() if found[number] is not None}
        for finding in sorted(set().union(*given.values())):
            yes = frozenset(name for name in given if finding in given[name])
            if len(yes) < len(given):
                yield Ballot(one, finding, yes, frozenset(given) - yes)


def _answer(name: str, case: Case) -> set[Finding] | None:
    try:
        return (
            peers.ours(case.data, case.shapes)
            if name == "ours"
            else peers.PEERS[name](case.data, case.shapes)
        )
    except ReportableRuntimeError:  # pySHACL compares no blank nodes, and says so
        return None


@pytest.mark.slow
def test_nobody_outvotes_us_and_every_fault_of_others_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    cases = [case(SEED, number) for number in range(COUNT)]
    assert len(cases) == COUNT >= 100
    faults, unknown = Counter[tuple[str, str]](), list[str]()
    for ballot in ballots(cases, topbraid=True):
        for name in ballot.minority:
            faults[name, ballot.finding[3]] += 1
            if ballot.finding[3] not in KNOWN.get(name, {}):
                unknown.append(str(ballot))
    with capsys.disabled():
        print(f"\n{COUNT} cases of seed {SEED}, findings against the majority:")
        for name in ("ours", *peers.PEERS, "TopBraid"):
            print(f"  {name}: {sum(count for (who, _), count in faults.items() if who == name)}")
    assert not unknown, "\n\n".join(unknown[:5])
