"""Known defects of the sources: the claims that `data/idf/defects.csv` sets aside by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iomgraph.claims.claim import Claim, Page
from iomgraph.sources.tables import Tables

COLUMNS = ("rule", "term", "site", "lang", "value", "silent", "span", "source")


@dataclass(frozen=True, slots=True)
class Defect:
    """One kind of claim that is known to be false.

    Args:
        rule: name of the rule, as in `data/idf/rules.csv`.
        term: the property.
        site: `current` or `former`.
        lang: language of the page.
        value: the false value, as text.
        silent: terms that such a page does not give.
        span: the least distance of the false value from the start (or else the funding), in years.
    """

    rule: str
    term: str
    site: str
    lang: str
    value: str
    silent: tuple[str, ...]
    span: int

    def marks(self, page: Page, claim: Claim) -> bool:
        """Tell whether a page's claim is of this kind."""
        return (
            claim.term == self.term
            and str(claim.value) == self.value
            and page.lang == self.lang
            and page.former == (self.site == "former")
            and not any(term in page.claims for term in self.silent)
            and self._far(page, claim)
        )

    def _far(self, page: Page, claim: Claim) -> bool:
        if not self.span:
            return True
        start = page.says("startYear") or page.says("fundingYear")
        return isinstance(start, int) and isinstance(claim.value, int) and claim.value - start >= self.span


def read(tables: Tables) -> tuple[Defect, ...]:
    """Read the known defects from the folder of the tables.

    Raises:
        SourceError: if the table can't be read.
    """
    return tuple(
        Defect(
            row["rule"],
            row["term"],
            row["site"],
            row["lang"],
            row["value"],
            tuple(row["silent"].split()),
            int(row["span"] or 0),
        )
        for row in tables.read("idf/defects.csv", COLUMNS)
    )


def mark(page: Page, claim: Claim, defects: Sequence[Defect]) -> str:
    """The rule that sets a claim aside; empty without one."""
    return next((defect.rule for defect in defects if defect.marks(page, claim)), "")
