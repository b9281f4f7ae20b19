"""Custom targets: queries that find focus nodes (SHACL Advanced Features, sections 3.1 and 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rdflib import RDF, RDFS, SH, BNode, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.operands import with_values
from iomgraph.validation.shacl.reader import Reader, refuse, subclasses
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.terms import Term, to_oxigraph
from iomgraph.validation.shacl.text import Query, QueryTextError, judge, parse_query, projection
from iomgraph.validation.shacl.validators import prefixes, try_query

_SECTION = "AF 3"


@dataclass(frozen=True, slots=True)
class TargetQuery:
    """A SELECT that gives focus nodes.

    Args:
        query: its text.
        constants: names of its parameters to their values.
    """

    query: Query
    constants: tuple[tuple[str, Term], ...] = ()

    def __call__(self, scope: Scope, focus: str) -> str:
        """Write a group that binds a variable to each focus node."""
        tag = f"{scope.fresh('t')[1:]}_"
        names = {"this": focus, **{name: f"?{tag}{name}" for name, _ in self.constants}}
        binds = "".join(f"BIND({scope.constant(term)} AS {names[name]}) " for name, term in self.constants)
        head, tail = (
            with_values(scope, part, names, tag, outside=True) for part in (self.query.head, self.query.tail)
        )
        body = with_values(scope, self.query.body, names, tag)
        kept = "".join(f" {names[name]}" for name, _ in self.constants)
        return f"{binds} LATERAL {{ SELECT {head}{kept} {body} {tail} }}"


@evaluates("AF, 3", SH.target, "Target", "SPARQLTarget", "SPARQLTargetType")
def custom_targets(reader: Reader) -> Iterator[Callable[[Scope, str], str]]:
    """The targets that sh:target gives a shape.

    Targets of unknown kinds are noted as not evaluated.

    Raises:
        OntologyError: if a target is ill-formed, or its query is one that SHACL does not allow.
    """
    for node in reader.values(SH.target):
        types = set(reader.graph.objects(node, RDF.type)) - {SH.Target}
        if not isinstance(node, URIRef | BNode) or node == reader.node:
            refuse("sh:target needs an IRI or a blank node", _SECTION, reader.node)
        about = replace(reader, node=node)
        if SH.SPARQLTarget in types or about.values(SH.select):
            yield _target(about, about, {})
            continue
        declared = _declared(reader, types)
        if declared is None:
            reader.beyond.update(map(str, sorted(types, key=str) or [node]))
            continue
        constants = _arguments(about, replace(reader, node=declared))
        if constants is not None:
            yield _target(replace(reader, node=declared), about, constants)


def _declared(reader: Reader, types: set[Node]) -> Node | None:
    """The target type, among the types of a target, that has a query."""
    kinds = subclasses(reader.graph, SH.SPARQLTargetType)
    above = {up for type_ in types for up in reader.graph.transitive_objects(type_, RDFS.subClassOf)}
    found = [
        node
        for node in sorted(above, key=str)
        if node is not None and kinds.intersection(reader.graph.objects(node, RDF.type))
    ]
    return found[0] if found else None


def _arguments(target: Reader, type_: Reader) -> dict[str, Term] | None:
    """The values of the parameters; None if a required one is missing, so that there are no focus nodes."""
    found = dict[str, Term]()
    for node in type_.values(SH.parameter):
        declared = replace(type_, node=node)
        path = declared.value(SH.path, _SECTION)
        if not isinstance(path, URIRef):
            refuse("a parameter needs an IRI for its path", _SECTION, type_.node)
        value = target.value(path, _SECTION)
        if isinstance(value, BNode):
            refuse("a parameter of a target is not a blank node", _SECTION, target.node)
        if value is not None:
            found[path.rpartition("#")[2] if "#" in path else path.rpartition("/")[2]] = to_oxigraph(value)
        elif not declared.flag(SH.optional, _SECTION):
            return None
    return found


def _target(about: Reader, where: Reader, constants: dict[str, Term]) -> TargetQuery:
    texts = about.texts(SH.select, _SECTION)
    if len(texts) != 1:
        refuse("a target needs exactly one sh:select", _SECTION, where.node)
    try:
        query = parse_query(str(texts[0]), prefixes(about))
        judge(query, frozenset(constants), frozenset())
    except QueryTextError as error:
        refuse(f"its query can't be used: {error}", _SECTION, where.node)
    columns = projection(query.head)
    if query.form != "SELECT" or (columns is not None and columns != ["this"]):
        refuse("the query of a target projects ?this and nothing else", _SECTION, where.node)
    target = TargetQuery(query, tuple(sorted(constants.items())))
    try_query(lambda scope: f"SELECT * {{ {target(scope, scope.fresh('f'))} }}", where)
    return target
