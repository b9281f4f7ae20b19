"""Projects that could not be made: a few are findings, many stop the build."""

from __future__ import annotations

import pytest

from iomgraph.errors import UnprocessedError
from iomgraph.failures import Failures
from iomgraph.findings import Finding, Place, Severity


def failed(key: str, rule: str = "unprocessed") -> Finding:
    return Finding(rule, Severity.SHOULD, {"en": "it fails"}, value=key, place=Place("pages.csv", row=1))


@pytest.mark.parametrize(("number", "total"), [(0, 0), (0, 9), (1, 2), (5, 6), (5, 12), (47, 473)])
def test_a_few_failures_do_not_stop_a_build(number: int, total: int) -> None:
    Failures(number).judge(total)


@pytest.mark.parametrize(("number", "total"), [(1, 1), (5, 5), (6, 7), (6, 59), (48, 473), (473, 473)])
def test_failures_of_all_projects_or_of_more_than_a_tenth_stop_it(number: int, total: int) -> None:
    with pytest.raises(UnprocessedError, match=f"^{number} of {total} projects"):
        Failures(number).judge(total)


def test_the_stop_names_the_first_of_all_parts_with_its_place() -> None:
    parts = [Failures.of([failed("B"), failed("0", "empty-file"), failed("C")]), Failures(), Failures.of([])]
    found = Failures.of([failed("A")])
    for part in parts:
        found.merge(part)
    with pytest.raises(UnprocessedError) as stop:
        found.judge(3)
    assert stop.value.what == "3 of 3 projects can’t be processed; the first is A: it fails"
    assert stop.value.where == "pages.csv (row 1)"
