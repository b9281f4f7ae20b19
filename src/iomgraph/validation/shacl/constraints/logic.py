"""Logical constraints and sh:node: SHACL, sections 4.6 and 4.7.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rdflib import SH

from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.model import Check, Shape, Source, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse
from iomgraph.validation.shacl.scope import Scope

Writer = Callable[[Scope, list[Shape], str], str]


def _all(scope: Scope, shapes: list[Shape], value: str) -> str:
    return f"({' && '.join(conforms(scope, shape, value) for shape in shapes) or 'true'})"


def _any(scope: Scope, shapes: list[Shape], value: str) -> str:
    return f"({' || '.join(conforms(scope, shape, value) for shape in shapes) or 'false'})"


def _one(scope: Scope, shapes: list[Shape], value: str) -> str:
    ones = (f"IF({conforms(scope, shape, value)}, 1, 0)" for shape in shapes)
    return f"({' + '.join(ones) or '0'} = 1)"


def _none(scope: Scope, shapes: list[Shape], value: str) -> str:
    return f"(!{_any(scope, shapes, value)})"


_LISTS = {
    SH["and"]: (SH.AndConstraintComponent, _all),
    SH["or"]: (SH.OrConstraintComponent, _any),
    SH.xone: (SH.XoneConstraintComponent, _one),
}
_SINGLES = {
    SH["not"]: (SH.NotConstraintComponent, _none),
    SH.node: (SH.NodeConstraintComponent, _all),
}


def _logic(reader: Reader) -> Iterator[Check]:
    for parameter, (component, write) in (_LISTS | _SINGLES).items():
        for value in reader.values(parameter):
            nodes = reader.members(value, parameter, "4.6") if parameter in _LISTS else [value]
            shapes = [reader.shape(node) for node in nodes]
            if parameter == SH.node and shapes[0].path is not None:
                refuse("sh:node needs a node shape", "4.7.1", reader.node)
            yield ValueCheck(
                Source(str(component)),
                partial(_written, write, shapes),
            )


def _written(write: Writer, shapes: list[Shape], scope: Scope, _: str, value: str) -> str:
    return write(scope, shapes, value)


READERS = (_logic,)
