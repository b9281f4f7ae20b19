"""Scores of the values of a property against those of a client."""

from __future__ import annotations

import pyoxigraph as ox
from rapidfuzz import fuzz

from iomgraph.matching import folding
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.properties import Property
from iomgraph.serving.reconciliation.query import Asked, Condition, Quantifier, Reference
from iomgraph.serving.statements import Value

_LEAST = 0.8
"""Least similarity of two texts that count as similar."""
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DATATYPES = ("integer", "decimal", "gYear", "gYearMonth", "date")


def fits(catalogue: Catalogue, iri: str, condition: Condition) -> float | None:
    """Score an entity against a condition on a property, from 0 to 1; None if it lacks the property.

    Args:
        catalogue: has the entity.
        iri: IRI of the entity.
        condition: the condition.
    """
    found = catalogue.values(iri, catalogue.properties[condition.property])
    if not found:
        return None
    best = [
        max(_alike(catalogue, asked, value, condition.exact) for value in found) for asked in condition.values
    ]
    return combined(best, condition.quantifier)


def combined(fitting: list[float], quantifier: Quantifier) -> float:
    """Score a condition from the scores of its values."""
    if quantifier is Quantifier.ALL:
        return min(fitting)
    return 1 - max(fitting) if quantifier is Quantifier.NONE else max(fitting)


def _alike(catalogue: Catalogue, asked: Asked, value: Value, exact: bool) -> float:
    if isinstance(asked, Reference):
        return float(
            isinstance(value, ox.NamedNode) and value.value in (asked.id, *catalogue.identified(asked.id))
        )
    text = _written(asked)
    if isinstance(value, ox.NamedNode):
        return _alike_entity(catalogue, text, value.value, exact)
    if (number := _number(text)) is not None and value.datatype.value != f"{_XSD}string":
        return float(number == _number(value.value))
    return _alike_text(text, value.value, exact)


def _alike_entity(catalogue: Catalogue, text: str, iri: str, exact: bool) -> float:
    if text == iri or iri in catalogue.identified(text):
        return 1.0
    entity = catalogue.entities.get(iri)
    if entity and iri in catalogue.named(text, entity.types):
        return 1.0
    names = (*entity.names.values(), *entity.others) if entity else ()
    return max((_alike_text(text, name, exact) for name in names), default=0.0)


def _alike_text(one: str, other: str, exact: bool) -> float:
    one, other = folding.fold(one), folding.fold(other)
    if one == other:
        return 1.0
    score = 0.0 if exact else fuzz.token_sort_ratio(one, other) / 100
    return score if score >= _LEAST else 0.0


def _written(asked: str | float | bool) -> str:
    return (
        asked if isinstance(asked, str) else str(asked).lower() if isinstance(asked, bool) else f"{asked:g}"
    )


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").removeprefix("$").strip())
    except ValueError:
        return None


def having(catalogue: Catalogue, condition: Condition) -> set[str]:
    """The IRIs of the entities that a condition on a property finds by itself.

    Args:
        catalogue: has the entities.
        condition: the condition.
    """
    one = catalogue.properties[condition.property]
    return {
        iri
        for asked in condition.values
        for value in _terms(catalogue, asked, one, condition.exact)
        for iri in catalogue.subjects(value, one)
    }


def _terms(catalogue: Catalogue, asked: Asked, one: Property, exact: bool) -> set[Value]:
    """The RDF terms that a value may stand for in the store."""
    if isinstance(asked, Reference):
        return {ox.NamedNode(iri) for iri in catalogue.identified(asked.id)}
    text = _written(asked)
    if one.leads:
        found = {*catalogue.identified(text), *catalogue.named(text, one.leads)}
        if not exact and not found:
            found = {iri for iri, score in catalogue.similar(text, one.leads).items() if score >= _LEAST}
        return {ox.NamedNode(iri) for iri in found}
    plain: set[Value] = {
        ox.Literal(text),
        *(ox.Literal(text, language=tag) for tag in catalogue.release.said),
    }
    return plain | {ox.Literal(text, datatype=ox.NamedNode(_XSD + name)) for name in _DATATYPES}
