"""The state that the texts of one run share: fresh variables, query functions, subclasses in the data."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iomgraph.errors import IomgraphError
from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl.datatypes import is_in_order, is_ordered, is_well_formed
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.terms import BLANK, KEPT, Term, as_written, in_query, kept

NAMES = "urn:x-iomgraph:"
"""The start of the names of query functions."""
DATATYPE = f"{NAMES}datatype"
"""Name of the query function that gives the original datatype of a literal."""

_MANY = 24

Stored: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""A term as the store holds it."""

Function = Callable[..., Stored | None]


@dataclass(slots=True)
class Scope:
    """The context in which constraints are written as SPARQL.

    Args:
        exact: the store was filled by `exact_quads`.
        subclasses: IRI of a class to the IRIs of it and its subclasses in the data, or None if they are too
            many to list, or not all IRIs.
        data: the data graph, for query functions that need it.
        verdict: tells whether a node conforms to a shape that is called by name, or None if unknown.

        functions: functions that the texts call.
        calls: names of the functions for the conformance of nodes, by shape.
        failures: exceptions of query functions. Oxigraph treats them as errors of SPARQL, so code that runs a
            query must look here.
    """

    exact: bool
    subclasses: Callable[[str], tuple[str, ...] | None]
    data: Any = None
    verdict: Callable[[Any, Stored], bool | None] = lambda *_: None
    functions: dict[NamedNode, Function] = field(default_factory=dict)
    calls: dict[Hashable, str] = field(default_factory=dict)
    failures: list[IomgraphError] = field(default_factory=list)
    _fresh: int = 0
    _open: bool = False

    def __post_init__(self) -> None:
        self.functions[NamedNode(BLANK)] = lambda label: BlankNode(label.value)
        self.functions[NamedNode(f"{NAMES}well-formed")] = _judge(is_well_formed)
        self.functions[NamedNode(f"{NAMES}ordered")] = _judge(is_ordered)
        self.functions[NamedNode(DATATYPE)] = _datatype

    def graph(self) -> Any:
        """The data graph of the run.

        Raises:
            LookupError: if the scope has no data, because it is only for trying out a query.
        """
        if self.data is None:
            raise LookupError("a query that is tried out has no data graph")
        return self.data

    def stored(self, term: Term) -> Term:
        """A term as the store holds it."""
        return kept(term) if self.exact and isinstance(term, Literal) else term

    def fresh(self, hint: str = "v") -> str:
        """A variable that no other text of this run uses."""
        self._fresh += 1
        return f"?{hint}{self._fresh}"

    def constant(self, term: Term) -> str:
        """A term as the store holds it, for a comparison of terms."""
        return in_query(self.stored(term))

    def plain(self, value: str) -> str:
        """An expression's value as the literal that was written, for a comparison of values."""
        if not self.exact:
            return value
        datatype = f"STR(DATATYPE({value}))"
        return (
            f'COALESCE(IF(STRSTARTS({datatype}, "{KEPT}"), '
            f'STRDT(STR({value}), IRI(STRAFTER({datatype}, "{KEPT}"))), {value}), {value})'
        )

    def is_one_of(self, value: str, terms: frozenset[Term]) -> str:
        """A condition: the value is one of the terms, as a term (SHACL compares no values here)."""
        if not terms:
            return "false"
        if len(terms) <= _MANY:
            members = map(self.constant, sorted(terms, key=str))
            return f"({' || '.join(f'sameTerm({value}, {term})' for term in members)})"
        name = self._define("member", lambda term: Literal(as_written(term) in terms))
        return f"<{name}>({value})"

    def called(self, shape: Hashable, node: str) -> str:
        """A condition: the node conforms to a shape, which is decided outside the query."""
        if shape not in self.calls:
            self.calls[shape] = self._define("conforms", partial(self._conforms, shape))
        return f"<{self.calls[shape]}>({node})"

    def _conforms(self, shape: Hashable, node: Stored) -> Literal | None:
        verdict = self.verdict(shape, node)
        self._open |= verdict is None
        return None if verdict is None else Literal(verdict)

    def listed(self, nodes: Sequence[Stored], variable: str) -> str:
        """The contents of a group that binds a variable to each of any number of nodes.

        A second list for the same variable replaces the first.
        """
        name = f"{NAMES}node:{variable[1:]}"
        self.functions[NamedNode(name)] = lambda number: nodes[int(number.value)]
        numbers = " ".join(map(str, range(len(nodes))))
        return f"VALUES {variable}_at {{ {numbers} }} BIND(<{name}>({variable}_at) AS {variable})"

    def holds(self, hint: str, judge: Callable[[Term], bool], value: str) -> str:
        """A condition that Python decides; an IomgraphError in it ends the query, and is raised later.

        Args:
            hint: part of the name of the query function.
            judge: takes the term as it was written.
            value: expression of the query.
        """

        def judged(term: Term) -> Literal | None:
            if self.failures:
                return None
            before, self._open = self._open, False
            try:
                verdict = judge(as_written(term))
            except IomgraphError as error:
                self.failures.append(error)
                return None
            # Conditions on an undecided node are undecided, too.
            undecided, self._open = self._open, self._open or before
            return None if undecided else Literal(verdict)

        return f"<{self._define(hint, judged)}>({value})"

    def incomplete(self, node: str) -> str:
        """A condition: the data marks the node as incomplete (SHACL 1.2); empty if it marks no node."""
        if self.data is None or not self.data.has_incomplete():
            return ""
        some = self.fresh()
        start = f"{self.fresh()} <{INCOMPLETE}URIStart> {some} FILTER(STRSTARTS(STR({node}), STR({some})))"
        told = f"EXISTS {{ {node} <{INCOMPLETE}> true }}"
        denied = f"EXISTS {{ {node} <{INCOMPLETE}> false }}"
        return f"({told} || (isIRI({node}) && !{denied} && EXISTS {{ {start} }}))"

    def related(self, hint: str, judge: Callable[[Term, Term], bool]) -> Callable[[str, str], str]:
        """A condition on two values, as they were written, that Python decides."""
        name = self._define(hint, lambda one, two: Literal(judge(as_written(one), as_written(two))))
        return lambda one, two: f"<{name}>({one}, {two})"

    def fail(self) -> None:
        """Raise the failure of a query function after the end of the query.

        Raises:
            IomgraphError: the first failure; the next query begins without failures.
        """
        if self.failures:
            first, *_ = self.failures
            self.failures.clear()
            raise first

    def compared(self, left: str, comparison: str, right: str) -> str:
        """A condition: two values are in an order, by the operators of SPARQL (section 17.3).

        Oxigraph compares no booleans, no integers beyond 64 bits and no decimals beyond 18 places.
        """
        name = NamedNode(f"{NAMES}compared:{_OPERATORS[comparison]}")
        self.functions[name] = _comparison(comparison)
        native = f"{self.plain(left)} {comparison} {self.plain(right)}"
        return f"COALESCE({native}, {name}({left}, {right}), false)"

    def well_formed(self, value: str) -> str:
        """A condition: the literal is well-formed."""
        return f"<{NAMES}well-formed>({value})"

    def ordered(self, value: str) -> str:
        """A condition: the literal equals itself."""
        return f"<{NAMES}ordered>({value})"

    def instance_of(self, value: str, class_: str) -> str:
        """A condition: the node is a SHACL instance of a class (section 1.4)."""
        known = self.subclasses(class_)
        if known is None:
            super_ = self.fresh("c")
            return f"EXISTS {{ {value} {_TYPE} {super_} . {super_} {_SUBCLASS}* <{class_}> }}"
        return f"({' || '.join(f'EXISTS {{ {value} {_TYPE} <{iri}> }}' for iri in known)})"

    def _define(self, hint: str, function: Function) -> str:
        name = f"{NAMES}{hint}:{len(self.functions)}"
        self.functions[NamedNode(name)] = function
        return name


INCOMPLETE = "http://www.w3.org/ns/shacl#incomplete"
_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"


_OPERATORS = {"<": "less", "<=": "less-or-equal", ">": "greater", ">=": "greater-or-equal"}


def _comparison(comparison: str) -> Function:
    def compared(*terms: Term) -> Literal:
        literals = [term for term in map(as_written, terms) if isinstance(term, Literal)]
        if len(literals) < 2 or any(literal.language for literal in literals):
            return Literal(False)
        left, right = ((literal.value, literal.datatype.value) for literal in literals)
        return Literal(is_in_order(left, comparison, right))

    return compared


def _datatype(term: Stored) -> NamedNode | None:
    literal = as_written(term)
    return literal.datatype if isinstance(literal, Literal) else None


def _judge(judge: Callable[[str, str], bool]) -> Function:
    def judged(term: Term) -> Literal | None:
        literal = as_written(term)
        if not isinstance(literal, Literal):
            return None
        return Literal(bool(literal.language) or judge(literal.value, literal.datatype.value))

    return judged


def value_nodes(focus: str, path: Path | None, value: str) -> str:
    """A group of a query that binds a variable to the value nodes of a focus node (section 2.1).

    A sequence is walked step by step, because inside EXISTS, Oxigraph would join it from both ends and read
    all the data for each focus node. Nor does it give a path of length zero to a node without triples, as
    SPARQL 1.1 (section 18.4) requires.
    """
    steps = () if path is None else path.steps
    if not steps:
        return f"{{ BIND({focus} AS {value}) }}"
    ends = [focus, *(f"{value}_{number}" for number in range(1, len(steps))), value]
    first, *others = (
        _step(start, step, end) for start, step, end in zip(ends, steps, ends[1:], strict=False)
    )
    return f"{{ {first}{''.join(f' LATERAL {{ {other} }}' for other in others)} }}"


def _step(start: str, path: Path, end: str) -> str:
    walked = f"{start} {path} {end}"
    return f"{{ BIND({start} AS {end}) }} UNION {{ {walked} }}" if path.may_be_empty else walked
