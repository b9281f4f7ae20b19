"""Claims: statements of a source about a project, in our vocabulary, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from iomgraph.findings import Place
from iomgraph.immutable import immutable

PartValue = str | int | tuple[str, ...] | tuple[tuple[str, str], ...]
"""A code, an amount, a day, several CURIEs, or a text by language: `(("en", "Roads"), ("fr", "Routes"))`."""


@immutable
class Part:
    """A thing inside a project that a source states: a budget, an allocation, a transaction.

    Two parts are equal if they say the same, whatever their places.

    Args:
        values: pairs of term and value, in order of term; made by `of`.
        place: its place; None for the place of its claim.

    Example:
        >>> budget = Part.of(value="64240", currency="USD")
        >>> budget["value"], budget.get("validFrom"), str(budget)
        ('64240', None, '64240 USD')
    """

    values: tuple[tuple[str, PartValue], ...]
    place: Place | None = field(default=None, compare=False)

    @classmethod
    def of(cls, place: Place | None = None, **values: PartValue) -> Self:
        """Make a part from values by term, leaving out empty ones (`""`, `()`)."""
        return cls(
            tuple(sorted((term, value) for term, value in values.items() if value not in ("", ()))), place
        )

    def __getitem__(self, term: str) -> PartValue:
        return dict(self.values)[term]

    def get(self, term: str) -> PartValue | None:
        """The value of a term, or None if the part does not have it."""
        return dict(self.values).get(term)

    def __reduce__(self) -> tuple[Any, ...]:
        # As for Place, because a cluster sends pages.
        return Part, (self.values, self.place)

    def __str__(self) -> str:
        said = dict(self.values)
        first = [said.pop(term) for term in ("value", "currency") if term in said]
        return " ".join(map(_text, (*first, *said.values())))


def _text(value: PartValue) -> str:
    if isinstance(value, tuple):
        return " ".join(item if isinstance(item, str) else item[1] for item in value)
    return str(value)


Value = str | int | tuple[str, ...] | tuple[Part, ...]
"""A year, an identifier, a day, a CURIE, a text, several CURIEs in order, or several parts."""


def parts(value: Value | None) -> tuple[Part, ...]:
    """The parts of a value; empty if it is of another kind.

    Example:
        >>> [part["value"] for part in parts((Part.of(value="5", currency="USD"),))], parts("5")
        (['5'], ())
    """
    return tuple(part for part in value if isinstance(part, Part)) if isinstance(value, tuple) else ()


@immutable
class Claim:
    """The statement of one source about one property.

    Args:
        term: the property, as the context names it (`endYear`).
        value: the value in our vocabulary.
        place: the cell, or the line of a file.
        source: the saved page and its line that the value came from, if known.
        lang: the language of a text, judged by its words; empty for other values.
    """

    term: str
    value: Value
    place: Place
    source: Place
    lang: str = ""

    @property
    def name(self) -> str:
        """The property, and for a text its language: `title@fr`."""
        return f"{self.term}@{self.lang}" if self.lang else self.term

    def __reduce__(self) -> tuple[Any, ...]:
        # As for Place, because a cluster sends pages.
        return Claim, (self.term, self.value, self.place, self.source, self.lang)


@dataclass(slots=True)
class Page:
    """The statements of one source about one project: a saved page, a row of a table, or an IATI activity.

    Args:
        key: its key, which is also that of its capture if it has one to itself.
        url: the page's address; empty if unknown.
        lang: the language that the page claims; empty if unknown.
        captured: day of the capture; empty if unknown.
        former: it is a page of the former site.
        place: its row in the table, or its line in the file.
        claims: name of the property to claim; the name is the term, for texts with the language
            (`title@fr`). A page claims a property once.
        kind: of its source: `pages`, `table` or `iati`.
        capture: key of the capture that it shares with other pages of one file; empty if it has its own.
    """

    key: str
    url: str
    lang: str
    captured: str
    former: bool
    place: Place
    claims: dict[str, Claim] = field(default_factory=dict)
    kind: str = "pages"
    capture: str = ""

    @property
    def capture_key(self) -> str:
        """The key of its capture."""
        return self.capture or self.key

    def claim(self, claim: Claim) -> None:
        """Add a claim under its name."""
        self.claims[claim.name] = claim

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims.values())

    def says(self, name: str) -> Value | None:
        """The page's value of a property (`endYear`, `title@en`), or None if it has none."""
        claim = self.claims.get(name)
        return claim.value if claim else None

    def first(self, term: str) -> Claim | None:
        """The page's claim of a property; for a text, the claim in the first of its languages."""
        return self.claims.get(term) or next(iter(self.texts(term)), None)

    def texts(self, term: str) -> list[Claim]:
        """The page's claims of a text, one for each of its languages."""
        return [claim for claim in self if claim.term == term]

    def text(self, name: str) -> str:
        """The page's value of a property that is a text; empty if it has none."""
        value = self.says(name)
        return value if isinstance(value, str) else ""
