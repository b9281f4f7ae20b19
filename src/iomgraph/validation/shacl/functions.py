"""SPARQL-based functions: SHACL Advanced Features, section 5."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode
from rdflib import RDF, SH, URIRef

from iomgraph.errors import IomgraphError, OntologyError
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.reader import Reader, refuse, subclasses
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.sparql import Author
from iomgraph.validation.shacl.terms import Term, as_written, in_query
from iomgraph.validation.shacl.text import Query, QueryTextError, judge, parse_query
from iomgraph.validation.shacl.validators import prefixes

DEEPEST = 16
"""Most levels of calls between functions, at which endless recursion is stopped."""

_ARGUMENT = "urn:x-iomgraph:argument:"
_PLACE = re.compile(f"<{_ARGUMENT}(\\w+)>")
_UNBOUND = "(1/0)"
_FOCUS = "?f"


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the shapes graph declares.

    Args:
        iri: its name.
        parameters: names of the variables of its query, in the order of arguments.
        required: number of required arguments; those after the last mandatory one may be left out.
        query: ASK, or SELECT, of which the first solution counts.
    """

    iri: str
    parameters: tuple[str, ...]
    required: int
    query: Query

    def text(self, scope: Scope) -> str:
        """A query for one call, with IRIs in place of the arguments."""
        arguments = tuple((name, NamedNode(_ARGUMENT + name)) for name in self.parameters)
        author = Author(self.query, None, arguments)
        focus = f"BIND(<{_ARGUMENT}> AS {_FOCUS})"
        if self.query.form == "ASK":
            return f"SELECT ({author.condition(scope, _FOCUS, _FOCUS)} AS ?r) {{ {focus} }}"
        breach = author.breach(scope, _FOCUS)
        (result,) = (breach.others or {}).values()
        return f"SELECT {result} {{ {focus} {breach.text} }} LIMIT 1"


@evaluates("AF, 5", SH.SPARQLFunction, "returnType")
def declared_functions(reader: Reader) -> tuple[Function, ...]:
    """The SPARQL-based functions of the shapes graph, sorted.

    Raises:
        OntologyError: if one is ill-formed.
    """
    found = {
        node
        for class_ in subclasses(reader.graph, SH.SPARQLFunction)
        for node in reader.graph.subjects(RDF.type, class_)
        if isinstance(node, URIRef)
    }
    return tuple(_function(replace(reader, node=node), node) for node in sorted(found))


def _function(about: Reader, node: URIRef) -> Function:
    parameters = list(_parameters(about))
    mandatory = [at for at, (_, _, optional) in enumerate(parameters) if not optional]
    names = tuple(name for _, name, _ in parameters)
    texts = [(form, text) for form in (SH.select, SH.ask) for text in about.texts(form, "AF 5.3")]
    if len(texts) != 1:
        refuse("a function needs exactly one sh:select or sh:ask", "AF 5.3", node)
    ((form, text),) = texts
    try:
        query = parse_query(str(text), prefixes(about))
        judge(query, frozenset(names), frozenset())
    except QueryTextError as error:
        refuse(f"its query can't be used: {error}", "AF 5.3", node)
    columns = Author(query, None, ()).columns()
    if query.form != ("SELECT" if form == SH.select else "ASK") or (
        query.form == "SELECT" and len(columns) != 1
    ):
        refuse("its query is not of the form that it is declared as, with one result", "AF 5.3", node)
    return Function(str(node), names, max(mandatory, default=-1) + 1, query)


def _parameters(about: Reader) -> Iterator[tuple[object, str, bool]]:
    """Order, name and optionality of each parameter in the order of arguments (AF, 5.1)."""
    found = []
    for node in about.values(SH.parameter):
        declared = replace(about, node=node)
        path = declared.value(SH.path, "AF 5.1")
        if not isinstance(path, URIRef):
            refuse("a parameter needs an IRI for its path", "AF 5.1", about.node)
        name = path.rpartition("#")[2] if "#" in path else path.rpartition("/")[2]
        found.append((declared.number(SH.order, "AF 5.1"), name, declared.flag(SH.optional, "AF 5.1")))
    return iter(sorted(found))


def install(functions: tuple[Function, ...], scope: Scope, data: DataGraph) -> None:
    """Make functions available to the queries of a run."""
    depth = [0]
    for function in functions:
        scope.functions[NamedNode(function.iri)] = _callable(function, scope, data, depth)


def _callable(
    function: Function, scope: Scope, data: DataGraph, depth: list[int]
) -> Callable[..., Term | None]:
    text: list[str] = []

    def call(*arguments: Term) -> Term | None:
        if scope.failures or not function.required <= len(arguments) <= len(function.parameters):
            return None
        if depth[0] == DEEPEST:
            scope.failures.append(
                OntologyError(
                    f"functions call each other more than {DEEPEST} deep",
                    where=function.iri,
                    step="write the function so that it doesn't call itself, as a property path for example",
                )
            )
            return None
        if not text:
            text.append(function.text(scope))
        depth[0] += 1
        try:
            solution = next(data.select(_filled(text[0], function, arguments), scope), None)
        except IomgraphError as error:
            scope.failures.append(error)
            return None
        finally:
            depth[0] -= 1
        return None if solution is None else solution[0]

    return call


def _filled(text: str, function: Function, arguments: tuple[Term, ...]) -> str:
    values = {
        name: in_query(as_written(term)) for name, term in zip(function.parameters, arguments, strict=False)
    }
    return _PLACE.sub(lambda place: values.get(place[1], _UNBOUND), text)
