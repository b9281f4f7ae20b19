"""Running the shapes: pySHACL for SHACL Core, the store itself for SPARQL constraints.

pySHACL runs a SPARQL constraint once for each focus node. The constraints of shapes that target
classes are taken out and asked of the store instead, all focus nodes in one query: the same
answers, some hundred times sooner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.errors import OntologyError

_THIS = re.compile(r"\$this\b")
_BODY = re.compile(r"\bWHERE\s*\{", re.IGNORECASE)
_TARGETS = (SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


@dataclass(frozen=True, slots=True)
class _Question:
    """A SPARQL constraint, and the shape that it belongs to."""

    shape: Node
    constraint: Node
    text: str


def validate(store: ox.Store, shapes: Graph) -> Graph:
    """Validate the default graph of a store.

    Args:
        store: the data.
        shapes: SHACL Core and SHACL-SPARQL.

    Returns:
        the report, one `sh:ValidationReport` (SHACL, section 3.6).

    Raises:
        OntologyError: if a shape is ill-formed.
    """
    import pyshacl  # loading it takes a third of a second, which only those who validate should pay

    core, questions = Graph(), list(_questions(shapes))
    asked = {question.constraint for question in questions}
    for triple in shapes:
        if not (triple[1] == SH.sparql and triple[2] in asked):
            core.add(triple)
    data = Graph()
    data.parse(data=ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES), format="nt")
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=core)
    except pyshacl.errors.ReportableRuntimeError as error:
        raise _refused(error) from error
    if not isinstance(report, Graph):
        raise _refused(text)
    for question in questions:
        _ask(store, question, shapes, report)
    return report


def _refused(why: object) -> OntologyError:
    return OntologyError(f"the shapes can't be run ({why})", step="mend the shape that it names")


def _questions(shapes: Graph) -> Iterator[_Question]:
    for shape, constraint in sorted(shapes.subject_objects(SH.sparql), key=str):
        select = shapes.value(constraint, SH.select)
        classes = sorted(shapes.objects(shape, SH.targetClass), key=str)
        if select is None or not classes or any(shapes.value(shape, target) for target in _TARGETS):
            continue
        if (shape, SH.deactivated, Literal(True)) in shapes:
            continue
        names = " ".join(f"<{name}>" for name in classes)
        target = (
            f"WHERE {{ {{ SELECT DISTINCT ?this WHERE {{ VALUES ?targetClass {{ {names} }} "
            f"?this a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?targetClass }} }} "
        )
        head, _, body = _BODY.sub("\0", _THIS.sub("?this", str(select)), count=1).partition("\0")
        yield _Question(shape, constraint, f"{_prefixes(shapes, constraint)}{head}{target}{body}")


def _prefixes(shapes: Graph, constraint: Node) -> str:
    """The prefixes that a constraint may use (SHACL, section 5.2.1)."""
    declared = (
        (shapes.value(declaration, SH.prefix), shapes.value(declaration, SH.namespace))
        for owner in shapes.objects(constraint, SH.prefixes)
        for declaration in shapes.objects(owner, SH.declare)
    )
    return "".join(sorted(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in declared))


def _ask(store: ox.Store, question: _Question, shapes: Graph, report: Graph) -> None:
    try:
        solutions = store.query(question.text)
    except SyntaxError as error:
        raise OntologyError(
            f"a SPARQL constraint can't be run ({error})", where=question.shape, step="mend its query"
        ) from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise OntologyError("a SPARQL constraint is no SELECT", where=question.shape, step="mend its query")
    names = {variable.value for variable in solutions.variables}
    for solution in solutions:
        found = {name: _rdflib(solution[name]) for name in names & {"this", "path", "value"}}
        _add(report, question, shapes, found)


def _add(report: Graph, question: _Question, shapes: Graph, found: dict[str, Node | None]) -> None:
    result = BNode()
    parts = [
        (RDF.type, SH.ValidationResult),
        (SH.focusNode, found["this"]),
        (SH.resultPath, found.get("path") or shapes.value(question.shape, SH.path)),
        (SH.value, found.get("value")),
        (SH.sourceShape, question.shape),
        (SH.sourceConstraint, question.constraint),
        (SH.sourceConstraintComponent, SH.SPARQLConstraintComponent),
        (SH.resultSeverity, shapes.value(question.shape, SH.severity) or SH.Violation),
        *((SH.resultMessage, message) for message in shapes.objects(question.shape, SH.message)),
    ]
    for name, value in parts:
        if value is not None:
            report.add((result, name, value))
    for whole in list(report.subjects(RDF.type, SH.ValidationReport)):
        report.add((whole, SH.result, result))
        report.set((whole, SH.conforms, Literal(False)))


def _rdflib(term: object) -> Node | None:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        return Literal(term.value, lang=term.language, datatype=datatype)
    return None
