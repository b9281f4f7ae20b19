"""Shapes see a part of the projects at a time: the results are those of all projects in one store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from iomgraph import checks
from iomgraph.build import Gathered, gather
from iomgraph.cache import Memo, Store
from iomgraph.checks import Locator
from iomgraph.claims.claim import Page
from iomgraph.claims.pages import spooled
from iomgraph.findings import LINES, Finding
from iomgraph.mapping.dataset import PROVENANCE, QUALITY, Dataset, Shelf
from iomgraph.processes import JSON
from iomgraph.publication.report import ShaclReport
from iomgraph.rechecks import batch
from iomgraph.rechecks.check import check
from iomgraph.rechecks.kept import Kept
from iomgraph.rechecks.notes import Noter
from iomgraph.rechecks.parts import Kind, Part, cut, texts
from iomgraph.rechecks.verdict import Verdict
from iomgraph.records import quality
from iomgraph.records.record import Record
from iomgraph.release.runs import merged
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.validation import shapes
from iomgraph.validation.locality import Locality

from ..benchmarks import portfolio

BASE = "https://data.example.org/"
REPORT = ShaclReport({"ex": BASE}, BASE)
PORTFOLIO = """title = "Projects"
base_iri = "https://data.example.org/"
[publisher]
name = "A house"
[[sources]]
kind = "pages"
files = ["pages.csv"]
"""


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    """Everything that a few projects give, in several parts."""
    folder = tmp_path_factory.mktemp("portfolio")
    (folder / "portfolio.toml").write_text(PORTFOLIO)
    tables.write(folder / "pages.csv", page_table.COLUMNS, portfolio.rows(60))
    return gather(Settings(data=folder))


@pytest.fixture(scope="module")
def rulebook(settings: Settings) -> shapes.Shapes:
    return shapes.load(settings.shapes)


def changed(data: Dataset, changes: dict[str, Record]) -> Dataset:
    """A dataset with other records in the place of some."""

    def shelf(part: Dataset) -> Iterator[Shelf]:
        made = Shelf()
        for graph in ("", PROVENANCE, QUALITY):
            made.add((changes.get(record["id"], record) for record in part.records(graph)), graph)
        yield made

    made = Dataset(data.context, links=data.links)
    for part in data.taken:
        made.take(shelf(part))
    for part in data.own:
        for graph in ("", PROVENANCE, QUALITY):
            made.add((changes.get(record["id"], record) for record in part.records(graph)), graph)
    return made


@pytest.fixture(scope="module")
def broken(gathered: Gathered) -> Dataset:
    """Projects that break rules of one project and across projects, and a state that breaks one."""
    records = list(gathered.data.records())
    one, *_, other = (record for record in records if record["id"].startswith("projects:"))
    state = next(record for record in records if record["id"].startswith("states:"))
    return changed(
        gathered.data,
        {
            one["id"]: {**one, "startYear": 1700, "endYear": 1600, "identifier": "X"},
            other["id"]: {**other, "title": one["title"], "identifier": "X", "partOf": [other["id"]]},
            state["id"]: {**state, "m49": "x"},
        },
    )


Said = tuple[list[Finding], list[bytes], int]
"""Findings, lines of the report, and the number of findings that were counted."""


def noted(data: Dataset, gathered: Gathered, rulebook: shapes.Shapes, memo: Memo | None = None) -> Said:
    """All that a check says of data."""
    outcome = check(data, rulebook, gathered.origins, REPORT, memo=memo)
    findings = [LINES.read(finding) for _, _, finding in outcome.findings()]
    assert [record for _, record, _ in outcome.findings()] == [
        JSON.write(quality.finding(f)) for f in findings
    ]
    return findings, [line for some in merged(outcome.report()) for line in some], outcome.counts.total()


def expected(data: Dataset, gathered: Gathered, rulebook: shapes.Shapes) -> Said:
    """The same of all data in one store."""
    whole = checks.check(data, rulebook)
    by_thing = sorted(whole, key=lambda result: str(result.focus_node))
    findings = list(checks.findings(by_thing, rulebook, data.context, gathered.origins))
    return findings, [line for some in merged([REPORT.run(whole)]) for line in some], len(findings)


def test_parts_have_the_results_of_all_in_one_store(
    gathered: Gathered, broken: Dataset, rulebook: shapes.Shapes
) -> None:
    assert len(broken.taken) > 1
    whole = expected(broken, gathered, rulebook)
    assert noted(broken, gathered, rulebook) == whole
    rules = {one.rule.rpartition("#")[2] for one in whole[0]}
    assert {"shapes:Project-identifier-unique", "shapes:Project-endDate", "shapes:State-m49"} <= rules


@pytest.mark.parametrize("some", [7, 20_000])
def test_data_that_is_not_cut_is_validated_in_one_store(
    gathered: Gathered,
    broken: Dataset,
    rulebook: shapes.Shapes,
    monkeypatch: pytest.MonkeyPatch,
    some: int,
) -> None:
    monkeypatch.setattr("iomgraph.rechecks.check.cut", lambda _: None)
    monkeypatch.setattr("iomgraph.rechecks.noting.RESULTS", some)
    assert noted(broken, gathered, rulebook) == expected(broken, gathered, rulebook)


def test_a_part_has_whatever_shapes_step_to_within_a_project(
    gathered: Gathered, rulebook: shapes.Shapes
) -> None:
    context = gathered.data.context
    local = [one for one in checks.extents(rulebook, context) if one.locality is Locality.LOCAL]
    assert len(local) > 200
    hops = {context.compact(iri) for one in local for iri in one.hops}
    terms = {
        term
        for term, said in context.document["@context"].items()
        if isinstance(said, dict) and context.compact(context.expand(said.get("@id", ""))) in hops
    }
    assert {"project", "wasDerivedFrom"} <= terms
    for part in gathered.data.taken:
        records = [record for graph in ("", PROVENANCE, QUALITY) for record in part.records(graph)]
        own = {record["id"] for record in records}
        named = {name for record in records for term in terms & record.keys() for name in texts(record[term])}
        projects = {name for name in named if name.startswith(("projects:", "facts:", "discrepancies:"))}
        assert {name.partition("/")[0] for name in projects} <= own


def test_every_record_is_in_one_part(gathered: Gathered) -> None:
    found = cut(gathered.data)
    assert found
    parts = [found.surroundings, *found.others]
    names = [record["id"] for part in parts for record in part.records()]
    assert len(names) == sum(1 for graph in ("", PROVENANCE, QUALITY) for _ in gathered.data.records(graph))
    assert {part.kind for part in parts} == {*Kind}


def test_data_whose_surroundings_name_a_project_is_not_cut(
    gathered: Gathered, rulebook: shapes.Shapes
) -> None:
    project = next(record["id"] for record in gathered.data.records() if record["id"].startswith("projects:"))
    state = next(record for record in gathered.data.records() if record["id"].startswith("states:"))
    data = changed(gathered.data, {state["id"]: {**state, "sameAs": [project]}})
    assert cut(data) is None
    assert noted(data, gathered, rulebook) == expected(data, gathered, rulebook)


def test_verdicts_that_are_kept_are_those_that_parts_would_get(
    gathered: Gathered,
    broken: Dataset,
    rulebook: shapes.Shapes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    judged = list[int]()

    def counting(bench: batch.Bench, parts: Sequence[Part]) -> list[Verdict]:
        judged.append(len(parts))
        return original(bench, parts)

    original = batch.judged
    monkeypatch.setattr(batch, "judged", counting)
    monkeypatch.setattr("iomgraph.processes.run.processors", lambda: 1)
    parts = cut(gathered.data)
    assert parts
    every = len(parts.others) + 1
    for data, number in ((gathered.data, every), (gathered.data, 0), (broken, every)):
        judged.clear()
        with Store(tmp_path) as store:
            found = noted(data, gathered, rulebook, Memo(store))
        # The surroundings of the last are others, so that nothing is known of its parts.
        assert sum(judged) == number
        assert found == expected(data, gathered, rulebook)


def test_notes_that_are_kept_name_the_cells_where_pages_are_now(
    gathered: Gathered,
    broken: Dataset,
    rulebook: shapes.Shapes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def moved(page: Page) -> Page:
        place = page.place
        return replace(page, place=replace(place, row=(place.row or 0) + 7, line=(place.line or 0) + 7))

    pages = {
        name: tuple(spooled(moved(page.whole) for page in some))
        for name, some in gathered.origins.pages.items()
    }
    elsewhere = replace(gathered, origins=replace(gathered.origins, pages=pages))
    with Store(tmp_path) as store:
        before = noted(broken, gathered, rulebook, Memo(store))
        monkeypatch.setattr(batch, "judged", lambda *_: pytest.fail("it is judged again"))
        after = noted(broken, elsewhere, rulebook, Memo(store))
    assert after == expected(broken, elsewhere, rulebook)
    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_a_change_of_one_project_has_its_part_judged_again_and_no_other(
    gathered: Gathered, rulebook: shapes.Shapes, tmp_path: Path
) -> None:
    record = next(record for record in gathered.data.records() if record["id"].startswith("projects:"))
    same = changed(gathered.data, {})
    other = changed(gathered.data, {record["id"]: {**record, "startYear": 1700}})
    with Store(tmp_path) as store:
        noted(same, gathered, rulebook, Memo(store))
        found = cut(other)
        assert found
        memo = Memo(store).under(found.surroundings.digest())
        kept = Kept(memo, Noter(rulebook, other.context, Locator(other.context, gathered.origins), REPORT))
        parts = (found.surroundings, *found.others)
        missing = [part for part in parts if kept.found(part.digest()) is None]
    assert len(missing) == 1
    assert record["id"] in {one["id"] for one in missing[0].records()}
