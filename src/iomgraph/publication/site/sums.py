"""Totals with their scope: what a sum covers, what it leaves out, and what it counts more than once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import EXACT, commonest
from iomgraph.publication.shares import ASSUMED, SOLE, STATES, cents, named, shares
from iomgraph.publication.site.view import View
from iomgraph.records.record import Record

YEAR = "startYear"
_SEVERAL = (STATES, "relatedGoal", "relatedTarget", "relatedObjective")
"""Terms of which a project may name several things."""
_FUND = "fundedBy"
_ONE = ("theme", "region", "coverage", "status", _FUND)
_LINE = "isPartOf"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside a total: a key of the site's words, and what goes into its text.

    Args:
        key: of the word.
        values: name of a place in the text to its words.
    """

    key: str
    values: Mapping[str, str]


class Sums:
    """The sums over some projects, in one currency; what has another is named beside them.

    Args:
        view: in the language of the page.
        projects: their records.
        currency: of the sums; that of most of these projects unless it is given.
    """

    def __init__(self, view: View, projects: Sequence[Record], currency: str = "") -> None:
        self.view, self.projects = view, projects
        self.amounts = [view.things.amounts(record) for record in projects]
        self.currency = currency or commonest(self.amounts)
        self.whole = self._sum(self.amounts)

    def _sum(self, amounts: Sequence[Mapping[str, Decimal]]) -> Decimal:
        found = Decimal()
        for one in amounts:
            found = EXACT.add(found, one.get(self.currency, Decimal()))
        return found

    def shown_by(self, view: View) -> Sums:
        """The same sums in the language of another view."""
        found = copy(self)
        found.view = view
        return found

    def money(self, amount: Decimal) -> str:
        """An amount in the currency of the sums."""
        return self.view.money(amount, self.currency)

    def divided(self, term: str) -> dict[str, Fraction]:
        """The budget by what the projects share it among: thing to its share."""
        found: dict[str, Fraction] = {}
        for record, amounts in zip(self.projects, self.amounts, strict=True):
            for share in shares(record, term):
                amount = share.of(amounts.get(self.currency, Decimal()))
                found[share.thing] = found.get(share.thing, Fraction()) + amount
        return found

    def scope(self) -> Iterator[Note]:
        """Note what the total leaves out."""
        without = sum(1 for amounts in self.amounts if not amounts)
        if without:
            yield Note("note_without_budget", {"count": self.view.number(without)})
        others: dict[str, Decimal] = {}
        for amounts in self.amounts:
            for currency, value in amounts.items():
                if currency != self.currency:
                    others[currency] = EXACT.add(others.get(currency, Decimal()), value)
        if others:
            told = "; ".join(self.view.money(value, currency) for currency, value in sorted(others.items()))
            yield Note("note_other_currencies", {"amounts": told})

    def lacking(self, term: str) -> Iterator[Note]:
        """Note the projects that a division by a term has no place for."""
        left = [
            amounts
            for record, amounts in zip(self.projects, self.amounts, strict=True)
            if not named(record, term)
        ]
        if left:
            values = {
                "property": self.view.label(term),
                "count": self.view.number(len(left)),
                "budget": self.money(self._sum(left)),
            }
            yield Note("note_lacking", values)

    def repeated(self, term: str, what: str) -> Iterator[Note]:
        """Note that bars add up to more than there is, where a project counts for several things."""
        counts = [len(named(record, term)) for record in self.projects]
        if max(counts, default=0) < 2:
            return
        if what == "projects":
            bars, there = sum(counts), sum(1 for count in counts if count)
            yield Note("note_repeated", {"bars": self.view.number(bars), "there": self.view.number(there)})
            return
        bars_sum = there_sum = Decimal()
        for count, amounts in zip(counts, self.amounts, strict=True):
            amount = amounts.get(self.currency, Decimal())
            bars_sum = EXACT.add(bars_sum, count * amount)
            there_sum = EXACT.add(there_sum, amount if count else Decimal())
        values = {"bars": self.money(bars_sum), "there": self.money(there_sum)}
        yield Note("note_repeated", values)
        yield Note("note_divided", {})


def of_funds(view: View, projects: Sequence[Record]) -> Iterator[Note]:
    """Note which part of what each fund says it has paid for is here."""
    for fund in view.things.of_class("Fund"):
        if "fundedProjectCount" not in fund or "allocatedDollars" not in fund:
            continue
        lines = {one["id"] for one in view.things.of_class("Fund") if one.get(_LINE) == fund["id"]}
        here = [one for one in projects if {*as_list(one.get(_FUND, ()))} & {fund["id"], *lines}]
        if not here:
            continue
        sums, said = Sums(view, here, "USD"), fund["fundedProjectCount"]
        dollars = Decimal(fund["allocatedDollars"])
        yield Note(
            "note_fund",
            {
                "fund": view.thing(fund["id"]).text,
                "count": view.number(len(here)),
                "said": view.number(said),
                "share": view.percent(Decimal(len(here)) / said),
                "budget": sums.money(sums.whole),
                "allocated": sums.money(dollars),
                "part": view.percent(sums.whole / dollars),
            },
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of the projects of a thing, which every language writes in its way.

    Args:
        sums: over the projects that name the thing.
        funded: whether the thing has paid for them.
        share: what falls to the thing where projects name several; None where none does.
        among: number of projects that name several.
        assumed: whether a share of theirs is assumed.
        years: in which they start; empty if unknown.
    """

    sums: Sums
    funded: bool
    share: Decimal | None
    among: int
    assumed: bool
    years: str

    def shown(self, view: View) -> tuple[list[tuple[str, str]], list[Note]]:
        """Show them: pairs of a word's key and a number, and the notes beside them."""
        sums = self.sums.shown_by(view)
        found = [("projects", view.number(len(sums.projects))), ("total_whole", sums.money(sums.whole))]
        funds = of_funds(view, sums.projects) if self.funded else ()
        notes = [*funds, *sums.scope(), *sums.lacking(YEAR)]
        if self.share is not None:
            found.append(("total_share", sums.money(self.share)))
            key = "note_shared" if self.assumed else "note_shared_stated"
            notes.insert(0, Note(key, {"count": view.number(self.among)}))
        return found + ([("years", self.years)] if self.years else []), notes


def of_thing(view: View, name: str, projects: Sequence[Record]) -> Totals | None:
    """Total the projects of a thing, with what they rest on; None where no project counts.

    Args:
        view: of any language.
        name: CURIE of a state, theme, goal or the like.
        projects: that point to it.
    """
    term = next((one for one in (*_SEVERAL, *_ONE) if any(name in named(r, one) for r in projects)), "")
    here = [record for record in projects if name in named(record, term)] if term else []
    if not here:
        return None
    sums = Sums(view, here)
    bases = [share.basis for record in here for share in shares(record, term) if share.thing == name]
    among = len([basis for basis in bases if basis != SOLE])
    years = [record[YEAR] for record in here if YEAR in record]
    return Totals(
        sums,
        term == _FUND,
        cents(sums.divided(term).get(name, Fraction())) if among else None,
        among,
        ASSUMED in bases,
        "–".join(dict.fromkeys(map(str, (min(years), max(years))))) if years else "",
    )
