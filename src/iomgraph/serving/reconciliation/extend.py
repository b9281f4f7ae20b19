"""Data extension: the values of properties of reconciled entities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iomgraph.serving import payload
from iomgraph.serving.problem import RequestError
from iomgraph.serving.reconciliation import limits
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.properties import Property
from iomgraph.serving.statements import Value
from iomgraph.settings import LANGUAGES

OWN, ALL = "own", "all"
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a property.

    Args:
        limit: most values of an entity; 0 for all.
        count: give their number instead.
        language: language of texts: one of ours, that of the service, or all.
    """

    limit: int = 0
    count: bool = False
    language: str = OWN


@dataclass(frozen=True, slots=True)
class Extension:
    """The result of a data extension.

    Args:
        properties: the requested properties, in order.
        settings: one for each.
        rows: identifier, as requested, to the values of each property.
    """

    properties: tuple[Property, ...]
    settings: tuple[Settings, ...]
    rows: dict[str, list[list[Value]]]


def extend(document: Any, catalogue: Catalogue) -> Extension:
    """Answer a data extension query.

    Args:
        document: the query, the same in both versions of the protocol.
        catalogue: the catalogue of the release.

    Returns:
        a row for each identifier, empty for unknown ones.

    Raises:
        RequestError: if the query is malformed, too large, or names an unknown property.
    """
    asked = payload.mapping(document, "extend", ("ids", "properties"))
    ids = payload.array(asked.get("ids"), "extend.ids", limits.BATCH)
    columns = payload.array(asked.get("properties"), "extend.properties", limits.CONDITIONS)
    wanted = []
    for number, one in enumerate(columns):
        where = f"extend.properties.{number}"
        given = payload.mapping(one, where, ("id", "settings"))
        wanted.append(
            (catalogue.property(payload.text(given.get("id"), f"{where}.id")), _settings(given, where))
        )
    found = (catalogue.entity(payload.text(key, "extend.ids")) for key in ids)
    catalogue.expect(one.iri for one in found if one)
    rows = {payload.text(key, "extend.ids"): _row(key, [one for one, _ in wanted], catalogue) for key in ids}
    return Extension(tuple(one for one, _ in wanted), tuple(each for _, each in wanted), rows)


def _row(key: str, wanted: list[Property], catalogue: Catalogue) -> list[list[Value]]:
    entity = catalogue.entity(key)
    return [catalogue.values(entity.iri, one) if entity else [] for one in wanted]


def _settings(given: dict[str, Any], where: str) -> Settings:
    where = f"{where}.settings"
    told = payload.mapping(given.get("settings") or {}, where, ("limit", "count", "language"))
    return Settings(
        payload.whole(told.get("limit") or 0, f"{where}.limit", 0, _MOST),
        _switch(told.get("count", False), f"{where}.count"),
        payload.word(told.get("language") or OWN, f"{where}.language", (OWN, ALL, *LANGUAGES)),
    )


def _switch(value: Any, where: str) -> bool:
    """The value of a checkbox, from JSON or a form."""
    known = {"true": True, "on": True, "1": True, "false": False, "": False, "0": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in known:
        raise RequestError(400, "this is not a boolean", where=where, step="write true or false")
    return known[value]
