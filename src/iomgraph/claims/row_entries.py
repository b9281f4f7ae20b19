"""The cells of a row that are read: each with its column, its text tidied, and what to report of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.claims.layout import Column
from iomgraph.findings import Place
from iomgraph.sources.characters import forbidden
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets.cell import Cell, Kind, SheetRow

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Characters that no one sees: soft hyphens, spaces without width, marks of direction."""
_RUNS = re.compile(r"\s{2,}")
_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a column that is read.

    Args:
        column: its column.
        cell: the cell as the file holds it.
        text: its text, without characters that no one sees and spaces at its ends.
        place: where it stands.
    """

    column: Column
    cell: Cell
    text: str
    place: Place

    @property
    def line(self) -> str:
        """Its text on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes the claims of a row, and reports what could not be read.

    Args:
        page: the row's page.
        reporter: takes the findings.
    """

    page: Page
    reporter: Reporter

    def claim(self, entry: Entry, term: str, value: Value, lang: str = "") -> None:
        """Take down what a cell says of a term."""
        self.page.claim(Claim(term, value, entry.place, _NOWHERE, lang))

    def report(self, rule: str, entry: Entry, *, value: str = "", **words: object) -> None:
        """Report a cell; the value is its text if not given."""
        about, said = iris.curie("captures", self.page.capture_key), value or entry.text
        finding = self.reporter.rules.finding(
            rule, entry.place, about=about, value=said, source=None, **words
        )
        self.reporter.take([finding])

    def of_kind(self, entry: Entry, *kinds: Kind) -> bool:
        """Tell whether a cell is of one of some kinds; it is reported if not."""
        if entry.cell.kind in kinds:
            return True
        self.report("cell-kind", entry, kind=entry.cell.kind.value, column=entry.column.header)
        return False


def entries(row: SheetRow, columns: tuple[Column, ...], reporter: Reporter) -> Iterator[Entry]:
    """Yield the cells of a row that say something; report errors, lost results and odd characters.

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
    """Tell whether a cell can be read; why not, and what is left out of it, is reported."""
    # Most cells are plain: places are made for the others alone.
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
    # Runs of spaces say nothing, and would cost the patterns that look for separators their time.
    return _RUNS.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()
