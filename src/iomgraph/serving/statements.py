"""Things of a release with what is stated of them, whatever they are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

Value = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Stated:
    """A thing with a type that can be reconciled with, and what is stated of it.

    Args:
        iri: of the thing.
        types: terms of its types, the narrowest first.
        values: IRI of a property and a value of it; None for a value that is a thing within the thing.
    """

    iri: str
    types: tuple[str, ...]
    values: tuple[tuple[str, Value | None], ...]


Things = Callable[[], Iterable[Stated]]
"""Gives the things anew each time, in any order."""
