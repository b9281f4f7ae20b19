"""The shares of states, goals and similar things in a project: stated, or else assumed to be equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import EXACT
from iomgraph.records.record import Record

STATED, ASSUMED, SOLE = "stated", "assumed", "sole"
"""The basis of a share: a stated percentage, equal parts by assumption, or the whole."""

STATES = "benefitingState"
_TOGETHER = {STATES: (STATES, "otherBenefitingState")}
"""Terms whose things share a project, by the first of them."""

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Share:
    """A share in a project.

    Args:
        thing: the thing that has it; empty for a rest that no thing has.
        part: part of the whole.
        basis: its basis.
    """

    thing: str
    part: Fraction
    basis: str

    def of(self, amount: Decimal) -> Fraction:
        """The share of an amount, exactly."""
        return Fraction(amount) * self.part


def shares(record: Record, term: str = STATES) -> tuple[Share, ...]:
    """Divide a project among the things that one of its terms names; the parts add up to one.

    Stated percentages count, for states only; the rest is a share without a thing. Otherwise the parts are
    equal, which is an assumption if there are two or more.

    Args:
        record: the project.
        term: the term that names the things.

    Returns:
        one share for each thing; empty if the project does not name any.

    Example:
        >>> [str(one.part) for one in shares({"benefitingState": ["states:ARM", "states:GEO"]})]
        ['1/2', '1/2']
        >>> stated = {"allocatedTo": "states:KEN", "percentage": "60"}
        >>> [(one.thing, str(one.part), one.basis) for one in shares({"allocation": [stated]})]
        [('states:KEN', '3/5', 'stated'), ('', '2/5', 'stated')]
    """
    if term == STATES and (stated := list(_stated(record))):
        rest = 1 - sum((one.part for one in stated), Fraction())
        return (*stated, *([Share("", rest, STATED)] if rest else ()))
    things = named(record, term)
    basis = ASSUMED if len(things) > 1 else SOLE
    return tuple(Share(thing, Fraction(1, len(things)), basis) for thing in things)


def named(record: Record, term: str) -> Sequence[Any]:
    """The things that share a project, each once, in the order of the record.

    Example:
        >>> named({"theme": "themes:labour-migration"}, "theme"), named({}, "theme")
        (['themes:labour-migration'], [])
    """
    found = (thing for one in _TOGETHER.get(term, (term,)) for thing in as_list(record.get(one, ())))
    return list(dict.fromkeys(found))


def _stated(record: Record) -> Iterator[Share]:
    for one in record.get("allocation", ()):
        (thing,) = as_list(one["allocatedTo"])
        if "percentage" in one and thing.startswith("states:"):
            part = Fraction(one["percentage"]) / _WHOLE
            yield Share(thing, part, SOLE if part == 1 else STATED)


def cents(amount: Fraction, places: int = 2) -> Decimal:
    """Round an amount, half to even, and write whole amounts without decimals.

    Args:
        amount: the exact amount.
        places: number of decimals.

    Example:
        >>> cents(Fraction(200000, 3)), cents(Fraction(200000, 2)), cents(Fraction(1, 3), 6)
        (Decimal('66666.67'), Decimal('100000'), Decimal('0.333333'))
    """
    rounded = Decimal(round(amount * 10**places)).scaleb(-places, EXACT)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
