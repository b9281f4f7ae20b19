"""The budgets of a row, with their currencies."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from iomgraph.claims import amounts
from iomgraph.claims.claim import Part
from iomgraph.claims.lexicon import CellContext
from iomgraph.claims.row_entries import Entry, Recorder
from iomgraph.sources.sheets.cell import Kind


def budgets(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    """Read the cells of budgets, and that of the currency if it has its own column."""
    amounts_of = [cell for cell in cells if cell.column.target.term == "budget"]
    row_currency = _row_currency(context, [cell for cell in cells if cell not in amounts_of], record)
    if row_currency is None:
        return
    parts: dict[Part, Entry] = {}
    for cell in amounts_of:
        value = _amount(context, cell, record)
        currency = _currency(context, cell, row_currency, record) if value else ""
        if currency:
            parts.setdefault(Part.of(cell.place, value=value, currency=currency), cell)
    if parts:
        record.claim(next(iter(parts.values())), "budget", tuple(parts))


def _row_currency(context: CellContext, cells: Sequence[Entry], record: Recorder) -> str | None:
    """Return the currency in a column of its own; None if that is not reliable."""
    for cell in cells:
        codes = context.lexicon.currencies.of(cell.line)
        if len(codes) != 1:
            record.report("unknown-currency", cell, currencies=", ".join(codes) or "–")
            return None
        return codes[0]
    return ""


def _amount(context: CellContext, cell: Entry, record: Recorder) -> str:
    """Return the one positive number that a cell can be read as; empty without one."""
    if not record.of_kind(cell, Kind.TEXT, Kind.NUMBER):
        return ""
    readings: Sequence[str] = (cell.text,)
    if cell.cell.kind is Kind.TEXT:
        readings = amounts.typed(cell.line, context.options.decimal).readings
    if len(readings) > 1:
        record.report("ambiguous-amount", cell, readings=", ".join(readings))
    elif not readings or Decimal(readings[0]) <= 0:
        record.report("unreadable-amount", cell)
    else:
        return readings[0]
    return ""


def _currency(context: CellContext, cell: Entry, row_currency: str, record: Recorder) -> str:
    """Return the currency of an amount: from its cell, its column, its row, or the portfolio."""
    number = cell.cell.kind is Kind.NUMBER
    unit = cell.cell.unit if number else amounts.typed(cell.line, context.options.decimal).unit
    codes = context.lexicon.currencies.of(unit) if unit else ()
    if unit and not codes:
        record.report("unreadable-amount", cell, value=f"{cell.text} {unit}" if number else "")
        return ""
    stated = {code for code in (cell.column.target.detail, row_currency) if code}
    if len(stated) > 1 or (codes and not stated <= set(codes)):
        record.report("currency-clash", cell, currencies=", ".join(filter(None, (*sorted(stated), unit))))
        return ""
    if stated:
        return stated.pop()
    usual = context.options.currency or context.currency
    if len(codes) == 1 or usual in codes or (usual and not codes):
        return codes[0] if len(codes) == 1 else usual
    record.report("no-currency", cell, currencies=", ".join(codes) or "–")
    return ""
