"""Triples inside EXISTS, each looked up from the previous one.

Oxigraph does not plan joins inside EXISTS: it reads all triples of the second pattern for each solution of
the first. Written as a chain of LATERAL joins, the same patterns use an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, count

from iomgraph.validation.shacl.text import Token, closing

_LATERAL = (Token("word", "LATERAL", apart=True), Token("mark", "{", apart=True))
_CLOSE = Token("mark", "}", apart=True)
ELEMENTS = frozenset({"BIND", "OPTIONAL", "UNION", "GRAPH", "{"})
"""The words that begin an element of a group, besides `FILTER` and triples."""

Triple = tuple[tuple[Token, ...], tuple[Token, ...], tuple[Token, ...]]


class UnreadError(Exception):
    """A query uses syntax that is not read here; it is left as it is."""


def chained(tokens: tuple[Token, ...], *, inside: bool) -> tuple[Token, ...]:
    """Chain the triples inside EXISTS in a group; a group with unusual syntax is unchanged.

    Args:
        tokens: the group, with its braces.
        inside: the group itself is inside EXISTS.

    Example:
        >>> from iomgraph.validation.shacl.text import parse_query, written
        >>> query = parse_query("ASK { ?this <urn:p> ?x ; <urn:q>/<urn:r> 7 }", {})
        >>> written(chained(query.body, inside=True), {}, "").strip()
        '{ ?this <urn:p> ?x LATERAL { ?this <urn:q> ?_1 } LATERAL { ?_1 <urn:r> 7 } }'
    """
    try:
        return tuple(_group(tokens, count(1), inside=inside))
    except UnreadError:
        return tokens


def _group(tokens: tuple[Token, ...], fresh: Iterator[int], *, inside: bool) -> Iterator[Token]:
    """Rewrite the group: process nested groups, copy conditions, and chain triples."""
    if len(tokens) > 2 and tokens[1].word == "SELECT":
        yield from tokens
        return
    yield tokens[0]
    at, triples, end = 1, list[Triple](), len(tokens) - 1
    while at < end:
        token = tokens[at]
        if token.word in ELEMENTS or token.word == "FILTER" or not inside:
            if token.word != "FILTER":  # which applies to the whole group, at any position in it
                yield from _chain(triples)
                triples = []
            stop = end_of_element(tokens, at)
            yield from _copied(tokens[at:stop], fresh, inside=inside)
            at = stop
        elif token.word == ".":
            at += 1
        else:
            found, at = statement(tokens, at, end)
            triples += [step for triple in found for step in _steps(triple, fresh)]
    yield from _chain(triples)
    yield tokens[end]


def end_of_element(tokens: tuple[Token, ...], at: int) -> int:
    """The position after an element of a group, or after the word before its group."""
    if tokens[at].word == "{":
        return closing(tokens, at) + 1
    if tokens[at].word in ("FILTER", "BIND"):
        return _end_of_condition(tokens, at + 1)
    if tokens[at].word == "GRAPH":
        return at + 2
    return at + 1


def _end_of_condition(tokens: tuple[Token, ...], at: int) -> int:
    """The position after a condition: `(…)`, `f(…)` or `[NOT] EXISTS {…}`."""
    while tokens[at].word not in ("(", "{"):
        at += 1
    return closing(tokens, at) + 1


def _copied(tokens: tuple[Token, ...], fresh: Iterator[int], *, inside: bool) -> Iterator[Token]:
    """Copy tokens, rewriting the groups among them."""
    at, within = 0, inside
    while at < len(tokens):
        if tokens[at].word == "EXISTS":
            within = True
        if tokens[at].word == "{":
            end = closing(tokens, at)
            yield from _group(tokens[at : end + 1], fresh, inside=within)
            at, within = end + 1, inside
        else:
            yield tokens[at]
            at += 1


def statement(tokens: tuple[Token, ...], at: int, end: int) -> tuple[list[Triple], int]:
    """The triples of one subject, up to a full stop or another token, and the position there.

    Raises:
        UnreadError: if its syntax is unusual.
    """
    triples = list[Triple]()
    after = _term(tokens, at)
    subject, at = tokens[at:after], after
    while True:
        after = _verb(tokens, at)
        verb, at = tokens[at:after], after
        while True:
            after = _term(tokens, at)
            triples.append((subject, verb, tokens[at:after]))
            at = after
            if tokens[at].word != ",":
                break
            at += 1
        while tokens[at].word == ";":
            at += 1
        if tokens[at - 1].word != ";" or tokens[at].word == "." or at >= end:
            return triples, at


def _term(tokens: tuple[Token, ...], at: int) -> int:
    """The position after a term."""
    if tokens[at].word in ("+", "-"):
        at += 1
    if tokens[at].kind in ("word", "mark") and tokens[at].word not in ("TRUE", "FALSE"):
        raise UnreadError
    if tokens[at].kind == "string" and tokens[at + 1].text == "^^":
        return at + 3
    if tokens[at].kind == "string" and tokens[at + 1].kind == "language":
        return at + 2
    return at + 1


def _verb(tokens: tuple[Token, ...], at: int) -> int:
    """The position after a predicate, a variable or a path."""
    while True:
        while tokens[at].word in ("^", "!"):
            at += 1
        if tokens[at].word == "(":
            at = closing(tokens, at)
        elif tokens[at].kind not in ("iri", "variable") and tokens[at].text != "a":
            raise UnreadError
        at += 1
        if tokens[at].word in ("*", "+", "?"):
            at += 1
        if tokens[at].word not in ("/", "|"):
            return at
        at += 1


def _steps(triple: Triple, fresh: Iterator[int]) -> Iterator[Triple]:
    """A triple for each step of a path that is a sequence."""
    start, verb, end = triple
    depths = list(accumulate({"(": 1, ")": -1}.get(token.word, 0) for token in verb))
    cuts = [at for at, token in enumerate(verb) if token.word == "/" and depths[at] == 0]
    if any(token.word == "|" and depths[at] == 0 for at, token in enumerate(verb)):
        cuts = []
    for before, after in zip([-1, *cuts], [*cuts, len(verb)], strict=True):
        stop = end if after == len(verb) else (Token("variable", f"?_{next(fresh)}", apart=True),)
        yield start, verb[before + 1 : after], stop
        start = stop


def _chain(triples: list[Triple]) -> Iterator[Token]:
    """The triples in an order in which each shares a variable with earlier ones, if possible."""
    waiting, bound = list(triples), {"this", "value"}
    while waiting:
        triple = next((triple for triple in waiting if bound & _variables(triple)), waiting[0])
        text = tuple(_unlabelled(token) for part in triple for token in part)
        yield from text if len(waiting) == len(triples) else (*_LATERAL, *text, _CLOSE)
        waiting.remove(triple)
        bound |= _variables(triple)


def _unlabelled(token: Token) -> Token:
    """Replace labels of blank nodes, which may not be in two groups, by unused variables, which may."""
    if token.kind == "label":
        return Token("variable", f"?__{token.text[2:]}", apart=True)
    return replace(token, apart=True)


def _variables(triple: Triple) -> set[str]:
    return {token.variable for part in (triple[0], triple[2]) for token in part if token.variable}
