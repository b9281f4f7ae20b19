"""Version 1.0 of the protocol, as drafted (https://reconciliation-api.github.io/specs/1.0-draft/)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iomgraph.serving import payload, problem
from iomgraph.serving.problem import RequestError
from iomgraph.serving.reconciliation import limits
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.extend import Extension
from iomgraph.serving.reconciliation.query import By, Candidate, Condition, Quantifier, Query
from iomgraph.serving.reconciliation.v0_2 import values
from iomgraph.serving.reconciliation.view import EXACT, View

VERSION = "1.0-draft"
_FIELDS = ("conditions", "type", "limit", "lang", "dir")


def queries(body: bytes, catalogue: Catalogue) -> list[Query | RequestError]:
    """Read a reconciliation query batch: each query or its error, in order.

    Raises:
        RequestError: if the batch itself is malformed, or too large.
    """
    batch = payload.mapping(payload.read(body, "body"), "body", ("queries",))
    listed = payload.array(batch.get("queries"), "queries", limits.BATCH)
    return [
        payload.attempted(_query, one, f"queries.{number}", catalogue) for number, one in enumerate(listed)
    ]


def _query(value: Any, where: str, catalogue: Catalogue) -> Query:
    asked = payload.mapping(value, where, _FIELDS)
    listed = payload.array(asked.get("conditions"), f"{where}.conditions", limits.CONDITIONS)
    if not listed:
        raise RequestError(400, "the query has no condition", where=where, step="give it one")
    named = [payload.text(asked["type"], f"{where}.type")] if "type" in asked else []
    return Query(
        tuple(
            _condition(one, f"{where}.conditions.{number}", catalogue) for number, one in enumerate(listed)
        ),
        tuple(map(catalogue.type, named)),
        limit=payload.whole(
            asked.get("limit", limits.CANDIDATES), f"{where}.limit", 1, limits.MOST_CANDIDATES
        ),
    )


def _condition(value: Any, where: str, catalogue: Catalogue) -> Condition:
    asked = payload.mapping(value, where)
    by = By(payload.word(asked.get("matchType"), f"{where}.matchType", [one.value for one in By]))
    name = ""
    if by is By.PROPERTY:
        name = catalogue.property(payload.text(asked.get("propertyId"), f"{where}.propertyId")).name
    quantifiers = [one.value for one in Quantifier]
    if not isinstance(required := asked.get("required", False), bool):
        raise RequestError(
            400, "this is not a boolean", where=f"{where}.required", step="write true or false"
        )
    if "matchQualifier" in asked:
        payload.word(asked["matchQualifier"], f"{where}.matchQualifier", [EXACT])
    return Condition(
        by,
        values(asked.get("propertyValue"), f"{where}.propertyValue"),
        name,
        required,
        Quantifier(
            payload.word(asked.get("matchQuantifier", "any"), f"{where}.matchQuantifier", quantifiers)
        ),
        "matchQualifier" in asked,
    )


def results(found: Sequence[Sequence[Candidate] | RequestError], view: View) -> dict[str, Any]:
    """Write a reconciliation result batch; a failed query has no candidates, and an error."""
    return {
        "results": [
            {"candidates": [], "error": problem.document(each)}
            if isinstance(each, RequestError)
            else {"candidates": [_candidate(one, view) for one in each]}
            for each in found
        ]
    }


def _candidate(one: Candidate, view: View) -> dict[str, Any]:
    return {
        **view.entity(one.iri, lang=True),
        "score": one.score,
        "match": one.match,
        "type": view.types(one.iri),
        "features": [
            {"id": name, "name": view.feature(name), "value": value} for name, value in one.features.items()
        ],
    }


def extension(found: Extension, view: View) -> dict[str, Any]:
    """Write a data extension response."""
    return {
        "meta": [view.column(one) for one in found.properties],
        "rows": [
            {
                "id": key,
                "properties": [
                    {"id": one.name, "values": view.cells(values, settings, lang=True)}
                    for one, settings, values in zip(found.properties, found.settings, row, strict=True)
                ],
            }
            for key, row in found.rows.items()
        ],
    }


def manifest(view: View) -> dict[str, Any]:
    """Write the manifest."""
    return {
        "versions": [VERSION],
        "name": view.word("service"),
        "lang": view.lang,
        "dir": "ltr",
        "documentation": view.catalogue.release.base_iri,
        "serviceVersion": view.catalogue.release.version,
        "defaultTypes": [view.type(term) for term in view.catalogue.roots()],
        # The identifiers are IRIs (RFC 6570, section 3.2.3).
        "view": {"url": "{+id}"},
        "preview": {"width": limits.WIDTH, "height": limits.HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {("helpText" if key == "help" else key): value for key, value in one.items()}
                for one in view.settings()
            ],
        },
        "batchSize": limits.BATCH,
        "standardizedScore": True,
    }
