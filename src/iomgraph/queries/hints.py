"""Hints for an answer without rows: the values that the data has instead of those in the query.

A literal matches only the very same literal: a label without its language, or a day if the data has a year,
matches nothing, and no engine says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from iomgraph.settings import LANGUAGES
from iomgraph.terms import XSD

_TOKEN = re.compile(
    r"<[^<>\s]*>|#[^\n]*|"
    r"(?P<quoted>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype><[^<>\s]*>|[\w-]*:[\w-]*))?",
    re.DOTALL,
)
_DATATYPES = ("string", "integer", "decimal", "boolean", "date", "dateTime", "gYear", "gYearMonth")
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")
_MOST = 3


def hints(store: ox.Store, text: str) -> tuple[str, ...]:
    """Find the literals of a query that match no value of the data, and the nearest values.

    Args:
        store: the queried store.
        text: the query.

    Returns:
        a sentence for each literal that has a near value.

    Example:
        >>> store = ox.Store()
        >>> label, name = ox.NamedNode("urn:label"), ox.Literal("Georgia", language="en")
        >>> store.add(ox.Quad(ox.NamedNode("urn:GEO"), label, name))
        >>> hints(store, 'SELECT ?s { ?s <urn:label> "Georgia" }')
        ('no value is "Georgia"; there is "Georgia"@en: texts have languages',)
    """
    found = (_hint(store, one) for one in _TOKEN.finditer(text) if one["quoted"])
    return tuple(dict.fromkeys(hint for hint in found if hint))


def _hint(store: ox.Store, token: re.Match[str]) -> str:
    width = 3 if token["quoted"][:3] in ('"""', "'''") else 1
    value = token["quoted"][width:-width]
    asked = (token["language"] or "").lower(), _local(token["datatype"] or "")
    there = [one for one in _forms(value) if _is_there(store, one)]
    if not there or asked in [_kind(one) for one in there]:
        return ""
    why = "texts have languages" if any(one.language for one in there) else "values have datatypes"
    near = " or ".join(map(_written, there[:_MOST]))
    return f"no value is {token[0]}; there is {near}: {why}"


def _forms(value: str) -> Iterator[ox.Literal]:
    """A value in each language and datatype; for a day, its month and year, too."""
    yield from (ox.Literal(value, language=lang) for lang in LANGUAGES)
    yield from (ox.Literal(value, datatype=ox.NamedNode(XSD + name)) for name in _DATATYPES)
    if _DAY.fullmatch(value):
        yield ox.Literal(value[:7], datatype=ox.NamedNode(f"{XSD}gYearMonth"))
        yield ox.Literal(value[:4], datatype=ox.NamedNode(f"{XSD}gYear"))
        yield ox.Literal(value[:4], datatype=ox.NamedNode(f"{XSD}integer"))


def _is_there(store: ox.Store, literal: ox.Literal) -> bool:
    return next(store.quads_for_pattern(None, None, literal, None), None) is not None


def _kind(literal: ox.Literal) -> tuple[str, str]:
    name = literal.datatype.value.removeprefix(XSD)
    return literal.language or "", "" if literal.language or name == "string" else name


def _local(name: str) -> str:
    local = re.split(r"[:#]", name.strip("<>"))[-1]
    return "" if local == "string" else local


def _written(literal: ox.Literal) -> str:
    if literal.language:
        return f'"{literal.value}"@{literal.language}'
    name = _kind(literal)[1]
    return f'"{literal.value}"^^xsd:{name}' if name else f'"{literal.value}"'
