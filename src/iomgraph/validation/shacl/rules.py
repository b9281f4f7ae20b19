"""Rules: triples that shapes infer before they validate (SHACL Advanced Features, section 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Triple
from rdflib import RDF, SH, URIRef

from iomgraph.validation.shacl.chains import chained
from iomgraph.validation.shacl.expressions import Evaluator, Expression, read_expression
from iomgraph.validation.shacl.model import Rule
from iomgraph.validation.shacl.reader import Reader, refuse, sh
from iomgraph.validation.shacl.registry import evaluates, note
from iomgraph.validation.shacl.scope import Scope, Stored
from iomgraph.validation.shacl.sparql import Author
from iomgraph.validation.shacl.terms import as_written, to_name
from iomgraph.validation.shacl.text import (
    QueryTextError,
    Token,
    judge,
    parse_construct,
    written,
)
from iomgraph.validation.shacl.validators import prefixes, try_query

note("AF, 8", SH.entailment, "Rules", "RulesEntailment")

Infer: TypeAlias = Callable[[Evaluator, Sequence[Stored]], Iterator[Triple]]

_MANY = 10_000
_SECTION = "AF 8"
_NEW = frozenset({"BNODE", "UUID", "STRUUID", "RAND", "NOW"})


@evaluates(
    "AF, 8",
    SH.rule,
    "TripleRule",
    "SPARQLRule",
    "construct",
    "subject",
    "predicate",
    "object",
    "condition",
    "order",
)
def read_rules(reader: Reader) -> Iterator[Rule]:
    """The rules of a shape, except deactivated ones.

    Rules of an unknown kind or with an unknown function are noted as left out.

    Raises:
        OntologyError: if a rule is ill-formed, or has a query that SHACL does not allow.
    """
    for node in reader.values(SH.rule):
        about = replace(reader, node=node, beyond=set(), referred=[])
        if about.flag(SH.deactivated, _SECTION):
            continue
        types = set(reader.graph.objects(node, RDF.type))
        if SH.TripleRule in types or about.values(SH.subject):
            infer, once = _triple_rule(about), False
        elif SH.SPARQLRule in types or about.values(SH.construct):
            infer, once = _sparql_rule(about)
        else:
            reader.left_out.extend((to_name(node), str(one)) for one in types or {SH.rule})
            continue
        conditions = tuple(about.shape(shape) for shape in about.values(SH.condition))
        reader.left_out.extend((to_name(node), one) for one in about.beyond)
        if not about.beyond:
            order, references = about.number(SH.order, _SECTION), tuple(about.referred)
            yield Rule(to_name(node), order, conditions, infer, once, references)
    yield from _values(reader)


@evaluates("AF, 8", "values")
def _values(reader: Reader) -> Iterator[Rule]:
    """The rules from sh:values on the property shapes of a shape, which infer values of their paths."""
    for node in (reader.node, *reader.values(SH.property)):
        about = replace(reader, node=node, beyond=set(), referred=[])
        if not about.values(sh("values")) or about.flag(SH.deactivated, _SECTION):
            continue
        path = about.value(SH.path, _SECTION)
        if not isinstance(path, URIRef):
            reader.left_out.append((to_name(node), str(sh("values"))))
            continue
        parts = (SH.this, path, about.value(sh("values"), _SECTION))
        expressions = [read_expression(about, part) for part in parts if part is not None]
        reader.left_out.extend((to_name(node), one) for one in about.beyond)
        if not about.beyond:
            order, infer = about.number(SH.order, _SECTION), partial(_triples, expressions)
            yield Rule(to_name(node), order, (), infer, references=tuple(about.referred))


def _triple_rule(about: Reader) -> Infer:
    parts = (SH.subject, SH.predicate, SH.object)
    nodes = [about.value(part, _SECTION) for part in parts]
    if any(node is None for node in nodes):
        refuse("a triple rule needs sh:subject, sh:predicate and sh:object", _SECTION, about.node)
    expressions = [read_expression(about, node) for node in nodes if node is not None]
    return partial(_triples, expressions)


def _triples(
    expressions: Sequence[Expression], evaluator: Evaluator, nodes: Sequence[Stored]
) -> Iterator[Triple]:
    for node in map(as_written, nodes):
        parts = (expression(evaluator, node) for expression in expressions)
        for subject, predicate, value in product(*parts):
            if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
                yield Triple(subject, predicate, evaluator.scope.stored(value))


def _sparql_rule(about: Reader) -> tuple[Infer, bool]:
    texts = about.texts(SH.construct, _SECTION)
    if len(texts) != 1:
        refuse("a SPARQL rule needs exactly one sh:construct", _SECTION, about.node)
    try:
        template, query = parse_construct(str(texts[0]), prefixes(about))
        judge(query, frozenset({"this"}), frozenset())
    except QueryTextError as error:
        refuse(f"its query can't be used: {error}", _SECTION, about.node)
    author = Author(replace(query, body=chained(query.body, inside=False)), None, ())
    try_query(lambda scope: _construct(template, author, scope, [NamedNode("urn:x")]), about)
    tokens = (*template, *query.body)
    once = any(token.kind == "label" or token.text == "[" or token.word in _NEW for token in tokens)
    return partial(_constructed, template, author), once


def _constructed(
    template: tuple[Token, ...], author: Author, evaluator: Evaluator, nodes: Sequence[Stored]
) -> Iterator[Triple]:
    data, scope = evaluator.data, evaluator.scope
    for start in range(0, len(nodes), _MANY):
        yield from data.construct(_construct(template, author, scope, nodes[start : start + _MANY]), scope)


def _construct(template: tuple[Token, ...], author: Author, scope: Scope, nodes: Sequence[Stored]) -> str:
    focus = scope.fresh("f")
    breach = author.breach(scope, focus)
    names = {"this": focus, **(breach.others or {})}
    listed = scope.listed(nodes, focus)
    return f"CONSTRUCT {written(template, names, '')} WHERE {{ {{ {listed} }} {breach.text} }}"
