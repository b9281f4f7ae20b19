"""The cells of the cube: shares add up to what there is, and each says what it rests on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from iomgraph.build import gather
from iomgraph.publication.amounts import totals
from iomgraph.publication.cube.cells import NO_CURRENCY, Key, cells
from iomgraph.publication.shares import ASSUMED, SOLE, STATED
from iomgraph.records.record import Record
from iomgraph.settings import Settings

USD = {"currency": "USD"}


def test_shares_of_the_portfolio_add_up_to_its_projects_and_its_money_exactly() -> None:
    projects = [one for one in gather(Settings()).data.records() if "Project" in one["type"]]
    found = cells(projects)
    currencies = {key.currency for key in found}
    assert "USD" in currencies
    for currency in currencies:
        mine = [cell for key, cell in found.items() if key.currency == currency]
        has = [one for one in projects if currency in (totals(one) or {NO_CURRENCY: Decimal()})]
        assert sum((cell.parts for cell in mine), Fraction()) == len(has)
        there = sum((totals(one).get(currency, Decimal()) for one in has), Decimal())
        assert sum((cell.shared for cell in mine), Fraction()) == there
    assert sum(cell.whole for cell in found.values()) > sum(cell.shared for cell in found.values())


def test_a_cell_names_the_weakest_basis_of_its_shares() -> None:
    stated = [{"allocatedTo": ["states:KEN"], "percentage": "60"}]
    projects: list[Record] = [
        {"id": "projects:A", "benefitingState": ["states:UGA"], "budget": {"value": "7", **USD}},
        {"id": "projects:B", "allocation": stated, "budget": {"value": "10", **USD}},
        {"id": "projects:C", "benefitingState": ["states:KEN", "states:TZA"], "fundingYear": 2020},
    ]
    found = cells(projects)
    assert {key: (cell.projects, int(cell.shared), cell.basis) for key, cell in found.items()} == {
        Key("", "", "", "", "USD"): (1, 4, STATED),
        Key("states:KEN", "", "", "", "USD"): (1, 6, STATED),
        Key("states:KEN", "2020", "", "", NO_CURRENCY): (1, 0, ASSUMED),
        Key("states:TZA", "2020", "", "", NO_CURRENCY): (1, 0, ASSUMED),
        Key("states:UGA", "", "", "", "USD"): (1, 7, SOLE),
    }
    assert list(found) == sorted(found)
    together = cells([projects[0], {**projects[2], "fundingYear": "", "budget": {"value": "2", **USD}}])
    assert together[Key("states:KEN", "", "", "", "USD")].basis == ASSUMED


def test_a_state_with_two_stated_shares_counts_a_project_once() -> None:
    stated = [{"allocatedTo": ["states:KEN"], "percentage": "50"}] * 2
    ((key, cell),) = cells([{"id": "projects:A", "allocation": stated}]).items()
    assert (key.state, cell.projects, int(cell.parts)) == ("states:KEN", 1, 1)
