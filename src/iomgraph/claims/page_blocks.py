"""Tables of saved pages, read in blocks: on all processors, or taken from the build before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from iomgraph.cache import Memo, digest
from iomgraph.claims import page_form
from iomgraph.claims.claim import Page
from iomgraph.claims.pages import Keys, PageRef, PageSpool, keys
from iomgraph.claims.read import Reader
from iomgraph.findings import LINES, Finding, Place
from iomgraph.processes import JSON, Spool, Task, processors, run_parallel
from iomgraph.sources import page_table, table_blocks
from iomgraph.sources.rules import Reporter
from iomgraph.sources.table_blocks import Block

_KIND = "pages"
_ROWS = 256
"""Rows of a block, on average."""
_LEAST = 4
"""Blocks that are worth a task of their own."""
_TASKS = 4
"""Tasks for each processor, so that none waits long for another."""
_NOWHERE = Place("")
_END = b"\n"
"""The end of the notes on a block, and of each line of its pages; JSON escapes it elsewhere."""


def read(path: Path, label: str, reader: Reader, reporter: Reporter, memo: Memo) -> Iterator[PageRef]:
    """Read a table of saved pages, and yield a reference to each page in order.

    Args:
        path: the table.
        label: its name in places.
        reader: reads rows.
        reporter: takes findings, in order of the rows.
        memo: keeps pages; its keys contain all that the reader was made from.

    Raises:
        SourceError: if the table can't be read.
    """
    blocks = list(table_blocks.blocks(path, page_table.COLUMNS, _ROWS, name=label))
    count = min(len(blocks) // _LEAST, processors() * _TASKS) or 1
    bounds = [len(blocks) * at // count for at in range(count + 1)]
    runs = [_Run(blocks[start:end], reader, reporter, memo) for start, end in pairwise(bounds)]
    names: dict[str, int] = {}
    for run, told in zip(runs, run_parallel([Task("reading pages", run.read) for run in runs]), strict=True):
        for block, one in zip(run.blocks, told, strict=True):
            if names.keys() & one.names.keys() - {""}:
                yield from map(run.pages.add, reader.pages(block.rows(), reporter, names))
            else:
                names.update(one.names)
                reporter.take(run.findings.between(*one.findings))
                yield from (PageRef(head, run.pages, at) for head, at in one.pages)


@dataclass(frozen=True, slots=True)
class _Told:
    """The pages of a block.

    Args:
        pages: their keys, each with its position in the spool.
        names: name of a page to the first row that has it.
        findings: where the findings begin and end.
    """

    pages: Sequence[tuple[Keys, int]]
    names: Mapping[str, int]
    findings: tuple[int, int]


@dataclass(slots=True)
class _Run:
    """Blocks that one process reads one after the other, and what is made of them on disk."""

    blocks: Sequence[Block]
    reader: Reader
    reporter: Reporter
    memo: Memo
    pages: PageSpool = field(default_factory=PageSpool)
    findings: Spool[Finding] = field(default_factory=Spool[Finding])

    def read(self) -> list[_Told]:
        """Read the blocks; return what is not on disk."""
        told = [self._taken(block) or self._read(block) for block in self.blocks]
        self.memo.flush()
        return told

    def _read(self, block: Block) -> _Told:
        found, names = list[Finding](), dict[str, int]()
        pages = list(self.reader.pages(block.rows(), Reporter(self.reporter.rules, found), names))
        written = list(map(page_form.PAGES.write, pages))
        # The message on a repeated page names a row, so that it can't move; it has no page here.
        if self.memo.store and len(pages) == block.length:
            notes = block.number, block.line, list(map(_plain, pages)), list(names), list(map(_line, found))
            self.memo.keep(_KIND, _key(block), _END.join((JSON.write(notes), *written)))
        return self._told(map(keys, pages), written, names, found)

    def _taken(self, block: Block) -> _Told | None:
        """Take a block from the build before, wherever its rows are now; None if that had no such block."""
        value = self.memo.found(_KIND, _key(block)) if self.memo.store else None
        if value is None:
            return None
        notes, *parts = value.split(_END)
        number, line, heads, names, findings = JSON.read(notes)
        rows, lines = block.number - number, block.line - line
        written = list(map(_END.join, zip(parts[::2], parts[1::2], strict=True)))
        if rows or lines:
            written = [page_form.moved(page, rows, lines) for page in written]
        numbered = {name: at for at, name in enumerate(names, block.number)}
        found = (_finding(one, block.label, rows, lines) for one in findings)
        return self._told(map(_restored, heads), written, numbered, found)

    def _told(
        self,
        heads: Iterable[Keys],
        written: Iterable[bytes],
        names: Mapping[str, int],
        found: Iterable[Finding],
    ) -> _Told:
        """Put pages and findings on disk."""
        start = self.findings.end
        self.findings += found
        return _Told(
            list(zip(heads, map(self.pages.append, written), strict=True)), names, (start, self.findings.end)
        )


def _key(block: Block) -> bytes:
    return digest(block.label, JSON.write(block.header), block.content())


def _plain(page: Page) -> Any:
    """Return what memory holds of a page as JSON can hold it."""
    *head, said = keys(page)
    return *head, [page_form.plain(one, _NOWHERE) for one in said]


def _restored(written: Any) -> Keys:
    *head, said = written
    return *head, tuple(page_form.restored(one, _NOWHERE) for one in said)


def _line(finding: Finding) -> str:
    return LINES.write(finding).decode("utf-8", "surrogatepass")


def _finding(line: str, label: str, rows: int, lines: int) -> Finding:
    """Read a finding that `_line` wrote before its row moved."""
    finding: Finding = LINES.read(line.encode("utf-8", "surrogatepass"))
    place = finding.place
    if place and place.file == label and place.row is not None and place.line is not None:
        place = replace(place, row=place.row + rows, line=place.line + lines)
    return replace(finding, place=place)
