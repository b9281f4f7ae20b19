"""An outline of an undeclared table: its header, its columns and its notation.

`iomgraph init` writes these guesses into a portfolio's file with their reasons; a build never acts on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from iomgraph.claims import amounts, columns, dates
from iomgraph.claims.columns import Guess
from iomgraph.errors import SourceError
from iomgraph.sources.sheets import book, delimited
from iomgraph.sources.sheets.book import TEXTS, Book, TextBook
from iomgraph.sources.sheets.cell import Kind, SheetRow
from iomgraph.sources.sheets.workbook import Sheet
from iomgraph.sources.tables import Tables

_ROWS = 500
"""Rows of a sheet to look at."""
_FORMS = tuple(
    form.replace("/", mark) for mark in "/.-" for form in ("dd/mm/yyyy", "mm/dd/yyyy", "d/m/yyyy", "m/d/yyyy")
)


@dataclass(frozen=True, slots=True)
class Outline:
    """The apparent structure of a table.

    Args:
        sheet: the sheet with the most known columns; empty for delimited text.
        header: number of the header's row.
        headers: the headers, in the order of the sheet.
        guesses: header to guess, for those that are known.
        options: option to guess; its term is the value.
    """

    sheet: str
    header: int
    headers: tuple[str, ...]
    guesses: Mapping[str, Guess]
    options: Mapping[str, Guess] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The unknown headers."""
        return tuple(header for header in self.headers if header not in self.guesses)


def read(path: Path, tables: Tables) -> Outline:
    r"""Look at a table, and guess the terms of its columns and its notation.

    Args:
        path: a workbook, or delimited text.
        tables: the reference tables.

    Raises:
        SourceError: if it can't be read, or is empty.

    Example:
        >>> import tempfile
        >>> from iomgraph.settings import Settings
        >>> path = Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_text("ID;Country;Start;Mood\nA.1;Kenya;13/02/2024;fine\n", encoding="utf-8")
        >>> outline = read(path, Tables(Settings().data))
        >>> {header: guess.term for header, guess in outline.guesses.items()}, outline.unknown
        ({'ID': 'identifier', 'Country': 'benefitingState', 'Start': 'startDate'}, ('Mood',))
        >>> {option: guess.term for option, guess in outline.options.items()}
        {'encoding': 'utf-8', 'delimiter': ';', 'dates': 'dd/mm/yyyy'}
    """
    options = _encoding(path)
    encoding = options["encoding"].term if "encoding" in options else ""
    with book.opened(path, encoding=encoding) as opened:
        if isinstance(opened, TextBook):
            reason = "the file shows it"
            options |= {name: Guess(value, "certain", reason) for name, value in opened.dialect.detected}
        found = [one for sheet in opened.sheets if not sheet.hidden if (one := _sheet(opened, sheet, tables))]
    if not found:
        raise SourceError("the table is empty", where=path, step="name a file with projects")
    best, samples = max(found, key=lambda one: len(one[0].guesses))
    return Outline(
        best.sheet, best.header, best.headers, best.guesses, {**options, **_written(best, samples)}
    )


def _encoding(path: Path) -> dict[str, Guess]:
    """Guess the encoding of text without a mark of it, trying the usual one of Western systems first."""
    if path.suffix.lower() not in TEXTS:
        return {}
    try:
        delimited.dialect(path, path.as_posix(), delimiter=",")
    except SourceError:
        for name, word in delimited.likely_encodings(path):
            return {"encoding": Guess(name, "possible", f"it reads {word!r}")}
        raise
    return {}


_Samples = dict[str, list[str]]


def _sheet(opened: Book, sheet: Sheet, tables: Tables) -> tuple[Outline, _Samples] | None:
    """Outline a sheet by the row with the most usual headers; None if it is empty."""
    rows = list(islice(opened.rows(sheet), _ROWS))
    names = columns.read(tables)
    best: tuple[int, SheetRow] | None = None
    for row in rows[:50]:
        known = sum(names.guess(cell.text) is not None for cell in row.cells.values())
        if best is None or known > best[0]:
            best = known, row
    if best is None:
        return None
    header = best[1]
    texts = {index: " ".join(cell.text.split()) for index, cell in sorted(header.cells.items())}
    below = [row for row in rows if row.number > header.number]
    samples = [[row.cells[index].text if index in row.cells else "" for index in texts] for row in below]
    guesses = columns.guess(list(texts.values()), samples, tables)
    typed = {
        text: [row.cells[index].text for row in below if _is_text(row, index)]
        for index, text in texts.items()
    }
    headers = tuple(dict.fromkeys(texts.values()))
    return Outline(sheet.name, header.number, headers, guesses), typed


def _is_text(row: SheetRow, index: int) -> bool:
    return index in row.cells and row.cells[index].kind is Kind.TEXT


def _written(outline: Outline, samples: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """Guess the notation of amounts and dates if all cells with text allow only one."""
    options = {}
    money = [
        text
        for header, guess in outline.guesses.items()
        if guess.term.startswith("budget")
        for text in samples[header]
    ]
    days = [
        text
        for header, guess in outline.guesses.items()
        if guess.term.endswith("Date")
        for text in samples[header]
    ]
    numbers = [text for text in money if amounts.typed(text).readings]
    marks = [mark for mark in amounts.DECIMALS if all(amounts.typed(text, mark).readings for text in numbers)]
    if numbers and len(marks) == 1:
        options["decimal"] = Guess(marks[0], "likely", "all amounts can be read with it, and with no other")
    unclear = [text for text in days if dates.readings(text) and not _plain(text)]
    forms = [form for form in _FORMS if all(dates.readings(text, form) for text in unclear)]
    # A form with two digits also reads single digits, so the two are one answer.
    if unclear and len({form.replace("dd", "d").replace("mm", "m") for form in forms}) == 1:
        options["dates"] = Guess(forms[0], "likely", "all dates can be read with it, and with no other")
    return options


def _plain(text: str) -> bool:
    """Tell whether a date can be read without a declared form."""
    return bool(dates.readings(text, "yyyy/mm/dd"))
