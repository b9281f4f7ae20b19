"""A query for entities, in the terms of both versions of the specification."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class By(Enum):
    """The part of an entity that a condition is about."""

    NAME = "name"
    ID = "id"
    PROPERTY = "property"


class Quantifier(Enum):
    """The number of values in a condition that must fit."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is an entity, given by an identifier."""

    id: str


Asked = str | float | bool | Reference


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an entity.

    Args:
        by: its name, an ID, or a property.
        values: values to compare.
        property: name of the property, for a condition on one.
        required: entities that do not fit are left out.
        quantifier: number of values that must fit.
        exact: only equal values fit.
    """

    by: By
    values: tuple[Asked, ...]
    property: str = ""
    required: bool = False
    quantifier: Quantifier = Quantifier.ANY
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query.

    Args:
        conditions: at least one condition.
        types: wanted types of candidates; if empty, any.
        strict: candidates of other types are left out.
        limit: most candidates.
    """

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    strict: bool = True
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a query may mean.

    Args:
        iri: IRI of the entity.
        score: from 0 to 100.
        match: it certainly is the one.
        features: name of a feature or property to its score, from 0 to 1.
    """

    iri: str
    score: float
    match: bool
    features: dict[str, float | bool]
