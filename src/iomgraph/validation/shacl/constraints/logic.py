"""Logical constraints and sh:node: SHACL, sections 4.6 and 4.7.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from rdflib import SH

from iomgraph.validation.shacl.conformance import all_of, any_of, conforms, together
from iomgraph.validation.shacl.model import Check, Shape, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse
from iomgraph.validation.shacl.references import LONG
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope

Writer = Callable[[Scope, Sequence[Shape], str], str]


def _all(scope: Scope, shapes: Sequence[Shape], value: str) -> str:
    return f"({' && '.join(conforms(scope, shape, value) for shape in all_of(shapes)) or 'true'})"


def _any(scope: Scope, shapes: Sequence[Shape], value: str) -> str:
    return f"({' || '.join(conforms(scope, shape, value) for shape in any_of(shapes)) or 'false'})"


def _one(scope: Scope, shapes: Sequence[Shape], value: str) -> str:
    """Split "exactly one of many" into exactly one of one group and none of the others."""
    size = LONG
    while size * LONG < len(shapes):
        size *= LONG
    if len(shapes) <= LONG:
        return _sum(conforms(scope, shape, value) for shape in shapes)
    groups = [shapes[at : at + size] for at in range(0, len(shapes), size)]
    some = [conforms(scope, together(group, _any), value) for group in groups]
    ones = [conforms(scope, together(group, _one), value) for group in groups]
    each = (f"(!{any_} || {one})" for any_, one in zip(some, ones, strict=True))
    return f"({_sum(some)} && {' && '.join(each)})"


def _sum(conditions: Iterable[str]) -> str:
    return f"({' + '.join(f'IF({condition}, 1, 0)' for condition in conditions) or '0'} = 1)"


def _none(scope: Scope, shapes: Sequence[Shape], value: str) -> str:
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


@evaluates("1.0, 4.6", *_LISTS, SH["not"])
@evaluates("1.0, 4.7.1", SH.node)
def _logic(reader: Reader) -> Iterator[Check]:
    for parameter, (component, write) in (_LISTS | _SINGLES).items():
        for value in reader.values(parameter):
            nodes = reader.members(value, parameter, "4.6") if parameter in _LISTS else [value]
            shapes = [reader.shape(node) for node in nodes]
            if parameter == SH.node and shapes[0].path is not None:
                refuse("sh:node needs a node shape", "4.7.1", reader.node)
            source = reader.source(component, parameter, value)
            if source is not None:
                yield ValueCheck(source, partial(_written, write, shapes))


def _written(write: Writer, shapes: Sequence[Shape], scope: Scope, _: str, value: str) -> str:
    return write(scope, shapes, value)


READERS = (_logic,)
