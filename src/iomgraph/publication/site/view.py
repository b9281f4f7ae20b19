"""A record as a page shows it, in one language: rows of a label and values, ready for the templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

from iomgraph import iris
from iomgraph.mapping.context import BY_LANGUAGE
from iomgraph.publication.site.headings import COLON, heading, names_others, web
from iomgraph.publication.site.things import Text, Things, natural, told
from iomgraph.records.record import Record

_HIDDEN = frozenset(
    {
        *("id", "type", "startDate", "endDate", "claimsGraph", "motivatedBy", "hasTarget", "rival"),
        # The region that they are codes of is shown by its name, and its page has the code.
        *("m49Region", "m49Subregion", "m49IntermediateRegion"),
    }
)

_CLIMBED = frozenset({"broader", "inM49Region"})
"""Terms whose value is shown with the broader concepts that follow from it."""

_EVERY = frozenset({"prefLabel", "altLabel", "hiddenLabel", "title"})
"""Terms whose texts are shown in every language; texts of others are shown in the page's language only."""

_TEXTS = "@language"
"""The kind of terms with texts by language."""

_BESIDE = frozenset({"value", "currency", "valueDate"})
"""Terms of nested things that their line shows as an amount, or leaves out."""

BETWEEN = " · "
"""Stands between the parts of a value on one line."""

_LONG = 60
"""Maximum length of an address as shown."""

_NUMBER = re.compile(r"[#,.0]+")
"""The place of the number in a pattern of CLDR."""

_REMEMBERED = 1 << 12
"""Things, and values of a kind, whose texts are remembered."""

_YEARS = frozenset({"startYear", "endYear", "fundingYear", "foundingYear", "asOfYear"})


class Item(NamedTuple):
    """A value on a page.

    Args:
        text: what is shown.
        lang: its language, where that is not the page's.
        path: of the page of the thing that it is; empty if it has none.
        url: its address outside the site; empty if there is none.
        label: of its property, before it, in the page's language; empty where the row has it.
        number: whether it is a number that counts or measures.
        parts: of a value that says several things on one line; `text` has them all.
    """

    text: str
    lang: str = ""
    path: str = ""
    url: str = ""
    label: str = ""
    number: bool = False
    parts: tuple[Item, ...] = ()


class Row(NamedTuple):
    """A property on a page.

    Args:
        term: of the context.
        label: what the property is called.
        items: its values, in order.
    """

    term: str
    label: str
    items: tuple[Item, ...]


class View:
    """Shows records in one language.

    Args:
        things: all records.
        lang: the language of the pages.
        labels: term to what it is called in that language.

    Attributes:
        date: writes a day, a month or a year as the language does.
    """

    def __init__(self, things: Things, lang: str, labels: Mapping[str, str]) -> None:
        self.things, self.lang, self.labels = things, lang, labels
        self._locale = Locale.parse(lang)
        terms: Mapping[str, Any] = things.context.document["@context"]
        self._order = {term: at for at, term in enumerate(terms)}
        self._kinds = {term: _kind(definition) for term, definition in terms.items()}
        self._items: dict[str, Item] = {}
        self._written = lru_cache(_REMEMBERED)(self._money)
        self._counted = lru_cache(_REMEMBERED)(self._number)
        self.date = lru_cache(_REMEMBERED)(self._date)

    def label(self, term: str) -> str:
        """Name a property."""
        return self.labels.get(term, term)

    def thing(self, name: str) -> Item:
        """Show a thing by its name, with the path of its page or its address outside the site."""
        # Noted here, because an item is made once for many pages.
        self.things.watch.note("record", name)
        if (known := self._items.get(name)) is not None:
            return known
        item = self._thing(name)
        record = self.things.records.get(name)
        # What a heading is made from is noted for each page that shows it.
        if record is None or not names_others(record):
            if len(self._items) == _REMEMBERED:
                self._items.clear()
            self._items[name] = item
        return item

    def _thing(self, name: str) -> Item:
        path = self.things.path(name)
        if path is None and name not in self.things.records:
            iri = name if "://" in name else self._expanded(name)
            return Item(short(iri), url=iri) if iris.is_web_iri(iri) else Item(iri)
        text = self.name(name)
        return Item(text.text, text.lang, path or "")

    def answer(self, cell: str, lang: str = "", counts: bool = False) -> Item:
        """Show a cell of an answer: a thing of ours by its short name, with the path of its page.

        Args:
            cell: its text.
            lang: of the text; empty if it has none.
            counts: whether it is a number to be written as the language writes it; a year is not.
        """
        if counts:
            return Item(self.number(Decimal(cell)), number=True)
        if not iris.is_web_iri(cell):
            return Item(cell, "" if lang == self.lang else lang)
        name = self.things.context.compact(cell)
        return Item(name, path=self.things.path(name) or "", url=cell)

    def _expanded(self, name: str) -> str:
        prefix = name.partition(":")[0]
        return self.things.context.expand(name) if prefix in self.things.context.prefixes else name

    def rows(self, record: Record) -> list[Row]:
        """List the properties that pages show of a record, in the order of the context."""
        return [
            Row(term, self.label(term), items)
            for term in self.ordered(record)
            if term not in _HIDDEN and (items := tuple(self.items(term, record[term])))
        ]

    def ordered(self, terms: Iterable[str]) -> list[str]:
        """Terms in the order of the context."""
        return sorted(terms, key=self._order.__getitem__)

    def items(self, term: str, value: Any) -> Iterator[Item]:
        """The values of a property."""
        kind = self._kinds[term]
        if kind == _TEXTS:
            yield from self._texts(term, value)
            return
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, dict):
                yield self._nested(one)
            elif kind == "@vocab":
                yield Item(self._locale.languages.get(one, one) if term == "language" else self.label(one))
            elif kind != "@id":
                yield Item(self._plain(term, kind, one))
            elif one in self.things.inside:
                yield from self._inside(one)
            else:
                yield self.thing(one)
                if term in _CLIMBED:
                    yield from self._above(one)

    def _above(self, name: str) -> Iterator[Item]:
        record = self.things.records.get(name, {})
        if "broader" in record:
            yield self.thing(record["broader"])
            yield from self._above(record["broader"])

    def _inside(self, name: str) -> Iterator[Item]:
        for row in self.rows(self.things.inside[name]):
            if row.term not in ("member", "organization"):
                for item in row.items:
                    yield item._replace(label=f"{row.label}{COLON[self.lang]}")

    def _texts(self, term: str, value: Mapping[str, Any]) -> Iterator[Item]:
        if term not in _EVERY:
            text = told(value, self.lang)
            yield Item(text.text, text.lang)
            return
        for tag, texts in value.items():
            for text in texts if isinstance(texts, list | tuple) else (texts,):
                yield Item(text, "" if tag == self.lang else tag)

    def _nested(self, record: Record) -> Item:
        """Show a nested thing on one line: its amount first, then its other values."""
        if record["type"] == ["GeoCoordinates"]:
            return Item(f"{record['latitude']}, {record['longitude']}")
        money = "currency" in record and "value" in record
        said = [Item(self.money(record["value"], record["currency"]))] if money else []
        rows = self.rows({term: record[term] for term in record if term not in _BESIDE})
        said += [item._replace(label="") for row in rows for item in row.items]
        parts = dict[str, Item]()
        for item in said:
            parts.setdefault(item.text, item)
        return Item(BETWEEN.join(parts), parts=tuple(parts.values()))

    def money(self, amount: str | Decimal, currency: str = "USD") -> str:
        """An amount of money as the language writes it."""
        return self._written(str(amount), currency)

    def _money(self, text: str, currency: str) -> str:
        amount = Decimal(text)
        pattern = self._locale.currency_formats["standard"].pattern
        if amount == amount.to_integral_value():
            pattern = pattern.replace("0.00", "0")
        return str(
            format_currency(
                amount, currency, pattern, self._locale, currency_digits=False, decimal_quantization=False
            )
        )

    def number(self, value: int | Decimal) -> str:
        """A number as the language writes it."""
        # Trailing zeros of a decimal are equal in a dictionary, but are written.
        return self._counted(value) if isinstance(value, int) else self._number(value)

    def _number(self, value: int | Decimal) -> str:
        return str(format_decimal(value, locale=self._locale, decimal_quantization=False))

    def short(self, value: int | Decimal) -> str:
        """A large number in short, as the language writes it."""
        return str(format_compact_decimal(float(value), locale=self._locale, fraction_digits=1))

    def short_money(self, value: int | Decimal, currency: str) -> str:
        """A large amount of money in short, as the language writes it."""
        # The short forms of CLDR for money lack the space in Spanish.
        pattern = self._locale.currency_formats["standard"].pattern
        symbol = get_currency_symbol(currency, locale=self._locale)
        return _NUMBER.sub(lambda _: self.short(value), pattern).replace("\N{CURRENCY SIGN}", symbol)

    def percent(self, part: Decimal) -> str:
        """A part of one as the language writes it, in percent, with a decimal below ten."""
        pattern = self._locale.percent_formats[None].pattern
        if part < Decimal("0.1"):
            pattern = pattern.replace("##0", "##0.#")
        return str(format_percent(part, pattern, locale=self._locale))

    def _date(self, text: str) -> str:
        if len(text) == len("YYYY"):
            return text
        if len(text) == len("YYYY-MM"):
            return str(format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=self._locale))
        return str(format_date(date.fromisoformat(text), "long", locale=self._locale))

    def _plain(self, term: str, datatype: str, value: Any) -> str:
        if isinstance(value, bool):
            return self.labels["true" if value else "false"]
        if datatype in ("xsd:date", "xsd:gYearMonth", "xsd:gYear"):
            return self.date(str(value))
        if term == "percentage":
            return str(format_percent(Decimal(value) / 100, "#,##0.####%", locale=self._locale))
        if isinstance(value, int) and term not in _YEARS:
            return self.number(value)
        return str(value)

    def pointing(self, term: str, names: Iterable[str]) -> Row:
        """Show things that point to another by a property, in order of name."""
        items = sorted({self.thing(one) for one in names}, key=lambda item: (natural(item.text), item.path))
        return Row(term, self.labels.get(f"of:{term}", self.label(term)), tuple(items))

    def name(self, name: str) -> Text:
        """Name a thing by the name that it has, by what its record says, or by its key."""
        record = self.things.records.get(name)
        made = heading(record, self) if record else None
        return made or self.things.name(name, self.lang)


def _kind(definition: Any) -> str:
    """Tell what the values of a term are: texts by language, or things or texts of a type."""
    if not isinstance(definition, Mapping):
        return ""
    return _TEXTS if definition.get("@container") in BY_LANGUAGE else definition.get("@type", "")


def short(iri: str) -> str:
    """Return an address as people read it: without its scheme, and cut if it is long.

    Example:
        >>> short("https://www.iom.int/project/some/")
        'iom.int/project/some'
    """
    text = web(iri)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
