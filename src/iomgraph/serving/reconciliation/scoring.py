"""Candidates for a query, their scores, and the certain match among them.

A score is 100 times the mean score of the conditions, in which names and IDs count twice. Properties that an
entity lacks count neither for nor against it. A candidate is a match if it alone has the name or the ID, and
no property disagrees. A similar spelling alone is never a match, since Niger is similar to Nigeria, and phase
I to phase II.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from iomgraph.serving.reconciliation import entities, likeness
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.query import (
    Asked,
    By,
    Candidate,
    Condition,
    Quantifier,
    Query,
    Reference,
)

NAME, ID, TYPE = "name_match", "id_match", "type_match"
"""Features of candidates; those of properties have the name of the property."""

_HALF = 0.5
_AGREES = 0.8
_CLOSE = 0.9
_APART = 10
"""Points by which a similar name must lead in order to match if the properties agree."""
_LEAST = 30
_POOL = 2000
"""Most entities to find by properties alone; if there are more, these do not distinguish them."""


@dataclass(slots=True)
class _Found:
    """The state of an entity while it is compared.

    Args:
        names: its score for each condition on names and IDs.
        same: it has exactly the wanted name or ID.
        agreed: its score for each condition on properties; None if it lacks the property.
        features: features for the client.
    """

    names: list[float] = field(default_factory=list)
    same: bool = False
    agreed: list[float | None] = field(default_factory=list)
    features: dict[str, float | bool] = field(default_factory=dict)

    @property
    def contradicted(self) -> bool:
        return any(one is not None and one < _AGREES for one in self.agreed)


def candidates(catalogue: Catalogue, query: Query) -> list[Candidate]:
    """Find the candidates for a query, the best first.

    Args:
        catalogue: the catalogue of the release.
        query: the query.

    Returns:
        candidates up to the limit of the query; empty if none is similar.
    """
    types = query.types if query.types and query.strict else catalogue.roots()
    pool = _pool(catalogue, query, types)
    if any(one.by is By.PROPERTY for one in query.conditions):
        catalogue.expect(pool)
    found = {iri: one for iri, one in pool.items() if _judge(catalogue, query, iri, one)}
    scores = {iri: _score(query, one) for iri, one in found.items()}
    matching = _matching(catalogue, query, found, scores, types)
    best = sorted(scores.items(), key=lambda one: (-one[1], one[0] != matching, one[0]))
    return [
        Candidate(iri, score, iri == matching, found[iri].features)
        for iri, score in best[: query.limit]
        if score >= _LEAST
    ]


def _pool(catalogue: Catalogue, query: Query, types: tuple[str, ...]) -> dict[str, _Found]:
    """The entities found by names and IDs, or else by properties, with scores of names and IDs."""
    each = [(one, *_named(catalogue, one, types)) for one in query.conditions if one.by is not By.PROPERTY]
    finding = [(same, scores) for condition, _, same, scores in each if _finds(condition)]
    iris = {iri for _, scores in finding for iri in scores} if finding else _having(catalogue, query, types)
    pool: dict[str, _Found] = {}
    for iri in sorted(iris):
        one = pool[iri] = _Found(same=bool(finding) and all(iri in same for same, _ in finding))
        for condition, identified, _, scores in each:
            score = scores.get(iri, 0.0 if _finds(condition) else 1.0)
            one.names.append(score)
            feature = ID if condition.by is By.ID or iri in identified else NAME
            one.features[feature] = max(round(score, 4), float(one.features.get(feature, 0.0)))
    return pool


def _finds(condition: Condition) -> bool:
    """Tell whether a condition requires values, instead of excluding them."""
    return condition.quantifier is not Quantifier.NONE


def _text(value: Asked) -> str:
    return value.id if isinstance(value, Reference) else str(value)


def _named(
    catalogue: Catalogue, condition: Condition, types: tuple[str, ...]
) -> tuple[set[str], set[str], dict[str, float]]:
    """Find entities with the ID of a condition, with its ID or exact name, and the scores of close ones."""
    identified: set[str] = set()
    same: set[str] = set()
    scores: dict[str, list[float]] = {}
    wanted = set(types)
    for number, value in enumerate(condition.values):
        text = _text(value)
        exact = {iri for iri in catalogue.identified(text) if wanted & {*catalogue.entities[iri].types}}
        identified |= exact
        close: dict[str, float] = {}
        if condition.by is By.NAME:
            exact |= catalogue.named(text, types)
            close = {} if condition.exact else catalogue.similar(text, types)
        same |= exact
        for iri, score in {**close, **dict.fromkeys(exact, 1.0)}.items():
            scores.setdefault(iri, [0.0] * len(condition.values))[number] = score
    return (
        identified,
        same,
        {iri: likeness.combined(each, condition.quantifier) for iri, each in scores.items()},
    )


def _having(catalogue: Catalogue, query: Query, types: tuple[str, ...]) -> list[str]:
    """The entities that fulfil all conditions on properties, or else some."""
    wanted = set(types)
    sets = [
        likeness.having(catalogue, one) for one in query.conditions if one.by is By.PROPERTY and _finds(one)
    ]
    every = set.intersection(*sets) or set.union(*sets) if sets else set[str]()
    kept = (iri for iri in every if iri in catalogue.entities and wanted & {*catalogue.entities[iri].types})
    return sorted(kept)[:_POOL]


def _judge(catalogue: Catalogue, query: Query, iri: str, one: _Found) -> bool:
    """Compare an entity with the other conditions, and tell whether it stays a candidate."""
    for number, condition in enumerate(each for each in query.conditions if each.by is not By.PROPERTY):
        if condition.required and one.names[number] < (1.0 if condition.exact else _HALF):
            return False
    for condition in query.conditions:
        if condition.by is By.PROPERTY:
            fit = likeness.fits(catalogue, iri, condition)
            if condition.required and (fit or 0.0) < (1.0 if condition.exact else _HALF):
                return False
            one.agreed.append(fit)
            if fit is not None:
                one.features[condition.property] = round(fit, 4)
    if query.types:
        one.features[TYPE] = bool({*query.types} & {*catalogue.entities[iri].types})
    return True


def _score(query: Query, one: _Found) -> float:
    told = [fit for fit in one.agreed if fit is not None]
    weighed = [*one.names, *one.names, *told]
    if query.types and not query.strict:
        weighed.append(float(one.features[TYPE]))
    return round(100 * sum(weighed) / len(weighed), 2) if weighed else 0.0


def _matching(
    catalogue: Catalogue,
    query: Query,
    found: dict[str, _Found],
    scores: dict[str, float],
    types: tuple[str, ...],
) -> str:
    """The IRI of the certain match; empty if there is none."""
    fitting = {iri for iri, one in found.items() if one.features.get(TYPE, True) and not one.contradicted}
    if not any(one.by is not By.PROPERTY and _finds(one) for one in query.conditions):
        certain = any(one.property in entities.CODES for one in query.conditions)
        exact = {iri for iri in fitting if found[iri].agreed and all(fit == 1.0 for fit in found[iri].agreed)}
        return next(iter(exact)) if certain and len(exact) == 1 else ""
    same = {iri for iri in fitting if found[iri].same}
    if same:
        rivals = _namesakes(catalogue, query, types) & fitting
        return next(iter(same)) if len(same | rivals) == 1 else ""
    supported = {
        iri
        for iri in fitting
        if min(found[iri].names) >= _CLOSE and any(fit is not None for fit in found[iri].agreed)
    }
    others = sorted(scores.values(), reverse=True)[1:2]
    if len(supported) == 1 and all(scores[iri] - _APART >= other for iri in supported for other in others):
        return next(iter(supported))
    return ""


def _namesakes(catalogue: Catalogue, query: Query, types: tuple[str, ...]) -> set[str]:
    texts = [value for one in query.conditions if one.by is By.NAME for value in one.values]
    return {iri for text in texts if isinstance(text, str) for iri in catalogue.namesakes(text, types)}
