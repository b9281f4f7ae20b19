"""Completions of the first letters that a user types: entities, types, properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from iomgraph.matching import folding
from iomgraph.serving import payload
from iomgraph.serving.reconciliation import limits
from iomgraph.serving.reconciliation.view import EXACT, View

KINDS = ("entity", "type", "property")


def suggest(kind: str, fields: Mapping[str, str], view: View, *, lang: bool) -> dict[str, Any]:
    """Answer a suggest query.

    Args:
        kind: `entity`, `type` or `property`.
        fields: `prefix`, and optionally `type`, `limit`, and the number to skip (`cursor` or `offset`).
        view: describes the catalogue.
        lang: include languages and ways of matching, as in version 1.0.

    Raises:
        RequestError: if a field is malformed, or names an unknown type.
    """
    prefix = payload.text(fields.get("prefix", ""), "prefix")
    most = payload.whole(fields.get("limit") or limits.CANDIDATES, "limit", 1, limits.MOST_CANDIDATES)
    skipped = payload.whole(fields.get("offset") or fields.get("cursor") or 0, "offset", 0, 100_000)
    types = (view.catalogue.type(fields["type"]),) if fields.get("type") else view.catalogue.roots()
    find: Callable[[], list[dict[str, Any]]] = {
        "entity": lambda: _entities(prefix, types, view, skipped + most, lang),
        "type": lambda: _told(prefix, map(view.type, view.catalogue.types)),
        "property": lambda: _properties(prefix, types, view, lang),
    }[kind]
    return {"result": find()[skipped : skipped + most]}


def _entities(prefix: str, types: tuple[str, ...], view: View, most: int, lang: bool) -> list[dict[str, Any]]:
    """List the entity with that ID, then those with a name or a word that begins so, then similar ones."""
    catalogue, wanted = view.catalogue, set(types)
    found = [iri for iri in catalogue.identified(prefix) if wanted & {*catalogue.entities[iri].types}]
    found += catalogue.beginning(prefix, types, most)
    if len(found) < most and prefix:
        close = catalogue.similar(prefix, types)
        found += sorted(close, key=lambda iri: (-close[iri], iri))
    listed = list(dict.fromkeys(found))[:most]
    catalogue.expect(listed)
    return [{**view.entity(iri, lang=lang), "notable": view.types(iri)} for iri in listed]


def _properties(prefix: str, types: tuple[str, ...], view: View, lang: bool) -> list[dict[str, Any]]:
    wanted = set(types)
    known = [one for one in view.catalogue.properties.values() if one.types & wanted]
    told = _told(prefix, map(view.property, known))
    ways = {"matchQualifiers": [{"id": EXACT, "name": view.word("exact")}]} if lang else {}
    return [{**one, **ways} for one in told]


def _told(prefix: str, told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """List items with a name, a word in it or an identifier that begins with the typed text."""
    folded = folding.fold(prefix)
    return [
        one
        for one in told
        if f" {folded}" in f" {folding.fold(one['name'])}"
        or one["id"].casefold().startswith(prefix.casefold())
    ]


def proposed(fields: Mapping[str, str], view: View) -> dict[str, Any]:
    """Answer a property proposal query: the properties of a type, or of all without one.

    Raises:
        RequestError: if there is no such type, or the limit is not a number.
    """
    kind = view.catalogue.type(fields["type"]) if fields.get("type") else ""
    listed = [one for one in view.catalogue.properties.values() if not kind or kind in one.types]
    told: dict[str, Any] = {"type": kind} if kind else {}
    if fields.get("limit"):
        told["limit"] = payload.whole(fields["limit"], "limit", 1, 1_000)
        listed = listed[: told["limit"]]
    return {**told, "properties": [view.property(one) for one in listed]}
