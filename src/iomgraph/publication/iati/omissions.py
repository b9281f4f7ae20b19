"""The omissions of `iati/activities.xml` and their reasons: `iati/omitted.csv`."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

COLUMNS = ("project", "identifier", "element", "why", "what", "times")


class Why(StrEnum):
    """The reason why an element is left out."""

    MISSING = "missing"
    """It lacks a part that the schema requires, whose path is `what`."""

    RULE = "rule"
    """It would break a rule of the standard, whose number is `what`."""

    SHARES = "shares"
    """Its shares do not certainly make a whole."""

    SEVERAL = "several"
    """There are more of them than the schema allows."""

    VOCABULARY = "vocabulary"
    """It uses the vocabulary of another publisher than the reporting one, whose name is `what`."""


@dataclass(slots=True)
class Omissions:
    """The omissions of one activity, with counts by kind."""

    noted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, element: str, why: Why, what: str = "") -> None:
        """Note an element that is left out.

        Example:
            >>> omissions = Omissions()
            >>> omissions.note("budget", Why.RULE, "7.5.3")
            >>> omissions.noted
            Counter({('budget', 'rule', '7.5.3'): 1})
        """
        self.noted[element, why.value, what] += 1

    def lacks(self, element: str, path: str) -> None:
        """Note an element that lacks something."""
        self.note(element, Why.MISSING, path)


def text(project: str, identifier: str, omissions: Omissions) -> bytes:
    """Make the rows of a project in the table of omissions.

    Args:
        project: its IRI.
        identifier: its IATI identifier.
        omissions: those of its activity.
    """
    noted = sorted(omissions.noted.items())
    return _rows((project, identifier, *kind, times) for kind, times in noted)


def _rows(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


HEAD = _rows([COLUMNS])
"""The first line of the table."""
