"""Made-up cases, on which five processors vote: whatever is ours alone is a fault of ours.

Where another departs from the majority it is listed below, with the clause of the specification.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from pyshacl.errors import ReportableRuntimeError
from rdflib import Literal

from iomgraph.validation.shacl.datatypes import is_ordered

from . import peers
from .generated import Case, advanced_case, case
from .peers import Finding, turtle

SEED = 20170720
COUNT = int(os.environ.get("IOMGRAPH_VOTES", "200"))

_ORDER = "4.3, 4.5: the operators of SPARQL compare numbers, strings, booleans, dates among themselves"
_BLANK = "4.4.1, 4.4.2: a blank node has no length"
_NESTED = "4.6, 4.7: by way of a shape that is nested, in which one of the others counts"
_CLOSED = "4.8.1: the focus node is that of the shape, and sh:resultPath is the predicate"
_ZERO = "SPARQL 1.1, 18.4: a path of length zero leads from a literal to itself"
NESTED = ("And", "Or", "Xone", "Not", "Node", "QualifiedMinCount", "QualifiedMaxCount")
RANGES = ("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive", "LessThan", "LessThanOrEquals")
KNOWN: Mapping[str, Mapping[str, str]] = {
    "ours": {},
    "pySHACL": {**dict.fromkeys(RANGES, _ORDER), "MinLength": _BLANK, "MaxLength": _BLANK},
    "pyshacl-turbo": {**dict.fromkeys(RANGES, _ORDER), "MinLength": _BLANK, "MaxLength": _BLANK},
    "shacl": {
        **dict.fromkeys(RANGES, _ORDER),
        "Closed": _CLOSED,
        "Datatype": "4.1.2: a decimal of more than 18 places is well-formed",
    },
    "TopBraid": {
        **dict.fromkeys(RANGES, _ORDER),
        "Closed": _CLOSED,
        "Equals": "4.5.1: a literal is a focus node as well",
        "Class": _ZERO,
    },
}


def clause(name: str, finding: Finding) -> str:
    """The clause that a processor departs from in one finding; empty if that is not known."""
    component = finding[3].removesuffix("ConstraintComponent")
    if name == "ours" and component == "LessThanOrEquals":
        # Here it is the others that let a term which has no order be `<=` itself.
        graph = turtle(f"<urn:a> <urn:b> {'[]' if finding[2] == '_:' else finding[2]} .")
        (value,) = graph.objects()
        ordered = isinstance(value, Literal) and is_ordered(str(value), str(value.datatype))
        return "" if ordered else "SPARQL 1.1, 17.3: `<=` is an error for terms without an order"
    return KNOWN[name].get(component, _NESTED if name != "ours" and component in NESTED else "")


@dataclass(frozen=True)
class Ballot:
    """One finding that not all processors have: the ones that have it, and the ones that do not."""

    case: Case
    finding: Finding
    yes: frozenset[str]
    no: frozenset[str]

    @property
    def minority(self) -> frozenset[str]:
        """Those outvoted; nobody is, where there are as many on either side."""
        return frozenset() if len(self.yes) == len(self.no) else min(self.yes, self.no, key=len)

    def __str__(self) -> str:
        """The case, to be looked at."""
        sides = f"found by {sorted(self.yes)}, not by {sorted(self.no)}"
        return f"{self.finding}\n{sides}\n{self.case.data}\n{self.case.shapes}"


def ballots(cases: list[Case]) -> Iterator[Ballot]:
    answers = {name: [_answer(name, case) for case in cases] for name in ("ours", *peers.PEERS)}
    if peers.topbraid_is_there():
        found = [set[Finding]() for _ in cases]
        for finding in peers.by_topbraid((case.data, case.shapes) for case in cases):
            found[int(finding[4].split("/")[3])].add(finding)
        answers["TopBraid"] = [*found]
    for number, one in enumerate(cases):
        given = {name: told for name in answers if (told := answers[name][number]) is not None}
        for finding in sorted(set[Finding]().union(*given.values())):
            yes = frozenset(name for name in given if finding in given[name])
            if len(yes) < len(given):
                yield Ballot(one, finding, yes, frozenset(given) - yes)


CAN_NOT: Mapping[str, tuple[type[Exception], ...]] = {
    # It compares no blank nodes, and its node expressions fail where they filter by shapes.
    "pySHACL": (ReportableRuntimeError, AttributeError),
    # It knows few node expressions, and refuses the others.
    "shacl": (ValueError,),
}


def _answer(name: str, case: Case) -> set[Finding] | None:
    if name == "ours":
        return peers.ours(case.data, case.shapes)
    try:
        return peers.PEERS[name](case.data, case.shapes)
    except CAN_NOT.get(name, ()):
        return None


@pytest.mark.slow
@pytest.mark.parametrize("kind", [case, advanced_case])
def test_nobody_outvotes_us_and_every_fault_of_others_is_known(
    kind: Callable[[int, int], Case], capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [kind(SEED, number) for number in range(COUNT)]
    assert len(cases) == COUNT >= 100
    faults, unknown = Counter[tuple[str, str]](), list[str]()
    for ballot in ballots(cases):
        for name in ballot.minority or {"undecided"}:
            faults[name, ballot.finding[3]] += 1
            if name in KNOWN and not clause(name, ballot.finding):
                unknown.append(f"{name}: {ballot}")
    names = [*KNOWN, "undecided"]
    with capsys.disabled():
        told = [f"{name} {sum(n for (who, _), n in faults.items() if who == name)}" for name in names]
        sys.stdout.write(
            f"\n{COUNT} made-up cases ({kind.__name__}), findings against the majority: {', '.join(told)}\n"
        )
    assert not unknown, "\n\n".join(unknown[:5])
