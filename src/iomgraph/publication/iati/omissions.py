"""The omissions of `iati/activities.xml` and their reasons: `iati/omitted.csv`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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


@contextmanager
def table(path: Path) -> Iterator[Callable[[str, str, Omissions], None]]:
    """Write the table of omissions.

    Args:
        path: the file.

    Yields:
        a function that takes the IRI of a project, its IATI identifier, and the omissions of its activity.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)

        def take(project: str, identifier: str, omissions: Omissions) -> None:
            for (element, why, what), times in sorted(omissions.noted.items()):
                rows.writerow((project, identifier, element, why, what, times))

        yield take
