"""Results of validation as JSON and back: nothing that is read from a cache is unpickled."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from iomgraph.validation.shacl import Path, ValidationResult
from iomgraph.validation.shacl.terms import Term


class UnwritableError(ValueError):
    """A result has a term that can't be written as JSON."""


def encoded(result: ValidationResult) -> list[Any]:
    """Write a result as values of JSON; a constraint without a name is left out, as in reports.

    Raises:
        UnwritableError: if a term is a blank node, or a triple.

    Example:
        >>> node = ox.NamedNode("urn:a")
        >>> result = ValidationResult(node, node, node, node, value=ox.Literal("x", language="en"))
        >>> decoded(encoded(result)) == result
        True
    """
    named = isinstance(result.source_constraint, ox.NamedNode)
    return [
        _term(result.focus_node),
        _term(result.component),
        _term(result.source_shape),
        _term(result.severity),
        _path(result.path),
        _term(result.value),
        _term(result.source_constraint) if named else None,
        [_term(message) for message in result.messages],
    ]


def decoded(parts: list[Any]) -> ValidationResult:
    """Read a result that `encoded` wrote."""
    focus, component, shape, severity, path, value, constraint, messages = parts
    return ValidationResult(
        _read(focus),
        _read(component),
        _read(shape),
        _read(severity),
        _read_path(path),
        _read(value),
        _read(constraint),
        tuple(_read(message) for message in messages),
    )


def _term(term: Term | None) -> Any:
    if term is None or isinstance(term, ox.NamedNode):
        return term and term.value
    if isinstance(term, ox.Literal):
        return [term.value, term.language or "", "" if term.language else term.datatype.value]
    raise UnwritableError(str(term))


def _read(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value and ox.NamedNode(value)
    text, language, kind = value
    return ox.Literal(text, language=language) if language else ox.Literal(text, datatype=ox.NamedNode(kind))


def _path(path: Path | None) -> Any:
    return path and [path.operator, [_path(part) for part in path.parts], path.iri]


def _read_path(value: Any) -> Path | None:
    if value is None:
        return None
    operator, parts, iri = value
    return Path(operator, tuple(_read_path(part) or Path() for part in parts), iri)
