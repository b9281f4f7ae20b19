"""The reading of tables of projects (CSV, XLSX) into pages with their claims, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph import iris
from iomgraph.claims import merged, table_options
from iomgraph.claims.claim import Page
from iomgraph.claims.layout import Layout, Layouts
from iomgraph.claims.lexicon import CellContext, Lexicon
from iomgraph.claims.rows import RowReader, RowSource
from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.portfolio import FILE, Portfolio, Source
from iomgraph.settings import LANGUAGES
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets import book
from iomgraph.sources.sheets.book import Book, TextBook
from iomgraph.sources.sheets.workbook import Sheet
from iomgraph.sources.tables import Tables


def reader(reference: Tables, portfolio: Portfolio, source: Source, reporter: Reporter) -> TableReader:
    """Make the reader of a source that is a table.

    Args:
        reference: the reference tables.
        portfolio: the portfolio of the source.
        source: its options and columns.
        reporter: takes the findings.

    Raises:
        SourceError: if a reference table can't be read, or an option is wrong.
    """
    lexicon = Lexicon(reference)
    lexicon.complete()
    where = f"{portfolio.label(portfolio.folder / FILE)}, source {source.name or source.kind!r}"
    options = table_options.read(source.options, source.columns, lexicon.words, where)
    first = tuple(lang for lang in (source.lang or LANGUAGES[0], *portfolio.languages) if lang in LANGUAGES)
    context = CellContext(lexicon, options, portfolio.currency, first, portfolio.publish_descriptions)
    return TableReader(context, reporter)


def files(portfolio: Portfolio, source: Source) -> Iterator[TableFile]:
    """Describe the files of a source that is a table.

    Args:
        portfolio: the portfolio of the source.
        source: names them.
    """
    prefix = f"{iris.slug(source.name)}-" if len(portfolio.sources) > 1 and iris.slug(source.name) else ""
    for path in source.paths:
        key = iris.page_key(path.relative_to(portfolio.folder).as_posix())
        capture = f"{key}.{source.captured}" if source.captured else key
        yield TableFile(path, portfolio.label(path), RowSource(capture, source.captured, prefix))


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of a source.

    Args:
        path: the file.
        label: its name in places.
        rows: the settings that its rows share.
    """

    path: Path
    label: str
    rows: RowSource


@dataclass(frozen=True, slots=True)
class TableReader:
    """A reader of the files of one source.

    Args:
        context: the knowledge for reading cells, with the notation of the source.
        reporter: takes the findings.
    """

    context: CellContext
    reporter: Reporter

    def pages(self, file: TableFile, names: dict[str, Place] | None = None) -> Iterator[Page]:
        """Read a file into pages, one row at a time.

        Args:
            file: the file.
            names: name of a project to the first row that has it, in files before; takes those of this one.

        Raises:
            SourceError: if the file can't be read, lacks a declared sheet, or has no mapped column.
        """
        options = self.context.options
        rows = RowReader(self.context, file.rows, self.reporter, {} if names is None else names)
        with book.opened(
            file.path, file.label, encoding=options.encoding, delimiter=options.delimiter
        ) as opened:
            self._report_detected(opened, file.label)
            for layout in self._layouts(opened, file.label):
                yield from rows.pages(layout)

    def _layouts(self, opened: Book, label: str) -> Iterator[Layout]:
        """Yield the sheets that are read, each with its header."""
        options = self.context.options
        found = 0
        finder = Layouts(options, self.context.lexicon.columns, self.reporter)
        for sheet in self._sheets(opened, label):
            ranges = opened.merged(sheet)
            rows = opened.rows(sheet)
            if options.merged == "repeat" and ranges:
                rows = merged.repeated(rows, ranges)
            place = Place(label, sheet=sheet.name)
            layout = finder.read(rows, place)
            if layout is None:
                if sheet.name in options.sheets:
                    raise self._no_columns(f"{label} ({sheet.name})")
                if sheet.name:
                    self.reporter.report("sheet-without-columns", place, value=sheet.name)
                continue
            found += 1
            if options.merged != "repeat":
                merged.report(layout, ranges, self.reporter)
            yield layout
        if not found:
            raise self._no_columns(label)

    def _no_columns(self, where: str) -> SourceError:
        options = self.context.options
        names = ", ".join(f'"{name}"' for name in list(options.columns)[:10])
        row = f"row {options.header} of " if options.header else ""
        return SourceError(
            f"{row}the table has none of the mapped columns ({names})",
            where=where,
            step="compare [sources.columns], header and delimiter with the file",
        )

    def _sheets(self, opened: Book, label: str) -> Sequence[Sheet]:
        """Return the sheets to read: the declared ones, else all that are not hidden."""
        wanted = self.context.options.sheets
        names = [sheet.name for sheet in opened.sheets]
        if missing := [name for name in wanted if name not in names]:
            raise SourceError(
                f"the workbook has no sheet {missing[0]!r}",
                where=label,
                step=f"name one of: {', '.join(map(repr, names))}",
            )
        for sheet in opened.sheets:
            if sheet.hidden and not wanted:
                place = Place(label, sheet=sheet.name)
                self.reporter.report("sheet-hidden", place, value=sheet.name)
        return [sheet for sheet in opened.sheets if (sheet.name in wanted if wanted else not sheet.hidden)]

    def _report_detected(self, opened: Book, label: str) -> None:
        if isinstance(opened, TextBook) and opened.dialect.detected:
            said = [f'{name} = "{value}"'.replace("\t", "\\t") for name, value in opened.dialect.detected]
            self.reporter.report("table-detected", Place(label), value=", ".join(said))
