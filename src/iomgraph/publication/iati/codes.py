"""Our names of things as codes of the IATI Standard, the reverse of reading in `claims/iati/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from iomgraph import iris
from iomgraph.claims.iati import codes, places, reader, subjects
from iomgraph.sources.tables import Tables

_SECTORS = {word: vocabulary for vocabulary, (word, _) in subjects.DAC.items() if vocabulary}
_REGIONS = {word: vocabulary for vocabulary, word in places.REGIONS.items() if vocabulary}
_OTHER = "iati-"
"""The beginning of the name of a vocabulary that is neither the DAC's nor a publisher's own."""


class Code(NamedTuple):
    """A code.

    Args:
        vocabulary: its vocabulary.
        code: the code.
        owner: slug of the publisher of its vocabulary; empty for a shared one.
    """

    vocabulary: str
    code: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of the standard for states and statuses.

    Args:
        countries: CURIE of a state to its ISO 3166-1 alpha-2 code.
        statuses: CURIE of a status to its code.
    """

    countries: Mapping[str, str]
    statuses: Mapping[str, str]


def read(tables: Tables) -> Codes:
    """Read the codes of states and statuses.

    Raises:
        SourceError: if a table can't be read.

    Example:
        >>> from iomgraph.settings import Settings
        >>> found = read(Tables(Settings().data))
        >>> found.countries["states:KEN"], found.statuses["statuses:active"]
        ('KE', '2')
    """
    known = codes.read(tables)
    return Codes(
        {iris.curie("states", iso3): iso2 for iso2, iso3 in known.states.items() if iso2},
        {iris.curie("statuses", name): code for code, name in known.lists["ActivityStatus"].items()},
    )


DATES = {term.removesuffix("Date"): kind for kind, term in reader.DATES.items()}
"""Term of a date, without its end, to its type."""

RELATIONS = {
    term: kind for kind, term in reader.RELATIONS.items() if list(reader.RELATIONS.values()).count(term) == 1
}
"""Term of a relation to its type, without terms that several types are read into."""


def plain(name: str) -> str:
    """The code at the end of a name, or the identifier of an organisation; empty without one.

    Example:
        >>> plain("roles:4"), plain("organizations:XX%2F1"), plain("")
        ('4', 'XX/1', '')
    """
    return unquote(name.partition(":")[2])


def sector(name: str) -> Code:
    """The code of a sector.

    Example:
        >>> sector("sectors:dac/72050")
        Code(vocabulary='1', code='72050', owner='')
        >>> sector("sectors:xx-1-99/A%2F1")
        Code(vocabulary='99', code='A/1', owner='xx-1')
    """
    return _code(name, _SECTORS)


def region(name: str) -> Code:
    """The code of a region.

    Example:
        >>> region("iati-regions:m49/002")
        Code(vocabulary='2', code='002', owner='')
    """
    return _code(name, _REGIONS)


def marker(name: str) -> Code:
    """The code of a policy marker.

    Example:
        >>> marker("policy-markers:1"), marker("policy-markers:xx-1-99/A")
        (Code(vocabulary='1', code='1', owner=''), Code(vocabulary='99', code='A', owner='xx-1'))
    """
    return _code(name, {}) if "/" in name else Code("1", plain(name))


def is_named(name: str) -> bool:
    """Tell whether activities must name a sector or marker beside its code; those of DAC lists are known.

    Example:
        >>> is_named("sectors:dac/72050"), is_named("sectors:xx-1-99/A"), is_named("policy-markers:1")
        (False, True, False)
    """
    word, _, _ = name.partition(":")[2].rpartition("/")
    return bool(word) and word not in _SECTORS


def _code(name: str, known: Mapping[str, str]) -> Code:
    word, _, key = name.partition(":")[2].rpartition("/")
    if word in known:
        return Code(known[word], unquote(key))
    if word.startswith(_OTHER):
        return Code(word.removeprefix(_OTHER), unquote(key))
    owner, _, vocabulary = word.rpartition("-")
    return Code(vocabulary, unquote(key), owner)
