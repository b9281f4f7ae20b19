"""Things of a release with their statements, from any source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

Value = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Stated:
    """A thing of a type for reconciliation, with its statements.

    Args:
        iri: IRI of the thing.
        types: terms of its types, the narrowest first.
        values: IRI of a property and a value of it; None for a value that is a part of the thing.
    """

    iri: str
    types: tuple[str, ...]
    values: tuple[tuple[str, Value | None], ...]


Things = Callable[[], Iterable[Stated]]
"""A function that yields the things each time it is called, in any order."""
