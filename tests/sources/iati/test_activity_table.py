"""A harvest of activities keeps their facts, value by value, and nothing in its table vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources import tables
from iomgraph.sources.harvest import Harvest, harvest
from iomgraph.sources.iati.activity_table import COLUMNS
from iomgraph.sources.page_table import Changes

ROADS = """<iati-activity xml:lang="en" hierarchy="1">
<iati-identifier>XX-1-A.1</iati-identifier>
<title><narrative>Roads</narrative><narrative xml:lang="fr">Routes</narrative></title>
<description><narrative>Prose of somebody else.</narrative></description>
<contact-info><email>someone@example.org</email></contact-info>
<budget/><budget type="1"><value currency="EUR" value-date="2020-01-01"> 5 </value></budget>
</iati-activity>"""
RADIO = "<iati-activity><iati-identifier>XX-1-B.2</iati-identifier></iati-activity>"


def run(folder: Path, *activities: str, name: str = "a.xml", day: str = "2026-01-31") -> Harvest:
    """Harvest a file of activities into `folder/activities.csv`."""
    path = folder / name
    root = f'<iati-activities version="2.03" generated-datetime="{day}T00:00:00">'
    path.write_text(f"{root}\n{''.join(activities)}</iati-activities>", encoding="utf-8")
    return harvest([path], folder / "activities.csv", Settings())


def rows(folder: Path) -> list[tables.Row]:
    return tables.read(folder / "activities.csv", COLUMNS)


def test_each_value_has_a_row_with_its_path_language_and_line(tmp_path: Path) -> None:
    assert run(tmp_path, ROADS).changes == Changes(new=1)
    assert [(row["path"], row["lang"], row["value"], row["line"]) for row in rows(tmp_path)] == [
        ("@xml:lang", "", "en", "2"),
        ("@hierarchy", "", "1", "2"),
        ("iati-identifier", "", "XX-1-A.1", "3"),
        ("title/narrative[1]", "", "Roads", "4"),
        ("title/narrative[2]", "fr", "Routes", "4"),
        ("budget[1]", "", "", "7"),
        ("budget[2]/@type", "", "1", "7"),
        ("budget[2]/value/@currency", "", "EUR", "7"),
        ("budget[2]/value/@value-date", "", "2020-01-01", "7"),
        ("budget[2]/value", "", " 5 ", "7"),
    ]
    common = {(row["activity"], row["captured"], row["file"], row["number"]) for row in rows(tmp_path)}
    assert common == {("XX-1-A.1", "2026-01-31", "a.xml", "1")}


def test_a_second_harvest_changes_not_a_byte_and_what_is_gone_stays(tmp_path: Path) -> None:
    run(tmp_path, ROADS, RADIO)
    first = (tmp_path / "activities.csv").read_bytes()
    assert run(tmp_path, ROADS, RADIO).changes == Changes(unchanged=2)
    assert (tmp_path / "activities.csv").read_bytes() == first
    changed = run(tmp_path, ROADS.replace("EUR", "USD"))
    assert changed.changes == Changes(changed=1, kept=1)
    assert {row["activity"] for row in rows(tmp_path)} == {"XX-1-A.1", "XX-1-B.2"}


@pytest.mark.parametrize("names", [("a.xml", "b.xml"), ("b.xml", "a.xml")])
def test_the_newest_version_of_an_activity_stays(tmp_path: Path, names: tuple[str, str]) -> None:
    new, old = names
    run(tmp_path, ROADS.replace("EUR", "USD"), name=new, day="2026-02-01")
    assert run(tmp_path, ROADS, name=old, day="2026-01-01").changes == Changes(unchanged=1)
    together = harvest([tmp_path / "a.xml", tmp_path / "b.xml"], tmp_path / "both.csv", Settings())
    assert (together.files, together.findings) == (2, ())
    assert (tmp_path / "both.csv").read_bytes() == (tmp_path / "activities.csv").read_bytes()
    assert {row["value"] for row in rows(tmp_path) if row["path"].endswith("@currency")} == {"USD"}


def test_an_activity_is_taken_or_reported(tmp_path: Path) -> None:
    nameless = "<iati-activity><title/></iati-activity>\n"
    long = RADIO.replace(
        "</iati-activity>", f"<title><narrative>{'x' * 100_001}</narrative></title></iati-activity>"
    )
    unknown = RADIO.replace("</iati-activity>", "<mood/></iati-activity>").replace("B.2", "C.3")
    done = run(tmp_path, ROADS, nameless, ROADS.replace("EUR", "USD"), long, unknown)
    assert [found.rule for found in done.findings] == [
        "iati-no-identifier",
        "iati-duplicate",
        "long-cell",
        "iati-unknown-element",
    ]
    assert {row["activity"]: row["number"] for row in rows(tmp_path)} == {"XX-1-A.1": "1", "XX-1-C.3": "5"}


def test_a_folder_of_activities_is_harvested_and_one_with_pages_beside_them_stops(
    tmp_path: Path, tiny: Path
) -> None:
    (tmp_path / "in").mkdir()
    run(tmp_path / "in", ROADS)
    (tmp_path / "in/activities.csv").unlink()
    assert harvest([tmp_path / "in"], tmp_path / "activities.csv", Settings()).changes == Changes(new=1)
    with pytest.raises(SourceError, match="can't go into the same table"):
        harvest([tmp_path / "in", tiny], tmp_path / "activities.csv", Settings())


def test_the_table_of_the_portfolio_is_what_a_harvest_gives_today(shared: Path, tmp_path: Path) -> None:
    source = shared / "iati/activities/iom_reported_latest.xml"
    harvest([source], tmp_path / "activities.csv", Settings())
    assert (tmp_path / "activities.csv").read_bytes() == (Settings().data / "iom/activities.csv").read_bytes()
