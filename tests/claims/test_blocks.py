"""Pages and findings are those of a table read row by row, whoever read which block, now or before."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from iomgraph.cache import Memo, Store
from iomgraph.claims import blocks
from iomgraph.claims.claim import Page
from iomgraph.claims.iati import reader as iati
from iomgraph.claims.read import Reader
from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

NAME = "data/pages.csv"
CELLS = {
    "title": ["Roads of the Region", "Des routes et des puits, ‘Phase\nII’", ""],
    "url": ["https://iom.int/project/roads", "https://www.iom.int/project/roads", "no address", ""],
    "captured": ["2026-01-01", "yesterday"],
    "budget": ["64,240.00", "much"],
    "states": ["Georgia", "Georgia, Atlantis", "\x07"],
}


def read(
    path: Path, reader: Reader, rules: Rules, memo: Memo | None = None
) -> tuple[list[Page], list[Finding]]:
    found: list[Finding] = []
    rows = list(blocks.of_table(path, NAME, reader))
    pages = blocks.read(rows, Reporter(rules, found), memo or Memo())
    return [page.whole for page in pages], found


def plain(path: Path, reader: Reader, rules: Rules) -> tuple[list[Page], list[Finding]]:
    """Read a table row by row."""
    found: list[Finding] = []
    rows = tables.rows(path, page_table.COLUMNS, name=NAME)
    return list(reader.pages(rows, Reporter(rules, found))), found


def written(path: Path, rows: Iterable[dict[str, str]]) -> Path:
    empty = dict.fromkeys(page_table.COLUMNS, "")
    tables.write(path, page_table.COLUMNS, [empty | row for row in rows])
    return path


def rows(count: int, seed: int = 0) -> list[dict[str, str]]:
    """Make rows with faults, some of which repeat the page of another."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        row = {name: dice.choice(texts) for name, texts in CELLS.items()}
        if dice.random() < 0.9:
            row["url"] = f"https://iom.int/project/{number}"
        made.append(row | {"lang": "en", "file": f"{number % 40}.txt", "lines": "title=3 budget=9"})
    return made


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of few rows."""
    monkeypatch.setattr(blocks, "_ROWS", 4)
    monkeypatch.setattr(blocks, "_LEAST", 1)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("count", [0, 1, 300])
def test_blocks_give_the_same_as_rows(tmp_path: Path, reader: Reader, rules: Rules, count: int) -> None:
    path = written(tmp_path / "pages.csv", rows(count))
    pages, findings = plain(path, reader, rules)
    assert read(path, reader, rules) == (pages, findings)
    if count > 1:
        names = {one.rule for one in findings}
        assert {"duplicate-url", "control-character", "unknown-state", "bad-budget"} <= names


@pytest.mark.usefixtures("small")
def test_a_table_with_a_mark_and_other_ends_of_lines_is_cut_at_the_same_rows(
    tmp_path: Path, reader: Reader, rules: Rules
) -> None:
    path = written(tmp_path / "pages.csv", rows(50))
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n\r\n")
    path.write_text(text, encoding="utf-8-sig", newline="")
    assert read(path, reader, rules) == plain(path, reader, rules)
    assert len(read(path, reader, rules)[0]) > 40


@pytest.mark.usefixtures("small")
@given(
    st.lists(
        st.tuples(st.sampled_from(["insert", "remove", "move", "change"]), st.integers(0, 99)), max_size=6
    )
)
@examples(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_of_the_build_before_are_taken_wherever_they_are_now(
    tmp_path_factory: pytest.TempPathFactory, reader: Reader, rules: Rules, edits: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    some, path = rows(60, seed=len(edits)), folder / "pages.csv"
    with Store(folder / "cache") as store:
        read(written(path, some), reader, rules, Memo(store))
        for edit, at in edits:
            number = at % len(some)
            if edit == "insert":
                some.insert(number, {"url": f"https://iom.int/new/{at}", "title": "A\nB"})
            elif edit == "remove":
                del some[number]
            elif edit == "move":
                some.append(some.pop(number))
            else:
                some[number] = some[number] | {"title": f"Wells of {at}"}
        written(path, some)
        assert read(path, reader, rules, Memo(store)) == plain(path, reader, rules)


def test_unchanged_pages_are_not_read_again(
    tmp_path: Path, reader: Reader, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "pages.csv", [{"url": f"https://iom.int/{number}"} for number in range(9)])
    with Store(tmp_path / "cache") as store:
        known = read(path, reader, rules, Memo(store))

        def again(*_: object) -> None:
            raise AssertionError("it is read again")

        monkeypatch.setattr(Reader, "pages", again)
        assert read(path, reader, rules, Memo(store)) == known
        with pytest.raises(AssertionError, match="it is read again"):
            read(path, reader, rules)


@pytest.mark.usefixtures("small")
def test_the_first_fault_of_a_table_stops_before_any_page(
    tmp_path: Path, reader: Reader, rules: Rules
) -> None:
    path = written(tmp_path / "pages.csv", rows(40))
    lines = path.read_text(encoding="utf-8") + "a,b\nc\n"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(SourceError, match="a row has 2 cells"):
        read(path, reader, rules)


ACTIVITY = """<iati-activity default-currency="USD" xml:lang="en" odd="1">
<iati-identifier>{0}</iati-identifier>
<reporting-org ref="XX-1" type="40"><narrative>A house</narrative></reporting-org>
<title><narrative>Wells of {0}</narrative></title><activity-date type="9" iso-date="2020"/>
<budget><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/><value>5</value></budget>
</iati-activity>
"""


def activities(folder: Path, *files: str) -> list[iati.IatiFile]:
    """Write files with an activity of each letter."""
    made = []
    for number, letters in enumerate(files):
        path = folder / f"{number}.xml"
        inner = "".join(ACTIVITY.format(f"XX-1-{letter}") for letter in letters)
        path.write_text(f'<iati-activities version="2.03">{inner}</iati-activities>', encoding="utf-8")
        made.append(iati.IatiFile(path, path.name, path.name, "2026-01-01"))
    return made


def block_of(file: iati.IatiFile, reader: iati.Reader) -> blocks.Block:
    def pages(reporter: Reporter, names: blocks.Names) -> Iterator[Page]:
        return replace(reader, reporter=reporter, names=names).pages(file)

    return blocks.of_file(file.path, file.label, pages)


@pytest.mark.parametrize("least", [1, 1 << 30])
def test_files_of_activities_give_the_same_as_one_after_the_other(
    tmp_path: Path, settings: Settings, rules: Rules, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(blocks, "_LEAST", least)
    expected: list[Finding] = []
    reader = iati.reader(Tables(settings.data), Reporter(rules, expected), "XX-1")
    with Store(tmp_path / "cache") as store:
        for letters in (["abc", "dae", "ff"], ["abc", "dxe", "ff"], ["ab", "c", "cab"], ["abc", "dae", "ff"]):
            files = activities(tmp_path, *letters)
            expected.clear()
            reader.forget()
            pages = [page for file in files for page in reader.pages(file)]
            for memo in (Memo(), Memo(store), Memo(store)):
                found: list[Finding] = []
                some = [block_of(file, reader) for file in files]
                refs = list(blocks.read(some, Reporter(rules, found), memo))
                assert [ref.whole for ref in refs] == pages
                assert [(ref.capture_key, ref.captured) for ref in refs] == [
                    (page.capture_key, page.captured) for page in pages
                ]
                assert found == expected
    assert {"iati-duplicate", "iati-unknown-element"} <= {one.rule for one in expected}


def test_a_missing_file_of_activities_stops(tmp_path: Path, settings: Settings, rules: Rules) -> None:
    reader = iati.reader(Tables(settings.data), Reporter(rules, []))
    gone = iati.IatiFile(tmp_path / "gone.xml", "gone.xml", "gone.xml")
    with Store(tmp_path / "cache") as store, pytest.raises(SourceError, match="gone"):
        list(blocks.read([block_of(gone, reader)], Reporter(rules, []), Memo(store)))
