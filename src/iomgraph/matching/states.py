"""Countries and territories by present and former names and codes, and by similar names.

The index knows all of ISO 3166-1 in three languages. A name or code that several states share identifies none
of them: the index returns them all and leaves the choice to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from iomgraph import iris
from iomgraph.matching import folding
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import mappings
from iomgraph.sources.tables import Row, Tables

_LEAST = 80
"""Least similarity of the letters of two names, out of 100, that makes one a candidate for the other."""
_LETTERS, _WORDS = 0.99, 90.0
"""Weight of that similarity, and the score of a name that has the words of another and more.

Both count less than the name itself.
"""
_TELLING = 6
"""A word in the names of more states than this, such as "republic", does not identify any of them."""
_CANDIDATES = 3
_LONGEST = 100
"""Most characters of a name; the longest known has 60."""
_KEPT = 20_000
"""The number of names whose states are remembered."""
_STATES = ("iso3", "iso2", "m49", "name_en", "name_fr", "name_es", "m49_region", "m49_subregion", "source")
_NAMES = ("iso3", "lang", "name", "source")
_WITH_ARTICLE = "UN M49, with its article"
"""Source of names such as `Gambia (the)`, which are also written `The Gambia`."""
_ARTICLE = re.compile(r"(.+) \((.+)\)")
_NUMBER = re.compile("[0-9]{1,3}")
_IDENTIFIERS = (f"{iris.BASE_IRI}id/state/", "states:", "https://www.wikidata.org/wiki/")
_WIKIDATA = "http://www.wikidata.org/entity/"


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1.

    Args:
        alpha3: its alpha-3 code.
        alpha2: its alpha-2 code.
        m49: its code in UN M49; empty if it has none.
        names: language to the name by which it is published.
        wikidata: IRI of its item; empty if none is known.
    """

    alpha3: str
    alpha2: str
    m49: str
    names: Mapping[str, str]
    wikidata: str

    @property
    def iri(self) -> str:
        """The IRI of the state, which is the same in every portfolio."""
        return f"{iris.BASE_IRI}id/state/{self.alpha3}"


class StateIndex:
    """Names and codes of countries and territories; built by `read`.

    Args:
        countries: alpha-3 code to country.
        names: folded name to the alpha-3 codes of all that it may mean.
        codes: code in capitals to the alpha-3 codes of all that it means.
    """

    def __init__(
        self,
        countries: Mapping[str, Country],
        names: Mapping[str, frozenset[str]],
        codes: Mapping[str, frozenset[str]],
    ) -> None:
        self.countries, self._names, self._codes = countries, names, codes
        self._current = {code for one in countries.values() for code in (one.alpha2, one.alpha3)}
        self._found: dict[str, str] = {}
        self._sorted: dict[str, frozenset[str]] = {}
        for name, meant in names.items():
            self._sorted[_sorted(name)] = meant | self._sorted.get(_sorted(name), frozenset())
        self._places: dict[str, set[str]] = {}
        for name in self._sorted:
            for word in name.split():
                self._places.setdefault(word, set()).add(name)

    def lookup(self, text: str) -> str:
        """Return the alpha-3 code of the state that a name or a code names exactly; empty if none does.

        Codes match in capitals only, because a cell of a table may hold the words "no" or "in".

        Example:
            >>> from iomgraph.settings import Settings
            >>> index = read(Tables(Settings().data))
            >>> [index.lookup(text) for text in ("kenya", "Côte d’Ivoire", "KE", "Congo DRC", "Korea", "no")]
            ['KEN', 'CIV', 'KEN', '', '', '']
        """
        if len(text) > _LONGEST:
            return ""
        if len(self._found) > _KEPT:
            self._found.clear()
        if text not in self._found:
            meant = self._names.get(folding.fold(text), frozenset())
            if not meant and text.strip() in self._current:
                meant = self._codes[text.strip()]
            self._found[text] = next(iter(meant)) if len(meant) == 1 else ""
        return self._found[text]

    def identify(self, text: str) -> tuple[str, ...]:
        """Return the alpha-3 codes of all states that a name, a code or an IRI may mean.

        Codes match in any case, and those of M49 also without their leading zeros, which spreadsheets drop.

        Example:
            >>> from iomgraph.settings import Settings
            >>> index = read(Tables(Settings().data))
            >>> [index.identify(text) for text in ("ke", "004", "4", "Zaire", "The Gambia", "Q114")]
            [('KEN',), ('AFG',), ('AFG',), ('COD',), ('GMB',), ('KEN',)]
            >>> index.identify("Congo"), index.identify("Czechoslovakia"), index.identify("Congo DRC")
            (('COD', 'COG'), ('CZE', 'SVK'), ())
        """
        if len(text) > _LONGEST:
            return ()
        plain = text.strip()
        for start in (*_IDENTIFIERS, _WIKIDATA):
            plain = plain.removeprefix(start)
        code = plain.zfill(3) if _NUMBER.fullmatch(plain) else plain.upper()
        meant = self._names.get(folding.fold(plain)) or self._codes.get(code, frozenset())
        return tuple(sorted(meant))

    def near(self, text: str) -> list[tuple[str, float]]:
        """Return the alpha-3 codes of the states with the most similar names, with scores out of 100."""
        if len(text) > _LONGEST:
            return []
        asked = _sorted(folding.fold(text))
        scores = self._sharing(frozenset(asked.split()))
        for name, score, _ in process.extract(
            asked, self._sorted.keys(), scorer=fuzz.ratio, limit=20, score_cutoff=_LEAST
        ):
            for code in self._sorted[name]:
                scores[code] = max(scores.get(code, 0.0), round(score * _LETTERS, 1))
        return sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:_CANDIDATES]

    def _sharing(self, asked: frozenset[str]) -> dict[str, float]:
        """Score the states with a name that has all the words asked for, or only some of these words."""
        wider: set[str] = set()
        narrower: set[str] = set()
        for name in {name for word in asked for name in self._places.get(word, ())}:
            words = frozenset(name.split())
            if words <= asked:
                narrower |= self._sorted[name]
            elif words > asked:
                wider |= self._sorted[name]
        return dict.fromkeys(narrower | (wider if len(wider) <= _TELLING else set()), _WORDS)

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the states that a text may mean, or those with the most similar names, the likeliest first.

        Example:
            >>> from iomgraph.settings import Settings
            >>> index = read(Tables(Settings().data))
            >>> index.candidates("Keniya"), index.candidates("Congo DRC")[0], index.candidates("Regional")
            (('Kenya (KEN)',), 'Democratic Republic of the Congo (COD)', ())
            >>> index.candidates("Congo")
            ('Democratic Republic of the Congo (COD)', 'Congo (COG)')
        """
        codes = self.identify(text) or [code for code, _ in self.near(text)]
        return tuple(f"{self.countries[code].names[LANGUAGES[0]]} ({code})" for code in codes)


@cache
def package() -> StateIndex:
    """Return the index of the package's own tables, read once per process.

    Example:
        >>> package().identify("burma")
        ('MMR',)
    """
    return read(Tables(resources() / "data"))


def read(tables: Tables) -> StateIndex:
    """Read the countries and territories with their present and former names.

    Raises:
        SourceError: if a table can't be read.
    """
    countries = _countries(tables)
    former = tables.read("states/former_names.csv", _NAMES)
    names: dict[str, set[str]] = {}
    for row in tables.read("vocabulary/state_names.csv", _NAMES):
        for name in _written(row):
            names.setdefault(name, set()).add(row["iso3"])
    codes: dict[str, set[str]] = {}
    for row in former:
        if row["lang"]:
            names.setdefault(folding.fold(row["name"]), set()).update(row["iso3"].split())
        else:
            codes.setdefault(row["name"], set()).update(row["iso3"].split())
    for one in countries.values():
        for code in filter(None, (one.alpha2, one.alpha3, one.m49, one.wikidata.removeprefix(_WIKIDATA))):
            # A code that was assigned again means the state that has it now.
            codes[code] = {one.alpha3}
    return StateIndex(countries, _frozen(names), _frozen(codes))


def _countries(tables: Tables) -> dict[str, Country]:
    items = {
        row["iso3"]: row["item"] for row in tables.read("states/wikidata.csv", ("iso3", "item", "source"))
    }
    items |= _linked(tables)
    return {
        row["iso3"]: Country(
            row["iso3"],
            row["iso2"],
            row["m49"],
            {lang: row[f"name_{lang}"] for lang in LANGUAGES},
            f"{_WIKIDATA}{items[row['iso3']]}" if row["iso3"] in items else "",
        )
        for row in tables.read("states/states.csv", _STATES)
    }


def _written(row: Row) -> Iterable[str]:
    """Yield the spellings of a name, folded: as given, with its article first, and without its brackets."""
    name = row["name"]
    yield folding.fold(name)
    parts = _ARTICLE.fullmatch(name)
    if parts and row["source"] == _WITH_ARTICLE:
        yield folding.fold(f"{parts[2]} {parts[1]}")
    elif core := folding.core(name):
        # "Korea" alone then names every state that brackets tell apart, and so identifies neither.
        yield core


def _linked(tables: Tables) -> dict[str, str]:
    """The Wikidata items that a linkset gives for states, by alpha-3 code."""
    found: dict[str, str] = {}
    for linked in mappings.read(tables.folder):
        for row in linked.rows:
            item = linked.expand(row["object_id"])
            if row["subject_id"].startswith("states:") and item.startswith(_WIKIDATA):
                found.setdefault(row["subject_id"].removeprefix("states:"), item.removeprefix(_WIKIDATA))
    return found


def _sorted(folded: str) -> str:
    return " ".join(sorted(folded.split()))


def _frozen(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(meant) for key, meant in found.items()}
