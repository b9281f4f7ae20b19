"""The focus nodes of a shape, as a group of a query: SHACL, section 2.1.3."""

from __future__ import annotations

from iomgraph.validation.shacl.model import Targets
from iomgraph.validation.shacl.scope import Scope

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"


def focus_nodes(scope: Scope, targets: Targets, focus: str) -> str:
    """A group that binds a variable to each focus node once.

    Args:
        scope: the run that the text is for.
        targets: of the shape.
        focus: the variable.
    """
    groups = [f"BIND({scope.constant(node)} AS {focus})" for node in targets.nodes]
    groups += [text for class_ in targets.classes for text in _instances(scope, class_, focus)]
    groups += [f"{focus} <{iri}> {scope.fresh()}" for iri in targets.subjects_of]
    groups += [f"{scope.fresh()} <{iri}> {focus}" for iri in targets.objects_of]
    groups += [query(scope, focus) for query in targets.queries]
    if len(groups) == 1 and targets.nodes + targets.classes and "*" not in groups[0]:
        return f"{{ {groups[0]} }}"
    union = " UNION ".join(f"{{ {group} }}" for group in groups)
    return f"{{ SELECT DISTINCT {focus} {{ {union} }} }}"


def _instances(scope: Scope, class_: str, focus: str) -> list[str]:
    known = scope.subclasses(class_)
    if known is None:
        return [f"{focus} {_TYPE}/{_SUBCLASS}* <{class_}>"]
    return [f"{focus} {_TYPE} <{iri}>" for iri in known]
