"""Value type, enumeration and range constraints: SHACL, sections 4.1, 4.3 and 4.8."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pyoxigraph import Literal
from rdflib import RDF, SH, XSD, BNode, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.columns import (
    Doubts,
    not_among,
    not_iris,
    not_literals,
    outside_classes,
)
from iomgraph.validation.shacl.datatypes import INTEGERS, is_ordered
from iomgraph.validation.shacl.datatypes import XSD as XSD_
from iomgraph.validation.shacl.model import Check, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse, sh
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.terms import KEPT, to_literal, to_oxigraph

Condition = Callable[[Scope, str, str], str]

_KINDS = {
    SH.IRI: "isIRI({0})",
    SH.BlankNode: "isBlank({0})",
    SH.Literal: "isLiteral({0})",
    SH.BlankNodeOrIRI: "(isIRI({0}) || isBlank({0}))",
    SH.BlankNodeOrLiteral: "(isBlank({0}) || isLiteral({0}))",
    SH.IRIOrLiteral: "(isIRI({0}) || isLiteral({0}))",
    sh("TripleTerm"): "isTriple({0})",
}
_DOUBTS: dict[Node, Doubts] = {SH.IRI: not_iris, SH.Literal: not_literals}
_NUMBERS = frozenset({XSD.integer, XSD.decimal, XSD.double, XSD.float})
_BREAKS = '"[\\\\n\\\\r\\\\f\\\\x0B]"'
_UNCHECKED = frozenset({XSD.string, RDF.langString})
_RANGES = {
    SH.minExclusive: (">", "MinExclusiveConstraintComponent"),
    SH.minInclusive: (">=", "MinInclusiveConstraintComponent"),
    SH.maxExclusive: ("<", "MaxExclusiveConstraintComponent"),
    SH.maxInclusive: ("<=", "MaxInclusiveConstraintComponent"),
}


@evaluates("1.0, 4.1.1; lists 1.2", SH["class"])
def _class(reader: Reader) -> Iterator[Check]:
    for value in reader.values(SH["class"]):
        classes = _alternatives(reader, value, SH["class"], "4.1.1")
        if source := reader.source(SH.ClassConstraintComponent, SH["class"], value):
            yield ValueCheck(source, partial(_instance_of, classes), outside_classes([*map(str, classes)]))


def _alternatives(reader: Reader, value: Node, parameter: URIRef, section: str) -> list[URIRef]:
    """The IRI that is the value of a parameter, or those in a list of alternatives (SHACL 1.2)."""
    listed = isinstance(value, BNode) and (value, RDF.first, None) in reader.graph
    found = []
    for member in reader.members(value, parameter, section) if listed else [value]:
        if not isinstance(member, URIRef):
            refuse(f"sh:{parameter.rpartition('#')[2]} needs an IRI", section, reader.node)
        found.append(member)
    return found


def _instance_of(classes: list[URIRef], scope: Scope, _: str, value: str) -> str:
    return f"({' || '.join(scope.instance_of(value, str(class_)) for class_ in classes)})"


@evaluates("1.0, 4.1.2; lists 1.2", SH.datatype)
def _datatype(reader: Reader) -> Iterator[Check]:
    value = reader.value(SH.datatype, "4.1.2")
    if value is not None:
        datatypes = _alternatives(reader, value, SH.datatype, "4.1.2")
        if source := reader.source(SH.DatatypeConstraintComponent, SH.datatype, value):
            yield ValueCheck(source, partial(_has_one, datatypes))


def _has_one(datatypes: list[URIRef], scope: Scope, _: str, value: str) -> str:
    return f"({' || '.join(_has_datatype(datatype, scope, value) for datatype in datatypes)})"


def _has_datatype(datatype: URIRef, scope: Scope, value: str) -> str:
    same = f"DATATYPE({value}) = <{datatype}>"
    if scope.exact:
        same = f"({same} || DATATYPE({value}) = <{KEPT}{datatype}>)"
    elif (folded := _folded(value, datatype)) is not None:
        same = folded
    if datatype in _UNCHECKED:
        return f"(isLiteral({value}) && {same})"
    # Numbers are well-formed if Oxigraph accepts them, which is faster than Python. An exact store keeps the
    # others under a datatype that is not numeric.
    checked = scope.well_formed(value)
    if datatype in _NUMBERS:
        checked = f"IF(isNumeric({value}), true, {checked})"
    return f"(isLiteral({value}) && {same} && {checked})"


def _folded(value: str, datatype: URIRef) -> str | None:
    """The part of a type that a plain store loses: the range, or the time zone."""
    if datatype == XSD.dateTimeStamp:
        return f'(DATATYPE({value}) = <{XSD.dateTime}> && COALESCE(TZ({value}) != "", false))'
    least, greatest = INTEGERS.get(str(datatype).removeprefix(XSD_), (None, None))
    if least is None and greatest is None:
        return None
    low = f" && {value} >= {least}" if least is not None else ""
    high = f" && {value} <= {greatest}" if greatest is not None else ""
    return f"(DATATYPE({value}) = <{XSD.integer}>{low}{high})"


@evaluates("1.0, 4.1.3; lists and triple terms 1.2", SH.nodeKind, *_KINDS)
def _node_kind(reader: Reader) -> Iterator[Check]:
    value = reader.value(SH.nodeKind, "4.1.3")
    if value is None:
        return
    kinds = _alternatives(reader, value, SH.nodeKind, "4.1.3") if value not in _KINDS else [value]
    if not all(kind in _KINDS for kind in kinds):
        refuse("sh:nodeKind has none of its values", "4.1.3", reader.node)
    condition = f"({' || '.join(_KINDS[URIRef(str(kind))] for kind in kinds)})"
    if source := reader.source(SH.NodeKindConstraintComponent, SH.nodeKind, value):
        yield ValueCheck(source, lambda _, __, node: condition.format(node), _DOUBTS.get(value))


@evaluates("1.0, 4.8.3", SH["in"])
def _in(reader: Reader) -> Iterator[Check]:
    listed = reader.value(SH["in"], "4.8.3")
    if listed is None:
        return
    terms = frozenset(to_oxigraph(member) for member in reader.members(listed, SH["in"], "4.8.3"))
    if source := reader.source(SH.InConstraintComponent, SH["in"], listed):
        doubts = not_among({*map(str, terms)})
        yield ValueCheck(source, lambda scope, _, value: scope.is_one_of(value, terms), doubts)


@evaluates("1.0, 4.3", *_RANGES)
def _ranges(reader: Reader) -> Iterator[Check]:
    for parameter, (operator, component) in _RANGES.items():
        literal = reader.literal(parameter, "4.3")
        if literal is None:
            continue
        if source := reader.source(SH[component], parameter, literal):
            yield ValueCheck(source, _compared(operator, to_literal(literal)))


def _compared(operator: str, bound: Literal) -> Condition:
    # In Oxigraph, any term is `<=` itself, but a bound without an order compares with nothing (section 4.3).
    if not (bound.language or is_ordered(bound.value, bound.datatype.value)):
        return lambda *_: "false"
    return lambda scope, _, value: scope.compared(value, operator, str(bound))


@evaluates("1.2", "rootClass")
def _root_class(reader: Reader) -> Iterator[Check]:
    for value in reader.values(sh("rootClass")):
        classes = _alternatives(reader, value, sh("rootClass"), "1.2")
        if source := reader.source(sh("RootClassConstraintComponent"), sh("rootClass"), value):
            yield ValueCheck(source, partial(_below, classes))


def _below(classes: list[URIRef], _: Scope, __: str, value: str) -> str:
    path = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>+"
    each = (f"sameTerm({value}, <{one}>) || EXISTS {{ {value} {path} <{one}> }}" for one in classes)
    return f"({' || '.join(each)})"


@evaluates("1.2", "singleLine")
def _single_line(reader: Reader) -> Iterator[Check]:
    value = reader.value(sh("singleLine"), "1.2")
    if value is None or not reader.flag(sh("singleLine"), "1.2"):
        return
    if source := reader.source(sh("SingleLineConstraintComponent"), sh("singleLine"), value):
        yield ValueCheck(
            source, lambda _, __, node: f"(!isLiteral({node}) || !REGEX(STR({node}), {_BREAKS}))"
        )


READERS = (_class, _datatype, _node_kind, _in, _ranges, _root_class, _single_line)
