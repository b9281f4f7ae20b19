"""The constraint components of SHACL Core, section 4: each reads its parameters and writes its check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdflib.term import Node

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
from iomgraph.validation.shacl.registry import parameters

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


PARAMETERS: Mapping[Node, tuple[int, ...]] = {
    parameter: tuple(at for at, read in enumerate(_READERS) if parameter in parameters(read))
    for parameter in frozenset[Node]().union(*map(parameters, _READERS))
}
"""The parameters of constraints, to the numbers of their readers."""


def core_checks(reader: Reader) -> Iterator[Check]:
    """All checks of Core that a shape makes, in a fixed order.

    Raises:
        OntologyError: if a parameter is ill-formed.
    """
    for at in sorted({at for parameter in reader.said() for at in PARAMETERS.get(parameter, ())}):
        yield from (tolerant(check, reader) for check in _READERS[at](reader))
