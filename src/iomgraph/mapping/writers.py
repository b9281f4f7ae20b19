"""Compiled terms of the context: one function per kind of value, each of which writes lines of N-Quads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from iomgraph.errors import OntologyError
from iomgraph.mapping.names import Names
from iomgraph.mapping.nquads import quoted, tag
from iomgraph.records.record import Record
from iomgraph.terms import RDF_TYPE, XSD

Writer = Callable[[str, Any, str, list[str]], None]
"""Writes the lines of one term: subject, JSON value, end of line, and the list that takes them."""

Node = Callable[[Record, str, list[str]], str]
"""Writes the lines of a nested node, and returns its name."""

_RDF_TYPE = f" <{RDF_TYPE}> "
_INTEGER = f"^^<{XSD}integer>"
_BOOLEAN = f"^^<{XSD}boolean>"
_ARRAYS = (list, tuple)
_EXACT = 2**53
"""The largest integer that every JSON parser reads exactly (RFC 7493, section 2.2)."""


class Writers(dict[str, Writer]):
    """Term to its writer; a term that the context does not define is a stop."""

    def __missing__(self, term: str) -> Writer:
        raise OntologyError(
            "the context has no such term", where=ascii(term), step="define it in ontology/context.jsonld"
        )


def nothing(subject: str, value: Any, end: str, lines: list[str]) -> None:
    """Write nothing, because the name of a node makes no statement."""


def types(classes: Mapping[str, str]) -> Writer:
    """A writer of classes.

    Args:
        classes: name of a class to its IRI in angle brackets.
    """
    heads = {name: _RDF_TYPE + text for name, text in classes.items()}

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for name in as_list(value):
            if not isinstance(name, str) or name not in heads:
                raise OntologyError(
                    "the context has no such class",
                    where=ascii(name),
                    step="define it in ontology/context.jsonld",
                )
            lines.append(f"{subject}{heads[name]}{end}")

    return write


def language_map(head: str) -> Writer:
    """A writer of texts by language."""

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        if not isinstance(value, dict):
            raise _misfit(value, "an object of texts by language")
        for language, texts in value.items():
            for text in as_list(texts):
                if not isinstance(text, str):
                    raise _misfit(text, "a text")
                lines.append(f"{subject}{head}{quoted(text)}{tag(language)}{end}")

    return write


def links(head: str, names: Names, node: Node) -> Writer:
    """A writer of links to things, named or nested."""

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        if isinstance(value, str):
            lines.append(f"{subject}{head}{names[value]}{end}")
            return
        for item in value if isinstance(value, _ARRAYS) else (value,):
            name = names[item] if isinstance(item, str) else node(item, end, lines)
            lines.append(f"{subject}{head}{name}{end}")

    return write


def terms(head: str, names: Names, known: Mapping[str, str]) -> Writer:
    """A writer of links to terms that the context itself defines.

    Args:
        head: the property.
        names: expands values that are CURIEs.
        known: term to its IRI in angle brackets.
    """

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for item in as_list(value):
            if not isinstance(item, str):
                raise _misfit(item, "a term or a name")
            lines.append(f"{subject}{head}{known.get(item) or names[item]}{end}")

    return write


def literals(head: str, datatype: str = "") -> Writer:
    """A writer of texts, integers and booleans.

    Args:
        head: the property.
        datatype: IRI in angle brackets; empty if the JSON value implies it.
    """
    suffix = f"^^{datatype}" if datatype else ""
    integer = suffix or _INTEGER

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        if isinstance(value, str):
            lines.append(f"{subject}{head}{quoted(value)}{suffix}{end}")
            return
        if type(value) is int and -_EXACT <= value <= _EXACT:
            lines.append(f'{subject}{head}"{value}"{integer}{end}')
            return
        for item in as_list(value):
            text = _literal(item, suffix)
            lines.append(f"{subject}{head}{text}{end}")

    return write


def _literal(item: Any, suffix: str) -> str:
    if isinstance(item, str):
        return quoted(item) + suffix
    if isinstance(item, bool):
        return f'"{str(item).lower()}"{suffix or _BOOLEAN}'
    if isinstance(item, int) and abs(item) <= _EXACT:
        return f'"{item}"{suffix or _INTEGER}'
    raise _misfit(item, "a text, a boolean, or an integer up to 2^53")


def as_list(value: Any) -> Sequence[Any]:
    """The values of a term as a list; a single value becomes a list of one.

    Example:
        >>> as_list("a"), as_list(["a", "b"])
        (('a',), ['a', 'b'])
    """
    return value if isinstance(value, _ARRAYS) else (value,)


def _misfit(value: object, wanted: str) -> OntologyError:
    return OntologyError("a value does not fit its term", where=ascii(value), step=f"write {wanted}")
