"""The kinds of sources: each reads files into pages with their claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from iomgraph.claims import read as saved_pages
from iomgraph.claims.claim import Page
from iomgraph.portfolio import Portfolio, Source
from iomgraph.sources import page_table, tables
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

Reader = Callable[[Tables, Portfolio, Source, Reporter], Iterator[Page]]
"""Reads a source of a portfolio into pages, one at a time; the reporter takes what is wrong with it."""


def read(reference: Tables, portfolio: Portfolio, reporter: Reporter) -> Iterator[Page]:
    """Read all sources of a portfolio into pages, in the order in which it names them.

    Args:
        reference: the reference tables.
        portfolio: names the sources.
        reporter: takes what is wrong with them.

    Raises:
        SourceError: if a file can't be read at all.
    """
    for source in portfolio.sources:
        yield from READERS[source.kind](reference, portfolio, source, reporter)


def _saved_pages(
    reference: Tables, portfolio: Portfolio, source: Source, reporter: Reporter
) -> Iterator[Page]:
    """Read tables of saved pages, as `iomgraph harvest` keeps them."""
    reader = saved_pages.reader(reference)
    for path in source.paths:
        rows = tables.rows(path, page_table.COLUMNS, name=portfolio.label(path))
        yield from reader.pages(rows, reporter)


READERS: Mapping[str, Reader] = {"pages": _saved_pages}
"""Kind of source to the function that reads it; a new kind is one more line."""
