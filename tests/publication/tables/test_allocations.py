"""The table of allocations adds up, by every way to part an amount, and makes no share up."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.publication.amounts import totals
from iomgraph.publication.tables import allocations


def project(**terms: Any) -> dict[str, Any]:
    return {"id": "projects:A", "type": ["Project"], "title": {"en": ["Roads"]}} | terms


def budget(value: str, currency: str = "USD", name: str = "budget") -> dict[str, Any]:
    return {"id": f"projects:A/{name}", "type": ["MonetaryAmount"], "value": value, "currency": currency}


def share(code: str, percentage: str, basis: str = "bases:stated") -> dict[str, str]:
    return {"allocatedTo": code, "percentage": percentage, "allocationBasis": basis}


def parts(record: dict[str, Any], way: str) -> dict[str, str]:
    return {
        row["code"] or "rest": row["amount"] for row in allocations.rows([record], {}) if row["by"] == way
    }


def test_shares_part_a_budget_and_the_rest_is_a_row_of_its_own() -> None:
    shares = [
        share("states:KEN", "60"),
        share("sectors:dac/72050", "25.55"),
        share("sectors:dac/15190", "74.45"),
    ]
    record = project(budget=budget("100.01"), allocation=shares)
    assert parts(record, "country") == {"states:KEN": "60.006", "rest": "40.004"}
    assert parts(record, "sector:dac") == {"sectors:dac/72050": "25.552555", "sectors:dac/15190": "74.457445"}


def test_without_stated_shares_all_of_an_amount_is_the_rest() -> None:
    record = project(budget=budget("10"), benefitingState=["states:KEN"])
    assert parts(record, "country") == {"rest": "10"}


def test_shares_of_more_than_the_whole_leave_a_negative_rest() -> None:
    record = project(budget=budget("10"), allocation=[share("states:KEN", "100"), share("states:UGA", "150")])
    assert parts(record, "country") == {"states:KEN": "10", "states:UGA": "15", "rest": "-15"}


def test_a_transaction_goes_where_it_says_and_else_by_the_shares_of_its_project() -> None:
    paid = {
        "type": ["Transaction"],
        "value": "8",
        "currency": "EUR",
        "transactionType": "transaction-types:3",
    }
    record = project(
        allocation=[share("states:KEN", "100")],
        transaction=[
            paid | {"id": "projects:A/transaction/1", "allocatedTo": ["states:UGA"]},
            paid | {"id": "projects:A/transaction/2"},
            paid | {"id": "projects:A/transaction/3", "allocatedTo": ["sectors:dac/1", "sectors:dac/2"]},
        ],
    )
    found = {(row["of"][-1], row["by"]): row["code"] for row in allocations.rows([record], {})}
    assert (found["1", "country"], found["2", "country"]) == ("states:UGA", "states:KEN")
    assert found["3", "sector:dac"] is None


AMOUNTS = st.decimals(-(10**12), 10**12, places=2)
SHARES = st.lists(
    st.tuples(
        st.sampled_from(
            ["states:KEN", "states:UGA", "iati-regions:dac/298", "sectors:dac/1", "sectors:x-99/é"]
        ),
        st.decimals(0, 300, places=4),
    ),
    max_size=6,
)


@given(st.lists(AMOUNTS, min_size=1, max_size=3), SHARES)
def test_the_rows_of_an_amount_sum_to_it_whatever_the_shares(
    amounts: list[Decimal], shares: list[tuple[str, Decimal]]
) -> None:
    record = project(
        budgets=[budget(f"{value:f}", name=f"budget/{number}") for number, value in enumerate(amounts)],
        allocation=[share(code, f"{percentage:f}") for code, percentage in shares],
    )
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    rows = list(allocations.rows([record], {}))
    for row in rows:
        sums[row["of"], row["by"]] += Decimal(row["amount"])
    ways = {"country", "sector:dac"} | {"sector:x-99" for code, _ in shares if "x-99" in code}
    names = [f"projects:A/budget/{number}" for number in range(len(amounts))]
    assert sums == {(name, way): value for name, value in zip(names, amounts, strict=True) for way in ways}
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_budgets_of_the_portfolio_are_whole_in_its_table(portfolio_release: Path) -> None:
    with (portfolio_release / "tables/allocations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["what"], row["by"]) == ("budget", "country")]
    records = json.loads((portfolio_release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    projects = [record for record in records if "Project" in record.get("type", ())]
    wanted = sum((sum(totals(record).values()) for record in projects), Decimal())
    assert sum(Decimal(row["amount"]) for row in rows) == wanted > 700_000_000
