"""The focus nodes of a shape, as a group of a query (SHACL, section 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.model import Targets
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.terms import kept

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_SHAPE = "http://www.w3.org/ns/shacl#shape"
_MANY = 24


def focus_nodes(scope: Scope, targets: Targets, focus: str) -> str:
    """A group that binds a variable to each focus node once.

    Args:
        scope: the run that the text is for.
        targets: targets of the shape.
        focus: the variable.
    """
    groups = [*_named(scope, targets, focus), *_described(scope, targets, focus)]
    if len(groups) == 1 and targets.nodes + targets.classes and "*" not in groups[0]:
        return f"{{ {groups[0]} }}"
    union = " UNION ".join(f"{{ {group} }}" for group in groups)
    return f"{{ SELECT DISTINCT {focus} {{ {union} }} }}"


def is_focus_node(scope: Scope, targets: Targets, node: str) -> str:
    """Write the condition that a variable is bound to a focus node; empty if a look-up is not enough."""
    others = targets.nodes or targets.paths or targets.where or targets.queries
    classes = [scope.subclasses(class_) for class_ in targets.classes]
    if others or None in classes or _is_named(scope, targets):
        return ""
    each = [f"EXISTS {{ {node} {_TYPE} <{iri}> }}" for class_ in classes for iri in class_ or ()]
    each += [f"EXISTS {{ {node} <{iri}> {scope.fresh()} }}" for iri in targets.subjects_of]
    each += [f"EXISTS {{ {scope.fresh()} <{iri}> {node} }}" for iri in targets.objects_of]
    return f"({' || '.join(each)})"


def is_by_class(scope: Scope, targets: Targets) -> bool:
    """Tell whether the focus nodes are the members of classes."""
    others = replace(targets, classes=())
    return bool(targets.classes) and not others and not _is_named(scope, targets)


def _named(scope: Scope, targets: Targets, focus: str) -> Iterator[str]:
    if len(targets.nodes) > _MANY:
        nodes = [kept(node) if scope.exact and isinstance(node, Literal) else node for node in targets.nodes]
        yield scope.listed(nodes, focus)
    else:
        yield from (f"BIND({scope.constant(node)} AS {focus})" for node in targets.nodes)
    for class_ in targets.classes:
        yield from _instances(scope, class_, focus)


def _described(scope: Scope, targets: Targets, focus: str) -> Iterator[str]:
    yield from (f"{scope.fresh()} {path} {focus}" for path in targets.paths)
    yield from (f"{focus} <{iri}> {scope.fresh()}" for iri in targets.subjects_of)
    yield from (f"{scope.fresh()} <{iri}> {focus}" for iri in targets.objects_of)
    for shape in targets.where:
        one, two, three, four = (scope.fresh() for _ in range(4))
        there = f"{{ {focus} {one} {two} }} UNION {{ {three} {four} {focus} }}"
        yield f"{{ SELECT DISTINCT {focus} {{ {there} }} }} FILTER({conforms(scope, shape, focus)})"
    if _is_named(scope, targets):
        yield f"{focus} <{_SHAPE}> <{targets.named_by}>"
    yield from (write(scope, focus) for write in targets.queries)


def _is_named(scope: Scope, targets: Targets) -> bool:
    """Tell whether nodes of the data name shapes, possibly this one."""
    return bool(targets.named_by and scope.data is not None and scope.data.has(NamedNode(_SHAPE)))


def _instances(scope: Scope, class_: str, focus: str) -> list[str]:
    known = scope.subclasses(class_)
    if known is None:
        return [f"{focus} {_TYPE}/{_SUBCLASS}* <{class_}>"]
    return [f"{focus} {_TYPE} <{iri}>" for iri in known]
