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
    """The number of values of a condition that must fit."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is an entity itself, by what identifies it."""

    id: str


Asked = str | float | bool | Reference


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an entity.

    Args:
        by: its name, an ID, or a property.
        values: that are compared.
        property: name of the property, where it is by one.
        required: whether an entity that does not fit is left out.
        quantifier: how many of the values must fit.
        exact: whether only what is the same fits.
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
        conditions: at least one.
        types: that candidates should be of; none means any.
        strict: whether candidates of other types are left out.
        limit: candidates at most.
    """

    conditions: tuple[Condition, ...]
    types: tuple[str, ...] = ()
    strict: bool = True
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that may be meant.

    Args:
        iri: of the entity.
        score: from 0 to 100.
        match: whether it is certainly the one that is meant.
        features: name of a feature, or of a property, to how well that fits, from 0 to 1.
    """

    iri: str
    score: float
    match: bool
    features: dict[str, float | bool]
