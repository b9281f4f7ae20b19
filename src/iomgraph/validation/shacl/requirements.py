"""Predicates that a focus node must have, and must not have, so that an author's query can have solutions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl.chains import ELEMENTS, UnreadError, end_of_element, statement
from iomgraph.validation.shacl.columns import Columns, Nodes
from iomgraph.validation.shacl.text import Query, Token


@dataclass(frozen=True, slots=True)
class Requirements:
    """The requirements of a query.

    Args:
        present: predicates of which a focus node must have a value.
        absent: predicates of which it must not have one.
    """

    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    def doubts(self, columns: Columns, nodes: Nodes) -> Nodes:
        """Return the nodes for which the query can have solutions."""
        for predicate in self.present:
            nodes = nodes & columns.subjects(predicate)
        for predicate in self.absent:
            nodes = nodes - columns.subjects(predicate)
        return nodes


def requirements(query: Query, prebound: Collection[str]) -> Requirements:
    """Find requirements of a SELECT, by the triples and the conditions that stand in its outermost group.

    Args:
        query: the query.
        prebound: variables that are bound to constants.

    Example:
        >>> from iomgraph.validation.shacl.text import parse_query
        >>> text = "SELECT $this { $this <urn:p> ?x FILTER NOT EXISTS { $this <urn:q> ?y } }"
        >>> requirements(parse_query(text, {}), ())
        Requirements(present=frozenset({'urn:p'}), absent=frozenset({'urn:q'}))
    """
    grouped = {"GROUP", "HAVING"}.intersection(token.word for token in query.tail)
    # An aggregate has a value where there is no solution, too.
    if grouped or any(token.word == "(" for token in query.head) or query.body[1].word == "SELECT":
        return Requirements()
    try:
        return _found(query.body, prebound)
    except UnreadError:
        return Requirements()


def _found(body: tuple[Token, ...], prebound: Collection[str]) -> Requirements:
    present, absent = set[str](), set[str]()
    at, end = 1, len(body) - 1
    while at < end:
        if body[at].word == "FILTER" or body[at].word in ELEMENTS:
            stop = end_of_element(body, at)
            absent.update(_absent(body[at:stop], body, prebound))
            at = stop
        elif body[at].word == ".":
            at += 1
        else:
            triples, at = statement(body, at, end)
            for subject, verb, _ in triples:
                if len(verb) == 1 and subject[0].variable == "this":
                    present.update(_predicate(verb[0]))
    return Requirements(frozenset(present), frozenset(absent))


def _absent(element: tuple[Token, ...], body: tuple[Token, ...], prebound: Collection[str]) -> Iterator[str]:
    """The predicate of a condition that a focus node has no value, whatever it may be."""
    words = [token.word for token in element if token.word not in ("", ".")]
    terms = [token for token in element if not token.word]
    if words != ["FILTER", "NOT", "EXISTS", "{", "}"] or len(terms) != len(("this", "verb", "value")):
        return
    subject, verb, value = terms
    occurrences = sum(token.variable == value.variable for token in body)
    if subject.variable == "this" and value.variable not in ("", *prebound) and occurrences == 1:
        yield from _predicate(verb)


def _predicate(token: Token) -> Iterator[str]:
    if token.kind == "iri":
        yield token.text[1:-1]
    elif token.text == "a":
        yield RDF_TYPE
