"""Things of a release by their names and codes, in any case: what people type in place of a key."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from iomgraph.matching import folding, states
from iomgraph.queries.graphs import Graphs
from iomgraph.terms import SKOS

STATES = "states"
_NAMES = tuple(ox.NamedNode(SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))


def keys(text: str, kind: str, base: str, store: Graphs) -> list[str]:
    """Return the keys of the things of a kind that a name or a code means; several if it is ambiguous.

    Args:
        text: that was typed.
        kind: prefix of the things, such as `states`.
        base: what their IRIs begin with.
        store: the release.
    """
    if kind == STATES and (meant := states.package().identify(text)):
        return [key for key in meant if _is_there(base + key, store)]
    folded = folding.fold(text)
    found = {
        key
        for predicate in _NAMES
        for quad in store.quads_for_pattern(None, predicate, None, None)
        if (key := _key(quad.subject, base)) and folded and folding.fold(_text(quad.object)) == folded
    }
    return sorted(found)


def label(key: str, kind: str) -> str:
    """Return a key with the name of what it stands for, where the reference tables have one.

    Example:
        >>> label("COD", "states"), label("labour-migration", "themes")
        ('COD (Democratic Republic of the Congo)', 'labour-migration')
    """
    country = states.package().countries.get(key) if kind == STATES else None
    return f"{key} ({country.names['en']})" if country else key


def absent(text: str, kind: str) -> list[str]:
    """Return the states that a text means, each with its key, whether a release has them or not."""
    return [label(key, kind) for key in states.package().identify(text)] if kind == STATES else []


def near(text: str, kind: str, known: Iterable[str]) -> list[str]:
    """Return the states of a release whose names are like a text, each with its key, the likest first."""
    there = set(known)
    found = states.package().near(text) if kind == STATES else []
    return [label(key, kind) for key, _ in found if key in there]


def _is_there(iri: str, store: Graphs) -> bool:
    return next(store.quads_for_pattern(ox.NamedNode(iri), None, None, None), None) is not None


def _key(node: object, base: str) -> str:
    """The key of a thing of a kind; empty for what belongs to a thing, and for the things of others."""
    if not isinstance(node, ox.NamedNode) or not node.value.startswith(base):
        return ""
    key = node.value.removeprefix(base)
    return "" if "/" in key else key


def _text(value: object) -> str:
    return value.value if isinstance(value, ox.Literal) else ""
