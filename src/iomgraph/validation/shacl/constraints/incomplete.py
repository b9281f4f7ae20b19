"""Incomplete nodes (SHACL 1.2), whose values may be elsewhere, so that they get the benefit of the doubt."""

from __future__ import annotations

from dataclasses import replace

from rdflib import SH

from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, ValueCheck
from iomgraph.validation.shacl.reader import Reader, sh
from iomgraph.validation.shacl.registry import note
from iomgraph.validation.shacl.scope import Scope

note("1.2", "incomplete", "incompleteURIStart")

_ON_VALUES = frozenset(
    str(component)
    for component in (
        SH.ClassConstraintComponent,
        SH.AndConstraintComponent,
        SH.OrConstraintComponent,
        SH.NotConstraintComponent,
        SH.XoneConstraintComponent,
        SH.NodeConstraintComponent,
        sh("RootClassConstraintComponent"),
        sh("NodeByExpressionConstraintComponent"),
    )
)
_ON_FOCUS_NODES = frozenset(
    str(component)
    for component in (
        SH.MinCountConstraintComponent,
        SH.HasValueConstraintComponent,
        SH.EqualsConstraintComponent,
        SH.QualifiedMinCountConstraintComponent,
        sh("SomeValueConstraintComponent"),
        sh("SubsetOfConstraintComponent"),
    )
)


def tolerant(check: Check, reader: Reader) -> Check:
    """Make a check of a property shape that incomplete nodes do not fail; node shapes are unaffected."""
    component = check.source.component
    if reader.path is None:
        return check
    if isinstance(check, ValueCheck) and component in _ON_VALUES:
        return replace(check, holds=lambda *given: _holds(check, *given))
    if component not in _ON_FOCUS_NODES:
        return check
    if isinstance(check, FocusCheck):
        return replace(check, breach=lambda *given: _breach(check, *given))
    return replace(check, holds=lambda *given: _subset(check, *given))


def or_incomplete(scope: Scope, condition: str, node: str) -> str:
    """Write a condition that also holds for incomplete nodes."""
    incomplete = scope.incomplete(node)
    return f"({incomplete} || {condition})" if incomplete else condition


def _holds(check: ValueCheck, scope: Scope, focus: str, value: str) -> str:
    return or_incomplete(scope, check.holds(scope, focus, value), value)


def _subset(check: ValueCheck, scope: Scope, focus: str, value: str) -> str:
    return or_incomplete(scope, check.holds(scope, focus, value), focus)


def _breach(check: FocusCheck, scope: Scope, focus: str) -> Breach:
    breach, incomplete = check.breach(scope, focus), scope.incomplete(focus)
    return replace(breach, text=f"{breach.text} FILTER(!{incomplete})") if incomplete else breach
