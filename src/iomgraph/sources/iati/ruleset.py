"""The rules of the standard for activities, from `data/iati/rules.csv`, and breaches of them.

They apply to input and to output. https://github.com/IATI/IATI-Rulesets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from lxml import etree

from iomgraph.errors import SourceError
from iomgraph.sources.tables import Row, Tables

COLUMNS = (
    "rule", "severity", "context", "foreach", "condition", "kind", "subject", "against", "finding", "source",
)  # fmt: skip
SEVERITIES = ("error", "warning")
UNCHECKED = "unchecked"
"""Kind of a rule that needs a register of organisations, which a file does not contain."""

_ELSEWHERE = re.compile(r"::|\.\.|\*|@xml:")
_NAME = re.compile(r"@?[A-Za-z][\w-]*")

Texts = Sequence[str]


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach of a rule by an activity, with its place.

    Args:
        rule: number of the rule in the standard.
        severity: `error` or `warning`, as in the standard.
        test: the condition, as XPath.
        finding: the finding that reading makes about the same problem; empty if there is none.
        element: the element at fault.
        attribute: its attribute at fault; empty if it is the element itself.
        value: the value that breaks it; empty if something is missing.
    """

    rule: str
    severity: str
    test: str
    finding: str
    element: etree._Element
    attribute: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the table, compiled.

    Args:
        row: the row.
        foreach: selects the values for which to check, one by one; without it, there is one check.
        condition: must hold for the check to be made.
        subject: selects the checked values, or is the condition.
        against: selects the values to compare with; without it, the text in the row.
    """

    row: Row
    foreach: etree.XPath | None
    condition: etree.XPath | None
    subject: etree.XPath
    against: etree.XPath | None

    def breaches(self, node: etree._Element, now: str) -> Iterator[Breach]:
        """Yield breaches of the rule in an element that its context selects."""
        if self.foreach is None:
            yield from self._once(node, {"now": now})
            return
        for each in dict.fromkeys(map(str, self.foreach(node))):
            yield from self._once(node, {"now": now, "each": each})

    def _once(self, node: etree._Element, names: dict[str, str]) -> Iterator[Breach]:
        if self.condition is not None and not self.condition(node, **names):
            return
        found = self.subject(node, **names)
        if self.row["kind"] == "holds":
            if not found:
                yield self._breach(node)
            return
        other = self.row["against"]
        against = [other] if self.against is None else _texts(self.against(node, **names))
        values = _texts(found)
        broken = KINDS[self.row["kind"]](values, [text for text in against if text])
        if broken is not None:
            yield self._breach(found[broken], values[broken])

    def _breach(self, at: Any, value: str = "") -> Breach:
        # Attributes and texts are strings that know their element.
        within = isinstance(at, str)
        element, attribute = (at.getparent(), at.attrname or "") if within else (at, "")
        row = self.row
        test = row["subject"]
        if row["kind"] != "holds":
            test = f"{row['kind']}({', '.join(filter(None, (test, row['against'])))})"
        return Breach(row["rule"], row["severity"], test, row["finding"], element, attribute, value)


def _texts(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    nodes = found if isinstance(found, list) else []
    return [node if isinstance(node, str) else "".join(node.itertext()) for node in nodes]


def _days(texts: Iterable[str]) -> list[date | None]:
    days: list[date | None] = []
    for text in texts:
        try:
            days.append(date.fromisoformat(text.strip()[:10]))
        except ValueError:
            days.append(None)
    return days


def _first(problems: Iterable[bool]) -> int | None:
    return next((number for number, problem in enumerate(problems) if problem), None)


def _sum(values: Texts, against: Texts) -> int | None:
    # Other rules cover missing shares, and texts that are not numbers.
    try:
        wrong = bool(values) and sum(map(Decimal, values)) != Decimal(against[0])
    except InvalidOperation:
        return None
    return 0 if wrong else None


def _trimmed(values: Texts, _: Texts) -> int | None:
    return _first(value != value.strip() for value in values)


def _matches(values: Texts, against: Texts) -> int | None:
    return _first(not re.search(against[0], value) for value in values)


def _ordered(values: Texts, against: Texts) -> int | None:
    later = [day for day in _days(against) if day]
    return _first(bool(day and any(day > other for other in later)) for day in _days(values))


def _year(values: Texts, against: Texts) -> int | None:
    ends = [day for day in _days(against) if day]
    return _first(bool(day and any(end > _next_year(day) for end in ends)) for day in _days(values))


def _next_year(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(min(day.year + 1, date.max.year), 3 if leap else day.month, 1 if leap else day.day)


def _unique(values: Texts, _: Texts) -> int | None:
    return _first(value in values[:number] for number, value in enumerate(values))


def _prefixed(values: Texts, against: Texts) -> int | None:
    starts = tuple(f"{prefix.strip()}-" for prefix in against)
    return _first(bool(starts) and not value.strip().startswith(starts) for value in values)


KINDS: dict[str, Callable[[Texts, Texts], int | None]] = {
    "sum": _sum,
    "trimmed": _trimmed,
    "matches": _matches,
    "ordered": _ordered,
    "year": _year,
    "unique": _unique,
    "prefixed": _prefixed,
}
"""Kind of rule to the function that finds the values that break it; `holds` is XPath alone."""


@dataclass(frozen=True, slots=True)
class Group:
    """The checks of the elements that one context selects.

    Args:
        names: names of children and attributes without which the context selects nothing; empty: unknown.
        context: selects the elements.
        screen: gives a digit for each check, in one go: 1 where the check may find a breach, else 0.
        checks: the checks.
    """

    names: frozenset[str]
    context: etree.XPath
    screen: etree.XPath
    checks: tuple[Check, ...]

    def breaches(self, activity: etree._Element, now: str) -> Iterator[Breach]:
        """Yield the breaches in the elements of an activity."""
        for node in self.context(activity):
            digits = str(self.screen(node, now=now))
            if "1" in digits:
                for check, digit in zip(self.checks, digits, strict=True):
                    if digit == "1":
                        yield from check.breaches(node, now)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules, by the elements that they are about."""

    groups: tuple[Group, ...]

    def breaches(self, activity: etree._Element, now: str = "") -> Iterator[Breach]:
        """Yield the breaches of an activity.

        Args:
            activity: the element `iati-activity`.
            now: the latest allowed day, as YYYY-MM-DD; if empty, not checked.

        Example:
            >>> from iomgraph.settings import Settings
            >>> rules = read(Tables(Settings().data))
            >>> activity = etree.fromstring("<iati-activity><transaction/></iati-activity>")
            >>> [breach.rule for breach in rules.breaches(activity)]
            ['3.7.1', '3.7.2', '6.2.2', '6.7.2', '6.11.1']
        """
        held = {child.tag for child in activity} | {f"@{name}" for name in activity.keys()}  # noqa: SIM118
        for group in self.groups:
            if not group.names or not group.names.isdisjoint(held):
                yield from group.breaches(activity, now)


def read(tables: Tables) -> Ruleset:
    """Read `iati/rules.csv`.

    Raises:
        SourceError: if the table can't be read, or has a row that can't be evaluated.
    """
    rows = [row for row in tables.read("iati/rules.csv", COLUMNS) if row["kind"] != UNCHECKED]
    groups = []
    by_context = sorted(rows, key=lambda row: row["context"])  # stable: rules keep their order
    for context, group in groupby(by_context, key=lambda row: row["context"]):
        checks = tuple(compiled(row) for row in group)
        screen = etree.XPath(f"concat('', {', '.join(_screen(check.row) for check in checks)})")
        groups.append(Group(_names(context), etree.XPath(context), screen, checks))
    return Ruleset(tuple(groups))


def compiled(row: Row) -> Check:
    """Compile a row of the table.

    Raises:
        SourceError: if it names an unknown kind or severity, or its XPath can't be read.
    """
    if row["kind"] != "holds" and row["kind"] not in KINDS:
        step = f"the kinds are: holds, {UNCHECKED}, {', '.join(KINDS)}"
        raise SourceError(f"unknown kind of rule {row['kind']!r}", where=row.place("kind"), step=step)
    if row["severity"] not in SEVERITIES:
        step = f"the severities are: {', '.join(SEVERITIES)}"
        raise SourceError(f"unknown severity {row['severity']!r}", where=row.place("severity"), step=step)
    plain = row["kind"] in ("sum", "matches")
    paths = (row["foreach"], row["condition"], row["subject"], "" if plain else row["against"])
    try:
        etree.XPath(row["context"])
        foreach, condition, subject, against = (etree.XPath(path) if path else None for path in paths)
    except etree.XPathSyntaxError as error:
        raise SourceError(
            f"the XPath can't be read ({error})", where=row.place(), step="correct the row"
        ) from None
    if subject is None:
        raise SourceError("the rule checks nothing", where=row.place("subject"), step="name what it is about")
    return Check(row, foreach, condition, subject, against)


def _screen(row: Row) -> str:
    """Write XPath that gives 1 where a check may find a breach, and 0 elsewhere.

    Where nothing is selected, nothing can break a rule, of whichever kind it is.
    """
    condition, subject = row["condition"] or "true()", row["subject"]
    broken = f"not({subject})" if row["kind"] == "holds" else f"boolean({subject})"
    may_break = f"boolean({row['foreach']})" if row["foreach"] else f"({condition}) and {broken}"
    return f"number({may_break})"


def _names(path: str) -> frozenset[str]:
    """Name the nodes that a context looks at; it selects nothing in an element with none of them.

    The result is empty if the context also looks beyond children and attributes.
    """
    return frozenset() if path == "." or _ELSEWHERE.search(path) else frozenset(_NAME.findall(path))
