"""Version 0.2 of the protocol: the one that OpenRefine speaks (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iomgraph.serving import payload, problem
from iomgraph.serving.problem import RequestError
from iomgraph.serving.reconciliation import limits
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.extend import Extension
from iomgraph.serving.reconciliation.query import Asked, By, Candidate, Condition, Query, Reference
from iomgraph.serving.reconciliation.view import View

VERSION = "0.2"
_FIELDS = ("query", "type", "type_strict", "limit", "properties")
_STRICT = ("any", "all", "should")


def queries(text: str, catalogue: Catalogue) -> dict[str, Query | RequestError]:
    """Read a reconciliation query batch: key to query or to its error, in order.

    Raises:
        RequestError: if the batch itself is malformed, or too large.
    """
    batch = payload.mapping(payload.read(text, "queries"), "queries")
    payload.bounded(batch, "queries", limits.BATCH)
    return {
        key: payload.attempted(_query, one, f"queries.{key[:50]}", catalogue) for key, one in batch.items()
    }


def _query(value: Any, where: str, catalogue: Catalogue) -> Query:
    asked = payload.mapping(value, where, _FIELDS)
    conditions = []
    if "query" in asked:
        conditions.append(Condition(By.NAME, (payload.text(asked["query"], f"{where}.query"),)))
    for number, one in enumerate(
        payload.array(asked.get("properties", []), f"{where}.properties", limits.CONDITIONS)
    ):
        conditions.append(_condition(one, f"{where}.properties.{number}", catalogue))
    if not conditions:
        raise RequestError(
            400, "the query asks for nothing", where=where, step="give it a query, or properties"
        )
    named = asked.get("type", [])
    types = [named] if isinstance(named, str) else payload.array(named, f"{where}.type", limits.CONDITIONS)
    return Query(
        tuple(conditions),
        tuple(catalogue.type(payload.text(one, f"{where}.type")) for one in types),
        payload.word(asked.get("type_strict", "any"), f"{where}.type_strict", _STRICT) != "should",
        payload.whole(asked.get("limit", limits.CANDIDATES), f"{where}.limit", 1, limits.MOST_CANDIDATES),
    )


def _condition(value: Any, where: str, catalogue: Catalogue) -> Condition:
    asked = payload.mapping(value, where)
    name = catalogue.property(payload.text(asked.get("pid"), f"{where}.pid")).name
    return Condition(By.PROPERTY, values(asked.get("v"), f"{where}.v"), name)


def values(value: Any, where: str) -> tuple[Asked, ...]:
    """Read one or more property values.

    Raises:
        RequestError: if one is neither text, number, boolean nor an entity.
    """
    several = payload.array(value, where, limits.VALUES) if isinstance(value, list) else [value]
    if not several:
        step = "give one, or leave the condition out"
        raise RequestError(400, "the condition has no value", where=where, step=step)
    return tuple(_value(one, where) for one in several)


def _value(value: Any, where: str) -> Asked:
    if isinstance(value, dict):
        return Reference(payload.text(value.get("id"), f"{where}.id"))
    if isinstance(value, bool | int | float):
        return value
    return payload.text(value, where)


def results(found: Mapping[str, Sequence[Candidate] | RequestError], view: View) -> dict[str, Any]:
    """Write a reconciliation result batch; a failed query has an empty result with an error."""
    return {
        key: {"result": [], "error": problem.document(each)}
        if isinstance(each, RequestError)
        else {"result": [_candidate(one, view) for one in each]}
        for key, each in found.items()
    }


def _candidate(one: Candidate, view: View) -> dict[str, Any]:
    return {
        **view.entity(one.iri, lang=False),
        "score": one.score,
        "match": one.match,
        "type": view.types(one.iri),
        "features": [{"id": name, "value": value} for name, value in one.features.items()],
    }


def extension(found: Extension, view: View) -> dict[str, Any]:
    """Write a data extension response."""
    return {
        "meta": [view.column(one) for one in found.properties],
        "rows": {
            key: {
                one.name: view.cells(values, settings, lang=False)
                for one, settings, values in zip(found.properties, found.settings, row, strict=True)
            }
            for key, row in found.rows.items()
        },
    }


def manifest(view: View, address: str) -> dict[str, Any]:
    """Write the manifest.

    Args:
        view: gives the words.
        address: address of the service.
    """
    base = view.catalogue.release.base_iri
    return {
        "versions": [VERSION],
        "name": view.word("service"),
        "identifierSpace": f"{base}id/",
        "schemaSpace": view.catalogue.release.context.prefixes["iom"],
        "documentation": base,
        "serviceVersion": view.catalogue.release.version,
        "defaultTypes": [view.type(term) for term in view.catalogue.roots()],
        "view": {"url": f"{address}/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{address}/preview?id={{{{id}}}}",
            "width": limits.WIDTH,
            "height": limits.HEIGHT,
        },
        "suggest": {
            kind: {"service_url": address, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": [_setting(one) for one in view.settings()],
        },
        "batchSize": limits.BATCH,
    }


def _setting(one: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"id": "name", "name": "label", "help": "help_text"}
    return {renamed.get(key, key): value for key, value in one.items()}
