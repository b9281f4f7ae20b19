"""Every element and attribute of the standard is mapped or ignored by name; anything else is reported."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET  # the schemas are our own reference material
from pathlib import Path

from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources.iati import elements, stream
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

XSD = "{http://www.w3.org/2001/XMLSchema}"
TABLE = Settings().data / "vocabulary/iati_elements.csv"


class Schema:
    """The paths below `iati-activity` that the schemas of the standard allow."""

    def __init__(self, folder: Path) -> None:
        roots = [ET.parse(folder / f"iati-{name}.xsd").getroot() for name in ("common", "activities-schema")]
        self.elements = {one.get("name", ""): one for root in roots for one in root.findall(f"{XSD}element")}
        self.types = {one.get("name", ""): one for root in roots for one in root.findall(f"{XSD}complexType")}
        self.paths: set[str] = set()
        self.walk(self.elements["iati-activity"], "", frozenset())

    def walk(self, element: ET.Element, path: str, above: frozenset[str]) -> None:
        kind = element.find(f"{XSD}complexType")
        waiting = [self.types[element.get("type", "")] if kind is None else kind] if self.has(element) else []
        while waiting:
            for child in waiting.pop():
                name = child.get("ref") or child.get("name") or ""
                if child.tag == f"{XSD}attribute":
                    self.paths.add(f"{path}@{name}")
                elif child.tag == f"{XSD}element":
                    if name not in above:
                        self.paths.add(f"{path}{name}")
                        inner = self.elements[name] if child.get("ref") else child
                        self.walk(inner, f"{path}{name}/", above | {name})
                else:
                    if child.tag == f"{XSD}extension" and child.get("base") in self.types:
                        waiting.append(self.types[child.get("base", "")])
                    waiting.append(child)

    def has(self, element: ET.Element) -> bool:
        return element.find(f"{XSD}complexType") is not None or element.get("type") in self.types


def test_the_table_has_every_path_of_the_standard_and_no_other(shared: Path) -> None:
    with TABLE.open(encoding="utf-8") as file:
        listed = {row["path"] for row in csv.DictReader(file)} - {"iati-activity"}
    assert listed == Schema(shared / "iati/schemas").paths
    assert len(listed) > 400


def test_a_path_is_mapped_to_terms_or_checked_or_ignored_with_a_reason() -> None:
    with TABLE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"] not in ("iati-activity",)]
    assert {row["use"] for row in rows} == {"mapped", "checked", "ignored"}
    assert [row for row in rows if (row["use"] == "mapped") != bool(row["terms"])] == []
    assert [row for row in rows if (row["use"] == "mapped") == bool(row["reason"])] == []


def test_what_the_standard_does_not_know_is_reported_once_with_its_count(
    tmp_path: Path, rules: Rules
) -> None:
    path, findings = tmp_path / "a.xml", list[Finding]()
    path.write_text(
        '<iati-activities version="2.03" xmlns:own="http://example.org/">'
        '<iati-activity own:x="1" colour="red"><own:extra/><bugdet/>\n<bugdet/></iati-activity>'
        "<iati-activity><bugdet/></iati-activity></iati-activities>"
    )
    known, reporter = elements.read(Tables(Settings().data)), Reporter(rules, findings)
    for activity in stream.activities(path, "a.xml", reporter):
        known.check(activity)
    known.report(reporter)
    assert [(one.value, one.text()) for one in findings] == [
        ("@colour", "the standard does not define @colour; it was not read (times in the file: 1)"),
        ("bugdet", "the standard does not define bugdet; it was not read (times in the file: 3)"),
    ]
