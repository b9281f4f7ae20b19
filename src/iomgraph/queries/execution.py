"""Answers: a release is opened and queried, and its answer is written in a format."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import QueryError
from iomgraph.formats import FORMATS, Format, Kind
from iomgraph.queries import sparql
from iomgraph.queries.graphs import Graphs
from iomgraph.queries.hints import hints
from iomgraph.release import quads
from iomgraph.release.dumps import NQUADS

_BLOCK = 1 << 23
"""Bytes of statements that are loaded at a time."""

_SHORT = 1_000
"""Most bytes of an answer without rows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a release.

    Args:
        format: of the body; its kind says if it is a graph or results.
        body: the written answer.
        hints: for an answer without rows, values that the data has instead of those in the query.
    """

    format: Format
    body: bytes
    hints: tuple[str, ...] = ()


def open_release(folder: Path) -> ox.Store:
    """Load a release, with all its graphs, into a store in memory.

    Raises:
        QueryError: if there is no release, or it can't be read.
        PublicationError: if a part of it is missing.
    """
    found = quads.paths(folder)
    if not found:
        raise QueryError(
            "there is no release",
            where=folder / NQUADS,
            step="run iomgraph build, or name the folder of a release",
        )
    store = ox.Store()
    for path in found:
        try:
            with gzip.open(path) as stream:
                # Loading a release whole takes up to twice the memory of the store.
                for block in iter(partial(stream.readlines, _BLOCK), []):
                    store.load(b"".join(block), format=ox.RdfFormat.N_QUADS)
        except (OSError, EOFError, zlib.error, SyntaxError, ValueError) as error:
            raise QueryError(
                f"the release is damaged ({error})", where=path, step="build it again"
            ) from error
    return store


def ask(
    store: ox.Store, text: str, wanted: Format | None = None, prefixes: Mapping[str, str] | None = None
) -> Answer:
    r"""Query a store, and write the answer, with hints if it has no rows.

    Arguments and errors are those of `answer`.

    Example:
        >>> ask(ox.Store(), "ASK { }").body
        b'{"head":{},"boolean":true}\n'
    """
    found = answer(store, text, wanted, prefixes)
    if not _is_empty(store, text, prefixes or {}, found.body):
        return found
    return replace(found, hints=hints(store, text))


def answer(
    store: Graphs, text: str, wanted: Format | None = None, prefixes: Mapping[str, str] | None = None
) -> Answer:
    r"""Query a store, and write the answer.

    Args:
        store: the release.
        text: a SPARQL query; SELECT, ASK, CONSTRUCT or DESCRIBE.
        wanted: format of the answer; without one, JSON for results and Turtle for a graph.
        prefixes: prefixes that the query need not declare, and with which a graph is written.

    Raises:
        QueryError: if it can't be asked (see `iomgraph.queries.sparql`), or the format can't
            carry the answer.

    Example:
        >>> answer(ox.Store(), "ASK { }").body
        b'{"head":{},"boolean":true}\n'
    """
    known = dict(prefixes or {})
    sparql.refuse(text, known)
    try:
        found = store.query(text, prefixes=known)
        kind = Kind.RDF if isinstance(found, ox.QueryTriples) else Kind.RESULTS
        chosen = fitting(wanted, kind)
        body = graph(found, chosen, known) if isinstance(found, ox.QueryTriples) else results(found, chosen)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query can't be answered ({error})", step="rewrite the query") from error
    return Answer(chosen, body)


def _is_empty(store: ox.Store, text: str, prefixes: Mapping[str, str], body: bytes) -> bool:
    """Tell whether an answer has no rows or is "no"; long answers always have rows."""
    if len(body) > _SHORT:
        return False
    found = store.query(text, prefixes=dict(prefixes))
    return not found if isinstance(found, ox.QueryBoolean) else next(iter(found), None) is None


def fitting(wanted: Format | None, kind: Kind) -> Format:
    """Give the format of an answer: the wanted one, or else the first of its kind.

    Raises:
        QueryError: if the wanted format can't carry the answer.
    """
    known = [entry for entry in FORMATS if entry.kind is kind]
    if wanted is None:
        return known[0]
    if wanted not in known:
        raise QueryError(
            f"the answer is {'a graph' if kind is Kind.RDF else 'no graph'}, which this format can't carry",
            where=wanted.name,
            step=f"name one of {', '.join(entry.name for entry in known)}",
        )
    return wanted


def results(found: ox.QuerySolutions | ox.QueryBoolean, chosen: Format) -> bytes:
    """Write rows, or "yes" or "no"."""
    return _ended(found.serialize(format=ox.QueryResultsFormat.from_media_type(chosen.media_type)))


def graph(found: Iterable[ox.Triple], chosen: Format, prefixes: Mapping[str, str]) -> bytes:
    """Write a graph, sorted, so that the same graph always gives the same bytes."""
    triples = sorted(set(found), key=str)
    syntax = ox.RdfFormat.from_media_type(chosen.media_type)
    return _ended(ox.serialize(triples, format=syntax, prefixes=_used(prefixes, triples)))


def _ended(body: bytes | None) -> bytes:
    return body if body and body.endswith(b"\n") else (body or b"") + b"\n"


def _used(prefixes: Mapping[str, str], triples: list[ox.Triple]) -> dict[str, str]:
    text = "\n".join(map(str, triples))
    return {prefix: base for prefix, base in prefixes.items() if f"<{base}" in text}
