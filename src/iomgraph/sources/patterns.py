"""Patterns of identifiers, from `patterns.csv`: codes of states, and identifiers of other publishers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iomgraph.errors import SourceError
from iomgraph.findings import Finding, Place
from iomgraph.sources.rules import Rules
from iomgraph.sources.tables import Tables

COLUMNS = ("id", "pattern", "example", "source")


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns that tell identifiers from other texts; a scheme without a pattern accepts anything."""

    known: Mapping[str, re.Pattern[str]]
    examples: Mapping[str, str]

    def finding(self, scheme: str, value: str, place: Place, rules: Rules, about: str = "") -> list[Finding]:
        """The finding that a value is not an identifier of a scheme; None if it is valid.

        Example:
            >>> from iomgraph.settings import Settings
            >>> from iomgraph.sources import rules
            >>> tables = Tables(Settings().data)
            >>> bad = read(tables).finding("wd", "P31", Place("links.tsv", line=2), rules.read(tables))
            >>> bad[0].text()
            "'P31' is not an identifier of wd (such as Q230)"
        """
        pattern = self.known.get(scheme)
        if pattern is None or pattern.fullmatch(value):
            return []
        example = self.examples[scheme]
        return [
            rules.finding("bad-identifier", place, about=about, value=value, scheme=scheme, example=example)
        ]


def read(tables: Tables) -> Patterns:
    """Read the patterns from the folder of the tables.

    Raises:
        SourceError: if the table can't be read, or a pattern is not a regular expression.
    """
    rows = tables.read("vocabulary/patterns.csv", COLUMNS)
    known = {}
    for row in rows:
        try:
            known[row["id"]] = re.compile(row["pattern"], re.ASCII)
        except re.error as error:
            raise SourceError(
                f"a pattern is not a regular expression ({error})",
                where=row.place("pattern"),
                step="correct the pattern",
            ) from None
    return Patterns(known, {row["id"]: row["example"] for row in rows})
