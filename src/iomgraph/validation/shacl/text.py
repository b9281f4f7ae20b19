"""The text of an author's query, which is read into tokens, checked, and fitted into a larger query.

SHACL-SPARQL pre-binds variables (appendix A). Here the query around the author's binds the focus nodes, and
passes them in with LATERAL, a join whose right side sees the bindings of its left; this has the same effect
for all focus nodes at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n\r]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<label>_:[\w.\-·]*[\w\-·])
    |(?P<name>[\w.\-·]*:(?:(?:[\w\-·:.]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w\-·:]|%[0-9A-Fa-f]{2}|\\.))?)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?|\.\d+(?:[Ee][+-]?\d+)?)
    |(?P<word>\w+)
    |(?P<mark>\^\^|&&|\|\||!=|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
WELL_KNOWN: Mapping[str, str] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
}
"""Prefixes that queries use without declaring them, because other processors predefine them."""

_REFUSED = frozenset({"MINUS", "SERVICE", "VALUES", "FROM", "LATERAL"})


class QueryTextError(ValueError):
    """An author's query is not one that SHACL allows; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query.

    Args:
        kind: name of its group in the pattern.
        text: as it is written.
        apart: a space goes before it; Oxigraph does not accept `COALESCE (`.
    """

    kind: str
    text: str
    apart: bool

    @property
    def word(self) -> str:
        """The keyword in capitals, or the mark; empty for names, texts and variables."""
        return self.text.upper() if self.kind in ("word", "mark") else ""

    @property
    def variable(self) -> str:
        """The variable's name, empty for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


@dataclass(frozen=True, slots=True)
class Query:
    """An author's query without its prologue.

    Args:
        form: SELECT or ASK.
        head: the text between SELECT and the group; empty for ASK.
        body: the group with its braces.
        tail: GROUP BY and other modifiers.
    """

    form: str
    head: tuple[Token, ...]
    body: tuple[Token, ...]
    tail: tuple[Token, ...]


def parse_query(text: str, prefixes: Mapping[str, str]) -> Query:
    """Read an author's query, its prefixed names replaced by IRIs.

    Raises:
        QueryTextError: if a prefix is unknown, or it is neither SELECT nor ASK, or has a dataset of its own.
    """
    tokens = _read(text, prefixes)
    form = tokens[0].word if tokens else ""
    if form not in ("SELECT", "ASK"):
        raise QueryTextError("it is neither SELECT nor ASK")
    start = next((at for at, token in enumerate(tokens) if token.word == "{"), None)
    if start is None:
        raise QueryTextError("it has no group in braces")
    end = closing(tokens, start)
    head = [token for token in tokens[1:start] if token.word != "WHERE"]
    return Query(form, tuple(head), tuple(tokens[start : end + 1]), tuple(tokens[end + 1 :]))


def parse_construct(text: str, prefixes: Mapping[str, str]) -> tuple[tuple[Token, ...], Query]:
    """Read an author's CONSTRUCT.

    Returns:
        its template, and a SELECT of the variables in it, `?this` among them.

    Raises:
        QueryTextError: if a prefix is unknown, or it is not a CONSTRUCT, or has a dataset of its own.

    Example:
        >>> template, query = parse_construct("CONSTRUCT { ?this a ?c } WHERE { ?c a ?d }", {})
        >>> projection(query.head)
        ['c', 'this']
    """
    tokens = _read(text, prefixes)
    if len(tokens) < 2 or tokens[0].word != "CONSTRUCT":
        raise QueryTextError("it is not CONSTRUCT")
    end = closing(tokens, 1) + 1 if tokens[1].word == "{" else 1
    start = end + (end < len(tokens) and tokens[end].word == "WHERE")
    if start == len(tokens) or tokens[start].word != "{":
        raise QueryTextError("it has no group in braces after its template")
    stop = closing(tokens, start) + 1
    body, tail = tuple(tokens[start:stop]), tuple(tokens[stop:])
    template = tuple(tokens[1:end]) or body
    names = sorted({"this", *variables(template)})
    head = tuple(Token("variable", f"?{name}", apart=True) for name in names)
    return template, Query("SELECT", head, body, tail)


def _read(text: str, prefixes: Mapping[str, str]) -> list[Token]:
    """The tokens after the prologue, with names replaced by IRIs."""
    tokens, known, base = _prologue(list(_tokens(text)), {**WELL_KNOWN, **prefixes})
    return [_expanded(token, known, base) for token in tokens]


def assumed(text: str, prefixes: Mapping[str, str]) -> set[str]:
    """The well-known prefixes that a query uses without a declaration of its own or of the shapes."""
    tokens, known, _ = _prologue(list(_tokens(text)), dict(prefixes))
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    return {prefix for prefix in used if prefix not in known and prefix in WELL_KNOWN}


def _tokens(text: str) -> Iterator[Token]:
    apart = True
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "blank":
            yield Token(kind, match.group(), apart)
        apart = kind == "blank"


def words(text: str) -> set[str]:
    """The keywords of a query or an update, in capitals, without words in names and texts."""
    return {token.word for token in _tokens(text)}


def _prologue(tokens: list[Token], known: dict[str, str]) -> tuple[list[Token], dict[str, str], str]:
    """The tokens after the prologue, the prefixes, and the base."""
    base = ""
    while tokens and tokens[0].word in ("PREFIX", "BASE"):
        length = 3 if tokens[0].word == "PREFIX" else 2
        if len(tokens) < length or tokens[length - 1].kind != "iri":
            raise QueryTextError(f"its {tokens[0].word} lines are malformed")
        iri = urljoin(base, tokens[length - 1].text[1:-1])
        if length == 2:
            base = iri
        else:
            known[tokens[1].text.rstrip(":")] = iri
        tokens = tokens[length:]
    return tokens, known, base


def _expanded(token: Token, prefixes: Mapping[str, str], base: str) -> Token:
    if token.kind == "iri" and base:
        return Token("iri", f"<{urljoin(base, token.text[1:-1])}>", token.apart)
    if token.kind != "name":
        return token
    prefix, _, local = token.text.partition(":")
    if prefix not in prefixes:
        raise QueryTextError(f"the prefix {prefix}: is not declared by sh:prefixes")
    local = re.sub(r"\\(.)", r"\1", local)
    return Token("iri", f"<{prefixes[prefix]}{local}>", token.apart)


def closing(tokens: list[Token] | tuple[Token, ...], start: int) -> int:
    """The position of the bracket that closes another one.

    Raises:
        QueryTextError: if there is none.
    """
    depth = 0
    for at in range(start, len(tokens)):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(tokens[at].word, 0)
        if depth == 0:
            return at
    raise QueryTextError("a bracket is not closed")


def judge(query: Query, prebound: frozenset[str], optional: frozenset[str]) -> None:
    """Stop at syntax that appendix A forbids with pre-bound variables.

    Args:
        query: the author's query.
        prebound: variables that are, or may be, pre-bound.
        optional: those of them that a subquery need not project.

    Raises:
        QueryTextError: if the query uses SERVICE, MINUS or VALUES, assigns to a
            pre-bound variable, or has a subquery that does not project them all.
    """
    tokens = (*query.head, *query.body, *query.tail)
    for at, token in enumerate(tokens):
        if token.word in _REFUSED:
            raise QueryTextError(f"it uses {token.word}")
        if token.word == "AS" and at + 1 < len(tokens) and tokens[at + 1].variable in prebound:
            raise QueryTextError(f"it assigns to the pre-bound variable ?{tokens[at + 1].variable}")
    for at, token in enumerate(query.body):
        if token.word == "SELECT":
            missing = sorted(prebound - optional - _projected(query.body, at))
            if missing:
                raise QueryTextError(f"a subquery does not project ?{missing[0]}")


def _projected(tokens: tuple[Token, ...], at: int) -> set[str]:
    start = next(n for n in range(at, len(tokens)) if tokens[n].word == "{")
    named = projection(tokens[at + 1 : start])
    return set(_visible(tokens[start : closing(tokens, start) + 1]) if named is None else named)


def projection(head: tuple[Token, ...]) -> list[str] | None:
    """The names of the variables that SELECT projects, None for all (`*`).

    Example:
        >>> projection(parse_query("SELECT ?a (COUNT(*) AS ?b) {}", {}).head)
        ['a', 'b']
    """
    depth, names = 0, list[str]()
    for before, token in zip((None, *head), head, strict=False):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.word == "*" and depth == 0:
            return None
        if token.variable and (depth == 0 or (before and before.word == "AS")):
            names.append(token.variable)
    return names


def _visible(body: tuple[Token, ...]) -> Iterator[str]:
    """The variables that SELECT * sees, outside conditions (SPARQL 1.1, section 18.2.1)."""
    depth, at = 0, 0
    while at < len(body):
        token = body[at]
        if token.word == "EXISTS" and at + 1 < len(body):
            at = closing(body, at + 1)
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.variable and (depth == 0 or body[at - 1].word == "AS"):
            yield token.variable
        at += 1


def variables(tokens: tuple[Token, ...]) -> list[str]:
    """The names of the variables, each once, sorted."""
    return sorted({token.variable for token in tokens if token.variable})


def written(tokens: tuple[Token, ...], rename: Mapping[str, str], tag: str) -> str:
    """Tokens as text again.

    Args:
        tokens: of a query.
        rename: variable without its mark to the text that replaces it.
        tag: prefix for every other variable and for labels of blank nodes, so that none clashes.
    """
    parts = []
    for token in tokens:
        parts.append(" " if token.apart else "")
        if token.variable:
            parts.append(rename.get(token.variable) or f"?{tag}{token.variable}")
        elif token.kind == "label":
            parts.append(f"_:{tag}{token.text[2:]}")
        else:
            parts.append(token.text)
    return "".join(parts)
