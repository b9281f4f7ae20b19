"""Variables of an author's query that stand for values: what operators and functions work on.

A store that was filled by `exact_quads` keeps some literals under a datatype of our own, by which they are
joined, and are given back as they were written. Operators have to see the number, the date or the boolean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iomgraph.validation.shacl.scope import DATATYPE, Scope
from iomgraph.validation.shacl.text import Token, written

_OPENS = frozenset({"FILTER", "BIND", "HAVING"})
_OF_TERMS = frozenset(
    {"BOUND", "STR", "LANG", "DATATYPE", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "COUNT"}
)
"""Functions that are about the term, and not its value."""


def operands(tokens: tuple[Token, ...], *, outside: bool = False) -> Iterator[int]:
    """Yield the places of variables whose value counts: inside of expressions, except bare variables.

    Args:
        tokens: of a query: its group, or what stands before or after it.
        outside: whether they stand before or after the group.

    Example:
        >>> from iomgraph.validation.shacl.text import parse_query
        >>> query = parse_query("ASK { ?a <urn:p> ?b FILTER(?b > 5 && BOUND(?a)) BIND(?b AS ?c) }", {})
        >>> [(at, query.body[at].text) for at in operands(query.body)]
        [(6, '?b')]
    """
    levels = [(False, "")]
    one, many = False, outside
    for at, token in enumerate(tokens):
        before = tokens[at - 1].word if at else ""
        if token.word == "(":
            levels.append((levels[-1][0] or one or many, before))
            one = False
        elif token.word == "{":
            levels.append((False, ""))
            one, many = False, outside
        elif token.word in (")", "}"):
            levels.pop()
        elif token.variable and levels[-1][0] and levels[-1][1] not in _OF_TERMS:
            after = tokens[at + 1].word if at + 1 < len(tokens) else ""
            if before != "AS" and not (before == "(" and after == "AS"):
                yield at
        one, many = one or token.word in _OPENS, many or token.word == "SELECT"


def with_values(
    scope: Scope, tokens: tuple[Token, ...], names: Mapping[str, str], tag: str, *, outside: bool = False
) -> str:
    """Write a part of an author's query, whose operators see values however the store keeps them.

    Args:
        scope: the run that the text is for.
        tokens: the part.
        names: variable without its mark to the text that replaces it.
        tag: set before every other variable.
        outside: whether the part stands before or after the group of the query.
    """
    if not scope.exact:
        return written(tokens, names, tag)
    parts = [
        Token("iri", f"<{DATATYPE}>", apart=True) if token.word == "DATATYPE" else token for token in tokens
    ]
    for at in operands(tokens, outside=outside):
        variable = written((tokens[at],), names, tag).strip()
        parts[at] = Token("expression", scope.plain(variable), apart=True)
    return written(tuple(parts), names, tag)
