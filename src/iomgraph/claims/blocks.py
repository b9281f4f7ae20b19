"""Sources read in blocks: on all processors, or taken from the build before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from iomgraph.cache import Memo, digest
from iomgraph.claims import page_form
from iomgraph.claims.claim import Page
from iomgraph.claims.pages import Keys, PageRef, PageSpool, keys
from iomgraph.claims.read import Reader
from iomgraph.findings import LINES, Finding, Place
from iomgraph.processes import JSON, Spool, Task, dealt, processors, run_parallel
from iomgraph.sources import page_table, table_blocks
from iomgraph.sources.rules import Reporter, Rules

Names = dict[str, Place]
"""Name of a page to the first place that has it."""

_KIND = "pages"
_ROWS = 64
"""Rows of a block, on average."""
_LEAST = 1 << 19
"""Bytes that are worth a task of their own."""
_MOST = 1 << 24
"""Bytes of a block, and of its pages, that is kept for the next build: a file may be compressed."""
_TASKS = 4
"""Tasks for each processor, so that none waits long for another."""
_NOWHERE = Place("")
_END = b"\n"
"""The end of the notes on a block, and of each line of its pages; JSON escapes it elsewhere."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a source that can be read alone.

    Args:
        pages: reads it; takes the names in blocks before, and adds its own.
        content: gives its bytes.
        size: number of these.
        start: its place; what is kept of it moves with that.
        length: number of its rows; None if it is a whole file.
    """

    pages: Callable[[Reporter, Names], Iterator[Page]]
    content: Callable[[], bytes]
    size: int
    start: Place
    length: int | None = None

    def key(self) -> bytes:
        """Digest all that its pages are made from, besides reference tables and settings."""
        return digest(self.start.file, self.length is None, self.content())

    def moves(self, pages: int) -> bool:
        """Tell whether what is made of it may be used elsewhere: no message names the row of another page."""
        return self.length is None or pages == self.length


def of_table(path: Path, label: str, reader: Reader) -> Iterator[Block]:
    """Cut a table of saved pages into blocks.

    Args:
        path: the table.
        label: its name in places.
        reader: reads rows.

    Raises:
        SourceError: if the table can't be read.
    """
    for rows in table_blocks.blocks(path, page_table.COLUMNS, _ROWS, name=label):

        def pages(reporter: Reporter, names: Names, rows: table_blocks.Block = rows) -> Iterator[Page]:
            return reader.pages(rows.rows(), reporter, names)

        start = Place(label, row=rows.number, line=rows.line)
        yield Block(pages, rows.content, rows.span[1] - rows.span[0], start, rows.length)


def of_file(path: Path, label: str, pages: Callable[[Reporter, Names], Iterator[Page]]) -> Block:
    """Make a block of a whole file.

    Args:
        path: the file.
        label: its name in places.
        pages: as for `Block`.
    """

    def content() -> bytes:
        # Reading pages tells why a file can't be read.
        with suppress(OSError):
            return path.read_bytes()
        return b""

    return Block(pages, content, path.stat().st_size if path.exists() else 0, Place(label))


def read(blocks: Sequence[Block], reporter: Reporter, memo: Memo) -> Iterator[PageRef]:
    """Read blocks, and yield a reference to each page in order.

    Args:
        blocks: of one source, whose pages have different names.
        reporter: takes findings, in the same order.
        memo: keeps pages; its keys contain all that they are made from besides the blocks.

    Raises:
        SourceError: if one can't be read.
    """
    runs = [_Run(some, reporter.rules, memo) for some in _dealt(blocks)]
    names: Names = {}
    for run, told in zip(runs, run_parallel([Task("reading", run.read) for run in runs]), strict=True):
        for block, one in zip(run.blocks, told, strict=True):
            if names.keys() & one.names.keys() - {""}:
                yield from map(run.pages.add, block.pages(reporter, names))
            else:
                names.update(one.names)
                reporter.take(run.findings.between(*one.findings))
                yield from (PageRef(head, run.pages, at) for head, at in one.pages)


def _dealt(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Deal blocks out to tasks of about one size."""
    total = sum(block.size for block in blocks)
    share = total / max(1, min(total // _LEAST, processors() * _TASKS))
    return dealt(blocks, lambda block: block.size, share)


@dataclass(frozen=True, slots=True)
class _Told:
    """The pages of a block.

    Args:
        pages: their keys, each with its position in the spool.
        names: their names.
        findings: where the findings begin and end.
    """

    pages: Sequence[tuple[Keys, int]]
    names: Mapping[str, Place]
    findings: tuple[int, int]


@dataclass(slots=True)
class _Run:
    """Blocks that one process reads one after the other, and what is made of them on disk."""

    blocks: Sequence[Block]
    rules: Rules
    memo: Memo
    pages: PageSpool = field(default_factory=PageSpool)
    findings: Spool[Finding] = field(default_factory=Spool[Finding])

    def read(self) -> list[_Told]:
        """Read the blocks; return what is not on disk."""
        told = [self._taken(block) or self._read(block) for block in self.blocks]
        self.memo.flush()
        return told

    def _read(self, block: Block) -> _Told:
        start, names = self.findings.end, Names()
        pages = block.pages(Reporter(self.rules, self.findings), names)
        refs = [(keys(page), self.pages.append(page_form.PAGES.write(page))) for page in pages]
        told = _Told(refs, names, (start, self.findings.end))
        spread = refs[-1][1] - refs[0][1] if refs else 0
        if self.memo.store and max(block.size, spread) <= _MOST and block.moves(len(refs)):
            self._keep(block, told)
        return told

    def _keep(self, block: Block, told: _Told) -> None:
        base = block.start.row, block.start.line
        heads = [_plain(head) for head, _ in told.pages]
        names = [(name, page_form.relative(place, _NOWHERE)) for name, place in told.names.items()]
        findings = list(map(_line, self.findings.between(*told.findings)))
        pages = [self.pages.raw(at) for _, at in told.pages]
        self.memo.keep(_KIND, block.key(), _END.join((JSON.write((base, heads, names, findings)), *pages)))

    def _taken(self, block: Block) -> _Told | None:
        """Take a block from the build before, wherever it is now; None if that had no such block."""
        value = self.memo.found(_KIND, block.key()) if self.memo.store and block.size <= _MOST else None
        if value is None:
            return None
        notes, *parts = value.split(_END)
        base, heads, names, findings = JSON.read(notes)
        move = _Move(block.start, *base)
        pages = map(_END.join, zip(parts[::2], parts[1::2], strict=True))
        start = self.findings.end
        self.findings += (move.finding(one) for one in findings)
        places = {name: page_form.absolute(place, _NOWHERE) for name, place in names}
        known = {name: move.place(place) for name, place in places.items() if place}
        positions = self.pages.extend(list(map(move.page, pages)))
        refs = list(zip(map(_restored, heads), positions, strict=True))
        return _Told(refs, known, (start, self.findings.end))


@dataclass(frozen=True, slots=True)
class _Move:
    """The way of a block from where it was to where it is.

    Args:
        to: its place.
        row: the row where it was.
        line: the line where it was.
    """

    to: Place
    row: int | None
    line: int | None

    @property
    def _by(self) -> tuple[int, int]:
        return (self.to.row or 0) - (self.row or 0), (self.to.line or 0) - (self.line or 0)

    def page(self, page: bytes) -> bytes:
        """Move a page."""
        return page_form.moved(page, *self._by) if any(self._by) else page

    def place(self, place: Place) -> Place:
        """Move a place in the same file."""
        rows, lines = self._by
        if not (rows or lines) or place.file != self.to.file or place.row is None or place.line is None:
            return place
        return replace(place, row=place.row + rows, line=place.line + lines)

    def finding(self, line: str) -> Finding:
        """Move a finding."""
        finding: Finding = LINES.read(line.encode("utf-8", "surrogatepass"))
        return replace(finding, place=finding.place and self.place(finding.place))


def _plain(head: Keys) -> Any:
    """Write what memory holds of a page as JSON can hold it."""
    *others, said = head
    return *others, [page_form.plain(one, _NOWHERE) for one in said]


def _restored(written: Any) -> Keys:
    *others, said = written
    return *others, tuple(page_form.restored(one, _NOWHERE) for one in said)


def _line(finding: Finding) -> str:
    return LINES.write(finding).decode("utf-8", "surrogatepass")
