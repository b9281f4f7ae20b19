"""The states of a row, with their stated shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from iomgraph import iris
from iomgraph.claims.amounts import readings
from iomgraph.claims.claim import Part
from iomgraph.claims.lexicon import CellContext
from iomgraph.claims.row_entries import Entry, Recorder
from iomgraph.sources.sheets.cell import Kind

_BETWEEN = re.compile(r"\s*(?:[;|\n\r/]|,\s)\s*")

_Found = dict[str, tuple[str, Entry]]
"""Code of a state to its share, empty if none is stated, and the cell that gives it."""


def states(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    """Read the cells of states, and those of their shares if these have their own column."""
    found: _Found = {}
    for cell in cells:
        if cell.column.target.term == "benefitingState" and record.of_kind(cell, Kind.TEXT):
            _read(context, cell, found, record)
    shares = [cell for cell in cells if cell.column.target.term == "percentage"]
    if shares:
        _shares(shares, found, record)
    if found:
        first = next(cell for _, cell in found.values())
        record.claim(first, "benefitingState", tuple(iris.curie("states", code) for code in found))
        _allocate(found, record)


def _read(context: CellContext, cell: Entry, found: _Found, record: Recorder) -> None:
    shares = context.state_lists.read(cell.text)
    for piece in shares.unknown:
        near = context.lexicon.states.candidates(piece)
        record.report("state-not-matched", cell, value=piece, candidates=", ".join(near) or "–")
    for wrong in shares.wrong:
        record.report("bad-share", cell, value=wrong)
    for share in shares.shares:
        if share.code in shares.twice or share.code in found:
            # If one state has two shares, either may be wrong.
            state = record.reporter.rules.words.value(iris.curie("states", share.code))
            record.report("state-twice", cell, value=share.code, state=state)
            found[share.code] = ("", cell)
        else:
            found[share.code] = (share.percentage, cell)


def _shares(cells: Sequence[Entry], found: _Found, record: Recorder) -> None:
    """Assign a column of shares to the states in order, if there are as many shares as states."""
    texts = [text for cell in cells for text in _BETWEEN.split(cell.text)]
    values = [_percentage(text) for text in texts]
    if len(values) != len(found) or not all(values) or any(share for share, _ in found.values()):
        record.report("bad-share", cells[0])
        return
    for code, value in zip(list(found), values, strict=True):
        found[code] = (value, cells[0])


def _percentage(text: str) -> str:
    number = text.replace("%", "").strip()
    marks = [mark for mark in number if not mark.isdigit()]
    values = readings(number, marks[0] if marks in (["."], [","]) else "")
    return values[0] if len(values) == 1 and 0 < Decimal(values[0]) <= 100 else ""


def _allocate(found: _Found, record: Recorder) -> None:
    """Claim the stated shares; a sum other than 100 is published as stated, and reported."""
    stated = [(code, share, cell) for code, (share, cell) in found.items() if share]
    if not stated:
        return
    allocations = tuple(
        Part.of(
            cell.place,
            allocatedTo=iris.curie("states", code),
            percentage=share,
            basis=iris.curie("bases", "stated"),
        )
        for code, share, cell in stated
    )
    total = sum((Decimal(share) for _, share, _ in stated), Decimal())
    if total != 100:
        record.report("shares-sum", stated[0][2], sum=f"{total.normalize():f}")
    record.claim(stated[0][2], "allocation", allocations)
