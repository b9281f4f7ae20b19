"""The check of the syntax of a release's files by two independent parsers, pyoxigraph's and rdflib's."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Dataset
from rdflib.store import Store

from iomgraph.errors import PublicationError, SettingsError
from iomgraph.findings import Finding, Place
from iomgraph.formats import Format, Kind, of_file
from iomgraph.release import content
from iomgraph.release.manifest import Entry
from iomgraph.sources.rules import Rules


def rdf_format(name: str) -> Format | None:
    """The format of a file that holds RDF; None for other files.

    Example:
        >>> rdf_format("iomgraph.nq.gz").name, rdf_format("findings.json")
        ('nquads', None)
    """
    try:
        known = of_file(name)
    except SettingsError:
        return None
    return known if known.kind is Kind.RDF else None


def quads(folder: Path, item: Entry, known: Format) -> Iterator[ox.Quad]:
    """Read a file by pyoxigraph, as a stream.

    Raises:
        SyntaxError: if it can't be read.
        PublicationError: if it does not agree with the manifest.
    """
    syntax = ox.RdfFormat.from_media_type(known.media_type)
    if syntax == ox.RdfFormat.JSON_LD and _is_streamable(folder, item):
        syntax = ox.RdfFormat.STREAMING_JSON_LD
    with content.opened(folder, item) as stream:
        yield from ox.parse(stream, format=syntax)


def _is_streamable(folder: Path, item: Entry) -> bool:
    """Tell whether JSON-LD begins as Streaming JSON-LD does; other JSON-LD is read into memory."""
    with content.opened(folder, item) as stream:
        try:
            next(ox.parse(stream, format=ox.RdfFormat.STREAMING_JSON_LD), None)
        except SyntaxError:
            return False
    return True


def check_rdf(folder: Path, item: Entry, known: Format, count: int, rules: Rules) -> Iterator[Finding]:
    """Read a file by rdflib, and compare the number of statements.

    rdflib only gets files that pyoxigraph has read before, so that documents with a remote context can't make
    it fetch that.

    Args:
        folder: the release.
        item: the file.
        known: its format.
        count: number of statements that pyoxigraph has read.
        rules: make findings.
    """
    counter = _Counter()
    sink = Dataset(store=counter, default_union=False)
    counter.count = 0
    try:
        with content.opened(folder, item) as stream:
            sink.parse(stream, format=known.media_type, publicID="urn:x-iomgraph:document")
    except PublicationError as error:
        yield rules.finding("bad-syntax", Place(item.name), value=error.what, parser="rdflib")
        return
    except Exception as error:  # rdflib's parsers raise errors of many kinds without a common parent
        yield rules.finding("bad-syntax", Place(item.name), value=_line(error), parser="rdflib")
        return
    if counter.count != count:
        yield rules.finding("parsers-differ", Place(item.name), first=count, second=counter.count)


def check_json(folder: Path, item: Entry, rules: Rules) -> Iterator[Finding]:
    """Check that a file is JSON."""
    try:
        with content.opened(folder, item) as stream:
            json.load(stream)
    except (PublicationError, ValueError, RecursionError) as error:
        yield rules.finding("bad-json", Place(item.name), value=_line(error))


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


class _Counter(Store):
    """An rdflib store that counts statements without keeping them, so that memory does not grow."""

    context_aware = True
    graph_aware = True

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def add(self, *_: Any, **__: Any) -> None:
        self.count += 1

    def addN(self, quads: Iterable[Any]) -> None:  # noqa: N802 (the name in rdflib)
        self.count += sum(1 for _ in quads)

    def add_graph(self, *_: Any) -> None:
        pass

    def remove_graph(self, *_: Any) -> None:
        pass

    def triples(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(())

    def contexts(self, *_: Any) -> Generator[Any, None, None]:
        yield from ()

    def namespaces(self) -> Iterator[Any]:
        return iter(())

    def __len__(self, *_: Any) -> int:
        return self.count
