"""The table row that each thing comes from, so that findings can show its cell."""

from __future__ import annotations

import re
from collections.abc import Callable

from iomgraph import iris
from iomgraph.claims import fund_names
from iomgraph.findings import Place
from iomgraph.reference import agenda, codelists, concepts, membership, organization, state
from iomgraph.sources.tables import Row, Tables

COLUMNS = {
    **state.CODES,
    "classification": "kind",
    "unitOf": "parent",
    "subOrganizationOf": "parent",
    "reportsTo": "parent",
    "postIn": "parent",
    "areaServed": "area_en",
    "siteOf": "unit",
    "addressLocality": "city",
    "addressCountry": "iso3",
    "member": "iso3",
    "admissionDate": "date",
    "accessionDate": "date",
    "isTargetOf": "goal",
    "idPrefix": "prefixes",
    "isPartOf": "parent",
}
"""Terms, each with the column that gives it, where the two have different names."""

_LANGUAGE = re.compile(r"-(en|fr|es)$")


def read(tables: Tables) -> dict[str, Row]:
    """Map the CURIE of each thing that is a row of a table to that row; projects are not among them.

    Raises:
        SourceError: if a table can't be read.
    """
    own = {name_of(row): row for file, columns, name_of in _TABLES for row in tables.read(file, columns)}
    return dict(codelists.read(tables).rows()) | own


def place(row: Row, term: str, rule: str) -> Place:
    """The cell that a rule is about.

    Args:
        row: of the thing.
        term: the property.
        rule: its name; one that ends in a language is about the name in that language.

    Example:
        >>> row = Row({"id": "council", "name_es": ""}, "units.csv", 6, 7)
        >>> str(place(row, "prefLabel", "shapes:Unit-prefLabel-es"))
        'units.csv:7 (row 6, column name_es)'
    """
    language = _LANGUAGE.search(rule)
    named = f"name_{language[1] if language else 'en'}" if term == "prefLabel" else COLUMNS.get(term, term)
    return row.place(named if named in row.cells else "")


def _unit(row: Row) -> str:
    return iris.curie(organization.PREFIXES.get(row["kind"], "units"), row["id"])


_TABLES: tuple[tuple[str, tuple[str, ...], Callable[[Row], str]], ...] = (
    ("states/states.csv", state.COLUMNS, lambda row: iris.curie("states", row["iso3"])),
    (
        "states/memberships.csv",
        membership.MEMBERSHIPS,
        lambda row: iris.curie("states", row["iso3"], "membership"),
    ),
    ("organization/units.csv", organization.UNITS, _unit),
    ("organization/sites.csv", organization.SITES, lambda row: iris.curie("sites", row["id"])),
    ("organization/changes.csv", organization.CHANGES, lambda row: iris.curie("changes", row["id"])),
    ("idf/funds.csv", fund_names.COLUMNS, lambda row: iris.curie("funds", row["id"])),
    (
        "vocabulary/concepts.csv",
        concepts.CONCEPT_COLUMNS,
        lambda row: iris.curie(concepts.PREFIXES[row["scheme"]], row["id"]),
    ),
    ("vocabulary/schemes.csv", concepts.SCHEME_COLUMNS, lambda row: iris.curie("schemes", row["id"])),
    ("agenda/goals.csv", agenda.GOALS, lambda row: iris.curie("sdg", row["code"])),
    ("agenda/targets.csv", agenda.TARGETS, lambda row: iris.curie("sdg", row["code"])),
    ("agenda/gcm.csv", agenda.GCM, lambda row: iris.curie("gcm", row["number"])),
    ("agenda/migof.csv", agenda.MIGOF, lambda row: iris.curie("migof", row["id"])),
    ("agenda/topics.csv", agenda.TOPICS, lambda row: iris.curie("topics", row["id"])),
)
