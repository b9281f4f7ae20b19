"""Parameters of a query: RDF terms made from text that a user typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import pyoxigraph as ox

from iomgraph.errors import QueryError, UnknownThingError
from iomgraph.iris import curie
from iomgraph.queries import names
from iomgraph.queries.graphs import Graphs
from iomgraph.queries.library import Query, Term
from iomgraph.queries.metadata import PLAIN_TYPES, Parameter
from iomgraph.settings import LANGUAGES
from iomgraph.terms import RDF_TYPE, XSD

_TYPE = ox.NamedNode(RDF_TYPE)
_INTEGER = ox.NamedNode(f"{XSD}integer")
_SHOWN = 12
# The examples in query files for these types are settings, not the subject of the query.
_SETTINGS = ("integer", "language", "funds")


def terms(
    query: Query, given: Mapping[str, str], store: Graphs, prefixes: Mapping[str, str]
) -> dict[str, Term]:
    """Make the terms to put in place of a query's parameters.

    Args:
        query: the query.
        given: parameter to the typed text.
        store: the release; things that it does not have are refused.
        prefixes: prefix to IRI, under the base IRI of the release.

    Returns:
        parameter to term, for every parameter of the query.

    Raises:
        QueryError: if an argument is unknown, missing, or not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            there_is = f"name one of {', '.join(known)}" if known else "it has none: leave it out"
            raise QueryError(f"{query.name} has no such parameter", where=name, step=there_is)
    made: dict[str, Term] = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            step = f"give it: --param {parameter.name}=… ({parameter.meaning})"
            raise QueryError(f"{query.name} needs a parameter", where=parameter.name, step=step)
        made[parameter.name] = _term(parameter, value, store, prefixes)
    return made


def missing(query: Query, given: Mapping[str, str]) -> Parameter | None:
    """Return the parameter for the subject of a query, if no argument was given for it.

    Its value in the file makes the file a complete query that runs anywhere; but users who name a query have
    a state or project of their own in mind, and an answer about another one would mislead them.

    Example:
        >>> from iomgraph.queries.library import find, read_all
        >>> from iomgraph.settings import Settings
        >>> known = read_all(Settings().queries)
        >>> missing(find(known, "projects-of-state"), {"language": "fr"}).name
        'state'
        >>> missing(find(known, "projects-in-year"), {}) is None
        True
    """
    if given.keys() - {one.name for one in query.parameters}:
        return None  # Then the name is misspelt, which `terms` reports.
    wanted = (one for one in query.parameters if is_needed(one) and one.name not in given)
    return next(wanted, None)


def is_needed(parameter: Parameter) -> bool:
    """Tell whether a parameter is the subject of its query, so that users must give it.

    Example:
        >>> from iomgraph.queries.metadata import Parameter
        >>> is_needed(Parameter("state", "states", "GEO", "the state", 1))
        True
        >>> is_needed(Parameter("language", "language", "en", "the language", 1))
        False
    """
    return parameter.type not in _SETTINGS


def _term(parameter: Parameter, value: str, store: Graphs, prefixes: Mapping[str, str]) -> Term:
    if parameter.type == "text":
        return _text(parameter, value)
    if parameter.type == "integer":
        return _integer(parameter, value)
    if parameter.type == "language":
        return _language(parameter, value)
    return thing(parameter, value, store, prefixes)


def _text(parameter: Parameter, value: str) -> ox.Literal:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _bad(
            parameter, value.encode(errors="backslashreplace").decode(), "give a text in UTF-8"
        ) from None
    return ox.Literal(value)


def _integer(parameter: Parameter, value: str) -> ox.Literal:
    # The engine computes with 64-bit integers.
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise _bad(parameter, value, "give a whole number, such as 2023")
    return ox.Literal(str(int(value)), datatype=_INTEGER)


def _language(parameter: Parameter, value: str) -> ox.Literal:
    if value not in LANGUAGES:
        raise _bad(parameter, value, f"give one of {', '.join(LANGUAGES)}")
    return ox.Literal(value)


def thing(parameter: Parameter, value: str, store: Graphs, prefixes: Mapping[str, str]) -> ox.NamedNode:
    """Find the one thing that an ID, a name or a code means.

    Args:
        parameter: names the kind of thing, which is a prefix.
        value: the typed text.
        store: the release.
        prefixes: prefix to IRI, under the base IRI of the release.

    Raises:
        QueryError: if the release has no such kind.
        UnknownThingError: if it means no thing or several; the message lists similar ones.
    """
    kind = parameter.type
    if kind not in prefixes:
        raise QueryError("the release has no such kind of thing", where=kind, step="build it again")
    key = value.removeprefix(f"{kind}:").removeprefix(prefixes[kind])
    try:
        node = ox.NamedNode(prefixes[kind] + curie(kind, key).removeprefix(f"{kind}:"))
    except ValueError:
        raise _bad(parameter, value, "give the last part of its IRI") from None
    if next(store.quads_for_pattern(node, _TYPE, None, None), None) is not None:
        return node
    return ox.NamedNode(prefixes[kind] + _meant(parameter, key, prefixes[kind], store))


def _meant(parameter: Parameter, text: str, base: str, store: Graphs) -> str:
    """Return the key of the one thing that a name or a code means, or stop with a list of candidates."""
    kind, known = parameter.type, _keys(store, base)
    found = [key for key in known if key.casefold() == text.casefold()] or names.keys(text, kind, base, store)
    if len(found) == 1:
        return found[0]
    if found:
        what = f"the parameter {parameter.name} may name several of the {kind}"
        step = f"give one of {', '.join(names.label(key, kind) for key in found[:_SHOWN])}"
        raise UnknownThingError(what, where=repr(text), step=step)
    if known and (absent := names.absent(text, kind)):
        step = f"the release says nothing of {', '.join(absent)}"
        raise UnknownThingError(_wrong(parameter), where=repr(text), step=step)
    raise UnknownThingError(_wrong(parameter), where=repr(text), step=_close(text, kind, known))


def _keys(store: Graphs, base: str) -> list[str]:
    """The keys of all things of a kind, without parts of things (such as budgets)."""
    typed = (quad.subject for quad in store.quads_for_pattern(None, _TYPE, None, None))
    heads = {
        node.value.removeprefix(base)
        for node in typed
        if isinstance(node, ox.NamedNode) and node.value.startswith(base)
    }
    return sorted(key for key in heads if "/" not in key)


def _close(key: str, kind: str, keys: list[str]) -> str:
    if not keys:
        return "the release has none of this kind"
    if len(keys) <= _SHOWN:
        return f"give one of {', '.join(keys)}"
    folded = {known.casefold(): known for known in keys}
    alike = difflib.get_close_matches(key.casefold(), folded, n=5)
    close = names.near(key, kind, keys) or [folded[match] for match in alike]
    if close:
        return f"did you mean {' or '.join(close)}? There are {len(keys)}"
    return f"give one of the {len(keys)} that there are: {', '.join(keys[:_SHOWN])}, …"


def _bad(parameter: Parameter, value: str, step: str) -> QueryError:
    return QueryError(_wrong(parameter), where=repr(value), step=step)


def _wrong(parameter: Parameter) -> str:
    if parameter.type not in PLAIN_TYPES:
        return f"the parameter {parameter.name} names nothing among the {parameter.type}"
    return f"the parameter {parameter.name} is not {PLAIN_TYPES[parameter.type]}"
