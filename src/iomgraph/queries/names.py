"""Things of a release by names and codes in any case, which people type instead of a key."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from iomgraph.matching import folding, states
from iomgraph.queries.graphs import Graphs
from iomgraph.terms import SKOS

STATES = "states"
_NAMES = tuple(ox.NamedNode(SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))


def keys(text: str, kind: str, base: str, store: Graphs) -> list[str]:
    """Return the keys of the things that a name or a code means; several if it is ambiguous.

    Args:
        text: the typed text.
        kind: prefix of the things, such as `states`.
        base: the beginning of their IRIs.
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
    """Return a key with the name of its thing, if the reference tables have one.

    Example:
        >>> label("COD", "states"), label("labour-migration", "themes")
        ('COD (Democratic Republic of the Congo)', 'labour-migration')
    """
    country = states.package().countries.get(key) if kind == STATES else None
    return f"{key} ({country.names['en']})" if country else key


def absent(text: str, kind: str) -> list[str]:
    """Return the states that a text means, each with its key, even if the release does not have them."""
    return [label(key, kind) for key in states.package().identify(text)] if kind == STATES else []


def near(text: str, kind: str, known: Iterable[str]) -> list[str]:
    """Return the states of a release with names similar to a text, each with its key, the closest first."""
    there = set(known)
    found = states.package().near(text) if kind == STATES else []
    return [label(key, kind) for key, _ in found if key in there]


def _is_there(iri: str, store: Graphs) -> bool:
    return next(store.quads_for_pattern(ox.NamedNode(iri), None, None, None), None) is not None


def _key(node: object, base: str) -> str:
    """The key of a thing of a kind; empty for parts of things, and for things of other publishers."""
    if not isinstance(node, ox.NamedNode) or not node.value.startswith(base):
        return ""
    key = node.value.removeprefix(base)
    return "" if "/" in key else key


def _text(value: object) -> str:
    return value.value if isinstance(value, ox.Literal) else ""
