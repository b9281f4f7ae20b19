"""The cells of the cube: the dimensions that projects share, and shares that add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.processes import JSON
from iomgraph.publication.amounts import EXACT, totals
from iomgraph.publication.pieces import Graphs, Made
from iomgraph.publication.shares import ASSUMED, SOLE, STATED, STATES, Share, shares
from iomgraph.records.record import Record

NO_CURRENCY = "XXX"
"""The code of ISO 4217 for transactions without a currency: projects without a budget."""

BASES = (SOLE, STATED, ASSUMED)
"""Grounds of shares, the strongest first."""

_ALL = (Share("", Fraction(1), SOLE),)


class Key(NamedTuple):
    """The dimensions of a cell: CURIEs, a year, a currency; empty if not known.

    Args:
        state: the state with a share.
        year: year of funding.
        theme: theme of the projects.
        goal: goal that they relate to.
        currency: currency of the amounts.
    """

    state: str
    year: str
    theme: str
    goal: str
    currency: str


@dataclass(slots=True)
class Cell:
    """The measures of a cell.

    Args:
        projects: number of projects with a share in it.
        parts: their shares together, in projects.
        whole: their budgets in full.
        shared: the shares in these budgets.
        basis: the weakest basis of a share.
    """

    projects: int = 0
    parts: Fraction = Fraction()
    whole: Decimal = Decimal()
    shared: Fraction = Fraction()
    basis: str = SOLE

    def take(self, part: Fraction, basis: str, amount: Decimal) -> None:
        """Add a project."""
        self.merge(Cell(1, part, amount, Fraction(amount) * part, basis))

    def merge(self, other: Cell) -> None:
        """Add the measures of other projects."""
        self.projects += other.projects
        self.parts += other.parts
        self.whole = EXACT.add(self.whole, other.whole)
        self.shared += other.shared
        self.basis = max(self.basis, other.basis, key=BASES.index)


class Maker:
    """Makes the pieces of the cube: the cells that the projects of a part are divided into.

    Args:
        parts: of the data.
    """

    kind = "cells"

    def __init__(self, parts: Sequence[Dataset]) -> None:
        self.keys: Sequence[bytes] = [b""] * len(parts)

    def __call__(self, graphs: Graphs) -> Made:
        """As `pieces.Maker`."""
        found = cells(record for record in graphs.get(DEFAULT, ()) if "Project" in record["type"])
        return {self.kind: written(found)}


def written(cells: Mapping[Key, Cell]) -> bytes:
    """Write cells as a piece.

    Example:
        >>> made = cells([{"id": "projects:A", "benefitingState": ["states:KEN", "states:UGA"]}])
        >>> merged([written(made)]) == made, merged([written(made)] * 2) == made
        (True, False)
    """
    return JSON.write(
        [
            [*key, cell.projects, str(cell.parts), str(cell.whole), str(cell.shared), cell.basis]
            for key, cell in cells.items()
        ]
    )


def merged(pieces: Iterable[bytes]) -> dict[Key, Cell]:
    """Merge the cells of several parts, and put them in order.

    Args:
        pieces: of all parts, as `written` makes them.
    """
    found: dict[Key, Cell] = {}
    for piece in pieces:
        for *key, number, parts, whole, shared, basis in JSON.read(piece):
            cell = Cell(number, Fraction(parts), Decimal(whole), Fraction(shared), basis)
            found.setdefault(Key(*key), Cell()).merge(cell)
    return dict(sorted(found.items()))


def cells(projects: Iterable[Record]) -> dict[Key, Cell]:
    """Divide projects into cells, in order of their keys.

    Example:
        >>> goals = {"relatedGoal": ["sdg:8", "sdg:10"], "budget": {"value": "10", "currency": "USD"}}
        >>> found = cells([{"id": "projects:A", "benefitingState": ["states:KEN"], **goals}])
        >>> [(key.goal, cell.projects, str(cell.shared), cell.basis) for key, cell in found.items()]
        [('sdg:10', 1, '5', 'assumed'), ('sdg:8', 1, '5', 'assumed')]
    """
    found: dict[Key, Cell] = {}
    for record in projects:
        parts = _parts(record)
        for currency, amount in (totals(record) or {NO_CURRENCY: Decimal()}).items():
            for (state, goal), (part, basis) in parts.items():
                year, theme = str(record.get("fundingYear", "")), record.get("theme", "")
                key = Key(state, year, theme, goal, currency)
                found.setdefault(key, Cell()).take(part, basis, amount)
    return dict(sorted(found.items()))


def _parts(record: Record) -> dict[tuple[str, str], tuple[Fraction, str]]:
    """The parts of a project by state and goal, each with its basis."""
    found: dict[tuple[str, str], tuple[Fraction, str]] = {}
    for state, goal in _pairs(record):
        part, basis = found.get((state.thing, goal.thing), (Fraction(), SOLE))
        weakest = max(basis, state.basis, goal.basis, key=BASES.index)
        found[state.thing, goal.thing] = (part + state.part * goal.part, weakest)
    return found


def _pairs(record: Record) -> Iterator[tuple[Share, Share]]:
    for state in shares(record, STATES) or _ALL:
        for goal in shares(record, "relatedGoal") or _ALL:
            yield state, goal
