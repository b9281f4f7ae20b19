"""Constraints on lists: SHACL 1.2 Core, list constraint components."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rdflib import RDF

from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.constraints.incomplete import or_incomplete
from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Shape, ValueCheck
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.reader import Reader, sh
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope, Stored, value_nodes

_LENGTHS: dict[str, Callable[[int, int], bool]] = {
    "min": lambda length, limit: length >= limit,
    "max": lambda length, limit: length <= limit,
}


@evaluates("1.2", "minListLength", "maxListLength")
def _lengths(reader: Reader) -> Iterator[Check]:
    for side, fits in _LENGTHS.items():
        parameter = sh(f"{side}ListLength")
        limit = reader.integer(parameter, "1.2")
        if limit is None:
            continue
        component = sh(f"{side.capitalize()}ListLengthConstraintComponent")
        if source := reader.source(component, parameter, reader.values(parameter)[0]):
            yield ValueCheck(source, _fitting(partial(_has_length, fits, limit)))


def _has_length(fits: Callable[[int, int], bool], limit: int, members: list[Stored]) -> bool:
    return fits(len(members), limit)


def _fitting(judge: Callable[[list[Stored]], bool]) -> Callable[[Scope, str, str], str]:
    """Write a condition on a value that must be a list."""

    def holds(scope: Scope, _: str, value: str) -> str:
        def fits(node: Stored) -> bool:
            members = scope.graph().members(node)
            return members is not None and judge(members)

        return scope.holds("list", fits, value)

    return holds


@evaluates("1.2", "uniqueMembers")
def _unique(reader: Reader) -> Iterator[Check]:
    parameter = sh("uniqueMembers")
    value = reader.value(parameter, "1.2")
    if value is None or not reader.flag(parameter, "1.2"):
        return
    if source := reader.source(sh("UniqueMembersConstraintComponent"), parameter, value):
        yield ValueCheck(source, _fitting(lambda members: len(set(members)) == len(members)))


@evaluates("1.2", "memberShape")
def _members(reader: Reader) -> Iterator[Check]:
    for node in reader.values(sh("memberShape")):
        shape = reader.shape(node)
        if source := reader.source(sh("MemberShapeConstraintComponent"), sh("memberShape"), node):
            yield FocusCheck(source, partial(_failing, shape, reader.path))


def _failing(shape: Shape, path: Path | None, scope: Scope, focus: str) -> Breach:
    """The members that do not conform, or the value itself if it is not a list.

    On a property shape, the list is always the value of the result.
    """
    node, member = scope.fresh(), scope.fresh()
    is_list = scope.holds("list", lambda one: scope.graph().members(one) is not None, node)
    walked = Path("/", (Path("*", (Path(iri=str(RDF.rest)),)), Path(iri=str(RDF.first))))
    fails = f"{is_list} && !{or_incomplete(scope, conforms(scope, shape, member), member)}"
    return Breach(
        f"LATERAL {{ {value_nodes(focus, path, node)} LATERAL {{ "
        f"{{ BIND({node} AS {member}) FILTER(!{is_list}) }} UNION "
        f"{{ {value_nodes(node, walked, member)} FILTER({fails}) }} }} }}",
        member if path is None else node,
        others={"list": node},
    )


READERS = (_lengths, _unique, _members)
