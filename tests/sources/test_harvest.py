"""Harvest upon harvest: the table of pages is brought up to date, and nothing in it vanishes."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources import page_table, rules, tables, vocabulary
from iomgraph.sources.harvest import Harvest, harvest
from iomgraph.sources.page_table import Changes
from iomgraph.sources.tables import Tables

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

FIRST = "Roads\n-\nYear\n2008\n-\nIDF Region\nAfrica\n-\nProjects ID\nLM.0001\n"
SECOND = FIRST.replace("2008", "2009")


@pytest.fixture
def pages(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "pages"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "out.csv"


def _catalogue(*rows: str) -> str:
    return "\n".join(["file,url,lang,captured", *rows]) + "\n"


def test_a_first_harvest_makes_the_table_and_a_second_changes_not_a_byte(
    pages: Path, table: Path, settings: Settings
) -> None:
    assert harvest([pages], table, settings).changes == Changes(new=7)
    first = table.read_bytes()
    assert harvest([pages], table, settings).changes == Changes(unchanged=7)
    assert table.read_bytes() == first
    assert list(table.parent.glob("*.part")) == []


def test_a_page_that_changed_is_changed_and_one_that_is_gone_stays(
    pages: Path, table: Path, settings: Settings
) -> None:
    harvest([pages], table, settings)
    before = {row["url"]: dict(row.cells) for row in tables.read(table, page_table.COLUMNS)}
    page = pages / "lamps-en.txt"
    page.write_text(page.read_text(encoding="utf-8").replace("2017", "2018"), encoding="utf-8")
    (pages / "radio-es.txt").unlink()
    done = harvest([pages], table, settings)
    assert done.changes == Changes(changed=1, unchanged=5, kept=1)
    assert [found.rule for found in done.findings] == ["missing-capture"]
    after = {row["url"]: dict(row.cells) for row in tables.read(table, page_table.COLUMNS)}
    changed = {url for url in after if after[url] != before[url]}
    assert changed == {"https://iom.int/project/lamps-border-road"}
    assert after.keys() == before.keys()


@pytest.mark.parametrize(
    "order", [*itertools.permutations(["bridges-en.html", "lamps-en.txt", "radio-fr.html"])]
)
def test_the_order_of_files_changes_nothing(
    tiny: Path, table: Path, settings: Settings, order: tuple[str, ...]
) -> None:
    whole = table.with_name("whole.csv")
    harvest([tiny / name for name in sorted(order)], whole, settings)
    harvest([tiny / name for name in order], table, settings)
    assert table.read_bytes() == whole.read_bytes()


def test_a_file_named_twice_is_read_once(tiny: Path, table: Path, settings: Settings) -> None:
    done = harvest([tiny / "lamps-en.txt", tiny, tiny / "../tiny/lamps-en.txt"], table, settings)
    assert (done.files, done.findings) == (7, ())


def test_the_newest_capture_of_a_page_wins_whatever_the_files_are_called(harvested: Harvested) -> None:
    for old, new in (("a.txt", "b.txt"), ("b.txt", "a.txt")):
        address = "https://iom.int/project/roads,en"
        rows, done = harvested(
            {
                "captures.csv": _catalogue(f"{old},{address},2026-01-01", f"{new},{address},2026-01-02"),
                old: FIRST,
                new: SECOND,
            }
        )
        assert [(row["funding_year"], row["captured"]) for row in rows] == [("2009", "2026-01-02")]
        assert done.findings == ()


def test_an_older_capture_does_not_take_the_place_of_a_newer_one(harvested: Harvested) -> None:
    address = "https://iom.int/project/roads,en"
    harvested({"captures.csv": _catalogue(f"a.txt,{address},2026-01-02"), "a.txt": SECOND})
    rows, done = harvested({"captures.csv": _catalogue(f"a.txt,{address},2026-01-01"), "a.txt": FIRST})
    assert [row["funding_year"] for row in rows] == ["2009"]
    assert done.changes == Changes(unchanged=1)


def test_two_captures_of_one_day_that_differ_are_reported_and_the_first_by_name_is_kept(
    harvested: Harvested, tmp_path: Path
) -> None:
    address = "https://iom.int/project/roads,en,2026-01-01"
    rows, done = harvested(
        {
            "captures.csv": _catalogue(f"b.txt,{address}", f"a.txt,{address}"),
            "a.txt": FIRST,
            "b.txt": SECOND,
        }
    )
    assert [row["funding_year"] for row in rows] == ["2008"]
    (found,) = done.findings
    assert (found.rule, str(found.place)) == ("page-twice", "b.txt")
    (tmp_path / "pages.csv").unlink()
    again, _ = harvested([tmp_path / "pages/b.txt", tmp_path / "pages/a.txt"])
    assert again == rows


def test_two_captures_of_one_day_that_say_the_same_are_not_matter(harvested: Harvested) -> None:
    address = "https://iom.int/project/roads,en,2026-01-01"
    files = {
        "captures.csv": _catalogue(f"a.txt,{address}", f"b.txt,{address}"),
        "a.txt": FIRST,
        "b.txt": FIRST,
    }
    rows, done = harvested(files)
    assert ([row["file"] for row in rows], done.findings) == (["a.txt"], ())


def test_a_table_with_two_rows_of_one_page_is_reported_and_the_first_kept(
    tiny: Path, table: Path, settings: Settings
) -> None:
    harvest([tiny], table, settings)
    rows = [dict(row.cells) for row in tables.read(table, page_table.COLUMNS)]
    tables.write(table, page_table.COLUMNS, [*rows, rows[0] | {"title": "Another"}])
    done = harvest([tiny / "radio-es.txt"], table, settings)
    (found,) = done.findings
    assert (found.rule, found.place and found.place.row) == ("duplicate-url", 8)
    assert [dict(row.cells) for row in tables.read(table, page_table.COLUMNS)] == rows


def test_a_page_with_a_cell_too_long_for_a_table_is_reported_and_left_out(
    harvested: Harvested,
) -> None:
    links = "".join(f"<a href=https://example.org/{n}>x</a>" for n in range(6_000))
    fields = {"Year": "2008", "IDF Region": "Africa", "Projects ID": "LM.0001"}
    rows_of = (f"<tr><th>{label}<td>{value}" for label, value in fields.items())
    page = f"<h1>Roads</h1><table>{''.join(rows_of)}</table>{links}"
    rows, done = harvested({"a.html": page, "b.txt": FIRST})
    assert [row["file"] for row in rows] == ["b.txt"]
    assert [(found.rule, str(found.place)) for found in done.findings if found.severity.word == "should"] == [
        ("long-cell", "a.html")
    ]
    assert harvested([])[1].changes == Changes(kept=1)


@pytest.mark.parametrize("text", ["", "url,lang\n", "not a table"])
def test_a_table_that_is_not_ours_stops_the_harvest_and_is_left_alone(
    tiny: Path, table: Path, settings: Settings, text: str
) -> None:
    table.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="the header is wrong"):
        harvest([tiny], table, settings)
    assert table.read_text(encoding="utf-8") == text


def test_a_table_that_cant_be_written_stops_the_harvest(
    tiny: Path, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(SourceError, match="the table can't be written"):
        harvest([tiny], tmp_path / "no/such/folder.csv", settings)


# The words and rules that a harvest goes by


def _spoiled(settings: Settings, folder: Path, name: str, old: str, new: str) -> Path:
    data = Path(shutil.copytree(settings.data, folder / "data"))
    path = data / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return data


def test_a_label_of_an_unknown_field_is_refused(settings: Settings, tmp_path: Path) -> None:
    data = _spoiled(settings, tmp_path, "vocabulary/fields.csv", "start_year,en", "start_yaer,en")
    with pytest.raises(SourceError, match="unknown field 'start_yaer'"):
        vocabulary.read(Tables(data))


def test_a_word_with_two_meanings_is_refused(settings: Settings, tmp_path: Path) -> None:
    data = _spoiled(
        settings,
        tmp_path,
        "vocabulary/words.csv",
        "status,completed,en,Completed",
        "status,completed,en,ACTIVE",
    )
    with pytest.raises(SourceError, match="the word 'ACTIVE' stands for two concepts"):
        vocabulary.read(Tables(data))


def test_a_rule_of_an_unknown_severity_is_refused(settings: Settings, tmp_path: Path) -> None:
    data = _spoiled(settings, tmp_path, "vocabulary/findings.csv", "bad-budget,must", "bad-budget,grave")
    with pytest.raises(SourceError, match="unknown severity 'grave'"):
        rules.read(Tables(data))


@pytest.mark.parametrize(
    "spelling",
    ["Migration de main-d'œuvre", "MIGRATION DE MAIN-D’ŒUVRE", " Migration  de\u00a0main-dʼœuvre "],
)
def test_typography_and_case_do_not_hide_a_word(settings: Settings, spelling: str) -> None:
    assert vocabulary.read(Tables(settings.data)).concept("theme", spelling) == "labour-migration"


@pytest.mark.parametrize("label", ["Start Date", "start date:", " START\u00a0DATE : "])
def test_typography_and_case_do_not_hide_a_label(settings: Settings, label: str) -> None:
    assert vocabulary.read(Tables(settings.data)).fields(label) == ("start_year",)
