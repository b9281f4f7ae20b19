"""The constraint components of SHACL Core, section 4: each reads its parameters and writes its check."""

from __future__ import annotations

from collections.abc import Iterator

from iomgraph.validation.shacl import expressions
from iomgraph.validation.shacl.constraints import (
    closed,
    lists,
    logic,
    pairs,
    reifiers,
    sets,
    strings,
    values,
)
from iomgraph.validation.shacl.constraints.incomplete import tolerant
from iomgraph.validation.shacl.model import Check
from iomgraph.validation.shacl.reader import Reader
from iomgraph.validation.shacl.registry import reads

_READERS = (
    *values.READERS,
    *strings.READERS,
    *pairs.READERS,
    *sets.READERS,
    *closed.READERS,
    *lists.READERS,
    *reifiers.READERS,
    *logic.READERS,
    *expressions.READERS,
)


def core_checks(reader: Reader) -> Iterator[Check]:
    """All checks of Core that a shape makes, in a fixed order.

    Raises:
        OntologyError: if a parameter is ill-formed.
    """
    said = reader.said()
    for read in _READERS:
        if reads(read, said):
            yield from (tolerant(check, reader) for check in read(reader))
