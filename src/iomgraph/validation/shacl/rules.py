"""Rules: triples that shapes infer before they validate (SHACL Advanced Features, section 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import groupby, islice, product
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple
from rdflib import RDF, SH, URIRef

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl.chains import chained
from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.expressions import Evaluator, Expression, read_expression
from iomgraph.validation.shacl.model import Rule, Shape
from iomgraph.validation.shacl.reader import Reader, refuse, sh
from iomgraph.validation.shacl.registry import evaluates, note
from iomgraph.validation.shacl.scope import Scope, Stored
from iomgraph.validation.shacl.sparql import Author
from iomgraph.validation.shacl.targets import focus_nodes
from iomgraph.validation.shacl.terms import as_written
from iomgraph.validation.shacl.text import (
    QueryTextError,
    Token,
    judge,
    parse_construct,
    written,
)
from iomgraph.validation.shacl.validators import prefixes, try_query
from iomgraph.validation.shacl.verdicts import Verdicts

note("AF, 8", SH.entailment, "Rules", "RulesEntailment")

MOST = 10_000_000
"""Triples that rules may infer in one step; more are refused."""

ROUNDS = 100
"""Times that rules are run, as long as they infer something new."""

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
    """The rules of a shape, but for deactivated ones.

    A rule of a kind that is not known here is noted as beyond what is evaluated.

    Raises:
        OntologyError: if a rule is ill-formed, or has a query that SHACL does not allow.
    """
    for node in reader.values(SH.rule):
        about = replace(reader, node=node)
        if about.flag(SH.deactivated, _SECTION):
            continue
        types = set(reader.graph.objects(node, RDF.type))
        if SH.TripleRule in types or about.values(SH.subject):
            infer, once = _triple_rule(about), False
        elif SH.SPARQLRule in types or about.values(SH.construct):
            infer, once = _sparql_rule(about)
        else:
            reader.beyond.update(map(str, types or {SH.rule}))
            continue
        conditions = tuple(reader.shape(shape) for shape in about.values(SH.condition))
        yield Rule(about.number(SH.order, _SECTION), conditions, infer, once)
    yield from _values(reader)


@evaluates("AF, 8", "values")
def _values(reader: Reader) -> Iterator[Rule]:
    """The rules that sh:values is, on the property shapes of a shape: what their path leads to."""
    for node in (reader.node, *reader.values(SH.property)):
        about = replace(reader, node=node)
        if not about.values(sh("values")) or about.flag(SH.deactivated, _SECTION):
            continue
        path = about.value(SH.path, _SECTION)
        if not isinstance(path, URIRef):
            reader.beyond.add(str(sh("values")))
            continue
        parts = (SH.this, path, about.value(sh("values"), _SECTION))
        expressions = [read_expression(about, part) for part in parts if part is not None]
        yield Rule(about.number(SH.order, _SECTION), (), partial(_triples, expressions))


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


def inferred(data: DataGraph, shapes: Sequence[Shape], scope: Callable[[DataGraph], Scope]) -> DataGraph:
    """Run the rules of shapes, until they infer nothing new.

    Rules run by the order of their shape, then by their own. What rules of the same order infer, they do
    not see of each other before the next round. A rule that makes new nodes runs in the first round only.

    Args:
        data: the data graph, which is left as it is.
        shapes: all shapes, with their rules.
        scope: makes the scope of a query over some data.

    Returns:
        the data graph itself if there are no rules, else a copy with what they infer.

    Raises:
        OntologyError: if they still infer something new after `ROUNDS` rounds, or more than `MOST` triples.
    """
    rules = [(shape, rule) for shape in shapes if not shape.deactivated for rule in shape.rules]
    if not rules:
        return data
    store = _copied(data)
    rules.sort(key=_order)
    for number in range(ROUNDS):
        before = len(store)
        for _, group in groupby(rules, key=_order):
            now = DataGraph(store, [DefaultGraph()], data.shapes)
            run = Verdicts(now, partial(scope, now))
            due = [(shape, rule) for shape, rule in group if not (number and rule.once)]
            new = [triple for shape, rule in due for triple in run.decided(partial(_run, rule, shape, run))]
            quads = (Quad(triple.subject, triple.predicate, triple.object) for triple in new)
            store.bulk_extend([quad for quad in quads if quad not in store])
        if len(store) == before:
            return now
    raise OntologyError(
        f"rules still infer new triples after {ROUNDS} rounds",
        where=", ".join(sorted({str(shape.node) for shape, _ in rules})),
        step="write the rules so that they come to an end",
    )


def _order(pair: tuple[Shape, Rule]) -> tuple[Decimal, Decimal]:
    return pair[0].order, pair[1].order


def _run(rule: Rule, shape: Shape, run: Verdicts) -> list[Triple]:
    evaluator = Evaluator(run.data, run.scope())
    focus = evaluator.scope.fresh("f")
    text = focus_nodes(evaluator.scope, shape.targets, focus)
    if rule.conditions:
        text += f" FILTER({' && '.join(conforms(evaluator.scope, one, focus) for one in rule.conditions)})"
    found = run.data.select(f"SELECT {focus} {{ {text} }}", evaluator.scope)
    nodes = [solution[0] for solution in found]
    triples = list(islice(rule.infer(evaluator, nodes), MOST + 1)) if nodes else []
    if len(triples) > MOST:
        raise OntologyError(
            f"a rule infers more than {MOST:,} triples at once",
            where=shape.node,
            step="give the rule a condition, or join less in its query",
        )
    return triples


def _copied(data: DataGraph) -> Store:
    store = Store()
    for name in data.names:
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in data.store.quads_for_pattern(None, None, None, name)
        )
    return store
