"""The cells of a row that are read, each with its column and its tidied text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.claims.layout import Column
from iomgraph.findings import Place
from iomgraph.immutable import immutable
from iomgraph.sources.characters import forbidden
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets.cell import Cell, Kind, SheetRow

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Invisible characters: soft hyphens, zero-width spaces, direction marks."""
_RUNS = re.compile(r"\s{2,}")
_NOWHERE = Place("")


@immutable
class Entry:
    """A cell of a column that is read.

    Args:
        column: its column.
        cell: the cell as the file holds it.
        text: its text, without invisible characters and without spaces at its ends.
        place: its place.
    """

    column: Column
    cell: Cell
    text: str
    place: Place

    @property
    def line(self) -> str:
        """Its text on one line."""
        return " ".join(self.text.split())


@immutable
class Recorder:
    """A recorder of the claims of a row and of findings about its cells.

    Args:
        page: the row's page.
        reporter: takes the findings.
    """

    page: Page
    reporter: Reporter

    def claim(self, entry: Entry, term: str, value: Value, lang: str = "") -> None:
        """Record the claim that a cell makes about a term."""
        self.page.claim(Claim(term, value, entry.place, _NOWHERE, lang))

    def report(self, rule: str, entry: Entry, *, value: str = "", **words: object) -> None:
        """Report a cell; without a value, with its text."""
        about, said = iris.curie("captures", self.page.capture_key), value or entry.text
        finding = self.reporter.rules.finding(
            rule, entry.place, about=about, value=said, source=None, **words
        )
        self.reporter.take([finding])

    def of_kind(self, entry: Entry, *kinds: Kind) -> bool:
        """Tell whether a cell is of one of these kinds, and report it if not."""
        if entry.cell.kind in kinds:
            return True
        self.report("cell-kind", entry, kind=entry.cell.kind.value, column=entry.column.header)
        return False


def entries(row: SheetRow, columns: tuple[Column, ...], reporter: Reporter) -> Iterator[Entry]:
    """Yield the cells of a row that are not empty; report errors, lost results and odd characters.

    Example:
        >>> from iomgraph.claims.table_options import Target
        >>> from iomgraph.sources.rules import Reporter, Rules
        >>> column = Column(0, "Title", Target("title"))
        >>> row = SheetRow({0: Cell(" Roads ")}, "a.csv", 2)
        >>> [entry.text for entry in entries(row, (column,), Reporter(Rules({}, {}), []))]
        ['Roads']
    """
    for column in columns:
        cell = row.cells.get(column.index)
        if cell and _readable(cell, row, column, reporter) and (text := _tidied(cell.text)):
            yield Entry(column, cell, text, row.place(column.index, column.header))


def _readable(cell: Cell, row: SheetRow, column: Column, reporter: Reporter) -> bool:
    """Tell whether a cell can be read, and report why not or which characters are left out."""
    # Most cells are plain, so places are made only for the others.
    if cell.text.isascii() and cell.text.isprintable() and cell.text and cell.kind is not Kind.ERROR:
        return True
    place = row.place(column.index, column.header)
    if cell.kind is Kind.ERROR:
        reporter.report("error-cell", place, value=cell.text)
    elif not cell.text and cell.formula:
        reporter.report("formula-without-value", place)
    elif character := forbidden(cell.text):
        reporter.report("control-character", place, value=cell.text, character=character)
    else:
        if _UNSEEN.search(cell.text):
            reporter.report("unseen-character", place, value=cell.text)
        return True
    return False


def _tidied(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    # Runs of spaces have no meaning, and would slow down the patterns that look for separators.
    return _RUNS.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()
