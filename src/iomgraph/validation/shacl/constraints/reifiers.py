"""Constraints on the reifiers of statements: SHACL 1.2 Core, sh:reifierShape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.graph import REIFIES
from iomgraph.validation.shacl.model import Check, Shape, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse, sh
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope

_SHAPE = sh("reifierShape")


@evaluates("1.2", "reifierShape", "reificationRequired")
def _reifiers(reader: Reader) -> Iterator[Check]:
    nodes = reader.values(_SHAPE)
    required = reader.flag(sh("reificationRequired"), "1.2")
    if not nodes and not required:
        return
    if reader.path is None or reader.path.operator:
        refuse("sh:reifierShape is for property shapes whose path is one property", "1.2", reader.node)
    shapes = [reader.shape(node) for node in nodes]
    value = nodes[0] if nodes else reader.values(sh("reificationRequired"))[0]
    source = reader.source(sh("ReifierShapeConstraintComponent"), _SHAPE, value)
    if source:
        holds = partial(_holds, reader.path.iri, shapes, required)
        yield ValueCheck(replace(source, pathless=True), holds)


def _holds(iri: str, shapes: Sequence[Shape], required: bool, scope: Scope, focus: str, value: str) -> str:
    statement, reifier = scope.fresh(), scope.fresh()
    # Statements have a literal by its value even if the store keeps its spelling.
    triple = f"TRIPLE({focus}, <{iri}>, {scope.plain(value)})"
    found = f"BIND({triple} AS {statement}) {reifier} <{REIFIES}> {statement}"
    each = [f"NOT EXISTS {{ {found} FILTER(!{conforms(scope, shape, reifier)}) }}" for shape in shapes]
    if required:
        each.append(f"EXISTS {{ {found} }}")
    return f"({' && '.join(each)})"


READERS = (_reifiers,)
