"""Constraints that are queries: sh:sparql and SPARQL-based constraint components (SHACL, 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Store
from rdflib import OWL, RDF, SH, Graph, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.chains import chained
from iomgraph.validation.shacl.model import Check, FocusCheck, Source, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse, subclasses
from iomgraph.validation.shacl.registry import note
from iomgraph.validation.shacl.requirements import requirements
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.sparql import SHAPES_GRAPH, Author
from iomgraph.validation.shacl.terms import Term, to_literal, to_name, to_oxigraph
from iomgraph.validation.shacl.text import QueryTextError, judge, parse_query, variables

note("1.0, 5", SH.sparql, SH.select, SH.ask, SH.prefixes, SH.declare, SH.prefix, SH.namespace)
note("1.0, 6", SH.parameter, SH.validator, SH.nodeValidator, SH.propertyValidator)
_SPARQL = SH.sparql
_CONTEXT = frozenset({"shapesGraph", "currentShape"})
_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


def sparql_checks(reader: Reader) -> Iterator[FocusCheck]:
    """The checks of sh:sparql.

    Raises:
        OntologyError: if a constraint is ill-formed, or its query is one that SHACL does not allow.
    """
    for node in reader.values(_SPARQL):
        about = replace(reader, node=node)
        if about.flag(SH.deactivated, "5.2.1"):
            continue
        author = _author(about, SH.select, reader, {})
        severity = about.iris(SH.severity, "2.1.4")
        source = Source(
            str(SH.SPARQLConstraintComponent),
            to_name(node),
            _messages(about),
            severity=NamedNode(str(severity[0])) if severity else None,
        )
        yield FocusCheck(source, author.breach, author.requirements.doubts)


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component that the shapes graph declares.

    Args:
        node: its IRI.
        required, optional: predicates of its parameters.
    """

    node: URIRef
    required: tuple[URIRef, ...]
    optional: tuple[URIRef, ...]


def declared_components(reader: Reader) -> list[Component]:
    """The sorted constraint components of the shapes graph, without those of SHACL itself.

    Raises:
        OntologyError: if a parameter has no IRI for its path, or a reserved name.
    """
    found = {
        node
        for class_ in subclasses(reader.graph, SH.ConstraintComponent)
        for node in reader.graph.subjects(RDF.type, class_)
        if isinstance(node, URIRef) and not node.startswith(str(SH))
    }
    return [_component(replace(reader, node=node), node) for node in sorted(found)]


def _component(about: Reader, node: URIRef) -> Component:
    sides: dict[bool, list[URIRef]] = {True: [], False: []}
    for parameter in about.values(SH.parameter):
        declared = replace(about, node=parameter)
        path = declared.value(SH.path, "6.2.1")
        if not isinstance(path, URIRef) or _local(path) in _RESERVED:
            refuse("a parameter needs an IRI for its path, and a name that is not reserved", "6.2.1", node)
        sides[declared.flag(SH.optional, "6.2.1")].append(path)
    if not sides[False]:
        refuse("a constraint component needs a parameter that is not optional", "6.1", node)
    return Component(node, tuple(sorted(sides[False])), tuple(sorted(sides[True])))


def component_checks(reader: Reader, components: list[Component]) -> Iterator[Check]:
    """The checks of the declared components whose parameters the shape has.

    Raises:
        OntologyError: if a parameter that is not the only one has several values, or a validator's query
            is one that SHACL does not allow.
    """
    for component in components:
        for parameters in _parameters(reader, component):
            validator = _validator(reader, component.node)
            if validator is not None:
                yield _check(reader, component, validator, parameters)


def _parameters(reader: Reader, component: Component) -> Iterator[dict[str, Term]]:
    if any(not reader.values(predicate) for predicate in component.required):
        return
    known = (*component.required, *component.optional)
    if len(known) == 1:
        for value in reader.values(known[0]):
            yield {_local(known[0]): to_oxigraph(value)}
        return
    single = {predicate: reader.value(predicate, "6.2.1") for predicate in known}
    yield {_local(predicate): to_oxigraph(value) for predicate, value in single.items() if value is not None}


def _validator(reader: Reader, component: Node) -> Reader | None:
    """The validator that section 6.2.3 selects, if there is a suitable one."""
    about = replace(reader, node=component)
    special = SH.nodeValidator if reader.path is None else SH.propertyValidator
    for parameter in (special, SH.validator):
        for node in about.values(parameter):
            validator = replace(reader, node=node)
            if validator.values(SH.ask) or validator.values(SH.select):
                return validator
            reader.beyond.update(str(feature) for feature in validator.iris(RDF.type, "6.2.3"))
    return None


def _check(reader: Reader, component: Component, about: Reader, parameters: dict[str, Term]) -> Check:
    messages = _messages(about) or _messages(replace(about, node=component.node))
    source = Source(str(component.node), None, messages, tuple(sorted(parameters.items())))
    if about.values(SH.ask):
        return ValueCheck(source, _author(about, SH.ask, reader, parameters).condition)
    author = _author(about, SH.select, reader, parameters)
    return FocusCheck(source, author.breach, author.requirements.doubts)


def _author(about: Reader, parameter: URIRef, shape: Reader, parameters: dict[str, Term]) -> Author:
    texts = about.texts(parameter, "5.2.1")
    if len(texts) != 1:
        refuse(f"a query needs exactly one sh:{_local(parameter)}", "5.2.1", about.node)
    constants = {**parameters, "currentShape": to_oxigraph(shape.node), "shapesGraph": SHAPES_GRAPH}
    prebound = frozenset({"this", *constants} | ({"value"} if parameter == SH.ask else set()))
    try:
        query = parse_query(str(texts[0]), prefixes(about))
        judge(query, prebound, _CONTEXT)
    except QueryTextError as error:
        refuse(f"its query can't be used: {error}", "5.2.1 and appendix A", about.node)
    used = variables((*query.head, *query.body, *query.tail))
    named = tuple((name, constants[name]) for name in used if name in constants)
    required = requirements(query, constants)
    query = replace(query, body=chained(query.body, inside=query.form == "ASK"))
    author = Author(query, shape.path, named, required)
    _note_functions(author, shape)
    _try(author, about)
    return author


def prefixes(about: Reader) -> dict[str, str]:
    """The prefixes of sh:prefixes, including those of imported graphs (section 5.2.1)."""
    return declared_prefixes(about.graph, about.node)


def declared_prefixes(graph: Graph, query: Node) -> dict[str, str]:
    """The prefixes that a node with a query has declared."""
    declaring = {
        node
        for start in graph.objects(query, SH.prefixes)
        for node in graph.transitive_objects(start, OWL.imports)
        if node is not None
    }
    found = dict[str, str]()
    declarations = (one for node in declaring for one in graph.objects(node, SH.declare))
    for prefix, namespace in sorted(_declaration(graph, one, query) for one in declarations):
        if found.setdefault(prefix, namespace) != namespace:
            refuse(f"the prefix {prefix}: has two namespaces", "5.2.1", query)
    return found


def _declaration(graph: Graph, declaration: Node, where: Node) -> tuple[str, str]:
    prefix, namespace = (graph.value(declaration, p) for p in (SH.prefix, SH.namespace))
    if prefix is None or namespace is None:
        refuse("a prefix declaration needs sh:prefix and sh:namespace", "5.2.1", where)
    return str(prefix), str(namespace)


def _note_functions(author: Author, shape: Reader) -> None:
    for token in (*author.query.head, *author.query.body, *author.query.tail):
        if token.kind == "iri" and (URIRef(token.text[1:-1]), RDF.type, SH.JSFunction) in shape.graph:
            shape.beyond.add(str(SH.JSFunction))


def _try(author: Author, about: Reader) -> None:
    if author.query.form == "SELECT" and "this" not in author.columns():
        refuse("the query does not project ?this", "5.2.1", about.node)

    def write(scope: Scope) -> str:
        focus, value = scope.fresh("f"), scope.fresh()
        if author.query.form == "ASK":
            text = f"FILTER({author.condition(scope, focus, value)})"
        else:
            text = author.breach(scope, focus).text
        return f"SELECT * {{ BIND(<urn:x> AS {focus}) BIND(<urn:x> AS {value}) {text} }}"

    try_query(write, about)


def try_query(write: Callable[[Scope], str], about: Reader) -> None:
    """Run a query without data, so that a malformed one stops here and not over the data.

    Args:
        write: writes the query.
        about: the node that the query belongs to.

    Raises:
        OntologyError: if it is not SPARQL, or calls an undeclared function.
    """
    scope = Scope(exact=False, subclasses=lambda _: None)
    for class_ in subclasses(about.graph, SH.SPARQLFunction):
        for function in about.graph.subjects(RDF.type, class_):
            scope.functions[NamedNode(str(function))] = lambda *_: None
    try:
        Store().query(write(scope), custom_functions=scope.functions)
    except SyntaxError as error:
        refuse(f"its query is not SPARQL 1.1: {error}", "5.2.1", about.node)
    except RuntimeError as error:
        if str(SH.JSFunction) not in about.beyond:
            refuse(f"its query can't be run: {error}", "5.2.1", about.node)


def _messages(about: Reader) -> tuple[Literal, ...]:
    return tuple(map(to_literal, about.texts(SH.message, "5.2.1", tagged=True)))


def _local(predicate: URIRef) -> str:
    return predicate.rpartition("#")[2] if "#" in predicate else predicate.rpartition("/")[2]
