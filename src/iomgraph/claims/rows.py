"""The reading of rows of a sheet into pages: finds the rows that are projects, and names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from iomgraph import iris
from iomgraph.claims import row_entries, values
from iomgraph.claims.cell_values import READERS, TOGETHER
from iomgraph.claims.claim import Page
from iomgraph.claims.layout import Layout
from iomgraph.claims.lexicon import CellContext
from iomgraph.claims.row_entries import Entry, Recorder
from iomgraph.findings import Place
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets.cell import Kind, SheetRow
from iomgraph.sources.vocabulary import fold

IDENTIFYING = ("identifier", "iatiIdentifier")
"""Terms that name a project: a row without a value in the column of such a term is not a project."""
_LONGEST_KEY = 80
_FORM = "A-Z, a-z, 0-9, . -"


@dataclass(frozen=True, slots=True)
class RowSource:
    """Settings that the rows of a file share.

    Args:
        capture: key of the file's capture.
        captured: day of the capture; empty if unknown.
        prefix: beginning of the keys of projects without an identifier, to tell sources apart.
    """

    capture: str
    captured: str = ""
    prefix: str = ""


@dataclass(slots=True)
class RowReader:
    """Reads the rows of a source into pages.

    Args:
        context: the knowledge for reading cells.
        source: the settings that the rows share.
        reporter: takes the findings.
        seen: name of a project to the first row that has it, across all files of a source.
    """

    context: CellContext
    source: RowSource
    reporter: Reporter
    seen: dict[str, Place] = field(default_factory=dict)

    def pages(self, layout: Layout) -> Iterator[Page]:
        """Read the rows below a header, one at a time.

        Args:
            layout: the header and the rows.
        """
        formulas = 0
        for row in layout.rows:
            if row.hidden and self.context.options.hidden == "skip":
                self.reporter.report("hidden-row", row.place(), value=_shown(row))
            elif self._is_data(row, layout):
                cells = list(self._entries(row, layout))
                formulas += sum(entry.cell.formula for entry in cells)
                if cells and (page := self._page(row, cells, layout)):
                    yield page
        if formulas:
            self.reporter.report("formulas-read", layout.header.place(), value=str(formulas))

    def _is_data(self, row: SheetRow, layout: Layout) -> bool:
        """Tell whether a row may be a project: it is not a repeated header, a total, or badly split."""
        texts = [row.cells[column.index].text for column in layout.columns if column.index in row.cells]
        if not texts:
            return False
        if row.width > layout.header.width and max(row.cells) >= layout.header.width:
            self.reporter.report("row-too-wide", row.place(), value=_shown(row), cells=row.width)
            return False
        if 0 < row.width < layout.header.width:
            self.reporter.report("row-too-short", row.place(), value=_shown(row), cells=row.width)
        if len(texts) > 1 and all(fold(text) in layout.headers for text in texts):
            self.reporter.report("header-again", row.place(), value=_shown(row))
            return False
        first = row.cells[min(row.cells)].text
        if self.context.lexicon.words.has("total", first):
            self.reporter.report("total-row", row.place(), value=_shown(row))
            return False
        return True

    def _entries(self, row: SheetRow, layout: Layout) -> Iterator[Entry]:
        for entry in row_entries.entries(row, layout.columns, self.reporter):
            if not self.context.lexicon.words.has("nothing", entry.text):
                yield entry

    def _page(self, row: SheetRow, cells: Sequence[Entry], layout: Layout) -> Page | None:
        """Read a row; report it and return None if nothing names its project."""
        page = Page("", "", "", self.source.captured, False, row.place(), kind="table")
        page.capture = self.source.capture
        record = Recorder(page, self.reporter)
        groups: dict[str, list[Entry]] = {}
        for cell in cells:
            term = cell.column.target.term
            groups.setdefault(TOGETHER.get(term, term), []).append(cell)
        for cell in groups.pop("identifier", []):
            self._identify(cell, record)
        if "iatiIdentifier" in groups:
            READERS["iatiIdentifier"](self.context, groups.pop("iatiIdentifier"), record)
        if layout.has(*IDENTIFYING) and not any(page.says(term) for term in IDENTIFYING):
            self.reporter.report("row-without-identifier", row.place(), value=_shown(row))
            return None
        for term, group in groups.items():
            READERS[term](self.context, group, record)
        return self._named(page)

    def _identify(self, cell: Entry, record: Recorder) -> None:
        """Claim the project ID of a row."""
        known = values.identifier(cell.text) if cell.cell.kind in {Kind.TEXT, Kind.NUMBER} else None
        if known:
            record.claim(cell, "identifier", known)
        else:
            record.report("unreadable-identifier", cell, form=_FORM)

    def _named(self, page: Page) -> Page | None:
        """Give a page its key: its identifier, else its title; report repeated keys."""
        name = next((page.text(term) for term in IDENTIFYING if page.text(term)), "")
        if not name:
            title = page.first("title")
            if title is None:
                self.reporter.report("row-without-title", page.place, value="")
                return None
            slug = iris.slug(str(title.value))[:_LONGEST_KEY].strip("-") or "project"
            name = f"{self.source.prefix}{slug}"
        first = self.seen.get(name)
        key = name
        if first is not None:
            self.reporter.report("row-again", page.place, value=name, first=str(first))
            key = f"{name}-{page.place.row}"
        self.seen.setdefault(name, page.place)
        page.key = iris.page_key(f"{self.source.capture}/{key}") if any(map(page.says, IDENTIFYING)) else key
        return page


def _shown(row: SheetRow) -> str:
    """Quote a row for a message."""
    return " | ".join(" ".join(cell.text.split()) for _, cell in sorted(row.cells.items()))
