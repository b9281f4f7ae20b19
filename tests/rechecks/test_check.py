"""Shapes see a part of the projects at a time: the results are those of all projects in one store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iomgraph import checks
from iomgraph.build import Gathered, gather
from iomgraph.mapping.dataset import PROVENANCE, QUALITY, Dataset, Shelf
from iomgraph.rechecks.check import check
from iomgraph.rechecks.parts import Kind, cut, texts
from iomgraph.records.record import Record
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.validation import shapes
from iomgraph.validation.locality import Locality

from ..benchmarks import portfolio

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


def test_parts_have_the_results_of_all_in_one_store(
    gathered: Gathered, broken: Dataset, rulebook: shapes.Shapes
) -> None:
    assert len(broken.taken) > 1
    whole = checks.check(broken, rulebook)
    by_part = check(broken, rulebook, gathered.origins, large=0)
    assert list(by_part) == list(whole)
    found = list(checks.findings(whole, rulebook, broken.context, gathered.origins))
    assert list(by_part.findings(rulebook)) == found
    rules = {one.rule.rpartition("#")[2] for one in found}
    assert {"shapes:Project-identifier-unique", "shapes:Project-endDate", "shapes:State-m49"} <= rules


def test_few_records_are_validated_in_one_store(
    gathered: Gathered, broken: Dataset, rulebook: shapes.Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_part = check(broken, rulebook, gathered.origins, large=0)
    monkeypatch.setattr("iomgraph.rechecks.check.cut", lambda _: pytest.fail("it was cut"))
    whole = check(broken, rulebook, gathered.origins, large=len(broken) + 1)
    assert list(whole) == list(by_part)
    assert list(whole.findings(rulebook)) == list(by_part.findings(rulebook))


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
    assert list(check(data, rulebook, gathered.origins, large=0)) == list(checks.check(data, rulebook))
