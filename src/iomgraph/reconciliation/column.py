"""A column of texts, matched value by value: each distinct value is looked up once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from iomgraph.errors import SettingsError
from iomgraph.queries import execution
from iomgraph.reconciliation.match import Match, Outcome
from iomgraph.reconciliation.reference import GOALS, Goals, Present, States
from iomgraph.settings import resources
from iomgraph.sources.tables import Tables
from iomgraph.terms import RDF_TYPE

STATE = "State"
_LONGEST = 1_000
"""Most characters of a text to compare; the longest title has 250."""


class Matcher(Protocol):
    """A matcher of single texts."""

    CODES: tuple[str, ...]

    def match(self, text: str) -> Match:
        """Match a text."""


class Column:
    """A matcher of the values of a column that remembers each result.

    Args:
        matcher: matches one value.
    """

    def __init__(self, matcher: Matcher) -> None:
        self.codes = matcher.CODES
        self._matcher = matcher
        self._known: dict[str, Match] = {}

    def match(self, text: str) -> Match:
        """Match a value."""
        if text not in self._known:
            self._known[text] = self._match(text)
        return self._known[text]

    def _match(self, text: str) -> Match:
        if not text.strip():
            return Match(text, Outcome.EMPTY)
        if len(text) > _LONGEST:
            return Match(text, Outcome.UNKNOWN)
        return self._matcher.match(text)

    def values(self) -> Iterable[Match]:
        """Return the distinct values with their results, in order of appearance."""
        return self._known.values()


def column(kind: str = STATE, *, release: Path | None = None, data: Path | None = None) -> Column:
    """Open the things to match a column with.

    Args:
        kind: `State`, `Goal` or `Target`; with a release, any of its types.
        release: folder of a release; with it, states that the release does not describe are not matched.

        data: folder of a portfolio, whose tables may add names; by default, the project's own.

    Raises:
        IomgraphError: if there is no such type, or the release or a table can't be read.
    """
    if kind == STATE:
        return Column(States(_tables(data), _present(release) if release else None))
    if release:
        from iomgraph.reconciliation.released import Things

        return Column(Things(release, kind))
    if kind in GOALS:
        return Column(Goals(_tables(data), kind))
    raise SettingsError(
        f"things of the type {kind[:100]!r} are not in the reference tables",
        where="--type",
        step=f"name one of {', '.join((STATE, *GOALS))}, or give a release that has them (--release)",
    )


def _tables(data: Path | None) -> Tables:
    return Tables(data or resources() / "data")


def _present(folder: Path) -> Present:
    store, is_a = execution.open_release(folder), ox.NamedNode(RDF_TYPE)
    return lambda iri: next(store.quads_for_pattern(ox.NamedNode(iri), is_a, None, None), None) is not None


def reconcile(values: Iterable[str], kind: str = STATE, *, release: Path | None = None) -> list[Match]:
    """Match texts with states, goals, targets or the things of a release.

    A name that several things share is ambiguous, and a name that is only similar is not a match: both come
    with candidates, and the caller decides.

    Args:
        values: the texts, such as a column of a table.
        kind: `State`, `Goal` or `Target`; with a release, any of its types, such as `Theme`.
        release: folder of a release; with it, states that the release does not describe are not matched.

    Returns:
        one result for each text, in order.

    Raises:
        IomgraphError: if there is no such type, or the release can't be read.

    Example:
        >>> import iomgraph
        >>> for found in iomgraph.reconcile(["Kenya", "ivory coast", "Congo", "Keniya"]):
        ...     print(found.outcome.value, found.iri, [one.name for one in found.candidates])
        matched https://w3id.org/iomgraph/id/state/KEN []
        matched https://w3id.org/iomgraph/id/state/CIV []
        ambiguous  ['Democratic Republic of the Congo', 'Congo']
        no exact match  ['Kenya']
        >>> iomgraph.reconcile(["SDG 8.8"], "Target")[0].iri
        'http://metadata.un.org/sdg/8.8'
    """
    known = column(kind, release=release)
    return [known.match(value) for value in values]
