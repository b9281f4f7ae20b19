"""Projects that could not be made: a few are findings, many stop the build."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from iomgraph.errors import UnprocessedError
from iomgraph.findings import Finding

RULE = "unprocessed"
"""The rule of a finding on what could not be processed."""
_SHARE = 10
"""A build goes on where fewer than one project in so many fails. A fault of one project is its own; one that
takes a tenth of them is the program's, or a table's that all share, and a release without them says that
they are gone: every reader, and every store that is brought up to date, would remove them."""
_FEW = 5
"""Projects that may fail whatever their share is: among a dozen, one is a tenth already."""


@dataclass(slots=True)
class Failures:
    """The projects that could not be made.

    Args:
        number: of them.
        first: the finding on the first of them.

    Example:
        >>> Failures(number=3).judge(473)
        >>> Failures(number=3).judge(3)
        Traceback (most recent call last):
            ...
        iomgraph.errors.UnprocessedError: 3 of 3 projects can’t be processed
          Next: correct the table or setting at fault; if none is, the program is: report the error
    """

    number: int = 0
    first: Finding | None = None

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Self:
        """Count those that findings speak of."""
        some = [one for one in findings if one.rule == RULE]
        return cls(len(some), some[0] if some else None)

    def merge(self, other: Failures) -> Self:
        """Count those of another part."""
        self.number += other.number
        both = filter(None, (self.first, other.first))
        self.first = min(both, key=lambda one: (one.value, str(one.place)), default=None)
        return self

    def judge(self, total: int) -> None:
        """Stop if too many failed for a release.

        Args:
            total: how many there were to make.

        Raises:
            UnprocessedError: if none could be made, or more than a tenth and more than a few could not.
        """
        if not self.number or (self.number < total and self.number <= max(_FEW, total / _SHARE)):
            return
        first = self.first
        raise UnprocessedError(
            f"{self.number} of {total} projects can’t be processed"
            + (f"; the first is {first.value}: {first.text()}" if first else ""),
            where=(first and first.place) or "",
            step="correct the table or setting at fault; if none is, the program is: report the error",
        )
