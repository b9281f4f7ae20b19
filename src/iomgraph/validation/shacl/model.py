"""The model of a shapes graph: shapes, their targets, and their checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iomgraph.validation.shacl.columns import Doubts
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.scope import Scope, Stored
from iomgraph.validation.shacl.terms import Term

if TYPE_CHECKING:
    from iomgraph.validation.shacl.expressions import Evaluator


@dataclass(frozen=True, slots=True)
class Source:
    """The part of a result that a check adds.

    Args:
        component: IRI of the constraint component.
        constraint: the value of sh:sparql that the check was made from.
        messages: its own messages, with names of variables in braces.
        bound: values of those names, besides the solution's own bindings.
        severity: IRI of the constraint's own severity, if it is not that of its shape.
        own: its messages, as RDF 1.2 annotations of the constraint, come before those of the shape.
        pathless: results do not name a path, even those of a property shape.
    """

    component: str
    constraint: NamedNode | BlankNode | None = None
    messages: tuple[Literal, ...] = ()
    bound: tuple[tuple[str, Term], ...] = ()
    severity: NamedNode | None = None
    own: bool = False
    pathless: bool = False


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A constraint on each value node by itself.

    Args:
        source: the source that results name.
        holds: writes, for the variables of a focus node and a value node, an expression that is true if the
            value node conforms, else false, and never an error.
        doubts: leaves out value nodes that conform by the columns of the data.
    """

    source: Source
    holds: Callable[[Scope, str, str], str]
    doubts: Doubts | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """The text that finds breaches of a constraint, for a focus node that is already bound.

    Args:
        text: the text for the group that binds the focus node.
        value, path, message: the variables that the text binds to these, if it does.
        others: variables whose bindings, by name, also give result properties; two solutions that differ in
            one of them are two results.
        repeats: equal solutions are separate results.
        several: only a focus node with several values can break the constraint.
    """

    text: str
    value: str | None = None
    path: str | None = None
    message: str | None = None
    others: Mapping[str, str] | None = None
    repeats: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class FocusCheck:
    """A constraint on all value nodes of a focus node together.

    Args:
        source: the source that results name.
        breach: writes the text that finds breaches.
        doubts: leaves out focus nodes that conform by the columns of the data.
    """

    source: Source
    breach: Callable[[Scope, str], Breach]
    doubts: Doubts | None = None


Check = ValueCheck | FocusCheck


@dataclass(frozen=True, slots=True)
class Targets:
    """The nodes of the data that a shape is about (section 2.1.3).

    Args:
        nodes: of sh:targetNode.
        paths: paths of sh:targetNode (SHACL 1.2), for the nodes at their ends.
        classes: of sh:targetClass, and the shape itself if it is a class.
        subjects_of, objects_of: predicates.
        where: shapes of sh:targetWhere (SHACL 1.2): all nodes of the data that conform to one.
        named_by: IRI of the shape, if nodes of the data may name it by sh:shape (SHACL 1.2).
        queries: writers of groups that bind a variable to more focus nodes (advanced targets).
    """

    nodes: tuple[Term, ...] = ()
    paths: tuple[Path, ...] = ()
    classes: tuple[str, ...] = ()
    subjects_of: tuple[str, ...] = ()
    objects_of: tuple[str, ...] = ()
    where: tuple[Shape, ...] = ()
    named_by: str = ""
    queries: tuple[Callable[[Scope, str], str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether the shapes graph itself gives the shape a target."""
        named = self.nodes or self.classes or self.subjects_of or self.objects_of
        return bool(named or self.paths or self.where or self.queries)


@dataclass(frozen=True, slots=True)
class Rule:
    """The inferences of a shape about its focus nodes (SHACL Advanced Features, section 8).

    Args:
        node: the rule in the shapes graph.
        order: rules of a lower order run first.
        conditions: shapes that a focus node must conform to.
        infer: gives the triples for some focus nodes.
        once: it makes new nodes or uses the time, so that it must not run again.
        references: the shapes that it refers to.
    """

    node: NamedNode | BlankNode
    order: Decimal
    conditions: tuple[Shape, ...]
    infer: Callable[[Evaluator, Sequence[Stored]], Iterator[Triple]]
    once: bool = False
    references: tuple[Shape, ...] = ()


@dataclass(slots=True, eq=False)
class Shape:
    """A node shape, or a property shape if it has a path.

    It exists as soon as another shape refers to its node, and is completed later, because shapes may refer to
    each other in cycles.

    Args:
        node: the shape in the shapes graph.
        path: path from the focus node to the value nodes; without one, the focus node is its own value node.

        targets: its targets, if any.
        checks: the constraints, in the order of the results.
        properties: the shapes that sh:property applies to the value nodes.
        severity: IRI of its severity.
        messages: values of sh:message.
        deactivated: it is deactivated, so that every node conforms.
        beyond: IRIs of unsupported features that this shape, or one that it refers to, uses.
        circular: it refers to itself, directly or through others.
        apart: queries call it by name, because its text would be long, deep or endless.
        order: rules of shapes of a lower order run first.
        rules: its inferences, made before validation.
        left_out: rules that are not run, each with the IRI of its unsupported feature.
        references: the shapes that its constraints and targets refer to.
        assumed: prefixes that its queries use without declaring them.
    """

    node: NamedNode | BlankNode
    path: Path | None = None
    targets: Targets = Targets()
    checks: tuple[Check, ...] = ()
    properties: tuple[Shape, ...] = ()
    severity: NamedNode = NamedNode("http://www.w3.org/ns/shacl#Violation")  # noqa: RUF009 - immutable
    messages: tuple[Literal, ...] = ()
    deactivated: bool = False
    beyond: tuple[str, ...] = ()
    circular: bool = False
    apart: bool = False
    order: Decimal = Decimal(0)
    rules: tuple[Rule, ...] = ()
    left_out: tuple[tuple[NamedNode | BlankNode, str], ...] = ()
    references: tuple[Shape, ...] = ()
    assumed: tuple[str, ...] = ()

    def refers_to(self) -> Iterable[Shape]:
        """Yield the shapes on whose conformance or results those of this shape may depend."""
        yield from self.references
        yield from self.properties

    def speaks_of(self) -> Iterable[Shape]:
        """Yield all shapes that it refers to, including those in rules, which do not affect its verdict."""
        yield from self.refers_to()
        for rule in self.rules:
            yield from rule.references

    def size(self) -> int:
        """Count the constraints that are evaluated for each focus node, those of property shapes included."""
        waiting, seen, count = [self], {self}, 0
        while waiting:
            shape = waiting.pop()
            if not shape.deactivated:
                count += len(shape.checks)
                waiting += [one for one in shape.properties if one not in seen]
                seen.update(shape.properties)
        return count
