"""Variables of an author's query that stand for values, on which operators and functions work.

A store filled by `exact_quads` keeps some literals under a datatype of our own, for joins and for returning
them as written. Operators must see the number, the date or the boolean instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iomgraph.validation.shacl.scope import DATATYPE, Scope
from iomgraph.validation.shacl.text import Token, written

_OPENS = frozenset({"FILTER", "BIND", "HAVING"})
_OF_TERMS = frozenset(
    {"BOUND", "STR", "LANG", "DATATYPE", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "COUNT"}
)
"""Functions that use the term and not its value."""


def operands(tokens: tuple[Token, ...], *, outside: bool = False) -> Iterator[int]:
    """Yield the positions of variables whose value counts: inside expressions, except bare variables.

    Args:
        tokens: tokens of a query: its group, or the part before or after it.
        outside: they are before or after the group.

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
    """Write a part of an author's query so that its operators see values, however the store keeps them.

    Args:
        scope: the run that the text is for.
        tokens: the part.
        names: variable without its mark to the text that replaces it.
        tag: prefix for every other variable.
        outside: the part is before or after the group of the query.
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
