"""The portfolio: what is published, by whom and from which sources (`portfolio.toml`)."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.errors import SettingsError
from iomgraph.settings import BASE_IRI, LANGUAGES
from iomgraph.sources.tables import Row, Tables

FILE = "portfolio.toml"
KINDS = ("pages", "table", "iati")
"""The kinds of sources: `claims/kinds.py` has a reader for each."""

COLUMNS = ("table", "key", "type", "default", "meaning")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Agent:
    """The publisher of a dataset, or its contact.

    Args:
        name: its name.
        iri: its IRI; empty for one under the base IRI.
        homepage: address of its homepage.
        iati: its IATI organisation identifier.
        iati_type: its code in the list OrganisationType of the IATI Standard.
        email: its address for mail.
    """

    name: str = ""
    iri: str = ""
    homepage: str = ""
    iati: str = ""
    iati_type: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one kind that projects are read from.

    Args:
        kind: `pages`, `table` or `iati`.
        paths: the files, in order of their names.
        remote: addresses of files that a cluster reads (`hdfs://…`, `s3a://…`).
        name: its name.
        urls: the addresses at which it was published.
        licence: its licence, or `unknown`.
        captured: the day on which it was read, as text.
        lang: language of texts that do not name theirs; empty if the portfolio does not say.
        options: how its files are written.
        columns: for tables, header of a column to the term that it stands for.
    """

    kind: str
    paths: tuple[Path, ...]
    name: str = ""
    urls: tuple[str, ...] = ()
    licence: str = ""
    captured: str = ""
    lang: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    remote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The settings of `portfolio.toml`; `read` makes one.

    Args:
        folder: the folder of the file.
        title: language to the title of the dataset.
        headline: language to the heading of the site; without it, the title.
        description: language to a description of the dataset.
        scope: language to a sentence on what its totals cover.
        keywords: language to keywords.
        rights: language to other notes on its use.
        provenance: language to a sentence on its origin.
        licence: IRI of its licence.
        base_iri: the beginning of the IRIs of projects.
        currency: ISO 4217 code of amounts that name none; empty to withhold them.
        languages: those of the site.
        fund: id of the fund of saved pages; empty if there is none.
        iati_organisation: the organisation that assigned the project IDs.
        publish_descriptions: whether descriptions are published.
        documentation: address of the documentation; empty if there is none.
        publisher: the publisher.
        contact: the contact for questions.
        sources: the files that projects are read from.
        labels: path of a file outside the folder to its name in places.
    """

    folder: Path
    title: Mapping[str, str]
    headline: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rights: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    licence: str = LICENCE
    base_iri: str = BASE_IRI
    currency: str = ""
    languages: tuple[str, ...] = LANGUAGES
    fund: str = ""
    iati_organisation: str = ""
    publish_descriptions: bool = False
    documentation: str = ""
    publisher: Agent = field(default_factory=Agent)
    contact: Agent = field(default_factory=Agent)
    sources: tuple[Source, ...] = ()
    labels: Mapping[Path, str] = field(default_factory=dict)

    def label(self, path: Path) -> str:
        """Name a file of the portfolio as places show it: `data/` and its path in the folder."""
        return self.labels.get(path) or f"data/{path.relative_to(self.folder).as_posix()}"


def read(folder: Path, tables: Tables | None = None) -> Portfolio:
    """Read `portfolio.toml`.

    Args:
        folder: the folder of the portfolio.
        tables: its reference tables; without them, they are looked for there.

    Raises:
        SettingsError: if the file is missing, is not TOML, or has a setting that is unknown or malformed.

    Example:
        >>> from iomgraph.settings import Settings
        >>> portfolio = read(Settings().data)
        >>> portfolio.currency, [source.kind for source in portfolio.sources]
        ('USD', ['pages', 'iati'])
    """
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError(
            "the folder has no portfolio.toml", where=folder, step="make one with iomgraph init FOLDER"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"the portfolio can't be read ({error})", where=path, step="correct it") from None
    known: dict[str, dict[str, Row]] = {}
    for row in (tables or Tables(folder)).read("vocabulary/portfolio.csv", COLUMNS):
        known.setdefault(row["table"], {})[row["key"]] = row
    return _Reader(path, text, known).portfolio(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    text: str
    known: Mapping[str, Mapping[str, Row]]

    def portfolio(self, found: Mapping[str, Any]) -> Portfolio:
        tables = {name: found[name] for name in self.known if name and name in found}
        values = self._values("", {key: value for key, value in found.items() if key not in tables})
        publisher = Agent(**self._values("publisher", self._table("publisher", tables)))
        contact = self._values("contact", self._table("contact", tables))
        contact["homepage"] = contact.pop("url", "") or publisher.homepage
        sources = tables.get("sources", [])
        if not isinstance(sources, list) or not sources:
            raise self._wrong("sources", "there is no source", "add a table [[sources]] with kind and files")
        if not values.get("title"):
            raise self._wrong("title", "the portfolio has no title", 'add title = "…"')
        values["iati_organisation"] = values.get("iati_organisation") or publisher.iati
        return Portfolio(
            folder=self.path.parent,
            publisher=publisher,
            contact=Agent(**{"name": publisher.name, **contact}),
            sources=tuple(map(self._source, sources)),
            **values,
        )

    def _table(self, name: str, tables: Mapping[str, Any]) -> Mapping[str, Any]:
        found = tables.get(name, {})
        if not isinstance(found, dict):
            raise self._wrong(name, f"{name} is not a table", f"write it below a line [{name}]")
        return found

    def _source(self, given: object) -> Source:
        if not isinstance(given, dict):
            raise self._wrong("sources", "a source is not a table", "write it below a line [[sources]]")
        values = self._values("sources", given)
        for key in ("kind", "files"):
            if key not in values:
                raise self._wrong("sources", f"a source has no {key}", f"add {key} below [[sources]]")
        files = values.pop("files")
        remote = tuple(file for file in files if "://" in file)
        paths = tuple(self._files([file for file in files if file not in remote]))
        return Source(paths=paths, remote=remote, **values)

    def _files(self, patterns: Sequence[str]) -> Iterator[Path]:
        folder = self.path.parent
        for pattern in patterns:
            if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
                raise self._wrong(
                    "files", f"a file lies outside the portfolio: {pattern}", f"copy it into {folder}"
                )
            found = sorted(one for one in folder.glob(pattern) if one.is_file())
            if not found:
                raise self._wrong(
                    "files", f"there is no such file: {pattern}", f"name one that lies in {folder}"
                )
            yield from found

    def _values(self, table: str, given: Mapping[str, Any]) -> dict[str, Any]:
        known, values = self.known[table], {}
        for key, value in given.items():
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(known)}"
                raise self._wrong(key, f"unknown setting {key!r}", hint)
            values[key] = self._value(known[key]["type"], key, value)
        return values

    def _value(self, kind: str, key: str, value: Any) -> Any:
        wanted, make = _TYPES[kind]
        try:
            result = make(value)
        except (TypeError, ValueError, AttributeError):
            raise self._wrong(key, f"{key} is not {wanted}", f"write {wanted}") from None
        if kind == "kind" and result not in KINDS:
            raise self._wrong(key, f"unknown kind of source {value!r}", f"use one of {', '.join(KINDS)}")
        return result

    def _wrong(self, key: str, what: str, step: str) -> SettingsError:
        """Make the stop for a key, with the first line that has the key."""
        lines = enumerate(self.text.splitlines(), 1)
        pattern = re.compile(rf"\s*(\[\[?\s*)?[\"']?{re.escape(key)}\b")
        number = next((number for number, line in lines if pattern.match(line)), 0)
        return SettingsError(what, where=f"{self.path}:{number}" if number else self.path, step=step)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _texts(value: Any) -> dict[str, str]:
    given = {"en": value} if isinstance(value, str) else value
    return {_language(lang): _text(text) for lang, text in sorted(given.items())}


def _keywords(value: Any) -> dict[str, tuple[str, ...]]:
    given = {"en": value} if isinstance(value, list) else value
    return {_language(lang): _list(words) for lang, words in sorted(given.items())}


def _language(value: Any) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", _text(value)):
        raise ValueError
    return str(value)


def _languages(value: Any) -> tuple[str, ...]:
    found = tuple(map(_language, _list(value)))
    if not found or set(found) - set(LANGUAGES):
        raise ValueError
    return found


def _list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _iri(value: Any) -> str:
    if not iris.is_web_iri(_text(value)):
        raise ValueError
    return str(value)


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(_text(value)).isoformat()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _options(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return dict(value)


_TYPES: Mapping[str, tuple[str, Any]] = {
    "text": ("a text", _text),
    "texts": ("a text, or a table with one text per language", _texts),
    "keywords": ("a list of texts, or a table with one list per language", _keywords),
    "languages": (f"a list of some of: {', '.join(LANGUAGES)}", _languages),
    "list": ("a list of texts", _list),
    "iris": ("a list of addresses", lambda value: tuple(map(_iri, _list(value)))),
    "iri": ("an address that begins with http:// or https://", _iri),
    "day": ("a day such as 2026-11-23", _day),
    "flag": ("true or false", _flag),
    "kind": ("a kind of source", _text),
    "options": ("a table", _options),
    "columns": ("a table of columns", _options),
}
"""Kinds of settings: the name in a message, and the function that accepts a value or raises."""
