"""The code lists of the standard (`data/iati/`), against which codes are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Tables

LISTS = (
    "ActivityDateType",
    "ActivityScope",
    "ActivityStatus",
    "BudgetStatus",
    "BudgetType",
    "Currency",
    "GeographicExactness",
    "GeographicLocationReach",
    "Language",
    "OrganisationRole",
    "OrganisationType",
    "PolicyMarker",
    "PolicyMarkerVocabulary",
    "PolicySignificance",
    "Region",
    "RegionM49",
    "RegionVocabulary",
    "RelatedActivityType",
    "Sector",
    "SectorCategory",
    "SectorVocabulary",
    "TagVocabulary",
    "TransactionType",
)
COLUMNS = ("list", "code", *(f"name_{lang}" for lang in LANGUAGES), "status", "category", "source")
_STATES = ("iso3", "iso2", "m49", "name_en", "name_fr", "name_es", "m49_region", "m49_subregion", "source")


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of each list, and the states.

    Args:
        lists: name of a list to its codes, each with its category.
        states: ISO 3166-1 alpha-2 code to alpha-3 code.
    """

    lists: Mapping[str, Mapping[str, str]]
    states: Mapping[str, str]

    def has(self, name: str, code: str) -> bool:
        """Tell whether a list has a code."""
        return code in self.lists[name]


def read(tables: Tables) -> Codes:
    """Read the code lists against which activities are checked.

    Raises:
        SourceError: if a list can't be read.

    Example:
        >>> from iomgraph.settings import Settings
        >>> codes = read(Tables(Settings().data))
        >>> codes.has("Sector", "15190"), codes.states["KE"], codes.lists["ActivityStatus"]["2"]
        (True, 'KEN', 'active')
    """
    lists = {
        name: {row["code"]: row["category"] for row in tables.read(f"iati/{name}.csv", COLUMNS)}
        for name in LISTS
    }
    states = {row["iso2"]: row["iso3"] for row in tables.read("states/states.csv", _STATES)}
    return Codes(lists, states)
