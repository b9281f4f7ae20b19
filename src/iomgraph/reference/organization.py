"""The organisation in W3C ORG: its units and posts, their sites and changes, and its identifiers.

ORG is The Organization Ontology, W3C Recommendation of 16 January 2014.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.concepts import labels
from iomgraph.reference.evidence import dated, doubtful, remarks
from iomgraph.settings import LANGUAGES
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

UNITS = (
    "id",
    "kind",
    "parent",
    *(f"name_{lang}" for lang in LANGUAGES),
    "area_en",
    "status",
    "note",
    "doubt",
    "source",
)
SITES = ("id", "unit", "city", "iso3", "doubt", "source")
CHANGES = ("id", "date", "precision", "originals", "resulting", "doubt", "source")
POST_NAMES = ("id", "lang", "name", "source")
IDENTIFIERS = ("subject", "scheme", "value", "doubt", "source")

_TABLE = "organization/units.csv"
PREFIXES = {"organization": "organizations", "post": "posts"}


def read(tables: Tables, reporter: Reporter) -> Organization:
    """Read the tables of the organisation.

    Args:
        tables: the reference tables.
        reporter: takes findings on faulty or doubtful rows.

    Raises:
        SourceError: if a table can't be read.
    """

    def rows(name: str, columns: tuple[str, ...]) -> list[Row]:
        return tables.read(f"organization/{name}", columns)

    units = {row["id"]: row for row in rows("units.csv", UNITS)}
    found = Organization(
        units,
        rows("sites.csv", SITES),
        rows("changes.csv", CHANGES),
        rows("identifiers.csv", IDENTIFIERS),
        rows("post_names.csv", POST_NAMES),
    )
    found.check(reporter)
    return found


@dataclass(slots=True)
class Organization:
    """The tables of the organisation; `check` removes rows that refer to nothing."""

    units: Mapping[str, Row]
    sites: list[Row]
    changes: list[Row]
    identifiers: list[Row]
    post_names: list[Row]

    def name(self, key: str) -> str:
        """The CURIE of a unit, a post or the organisation itself."""
        return iris.curie(PREFIXES.get(self.units[key]["kind"], "units"), key)

    @property
    def names(self) -> dict[str, str]:
        """Each id with its CURIE."""
        return {key: self.name(key) for key in self.units}

    def check(self, reporter: Reporter) -> None:
        """Report and leave out rows that refer to nothing or to themselves; report doubts."""

        def known(row: Row, column: str) -> bool:
            missing = [key for key in row[column].split() if key not in self.units]
            for key in missing:
                place = row.place(column)
                reporter.report("unknown-thing", place, value=key, table=_TABLE)
            return not missing

        while hanging := {key for key, row in self.units.items() if not known(row, "parent")}:
            self.units = {key: row for key, row in self.units.items() if key not in hanging}
        self.sites = [row for row in self.sites if known(row, "unit")]
        self.identifiers = [row for row in self.identifiers if known(row, "subject")]
        self.post_names = [row for row in self.post_names if known(row, "id")]
        self.changes = [row for row in self.changes if known(row, "originals") and known(row, "resulting")]
        for key, row in self.units.items():
            line = self.line(key)
            if line[-1] in line[:-1]:
                place, path = row.place("parent"), " < ".join((key, *line))
                reporter.report("circular-unit", place, value=key, line=path)
            doubtful(row, self.name(key), reporter)
        for row in self.sites:
            doubtful(row, iris.curie("sites", row["id"]), reporter)
        for row in self.changes:
            doubtful(row, iris.curie("changes", row["id"]), reporter)

    def line(self, key: str) -> list[str]:
        """List the units above a unit, the nearest first; a cycle is followed once."""
        line: list[str] = [self.units[key]["parent"]]
        while line[-1] in self.units and line[-1] not in line[:-1] and self.units[line[-1]]["parent"]:
            line.append(self.units[line[-1]]["parent"])
        return line

    def records(self, facts: Mapping[str, Record]) -> Iterator[Record]:
        """Every unit, post, site, change and identifier.

        Args:
            facts: CURIE to more terms of its record, as the headlines give them.
        """
        for key, row in self.units.items():
            name = self.name(key)
            yield {**self._kind(row), **self._place(key), **facts.get(name, {}), **remarks(row)}
        for row in self.sites:
            yield self._site(row)
        for row in self.changes:
            yield self._change(row)
        for row in self.identifiers:
            yield self._identifier(row)

    def _kind(self, row: Row) -> Record:
        """The kind and the names of a unit."""
        record: Record = {"id": self.name(row["id"])}
        if row["kind"] == "organization":
            record["type"] = ["FormalOrganization"]
        elif row["kind"] == "post":
            record["type"] = ["Post"]
        else:
            record["type"] = ["OrganizationalUnit", *(["FormerUnit"] if row["status"] == "former" else [])]
            record["classification"] = iris.curie("unit-kinds", row["kind"])
        if named := labels(row):
            record["prefLabel"] = named
        # The name of a post suits any holder; pages use the feminine or masculine form of the present one.
        for other in (one for one in self.post_names if one["id"] == row["id"]):
            record.setdefault("altLabel", {}).setdefault(other["lang"], []).append(other["name"])
        if row["area_en"]:
            record["areaServed"] = {"en": [row["area_en"]]}
        return record

    def _place(self, key: str) -> Record:
        """The relations of a unit: to the unit above it, its site, its changes, its identifiers."""
        posts = [self.name(other) for other, row in self.units.items() if self._post_of(row) == key]
        sites = [iris.curie("sites", row["id"]) for row in self.sites if row["unit"] == key]
        ends = [iris.curie("changes", row["id"]) for row in self.changes if key in row["originals"].split()]
        begins = [iris.curie("changes", row["id"]) for row in self.changes if row["resulting"] == key]
        known = [self._identifier_name(row) for row in self.identifiers if row["subject"] == key]
        links = {"hasPost": posts, "hasSite": sites, "identifiedBy": known}
        found: Record = {term: values for term, values in links.items() if values}
        found |= {"changedBy": ends[0]} if ends else {}
        found |= {"resultedFrom": begins[0]} if begins else {}
        return {**self._parents(key), **found}

    def _parents(self, key: str) -> Record:
        """The units that a unit is part of: the nearest above it; directly above it may be a post."""
        parent = self.units[key]["parent"]
        if not parent:
            return {}
        whole = next((above for above in self.line(key) if not self._is_post(above)), "")
        found: Record = {"reportsTo": self.name(parent)} if self._is_post(parent) else {}
        return found | ({self._belonging(key, whole): self.name(whole)} if whole else {})

    def _belonging(self, key: str, whole: str) -> str:
        """The term that relates a part to its whole; org:unitOf is only for formal organizations."""
        if self._is_post(key):
            return "postIn"
        return "unitOf" if self.units[whole]["kind"] == "organization" else "subOrganizationOf"

    def _post_of(self, row: Row) -> str:
        """The unit that a post is in; empty if the row is not a post."""
        if row["kind"] != "post":
            return ""
        return next((above for above in self.line(row["id"]) if not self._is_post(above)), "")

    def _is_post(self, key: str) -> bool:
        return key in self.units and self.units[key]["kind"] == "post"

    def _site(self, row: Row) -> Record:
        city = {"addressLocality": row["city"]} if row["city"] else {}
        return {
            "id": iris.curie("sites", row["id"]),
            "type": ["Site"],
            "siteOf": self.name(row["unit"]),
            "siteAddress": {
                "id": iris.curie("sites", row["id"], "address"),
                "type": ["PostalAddress"],
                **city,
                "addressCountry": iris.curie("states", row["iso3"]),
            },
            **remarks(row),
        }

    def _change(self, row: Row) -> Record:
        return {
            "id": iris.curie("changes", row["id"]),
            "type": ["ChangeEvent"],
            "originalOrganization": [self.name(key) for key in row["originals"].split()],
            "resultingOrganization": self.name(row["resulting"]),
            **dated("asOf", row["date"]),
            **remarks(row),
        }

    def _identifier_name(self, row: Row) -> str:
        return f"{self.name(row['subject'])}/{row['scheme']}"

    def _identifier(self, row: Row) -> Record:
        return {
            "id": self._identifier_name(row),
            "type": ["Identifier"],
            "notation": row["value"],
            "identifierScheme": row["scheme"],
            **remarks(row),
        }
