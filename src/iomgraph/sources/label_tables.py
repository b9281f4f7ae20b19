"""Tables with labels in the first row and values in a row below, turned into pairs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from iomgraph.sources.boxes import Box
from iomgraph.sources.html import Line
from iomgraph.sources.vocabulary import Vocabulary


def turned(
    lines: Sequence[Line], made: frozenset[int], vocabulary: Vocabulary
) -> tuple[list[Line], frozenset[int]]:
    """Put the values of such tables below their labels.

    Two labels in cells side by side show such a table. Tables with cells that span columns are left out.

    Args:
        lines: the lines of a page.
        made: the numbers of those that are labels or values already.
        vocabulary: labels.

    Returns:
        The lines, and the numbers of those that are labels or values.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import html, vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> page = html.read("<table><tr><th>Year<th>End Date<tr><td><td>2009</table>")
        >>> found, _ = turned(page.lines, frozenset(), vocabulary.read(Tables(Settings().data)))
        >>> [(line.text, line.kind) for line in found]
        [('Year', 'label'), ('End Date', 'label'), ('2009', 'item')]
    """
    rows = _rows(lines, made)
    paired = {id(_table(row[0])) for row in rows.values() if _is_of_pairs(_known(row, vocabulary))}
    found: list[Line] = []
    fresh: set[int] = set()
    at = 0
    while at < len(lines):
        row = rows.get(at, ())
        end = at + len(row)
        new: list[Line] = []
        if row and id(_table(row[0])) in paired:
            new = _of_pairs(row)
        elif row and _is_head(_known(row, vocabulary)):
            end = _end(lines, end, _table(row[0]), vocabulary)
            new = _turned(lines[at:end])
        if new:
            fresh.update(range(len(found), len(found) + len(new)))
        else:
            end, new = at + 1, [lines[at]]
            fresh |= {len(found)} if at in made else set()
        found += new
        at = end
    return found, frozenset(fresh)


def _rows(lines: Sequence[Line], made: frozenset[int]) -> dict[int, Sequence[Line]]:
    """Return the lines of each row of a table, by the number of the first."""
    rows: dict[int, Sequence[Line]] = {}
    for row, numbers in itertools.groupby(range(len(lines)), lambda number: _row(lines[number])):
        every = list(numbers)
        if row is not None and made.isdisjoint(every):
            rows[every[0]] = lines[every[0] : every[-1] + 1]
    return rows


def _known(row: Sequence[Line], vocabulary: Vocabulary) -> list[int]:
    """Number the cells of a row that hold a known label."""
    return [cell.index for line in row if (cell := _cell(line)) and vocabulary.fields(line.text)]


def _is_head(known: Sequence[int]) -> bool:
    """Tell whether two labels are in cells side by side, with the values in a row below."""
    return any(one + 1 == other for one, other in itertools.pairwise(known))


def _is_of_pairs(known: Sequence[int]) -> bool:
    """Tell whether a row has several labels, each beside a cell for its value."""
    return len(known) > 1 and not any(number % 2 for number in known)


def _of_pairs(row: Sequence[Line]) -> list[Line]:
    """Mark the cells of a row as labels and values alternately."""
    cells = [(cell.index, line) for line in row if (cell := _cell(line))]
    return [replace(line, kind="item" if index % 2 else "label") for index, line in cells]


def _end(lines: Sequence[Line], at: int, table: Box | None, vocabulary: Vocabulary) -> int:
    """Return the end of the rows below a row of labels: the end of the table, or another label."""
    while at < len(lines) and _belongs(lines[at], table) and not vocabulary.fields(lines[at].text):
        at += 1
    return at


def _table(line: Line) -> Box | None:
    row = _row(line)
    return row.nearest("table") if row else None


def _belongs(line: Line, table: Box | None) -> bool:
    return _row(line) is not None and _table(line) is table


def _row(line: Line) -> Box | None:
    cell = _cell(line)
    return cell.parent if cell else None


def _cell(line: Line) -> Box | None:
    return line.box.nearest("td", "th") if line.box else None


def _turned(lines: Sequence[Line]) -> list[Line]:
    """Put each value below its label, by the number of its cell; if numbers are unreliable, only labels."""
    row = _row(lines[0])
    cells = [(cell, line) for line in lines if (cell := _cell(line))]
    plain = all(cell.columns == cell.rows == 1 for cell, _ in cells)
    heads = [(cell, line) for cell, line in cells if cell.parent is row]
    below: dict[int, list[Line]] = {}
    for cell, line in cells:
        if cell.parent is not row:
            below.setdefault(cell.index, []).append(line)
    found: list[Line] = []
    for cell, line in heads:
        found.append(replace(line, kind="label"))
        found += [replace(value, kind="item") for value in below.get(cell.index, ()) if plain]
    return found
