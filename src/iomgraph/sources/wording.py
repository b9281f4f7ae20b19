"""Names of properties, values and rules in messages: words of each language instead of keys and codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache

from babel import Locale
from babel.numbers import format_decimal

from iomgraph import iris
from iomgraph.settings import LANGUAGES
from iomgraph.sources import remarks
from iomgraph.sources.tables import Row, Tables

Texts = Mapping[str, str]
"""Language to text."""

TERMS = ("term", *LANGUAGES, "avoid", "source")
_NAMES = tuple(f"name_{lang}" for lang in LANGUAGES)
_STATES = ("iso3", "iso2", "m49", *_NAMES, "m49_region", "m49_subregion", "source")
_CONCEPTS = ("scheme", "id", "notation", "prefixes", *_NAMES, "source", "note")
_RULES = ("id", *_NAMES, *(f"definition_{lang}" for lang in LANGUAGES))
_LISTS = ("prefix", "vocabulary", "list", "scheme", *_NAMES, *(f"definition_{lang}" for lang in LANGUAGES))
_CODES = ("list", "code", *_NAMES, "status", "category", "source")
_SCHEMES = {"status": "statuses", "coverage": "coverages", "region": "regions", "theme": "themes"}
_CURIE = re.compile(r"([a-z][a-z-]*):(\S+)")
_NUMBER = re.compile(r"-?\d+\.\d+")
_LONGEST = 80


class Wording:
    """The names of properties, values and rules in messages; tables are read at the first use.

    Args:
        tables: the reference tables; None to show keys and codes unchanged.

    Example:
        >>> from iomgraph.settings import Settings
        >>> words = Wording(Tables(Settings().data))
        >>> words.term("endYear")["fr"], words.rule("planned-year")["es"]
        ('année de fin', 'Año previsto')
        >>> words.value(("states:GEO", "states:ARM"))["fr"], words.value("64240.50 USD")["es"]
        ('Géorgie, Arménie', '64.240,5 USD')
    """

    def __init__(self, tables: Tables | None = None) -> None:
        self._tables = tables

    def complete(self) -> None:
        """Read all tables now, which copies of this process would each read again."""
        _ = self._terms, self._rules, self._names, self._remarks

    def term(self, name: str) -> Texts:
        """Name a property; a text with its language: `title@fr`."""
        term, _, tag = name.partition("@")
        called = self._terms.get(term, _same(term))
        if not tag:
            return called
        return {lang: f"{called[lang]} ({_language(tag, lang)})" for lang in LANGUAGES}

    def rule(self, rule: str) -> Texts:
        """Name a rule of reconciliation."""
        return self._rules.get(rule, _same(rule))

    def value(self, value: object) -> Texts:
        """Show a value: things by name, numbers as each language writes them, other texts unchanged."""
        items = value if isinstance(value, tuple) else (value,)
        shown = {lang: ", ".join(self._words(str(item), lang) for item in items) for lang in LANGUAGES}
        return {lang: _cut(text) for lang, text in shown.items()}

    def remark(self, text: str) -> Texts:
        """Translate a note or doubt of a table; those that the table of remarks lacks stay in English."""
        found = self._remarks.translated(text) if self._remarks else {}
        return found if len(found) == len(LANGUAGES) else _same(text)

    def _words(self, text: str, lang: str) -> str:
        named = _CURIE.sub(lambda found: self._named(found, lang), text)
        return _NUMBER.sub(lambda found: decimal(Decimal(found[0]), lang), named)

    def _named(self, found: re.Match[str], lang: str) -> str:
        known = self._names.get(found[0])
        if known and known.get(lang):
            return known[lang]
        # Things that this table lacks are shown by key, such as projects and goals.
        return found[2] if found[1] in _KEYED else found[0]

    @cached_property
    def _remarks(self) -> remarks.Remarks | None:
        return remarks.read(self._tables) if self._tables else None

    @cached_property
    def _terms(self) -> Mapping[str, Texts]:
        rows = self._tables.read("vocabulary/terms.csv", TERMS) if self._tables else []
        return {row["term"]: {lang: row[lang] for lang in LANGUAGES} for row in rows}

    @cached_property
    def _rules(self) -> Mapping[str, Texts]:
        if not self._tables:
            return {}
        rows = [row for name in ("rules.csv", "idf/rules.csv") for row in self._tables.read(name, _RULES)]
        return {row["id"]: _names(row) for row in rows}

    @cached_property
    def _names(self) -> Mapping[str, Texts]:
        if not self._tables:
            return {}
        read = self._tables.read
        found = {iris.curie("states", row["iso3"]): _names(row) for row in read("states/states.csv", _STATES)}
        for row in read("vocabulary/concepts.csv", _CONCEPTS):
            if row["scheme"] in _SCHEMES:
                found[iris.curie(_SCHEMES[row["scheme"]], row["id"])] = _names(row)
        for listed in read("vocabulary/codelists.csv", _LISTS):
            table = f"iati/{listed['list']}.csv"
            for row in read(table, _CODES) if self._tables.has(table) else ():
                key = iris.curie(listed["prefix"], *filter(None, (listed["vocabulary"], row["code"])))
                found[key] = _names(row)
        return found


_NUMBERS = 1024
"""Numbers whose text is remembered: the bounds of ranges come again and again."""
_KEYED = frozenset(
    {"projects", "sdg", "states", "statuses", "themes", "coverages", "regions", "sectors", "activity-scopes"}
)
"""Prefixes of things that are shown by key if they do not have a name."""


@lru_cache(_NUMBERS)
def decimal(value: Decimal, lang: str) -> str:
    """A number as a language writes it.

    Example:
        >>> decimal(Decimal("64240.5"), "es")
        '64.240,5'
    """
    return str(format_decimal(value, locale=lang, decimal_quantization=False))


def each(say: Callable[[str], str]) -> Texts:
    """A text in every language.

    Example:
        >>> each(lambda lang: lang.upper())
        {'en': 'EN', 'fr': 'FR', 'es': 'ES'}
    """
    return {lang: say(lang) for lang in LANGUAGES}


def _names(row: Row) -> Texts:
    return {lang: row[f"name_{lang}"] or row["name_en"] for lang in LANGUAGES}


def _same(text: str) -> Texts:
    return dict.fromkeys(LANGUAGES, text)


def _language(tag: str, lang: str) -> str:
    return str(Locale.parse(lang).languages.get(tag, tag))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
