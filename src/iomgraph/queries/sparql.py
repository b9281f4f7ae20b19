"""Limits of SPARQL here: bad syntax, updates, and queries to other endpoints are refused.

The engine can't turn SERVICE off, so queries are checked before they run. A search for the word alone would
refuse comments and titles that contain it, and another parser may read a query differently. So the check asks
the engine itself: in a copy of the query, every `service` is replaced by a word that is not a keyword. In
comments, texts, IRIs and names this makes no difference; in place of the keyword, the copy is no longer valid
SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from iomgraph.errors import QueryError

_SERVICE = re.compile("service", re.IGNORECASE)
_MASK = "xervice"
_UPDATE = re.compile(
    r"^\s*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|COPY|MOVE|ADD|WITH)\b", re.IGNORECASE | re.MULTILINE
)
_PLACE = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_REASON = re.compile(r"The SELECT contains [a-z ]+")
_DEEPEST = 200
_NESTING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|'
    r"'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"|'
    r"'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>|\#[^\n]*|[(\[{]|[)\]}]|(?:[!+^-]\s*){2,}",
    re.DOTALL,
)
"""Texts, IRIs and comments, in which no bracket counts; brackets; runs of operators before a value."""
_NEVER = "\n\x00"
"""Text that is not SPARQL: the parser stops at it, tells its position, and never evaluates."""


def refuse(text: str, prefixes: Mapping[str, str], base_iri: str | None = None) -> None:
    """Refuse invalid and forbidden queries, so that evaluation never leaves this process.

    Args:
        text: a query.
        prefixes: prefixes that it need not declare.
        base_iri: the base of its relative IRIs, which are refused without it.

    Raises:
        QueryError: if it is not a SPARQL query, is an update, has SERVICE in it, or nests deeper than
            the parser can follow.

    Example:
        >>> refuse("SELECT * { ?s ?p 'SERVICE' } # SERVICE", {})
        >>> refuse("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", {})
        Traceback (most recent call last):
        iomgraph.errors.QueryError: the query asks another endpoint: line 1, SERVICE
          Next: remove SERVICE: only the release can be queried, never the network
    """
    _bound(text)
    masked = _SERVICE.sub(_MASK, text)
    try:
        ox.Store().query(masked, prefixes=dict(prefixes), base_iri=base_iri)
    except SyntaxError as error:
        if masked != text and _reach(masked, prefixes, base_iri) < _reach(text, prefixes, base_iri):
            raise _federated(text, _position(error)) from None
        raise _malformed(text, error) from None


def _bound(text: str) -> None:
    """Refuse queries that nest so deeply that the recursive parser would crash the process."""
    depth = 0
    for found in _NESTING.finditer(text):
        token = found[0]
        if token[0] in "([{":
            depth += 1
        elif token[0] in ")]}":
            depth -= 1
        operators = len(token) - sum(map(token.count, " \t\r\n")) if token[0] in "!+^-" else 0
        if depth > _DEEPEST or operators > _DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise QueryError(
                f"the query is nested more than {_DEEPEST} deep", where=f"line {line}", step="ask in parts"
            )


def _reach(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> tuple[int, int]:
    """Find the line and column at which the parser stops in a text."""
    try:
        ox.Store().query(text + _NEVER, prefixes=dict(prefixes), base_iri=base_iri)
    except SyntaxError as error:
        return _position(error)
    raise AssertionError("no text is SPARQL that ends in NUL")  # pragma: no cover


def _position(error: SyntaxError) -> tuple[int, int]:
    at = _PLACE.match(str(error))
    return (int(at[1]), int(at[2])) if at else (0, 0)


def _federated(text: str, position: tuple[int, int]) -> QueryError:
    lines = text.split("\n")
    line = next((n for n in range(position[0], 0, -1) if _SERVICE.search(lines[n - 1])), position[0])
    return QueryError(
        "the query asks another endpoint",
        where=f"line {line}, SERVICE",
        step="remove SERVICE: only the release can be queried, never the network",
    )


def _malformed(text: str, error: SyntaxError) -> QueryError:
    line, column = _position(error)
    if _UPDATE.search(text):
        step = "ask SELECT, ASK, CONSTRUCT or DESCRIBE: a release is read, never changed"
    elif "refix not found" in str(error):
        step = "declare the prefix before it is used: PREFIX name: <address of its terms>"
    elif reason := _REASON.search(str(error)):
        step = f"correct it there: {reason[0].lower().replace('select', 'SELECT')}"
    else:
        step = "correct it there; https://www.w3.org/TR/sparql11-query/ has the grammar"
    return QueryError("this is not a SPARQL query", where=f"line {line}, column {column}", step=step)
