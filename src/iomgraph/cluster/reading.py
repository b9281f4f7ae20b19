"""The reading of sources by Spark: each task reads one file, and yields pages with their findings."""

from __future__ import annotations

import pickle
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from iomgraph.claims import kinds
from iomgraph.claims import read as saved_pages
from iomgraph.claims.claim import Page
from iomgraph.claims.kinds import Capture
from iomgraph.cluster.kit import Kit, Workshop
from iomgraph.cluster.stop import WorkerError, on_worker
from iomgraph.findings import Finding, Place
from iomgraph.portfolio import Portfolio, Source
from iomgraph.records.grouping import tokens
from iomgraph.sources import page_table
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row

PARQUET = ".parquet"
_FILE = 1 << 32
"""The step in page numbers from one file to the next: more than the pages of any file."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source, as it was listed.

    Args:
        number: number of the file among all, in the order of the sources and then of the names.
        source: number of its source.
        name: path below the folder of the portfolio, or address of a file elsewhere.
        label: its name in places.
    """

    number: int
    source: int
    name: str
    label: str


@dataclass(slots=True)
class Read:
    """A page as it was read, or findings without a page.

    Args:
        number: gives the order of pages.
        content: the page, if any, pickled, because it is passed on more often than read.
        findings: findings about it.
        tokens: keys that it may be grouped by.
        activity: source and IATI identifier, if it is an activity; of two equal ones, the later is left out.

        capture: the capture that it shares with others, if any.
        captured: the key of its own capture.
    """

    number: int
    content: bytes
    findings: list[Finding]
    tokens: tuple[str, ...] = ()
    activity: tuple[int, str] | None = None
    capture: Capture | None = None
    captured: str = ""

    @property
    def page(self) -> Page | None:
        """The page, if there is one."""
        page: Page | None = pickle.loads(self.content) if self.content else None  # noqa: S301 - we wrote it
        return page


@dataclass(frozen=True)
class FileReader:
    """A reader of files on a worker.

    Args:
        kit: the tables and words.
        files: address, as Spark writes it, to the file.
    """

    kit: Kit
    files: dict[str, File] = field(default_factory=dict)

    def __call__(self, rows: Iterable[Any]) -> Iterator[Read]:
        """Read rows of path and content."""
        with on_worker():
            shop = self.kit.workshop()
            for row in rows:
                file = self.files[row.path]
                yield from _numbered(file, self._read(shop, file, bytes(row.content)))

    def _read(self, shop: Workshop, file: File, content: bytes) -> Iterator[Read]:
        source = shop.portfolio.sources[file.source]
        if file.label.lower().endswith(PARQUET):
            return _drained(shop, _parquet(shop, source, file, content), source)
        return _written(shop, source, file, content)


def _numbered(file: File, found: Iterable[Read]) -> Iterator[Read]:
    for number, one in enumerate(found):
        one.number = file.number * _FILE + number
        if one.activity:
            one.activity = file.source, one.activity[1]
        yield one


def _written(shop: Workshop, source: Source, file: File, content: bytes) -> Iterator[Read]:
    """Write a file, under its name, to the place where the reader of its kind looks for it."""
    with tempfile.TemporaryDirectory(dir=shop.folder, prefix="source-") as folder:
        # The path below the folder of the portfolio names places and captures.
        name = file.name if "://" not in file.name else Path(unquote(urlsplit(file.name).path)).name
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        portfolio = replace(shop.portfolio, folder=Path(folder), labels={path: file.label})
        here = replace(source, paths=(path,), remote=())
        yield from _drained(shop, _Pages(shop, portfolio, here), here)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Yield the pages of a source, and None for other items, to keep their findings off the next page."""

    shop: Workshop
    portfolio: Portfolio
    source: Source

    def __call__(self, reporter: Reporter) -> Iterator[Page | None]:
        reference, source = self.shop.reference, self.source
        if source.kind != "iati":
            yield from kinds.pages(reference, self.portfolio, source, reporter)
            return
        reader = kinds.activity_reader(reference, self.portfolio, reporter)
        for path in source.paths:
            for page in reader.each(kinds.activity_file(self.portfolio, source, path)):
                # Repeated activities are found later, among all files.
                reader.forget()
                yield page


def _drained(shop: Workshop, pages: Any, source: Source) -> Iterator[Read]:
    """Read pages, and attach to each the findings since the one before."""
    found: list[Finding] = []
    for page in pages(Reporter(shop.rules, found)):
        yield _read(shop, page, source, found[:]) if page else Read(0, b"", found[:])
        found.clear()
    if found:
        yield Read(0, b"", found[:])


def _read(shop: Workshop, page: Page, source: Source, found: list[Finding]) -> Read:
    shared: dict[str, Capture] = {}
    kinds.note(page, source, shared)
    return Read(
        0,
        pickle.dumps(page, pickle.HIGHEST_PROTOCOL),
        found,
        tuple(sorted(tokens(page, shop.portfolio.iati_organisation))),
        (0, page.text("iatiIdentifier")) if page.kind == "iati" else None,
        next(iter(shared.values()), None),
        page.capture_key,
    )


def _parquet(shop: Workshop, source: Source, file: File, content: bytes) -> Any:
    """Read the rows of a Parquet file of pages; a row with a cell that is not text is left out."""

    def pages(reporter: Reporter) -> Iterator[Page | None]:
        if source.kind != "pages":
            raise WorkerError(
                "only saved pages are read from Parquet",
                where=file.label,
                step="write tables as CSV, and activities as XML",
            )
        currency = shop.portfolio.currency or saved_pages.CURRENCY
        reader = saved_pages.reader(shop.reference, currency)
        yield from reader.pages(_rows(file, content, reporter), reporter)

    return pages


def _rows(file: File, content: bytes, reporter: Reporter) -> Iterator[Row]:
    from pyarrow import parquet

    number = 0
    opened = parquet.ParquetFile(BytesIO(content))
    if missing := set(page_table.COLUMNS) - set(opened.schema_arrow.names):
        raise WorkerError(
            f"the table lacks columns: {', '.join(sorted(missing))}",
            where=file.label,
            step=f"the columns are: {', '.join(page_table.COLUMNS)}",
        )
    for batch in opened.iter_batches(columns=list(page_table.COLUMNS)):
        for cells in batch.to_pylist():
            number += 1
            odd = [name for name, cell in cells.items() if cell is not None and not isinstance(cell, str)]
            if odd:
                place = Place(file.label, row=number, column=odd[0])
                error = f"the cell is not a text: {type(cells[odd[0]]).__name__}"
                reporter.report("unprocessed", place, value=str(cells[odd[0]]), error=error)
            else:
                yield Row({name: cell or "" for name, cell in cells.items()}, file.label, number, 0)


def listed(spark: Any, portfolio: Portfolio) -> dict[str, File]:
    """List the files of a portfolio by the addresses that Spark gives them.

    Args:
        spark: the session.
        portfolio: names the sources; addresses may be patterns.

    Raises:
        WorkerError: if a source has no file.
    """
    found: dict[str, File] = {}
    for number, source in enumerate(portfolio.sources):
        if source.kind == "table" and len(source.paths) + len(source.remote) > 1:
            raise WorkerError(
                "a source of kind table has several files, and a cluster reads each by itself",
                where=source.name or "table",
                step="declare each as its own source, or build on one machine",
            )
        for path in source.paths:
            name = path.relative_to(portfolio.folder).as_posix()
            address = f"file:{path.resolve()}"
            found[address] = File(len(found), number, name, portfolio.label(path))
        for address in source.remote:
            rows = _binary(spark, [address]).select("path").collect()
            for path in sorted(row.path for row in rows):
                found[path] = File(len(found), number, path, unquote(path))
            if not rows:
                raise WorkerError("there is no such file", where=address, step="check the address")
    return found


def contents(spark: Any, files: Sequence[str]) -> Any:
    """Open files by Spark, as rows of path and content."""
    return _binary(spark, [re.sub(r"([*?\[\]{}\\,])", r"\\\1", one) for one in files])


def _binary(spark: Any, addresses: Sequence[str]) -> Any:
    return spark.read.format("binaryFile").load(list(addresses))
