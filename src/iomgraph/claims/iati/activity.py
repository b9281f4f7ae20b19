"""An activity that is being read: its defaults, its findings, and the values of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Value
from iomgraph.claims.iati.codes import Codes
from iomgraph.findings import Place
from iomgraph.sources.characters import forbidden
from iomgraph.sources.iati.stream import LANG, Activity
from iomgraph.sources.rules import Reporter

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ].*|Z|[+-]\d\d:?\d\d)?")
_SPACES = re.compile(r"\s+")
_LARGEST = Decimal(10) ** 18


@dataclass(slots=True)
class Reading:
    """One activity on its way to a page.

    Args:
        activity: the activity, with its place.
        page: takes the claims.
        codes: the code lists.
        reporter: takes the findings.
        publisher: the name under which the publisher's own sectors and markers are kept.
        today: day of the file, after which events are doubtful; empty if unknown.
        currency: of amounts that name none; empty if there is none.
        funds: names of funds, folded, to their CURIEs.
    """

    activity: Activity
    page: Page
    codes: Codes
    reporter: Reporter
    publisher: str
    today: str = ""
    currency: str = ""
    funds: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    reported: set[str] = field(default_factory=set)

    def elements(self, tag: str) -> list[etree._Element]:
        """The children of the activity with a tag."""
        return list(self.activity.element.findall(tag))

    def claim(self, term: str, value: Value | None, element: etree._Element, lang: str = "") -> None:
        """Add a claim, unless there is no value."""
        if value not in (None, "", ()):
            place = self.activity.place(element)
            claim = Claim(term, value, place, self.activity.source(element) or place, lang)
            self.page.claims[claim.name] = claim

    def report(
        self, rule: str, element: etree._Element, value: str = "", *, attribute: str = "", **words: Any
    ) -> None:
        """Report a finding at an element or one of its attributes."""
        place = self.activity.place(element, attribute)
        about = iris.curie("captures", self.page.capture_key)
        self.reported.add(rule)
        source = self.activity.source(element, attribute)
        self.reporter.report(rule, place, about=about, value=value, source=source, **words)

    def place(self, element: etree._Element) -> Place:
        """The place of an element."""
        return self.activity.place(element)

    def code(self, element: etree._Element | None, name: str, attribute: str = "code") -> str:
        """The code in an attribute if its list has it; otherwise empty, and reported."""
        text = (element.get(attribute) or "").strip() if element is not None else ""
        if text and element is not None and not self.codes.has(name, text):
            self.report("iati-unknown-code", element, text, attribute=attribute, list=name)
            return ""
        return text

    def day(self, element: etree._Element | None, attribute: str = "iso-date") -> str:
        """The day in an attribute, as YYYY-MM-DD; empty without one; anything else is reported."""
        text = (element.get(attribute) or "").strip() if element is not None else ""
        if not text or element is None:
            return ""
        match = _DAY.fullmatch(text)
        try:
            if match:
                return date.fromisoformat(match[1]).isoformat()
        except ValueError:
            pass
        self.report("iati-bad-date", element, text, attribute=attribute)
        return ""

    def decimal(self, element: etree._Element, text: str | None, attribute: str = "") -> str:
        """A number in canonical form (XML Schema 1.1, part 2, section 3.3.3.2).

        If the text is not a number, the result is empty, and a finding is reported.
        """
        plain = (text or "").strip()
        try:
            number = Decimal(plain)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > _LARGEST or not plain.isascii() or "_" in plain:
            self.report("iati-bad-number", element, plain, attribute=attribute)
            return ""
        return f"{number.normalize():f}" if number else "0"

    def texts(self, element: etree._Element | None) -> tuple[tuple[str, str], ...]:
        """The narratives of an element by language, each language once."""
        found: dict[str, str] = {}
        for narrative in element.findall("narrative") if element is not None else ():
            text = _SPACES.sub(" ", "".join(narrative.itertext())).strip()
            if text and forbidden(text):
                self.report("control-character", narrative, text, character=forbidden(text))
            elif text:
                found.setdefault(self.language(narrative), text)
        return tuple(sorted(found.items()))

    def language(self, narrative: etree._Element) -> str:
        """The language of a narrative: its own, or else the activity's; English if neither is stated."""
        own = (narrative.get(LANG) or "").strip()
        text = own or (self.activity.element.get(LANG) or "").strip()
        lang = text.partition("-")[0].lower()
        if not self.codes.has("Language", lang):
            if text:
                self.report("iati-unknown-code", narrative, text, attribute="xml:lang", list="Language")
            return "en"
        return lang

    def money(self, element: etree._Element | None) -> dict[str, str]:
        """The value, currency and value date of an element `value`; empty without a number or a currency."""
        if element is None:
            return {}
        value = self.decimal(element, element.text)
        currency = (element.get("currency") or self.currency).strip().upper()
        if not currency:
            self.report("iati-no-currency", element, value)
            return {}
        if not self.codes.has("Currency", currency):
            self.report("iati-unknown-code", element, currency, attribute="currency", list="Currency")
            return {}
        day = self.day(element, "value-date")
        return {"value": value, "currency": currency, "valueDate": day} if value else {}

    def organization(self, element: etree._Element | None) -> str:
        """The CURIE of the organisation that an attribute `ref` names; empty if it names none."""
        ref = (element.get("ref") or "").strip() if element is not None else ""
        return iris.curie("organizations", ref) if ref else ""

    def once(self, tag: str) -> etree._Element | None:
        """The first child with a tag; the others are reported."""
        first, *others = self.elements(tag) or [None]
        for other in others:
            self.report("iati-repeated", other, tag)
        return first


def shares(
    reading: Reading, entries: list[tuple[etree._Element, str]]
) -> Iterator[tuple[etree._Element, str, str]]:
    """Yield each element with the thing that it names and its share, which is empty if not stated.

    Args:
        reading: the activity.
        entries: elements with an attribute `percentage`, each with the CURIE that it names.
    """
    for element, name in entries:
        text = element.get("percentage")
        share = reading.decimal(element, text, "percentage") if text and text.strip() else ""
        if share and not 0 <= Decimal(share) <= 100:
            reading.report("iati-bad-percentage", element, share, attribute="percentage")
            share = ""
        yield element, name, share
