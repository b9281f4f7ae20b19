"""What one page says: claims in our vocabulary, each with the cell it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from iomgraph.findings import Place

Value = str | int | tuple[str, ...]
"""A year, an identifier, an amount in canonical form, a CURIE, or several CURIEs in order."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One page's word on one property.

    Args:
        term: the property, as the context names it (`endYear`).
        value: the value in our vocabulary.
        lang: the language of a text, by its own words; empty for what is no text.
        place: the cell.
        source: the saved page, and the line in it, where known.
    """

    term: str
    value: Value
    place: Place
    source: Place
    lang: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        # As for Place: pages are spooled.
        return Claim, (self.term, self.value, self.place, self.source, self.lang)


@dataclass(slots=True)
class Page:
    """A page as captured, with its claims.

    Args:
        key: the capture's key, which ends its IRI.
        url: the page's address; empty if unknown.
        lang: the language that the page claims; empty if unknown.
        captured: day of the capture; empty if unknown.
        former: whether it is a page of the former site.
        place: its row in the table.
        claims: term to claim; a page claims a property once.
    """

    key: str
    url: str
    lang: str
    captured: str
    former: bool
    place: Place
    claims: dict[str, Claim] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def says(self, term: str) -> Value | None:
        """The page's value of a property, or None if it is silent."""
        claim = self.claims.get(term)
        return claim.value if claim else None

    def text(self, term: str) -> str:
        """The page's value of a property that is a text; empty if it is silent."""
        value = self.says(term)
        return value if isinstance(value, str) else ""
