"""The reading of the portfolio's rows into pages with their claims; every cell is used or reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from iomgraph import iris
from iomgraph.claims import endings, languages, states, values
from iomgraph.claims.claim import Claim, Page, Part, Value
from iomgraph.findings import Place
from iomgraph.immutable import immutable
from iomgraph.settings import LANGUAGES
from iomgraph.sources import vocabulary
from iomgraph.sources.captures import FORMER_SITE, is_day
from iomgraph.sources.characters import forbidden
from iomgraph.sources.origins import is_address
from iomgraph.sources.rules import Reporter, language_names
from iomgraph.sources.tables import Row, Tables

YEARS = {"start_year": "startYear", "end_year": "endYear", "funding_year": "fundingYear"}
PREFIXES = {"status": "statuses", "theme": "themes", "coverage": "coverages", "region": "regions"}
IDENTIFIERS = {"project_id": "identifier", "prima_id": "primaId"}
STATES = {"states": "benefitingState", "other_states": "otherBenefitingState"}

CURRENCY = "USD"
"""The currency that pages print in the label of their budgets."""


@immutable
class _Cell:
    """A cell that is not empty: its column and text, its place, and the place where it was printed."""

    column: str
    text: str
    place: Place
    source: Place


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of rows into pages, with the words that it knows and the currency of budgets."""

    words: vocabulary.Vocabulary
    names: states.StateNames
    little: languages.FunctionWords
    endings: endings.Endings
    currency: str = CURRENCY
    _values: dict[tuple[str, str], tuple[str, Value | None]] = field(default_factory=dict, compare=False)

    def pages(
        self, rows: Iterable[Row], reporter: Reporter, names: dict[str, Place] | None = None
    ) -> Iterator[Page]:
        """Read rows into pages, one at a time.

        Args:
            rows: the portfolio's table, or a part of it.
            reporter: takes findings on cells that could not be read, or only with doubt.
            names: name of a page to the first row that has it, in parts before; takes those of this one.
        """
        seen: dict[str, Place] = {} if names is None else names
        for row in (_without_controls(row, reporter) for row in rows):
            # Two spellings of one address (with and without www) must not share a capture's IRI.
            key = _key(row)
            place = row.place()
            first = seen.setdefault(key, place)
            if not key:
                reporter.report("no-key", row.place("url"), value=row["url"])
            elif first is not place:
                url = row["url"] or row["file"]
                reporter.report("duplicate-url", row.place("url"), value=url, first=first.row)
            else:
                yield self._page(row, key, reporter)

    def _page(self, row: Row, key: str, reporter: Reporter) -> Page:
        _head(row, reporter)
        url = row["url"] if is_address(row["url"]) else ""
        captured = row["captured"] if is_day(row["captured"]) else ""
        page = Page(
            f"{key}.{captured}" if captured else key,
            url,
            row["lang"] if row["lang"] in LANGUAGES else "",
            captured,
            urlsplit(url).netloc.lower().removeprefix("www.") == FORMER_SITE,
            row.place(),
        )
        lines = dict(_LINE.findall(row["lines"]))
        for column in ("title", *vocabulary.FIELDS):
            if text := row[column].strip():
                source = Place(row["file"], line=int(lines[column]) if column in lines else None)
                self._read(page, _Cell(column, text, row.place(column), source), reporter)
        return page

    def _read(self, page: Page, cell: _Cell, reporter: Reporter) -> None:
        term, lang = cell.column, ""
        value: Value | None
        if cell.column == "title":
            value, lang = cell.text, self._language(page, cell, reporter)
            if self.endings.is_cut(cell.text, lang):
                _report("title-cut", page, cell, reporter)
        elif cell.column in STATES:
            term, value = STATES[cell.column], self._states(page, cell, reporter)
        else:
            term, value = self._known(cell.column, cell.text)
            if value is None and term in PREFIXES:
                likely = self.words.likely(term, cell.text) or "–"
                _report(f"unknown-{term}", page, cell, reporter, likely=likely)
            elif value is None:
                _report(_BAD[cell.column], page, cell, reporter)
        if value:
            page.claim(Claim(term, value, cell.place, cell.source, lang))

    def _known(self, column: str, text: str) -> tuple[str, Value | None]:
        """Read a cell as `_plain`, once: the same texts stand in most rows."""
        found = self._values.get((column, text))
        if found is None:
            if len(self._values) >= _REMEMBERED:
                self._values.clear()
            found = self._values[column, text] = self._plain(column, text)
        return found

    def _plain(self, column: str, text: str) -> tuple[str, Value | None]:
        if column in YEARS:
            return YEARS[column], values.year(text)
        if column in IDENTIFIERS:
            return IDENTIFIERS[column], values.identifier(text)
        if column == "budget":
            amount = values.amount(text)
            return column, (Part.of(value=amount, currency=self.currency),) if amount else None
        concept = self.words.concept(column, text)
        return column, iris.curie(PREFIXES[column], concept) if concept else None

    def _states(self, page: Page, cell: _Cell, reporter: Reporter) -> Value | None:
        split = self.names.split(cell.text, page.lang)
        for rest in split.rest:
            _report("unknown-state", page, replace(cell, text=rest), reporter)
        for code in split.twice:
            state = reporter.rules.words.value(iris.curie("states", code))
            _report("state-twice", page, replace(cell, text=code), reporter, state=state)
        # Without its unknown states, the list would be false.
        return None if split.rest else tuple(iris.curie("states", code) for code in split.states) or None

    def _language(self, page: Page, cell: _Cell, reporter: Reporter) -> str:
        """The title's own language, or if its words do not tell it, that of the page's values."""
        leaders = self.little.leaders(cell.text)
        # The former site prints English values whatever the language of its navigation.
        usual = page.lang if page.lang in leaders or not page.former else "en"
        lang = (usual if usual in leaders or not leaders else leaders[0]) or "en"
        if page.lang and lang != page.lang:
            words = {"claimed": language_names(page.lang), "found": language_names(lang)}
            _report("title-language", page, cell, reporter, **words)
        return lang


def _without_controls(row: Row, reporter: Reporter) -> Row:
    """Empty cells that have a character not allowed in XML, since they could not be written as XML."""
    if not forbidden("".join(row.cells.values())):
        return row
    spoiled = {column: text for column, text in row.cells.items() if forbidden(text)}
    for column, text in spoiled.items():
        source = Place(row["file"]) if row["file"] and "file" not in spoiled else None
        place, character = row.place(column), forbidden(text)
        reporter.report("control-character", place, value=text, source=source, character=character)
    return replace(row, cells={**row.cells, **dict.fromkeys(spoiled, "")})


def _head(row: Row, reporter: Reporter) -> None:
    if row["url"] and not is_address(row["url"]):
        reporter.report("bad-url", row.place("url"), value=row["url"])
    if row["lang"] and row["lang"] not in LANGUAGES:
        reporter.report("unknown-language", row.place("lang"), value=row["lang"])
    if row["captured"] and not is_day(row["captured"]):
        reporter.report("bad-day", row.place("captured"), value=row["captured"])


def _report(rule: str, page: Page, cell: _Cell, reporter: Reporter, **words: object) -> None:
    about = iris.curie("captures", page.key)
    reporter.report(rule, cell.place, about=about, value=cell.text, source=cell.source, **words)


def _key(row: Row) -> str:
    """The page's key: that of its address, or that of its file if the address is malformed."""
    return next((key for text in (row["url"], row["file"]) if (key := _page_key(text))), "")


def _page_key(text: str) -> str:
    try:
        return iris.page_key(text)
    except ValueError:
        return ""


_REMEMBERED = 10_000
"""Texts of cells whose values are remembered."""
_LINE = re.compile(r"(\w+)=([0-9]{1,9})(?!\S)")
_BAD = {
    **dict.fromkeys(YEARS, "bad-year"),
    "budget": "bad-budget",
    "project_id": "bad-project-id",
    "prima_id": "bad-prima-id",
}


def reader(tables: Tables, currency: str = CURRENCY) -> Reader:
    """Make a reader with the words in a folder of tables.

    Args:
        tables: the reference tables.
        currency: the currency of budgets, which pages print in their labels.

    Raises:
        SourceError: if a table of words can't be read.
    """
    words, names, little = vocabulary.read(tables), states.read(tables), languages.read(tables)
    return Reader(words, names, little, endings.read(tables), currency)


COLUMNS = {
    "title": "title",
    **{term: column for column, term in (YEARS | IDENTIFIERS | STATES).items()},
    **{name: name for name in (*PREFIXES, "budget")},
}
"""Term to the column that it is read from."""
