"""A workbook (XLSX, XLSM): its sheets and their rows.

See ECMA-376, part 1, section 18, in both namespaces (transitional and strict).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import SourceError
from iomgraph.sources.sheets import archive, markup
from iomgraph.sources.sheets.archive import MAX_SMALL, Archive
from iomgraph.sources.sheets.cell import SheetRow
from iomgraph.sources.sheets.formats import Styles
from iomgraph.sources.sheets.strings import SharedStrings
from iomgraph.sources.sheets.worksheet import Context, Range, Worksheet, merged_ranges

MAX_SHEETS = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, or the one table of a file of delimited text.

    Args:
        name: its name; empty for delimited text.
        hidden: the workbook hides it.
        part: the part of the archive that holds it.
    """

    name: str
    hidden: bool = False
    part: str = ""


class _Relations:
    """The parts that a part refers to, by identifier: kind and target; a handler."""

    def __init__(self, part: str) -> None:
        self._folder = posixpath.dirname(part)
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", self._folder, attributes.get("Target", ""))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...

    def of(self, kind: str) -> str:
        """Return the first part of a kind; empty without one."""
        return next((target for known, target in self.targets.values() if known == kind), "")


class _Outline:
    """The sheets that `workbook.xml` lists, and the day from which it counts; a handler."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.epoch_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet" and len(self.sheets) < MAX_SHEETS:
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))
        elif name == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in {"1", "true"}

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class Workbook:
    """An open workbook; made by `opened`.

    Args:
        parts: its archive.
    """

    def __init__(self, parts: Archive) -> None:
        self._parts = parts
        main = self._relations("").of("officeDocument")
        if main.endswith(".bin"):
            raise parts.stop("the workbook has the binary format XLSB")
        if not main:
            raise parts.stop("the file is not a workbook in XLSX")
        related = self._relations(main)
        outline = _Outline()
        self._read(main, outline)
        self.sheets = tuple(
            Sheet(name, hidden, related.targets[relation][1])
            for name, hidden, relation in outline.sheets
            if related.targets.get(relation, ("", ""))[0] == "worksheet"
        )
        styles, strings = Styles(), SharedStrings(parts.label)
        self._read(related.of("styles"), styles)
        self._read(related.of("sharedStrings"), strings, archive.MAX_UNPACKED)
        self._context = Context(parts.label, strings, styles, outline.epoch_1904)

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that have cells, with one block of them in memory at a time.

        Raises:
            SourceError: if the sheet is damaged or exceeds a limit.
        """
        handler = Worksheet(sheet.name, self._context)
        where = f"{self._parts.label} ({sheet.name})"
        for _ in markup.parse(self._parts.blocks(sheet.part), handler, where):
            for row in handler.taken():
                if row.cells:
                    yield row

    def merged(self, sheet: Sheet) -> list[Range]:
        """Return the merged cells of a sheet."""
        return merged_ranges(self._parts.blocks(sheet.part), self._parts.label)

    def _relations(self, part: str) -> _Relations:
        folder, name = posixpath.split(part)
        relations = _Relations(part)
        self._read(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        return relations

    def _read(self, part: str, handler: markup.Handler, limit: int = MAX_SMALL) -> None:
        if part and part in self._parts:
            for _ in markup.parse(self._parts.blocks(part, limit), handler, f"{self._parts.label} ({part})"):
                pass


@contextmanager
def opened(path: Path, label: str) -> Iterator[Workbook]:
    """Open a workbook.

    Args:
        path: the file.
        label: its name in places.

    Raises:
        SourceError: if it is not a workbook in XLSX, is protected by a password, or exceeds a limit.
    """
    with archive.opened(path, label) as parts:
        workbook = Workbook(parts)
        if not workbook.sheets:
            raise SourceError(
                "the workbook has no sheets with cells", where=label, step="check that it is the right file"
            )
        yield workbook
