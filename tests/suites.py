"""Number of passed tests of foreign suites, for the end of a run: `W3C SHACL 1.0: 121 of 121`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import pytest

PROPERTY = "suite"


def note_suites(items: Iterable[pytest.Item]) -> None:
    """Give each test of a suite a property that its report carries, from other processes as well."""
    for item in items:
        for marker in item.iter_markers("suite"):
            item.user_properties.append((PROPERTY, [marker.args[0], marker.kwargs["of"]]))


def suite_lines(reports: Mapping[str, Iterable[object]]) -> list[str]:
    """Count the passed tests of each suite.

    Args:
        reports: outcome to the reports with it, as pytest keeps them.
    """
    sizes, passed = dict[str, int](), dict[str, int]()
    for outcome, some in reports.items():
        for report in some:
            if not isinstance(report, pytest.TestReport) or report.when == "teardown":
                continue
            for name, value in report.user_properties:
                if name != PROPERTY:
                    continue
                suite, of = cast(tuple[str, int], value)
                sizes[suite] = of
                passed[suite] = passed.get(suite, 0) + (outcome == "passed" and report.when == "call")
    return [f"{suite}: {passed[suite]} of {sizes[suite]}" for suite in sorted(sizes)]
