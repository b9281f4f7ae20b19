"""The shapes that can apply to a part of a dataset, by the classes of its things."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from iomgraph.validation.shacl import CompiledShapes
from iomgraph.validation.shacl.model import Targets


def concerned(compiled: CompiledShapes, classes: Collection[str]) -> CompiledShapes:
    """Leave out shapes whose targets are classes without members.

    Args:
        compiled: the shapes.
        classes: IRIs of the classes that things have, in data without subclasses.

    Example:
        >>> from rdflib import Graph
        >>> from iomgraph.validation.shacl import compile_shapes
        >>> shapes = Graph().parse(format="turtle", data='''
        ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:> .
        ...     :Named a sh:NodeShape ; sh:targetClass :Person, :House ; sh:nodeKind sh:IRI .''')
        >>> read = compile_shapes(shapes)
        >>> [len(concerned(read, classes).shapes) for classes in (["urn:House"], ["urn:Cat"])]
        [1, 0]
    """

    def concerns(targets: Targets) -> bool:
        by_class = replace(targets, classes=())
        return bool(by_class) or not {*classes}.isdisjoint(targets.classes)

    return replace(compiled, shapes=tuple(one for one in compiled.shapes if concerns(one.targets)))
