"""A shapes graph once it is read: shapes, their targets, and the checks they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

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
        bound: what those names stand for, beside the solution's own bindings.
        severity: IRI of a severity that the constraint has for itself, and not from its shape.
        own: whether its messages come before those of the shape: RDF 1.2 annotations of the constraint.
        pathless: whether results name no path, even those of a property shape.
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
        source: what the results name.
        holds: writes, for the variables of a focus node and a value node, an expression that is true or
            false, and never an error: whether the value node conforms.
    """

    source: Source
    holds: Callable[[Scope, str, str], str]


@dataclass(frozen=True, slots=True)
class Breach:
    """The text that finds what breaks a constraint, for a focus node that is bound already.

    Args:
        text: goes into the group that binds the focus node.
        value, path, message: the variables that the text binds to these, where it does.
        others: result properties come from the bindings of these variables, by name, too; and two
            solutions that differ in one of them are two results.
        repeats: whether solutions that do not differ are several results all the same.
        several: whether only a focus node with several values can break the constraint.
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
        source: what the results name.
        breach: writes the text that finds what breaks it.
    """

    source: Source
    breach: Callable[[Scope, str], Breach]


Check = ValueCheck | FocusCheck


@dataclass(frozen=True, slots=True)
class Targets:
    """The nodes of the data that a shape is about (section 2.1.3).

    Args:
        nodes: of sh:targetNode.
        paths: of sh:targetNode, too (SHACL 1.2): whatever one of them leads to.
        classes: of sh:targetClass, and the shape itself where it is a class.
        subjects_of, objects_of: predicates.
        where: shapes of sh:targetWhere (SHACL 1.2): all nodes of the data that conform to one.
        named_by: IRI of the shape, where nodes of the data may name it by sh:shape (SHACL 1.2).
        queries: write a group that binds a variable to more focus nodes (advanced targets).
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
        order: rules of a lesser order run first.
        conditions: shapes that a focus node must conform to.
        infer: gives the triples for some focus nodes.
        once: whether it makes new nodes, or tells the time, so that it must not run again.
        references: the shapes that it speaks of.
    """

    node: NamedNode | BlankNode
    order: Decimal
    conditions: tuple[Shape, ...]
    infer: Callable[[Evaluator, Sequence[Stored]], Iterator[Triple]]
    once: bool = False
    references: tuple[Shape, ...] = ()


@dataclass(slots=True, eq=False)
class Shape:
    """A node shape, or a property shape where it has a path.

    It is known by its node as soon as another shape refers to it, and filled in later: shapes may refer to
    each other in circles.

    Args:
        node: the shape in the shapes graph.
        path: from the focus node to the value nodes; the focus node is its own value node without one.
        targets: of this shape, if it has any.
        checks: the constraints, in the order of the results.
        properties: the shapes that sh:property gives to the value nodes.
        severity: IRI.
        messages: of sh:message.
        deactivated: every node conforms to such a shape.
        beyond: IRIs of what this shape, or one that it refers to, uses that is not evaluated here.
        circular: whether it refers to itself, by way of others or not.
        apart: whether queries call it by name, because its text would be long, deep or endless.
        order: rules of shapes of a lesser order run first.
        rules: what it infers, before any shape validates.
        left_out: rules that are not run, each with the IRI of what it uses that is not evaluated here.
        references: the shapes that its constraints and targets speak of.
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
        """Yield the shapes whose conformance, or whose results, this shape's may depend on."""
        yield from self.references
        yield from self.properties

    def speaks_of(self) -> Iterable[Shape]:
        """Yield all shapes that it refers to, in rules as well, which bear on no verdict of its own."""
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
