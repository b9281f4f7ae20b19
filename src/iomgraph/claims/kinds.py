"""The kinds of sources, each with a reader of files into pages with their claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from iomgraph import iris
from iomgraph.cache import Memo, digest
from iomgraph.claims import blocks, fund_names, table
from iomgraph.claims import read as saved_pages
from iomgraph.claims.blocks import Block
from iomgraph.claims.claim import Page
from iomgraph.claims.iati import reader as iati
from iomgraph.claims.pages import PageRef
from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.portfolio import FILE, Portfolio, Source
from iomgraph.settings import LANGUAGES
from iomgraph.sources.iati import tabled
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables


@dataclass(frozen=True, slots=True)
class Capture:
    """A file of several projects, as it was read on one day.

    Args:
        key: the end of its IRI.
        day: day on which it was read; empty if unknown.
        urls: its published addresses.
        lang: the language of its texts; empty if unknown.
    """

    key: str
    day: str
    urls: tuple[str, ...]
    lang: str = ""


Reader = Callable[[Tables, Portfolio, Source, Reporter], Iterator[Block]]
"""A function that cuts a source into blocks; the reporter takes findings on what is read for all of them."""


def read(
    reference: Tables,
    portfolio: Portfolio,
    reporter: Reporter,
    shared: dict[str, Capture],
    memo: Memo | None = None,
) -> Iterator[PageRef]:
    """Read all sources of a portfolio into pages on disk, in the order in which it names them.

    Args:
        reference: the reference tables.
        portfolio: names the sources.
        reporter: takes the findings.
        shared: takes the captures that several pages share (files of activities, tables), by their keys.
        memo: keeps pages; its keys contain all that is read besides the sources and the tables.

    Raises:
        SourceError: if a file can't be read at all.
    """
    for number, source in enumerate(portfolio.sources):
        if source.remote:
            raise SourceError(
                "the files of a source are where only a cluster can read them",
                where=source.remote[0],
                step="build with --engine spark, or copy the files into the portfolio",
            )
        cut = list(READERS[source.kind](reference, portfolio, source, reporter))
        known = memo.under(digest(reference.digest(), number)) if memo else Memo()
        for page in blocks.read(cut, reporter, known):
            note(page, source, shared)
            yield page


def pages(reference: Tables, portfolio: Portfolio, source: Source, reporter: Reporter) -> Iterator[Page]:
    """Read a source into pages, one at a time.

    Args:
        reference: the reference tables.
        portfolio: the portfolio of the source.
        source: the source.
        reporter: takes the findings.

    Raises:
        SourceError: if a file can't be read.
    """
    names: blocks.Names = {}
    for block in READERS[source.kind](reference, portfolio, source, reporter):
        yield from block.pages(reporter, names)


def note(page: Page | PageRef, source: Source, shared: dict[str, Capture]) -> None:
    """Note the capture of a page, if it shares one with others.

    A file without a day gets the day of its most recently changed project.
    """
    if page.capture:
        known = shared.get(page.capture)
        day = max(page.captured or source.captured, known.day if known else "")
        if known is None or known.day != day:
            # Texts of a table are read in a language even if none is declared; those of activities name it.
            lang = source.lang or (LANGUAGES[0] if source.kind == "table" else "")
            known_lang = lang if lang in LANGUAGES else ""
            shared[page.capture] = Capture(page.capture, day, source.urls, known_lang)


def places(portfolio: Portfolio, captures: Iterable[Capture]) -> dict[str, Place]:
    """Return where the facts of captures are declared: by CURIE, the settings of the portfolio."""
    declared = Place(portfolio.label(portfolio.folder / FILE))
    return {iris.curie("captures", one.key): declared for one in captures}


def _saved_pages(reference: Tables, portfolio: Portfolio, source: Source, _: Reporter) -> Iterator[Block]:
    """Cut tables of saved pages, as `iomgraph harvest` writes them."""
    reader = saved_pages.reader(reference, portfolio.currency or saved_pages.CURRENCY)
    for path in source.paths:
        yield from blocks.of_table(path, portfolio.label(path), reader)


def _tables(reference: Tables, portfolio: Portfolio, source: Source, reporter: Reporter) -> Iterator[Block]:
    """Take each table of projects as a block."""
    reader = table.reader(reference, portfolio, source, reporter)
    for file in table.files(portfolio, source):

        def pages(reporter: Reporter, names: blocks.Names, file: table.TableFile = file) -> Iterator[Page]:
            return replace(reader, reporter=reporter).pages(file, names)

        yield blocks.of_file(file.path, file.label, pages)


def _activities(
    reference: Tables, portfolio: Portfolio, source: Source, reporter: Reporter
) -> Iterator[Block]:
    """Take each IATI file, and each table that `iomgraph harvest` made from some, as a block."""
    reader = activity_reader(reference, portfolio, reporter)
    for path in source.paths:
        file = activity_file(portfolio, source, path)

        def pages(reporter: Reporter, names: blocks.Names, file: iati.IatiFile = file) -> Iterator[Page]:
            return replace(reader, reporter=reporter, names=names).pages(file)

        yield blocks.of_file(path, file.label, pages)


def activity_reader(reference: Tables, portfolio: Portfolio, reporter: Reporter) -> iati.Reader:
    """Make the reader of the activities of a portfolio.

    Raises:
        SourceError: if a reference table can't be read.
    """
    funds = fund_names.read(reference, portfolio.fund)
    return iati.reader(reference, reporter, portfolio.iati_organisation, funds)


def activity_file(portfolio: Portfolio, source: Source, path: Path) -> iati.IatiFile:
    """Describe a file of activities for their reader."""
    label = portfolio.label(path)
    capture = "" if path.suffix.lower() == tabled.SUFFIX else capture_key(label)
    return iati.IatiFile(path, label, capture, source.captured)


def capture_key(label: str) -> str:
    """Make the key of the capture that the rows or activities of a file share."""
    return iris.page_key(label.removeprefix("data/"))


READERS: Mapping[str, Reader] = {"pages": _saved_pages, "table": _tables, "iati": _activities}
"""Kind of source to the function that cuts it; a new kind needs one more line."""
