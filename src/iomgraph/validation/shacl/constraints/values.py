"""Value type, enumeration and range constraints: SHACL, sections 4.1, 4.3 and 4.8."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pyoxigraph import Literal
from rdflib import RDF, SH, XSD, URIRef

from iomgraph.validation.shacl.datatypes import INTEGERS, is_ordered
from iomgraph.validation.shacl.datatypes import XSD as XSD_
from iomgraph.validation.shacl.model import Check, Source, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.terms import KEPT, to_literal, to_oxigraph

Condition = Callable[[Scope, str, str], str]

_KINDS = {
    SH.IRI: "isIRI({0})",
    SH.BlankNode: "isBlank({0})",
    SH.Literal: "isLiteral({0})",
    SH.BlankNodeOrIRI: "!isLiteral({0})",
    SH.BlankNodeOrLiteral: "!isIRI({0})",
    SH.IRIOrLiteral: "!isBlank({0})",
}
_NUMBERS = frozenset({XSD.integer, XSD.decimal, XSD.double, XSD.float})
_UNCHECKED = frozenset({XSD.string, RDF.langString})
_RANGES = {
    SH.minExclusive: (">", "MinExclusiveConstraintComponent"),
    SH.minInclusive: (">=", "MinInclusiveConstraintComponent"),
    SH.maxExclusive: ("<", "MaxExclusiveConstraintComponent"),
    SH.maxInclusive: ("<=", "MaxInclusiveConstraintComponent"),
}


def _class(reader: Reader) -> Iterator[Check]:
    for class_ in reader.iris(SH["class"], "4.1.1"):
        yield ValueCheck(Source(str(SH.ClassConstraintComponent)), _instance_of(str(class_)))


def _instance_of(class_: str) -> Condition:
    return lambda scope, _, value: scope.instance_of(value, class_)


def _datatype(reader: Reader) -> Iterator[Check]:
    reader.value(SH.datatype, "4.1.2")
    for datatype in reader.iris(SH.datatype, "4.1.2"):
        yield ValueCheck(
            Source(str(SH.DatatypeConstraintComponent)),
            partial(_has_datatype, datatype),
        )


def _has_datatype(datatype: URIRef, scope: Scope, _: str, value: str) -> str:
    same = f"DATATYPE({value}) = <{datatype}>"
    if scope.exact:
        same = f"({same} || DATATYPE({value}) = <{KEPT}{datatype}>)"
    elif (folded := _folded(value, datatype)) is not None:
        same = folded
    if datatype in _UNCHECKED:
        return f"(isLiteral({value}) && {same})"
    # A number that Oxigraph takes for one is well-formed; asking Python costs more.
    checked = scope.well_formed(value)
    if datatype in _NUMBERS and not scope.exact:
        checked = f"IF(isNumeric({value}), true, {checked})"
    return f"(isLiteral({value}) && {same} && {checked})"


def _folded(value: str, datatype: URIRef) -> str | None:
    """What is left of a type that a plain store folds into a wider one: the range, or the time zone."""
    if datatype == XSD.dateTimeStamp:
        return f'(DATATYPE({value}) = <{XSD.dateTime}> && COALESCE(TZ({value}) != "", false))'
    least, greatest = INTEGERS.get(str(datatype).removeprefix(XSD_), (None, None))
    if least is None and greatest is None:
        return None
    low = f" && {value} >= {least}" if least is not None else ""
    high = f" && {value} <= {greatest}" if greatest is not None else ""
    return f"(DATATYPE({value}) = <{XSD.integer}>{low}{high})"


def _node_kind(reader: Reader) -> Iterator[Check]:
    kind = reader.value(SH.nodeKind, "4.1.3")
    if kind is None:
        return
    if kind not in _KINDS:
        refuse("sh:nodeKind has none of its six values", "4.1.3", reader.node)
    condition = _KINDS[URIRef(str(kind))]
    yield ValueCheck(
        Source(str(SH.NodeKindConstraintComponent)), lambda _, __, value: f"({condition.format(value)})"
    )


def _in(reader: Reader) -> Iterator[Check]:
    listed = reader.value(SH["in"], "4.8.3")
    if listed is None:
        return
    terms = [to_oxigraph(member) for member in reader.members(listed, SH["in"], "4.8.3")]
    yield ValueCheck(
        Source(str(SH.InConstraintComponent)), lambda scope, _, value: scope.is_one_of(value, terms)
    )


def _ranges(reader: Reader) -> Iterator[Check]:
    for parameter, (operator, component) in _RANGES.items():
        literal = reader.literal(parameter, "4.3")
        if literal is not None:
            yield ValueCheck(Source(str(SH[component])), _compared(operator, to_literal(literal)))


def _compared(operator: str, bound: Literal) -> Condition:
    # Oxigraph lets any term be `<=` itself; nothing compares with a bound that has no order (section 4.3).
    if not (bound.language or is_ordered(bound.value, bound.datatype.value)):
        return lambda *_: "false"
    return lambda scope, _, value: scope.compared(value, operator, str(bound))


READERS = (_class, _datatype, _node_kind, _in, _ranges)
