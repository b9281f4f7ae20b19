"""The works that the reference tables cite, so that every source is a thing with an IRI."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from iomgraph.records.record import Record
from iomgraph.sources import citations
from iomgraph.sources.tables import Tables


def works(tables: Tables, cited: Collection[str]) -> Iterator[Record]:
    """Yield a record for each work that published records cite.

    Args:
        tables: the reference tables, whose column `source` holds the citations.
        cited: CURIEs of the works that are cited.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources.citations import cited
        >>> tables = Tables(Settings().data)
        >>> _ = tables.read("vocabulary/function_words.csv", ["lang", "word", "source"])
        >>> list(works(tables, []))
        []
    """
    known: dict[str, str] = {}
    for row in tables.seen():
        known |= citations.works(row.cells.get("source", ""))
    for name in sorted(cited):
        yield {"id": name, "type": ["BibliographicResource"], "title": {"en": [known[name]]}}
