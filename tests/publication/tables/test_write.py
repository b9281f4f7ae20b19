"""The tables of a release: the same rows in every format, typed, labelled, and true to the graph."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas  # type: ignore[import-untyped]
import pyarrow
import pytest
from pyarrow import parquet

from iomgraph.errors import PublicationError
from iomgraph.mapping import context
from iomgraph.mapping.dataset import PROVENANCE, QUALITY, Dataset
from iomgraph.publication.tables import csv_tables
from iomgraph.publication.tables import write as tables
from iomgraph.publication.tables.table import Table
from iomgraph.settings import Settings

from ..conftest import laid_out

CLASSES = 39
TABLES = CLASSES + 1


@pytest.fixture(scope="session")
def package(portfolio_release: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((portfolio_release / "datapackage.json").read_text(encoding="utf-8"))
    return loaded


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def _row(path: Path, name: str) -> dict[str, str]:
    return next(row for row in _rows(path) if row["id"] == name)


def test_each_class_has_a_table_that_is_described_and_has_as_many_rows_as_it_says(
    portfolio_release: Path, package: dict[str, Any]
) -> None:
    found = {path.stem for path in (portfolio_release / "tables").glob("*.csv")}
    assert found == {one["title"] for one in package["resources"]}
    assert len(found) == TABLES
    for one in package["resources"]:
        assert len(_rows(portfolio_release / one["path"])) == one["rows"]
        assert (portfolio_release / one["path"]).stat().st_size == one["bytes"]
        assert [(portfolio_release / name).is_file() for name in one["files"]] == [True] * 3


def test_columns_are_those_of_the_description_and_ids_are_unique(
    portfolio_release: Path, package: dict[str, Any]
) -> None:
    for one in package["resources"]:
        rows = _rows(portfolio_release / one["path"])
        assert list(rows[0]) == [field["name"] for field in one["schema"]["fields"]]
        assert len({row["id"] for row in rows}) == len(rows)


def test_the_three_formats_say_the_same(portfolio_release: Path, package: dict[str, Any]) -> None:
    for one in package["resources"]:
        exact = _rows(portfolio_release / one["path"])
        many = {field["name"] for field in one["schema"]["fields"] if field["type"] == "list"}
        lines = _lines(portfolio_release / one["path"].replace(".csv", ".jsonl"))
        typed = parquet.read_table(portfolio_release / one["path"].replace(".csv", ".parquet")).to_pylist()
        for row, line, cells in zip(exact, lines, typed, strict=True):
            for name, text in row.items():
                value = line.get(name)
                expected = csv_tables.split(text) if name in many and text else text
                assert _said(value) == expected, (one["title"], name)
                assert _plain(cells[name]) == _plain(value), (one["title"], name)


def _said(value: Any) -> Any:
    """A value of JSON as the CSV has it."""
    if isinstance(value, list):
        return ["" if item is None else str(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _plain(value: Any) -> Any:
    """A value without what the two formats differ in: dates and years are texts in JSON."""
    if isinstance(value, list):
        return [None if item is None else str(item) for item in value]
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return Decimal(text) if text.isdigit() else text


def test_a_project_has_its_codes_its_labels_and_its_types(portfolio_release: Path) -> None:
    path = portfolio_release / "tables/Project.csv"
    row = _row(path, "projects:LM.0024")
    assert row["iri"] == "https://w3id.org/iomgraph/id/project/LM.0024"
    assert (row["startYear"], row["endYear"], row["startDate"]) == ("2008", "2009", "2008")
    assert (row["status"], row["status_label"]) == ("statuses:completed", "Completed")
    table = parquet.read_table(path.with_suffix(".parquet"))
    assert table.schema.field("startYear").type == pyarrow.int64()
    assert pyarrow.types.is_decimal(table.schema.field("budget_value").type)
    assert table.schema.field("benefitingState").type == pyarrow.list_(pyarrow.string())
    assert table.num_rows == 473


def test_a_code_of_one_table_is_an_id_of_another(portfolio_release: Path) -> None:
    tables = portfolio_release / "tables"
    found = duckdb.sql(
        f"""
        SELECT s.alpha3, count(*) AS projects
        FROM '{tables}/Project.parquet' AS p, unnest(p.benefitingState) AS b(state)
        JOIN '{tables}/State.parquet' AS s ON s.id = b.state
        GROUP BY ALL ORDER BY projects DESC, alpha3 LIMIT 1
        """
    )
    assert found is not None
    rows = found.fetchall()
    states = [
        state for row in _rows(tables / "Project.csv") for state in csv_tables.split(row["benefitingState"])
    ]
    top = min((-states.count(state), state) for state in set(states))
    assert rows == [(top[1].removeprefix("states:"), -top[0])]
    targets = {
        target for row in _rows(tables / "Project.csv") for target in csv_tables.split(row["relatedTarget"])
    }
    assert targets
    assert targets <= {row["id"] for row in _rows(tables / "Target.csv")}


def test_what_is_not_ours_is_named_by_its_whole_iri(portfolio_release: Path) -> None:
    row = _row(portfolio_release / "tables/State.csv", "states:KEN")
    assert "http://www.wikidata.org/entity/Q114" in csv_tables.split(row["sameAs"])


def test_rival_claims_have_a_table_of_their_own_that_the_discrepancy_names(portfolio_release: Path) -> None:
    tables = portfolio_release / "tables"
    rivals = [name for row in _rows(tables / "Discrepancy.csv") for name in csv_tables.split(row["rival"])]
    assert rivals == [row["id"] for row in _rows(tables / "Claim.csv")]


def test_every_column_is_described_and_lists_warn_where_amounts_would_count_twice(
    package: dict[str, Any],
) -> None:
    fields = [(one["title"], field) for one in package["resources"] for field in one["schema"]["fields"]]
    assert [(table, field["name"]) for table, field in fields if not field.get("description")] == []
    warned = {(table, field["name"]) for table, field in fields if "count once" in field["description"]}
    assert {("Project", "benefitingState"), ("Project", "relatedGoal")} <= warned
    assert all(field["type"] == "list" for table, field in fields if (table, field["name"]) in warned)
    assert ("State", "altLabel_en") not in warned


def test_foreign_keys_lead_to_rows_that_are_there(portfolio_release: Path, package: dict[str, Any]) -> None:
    tables = {one["name"]: one for one in package["resources"]}
    keys = [(one, key) for one in package["resources"] for key in one["schema"].get("foreignKeys", ())]
    assert len(keys) > 30
    ids = {
        name: {row["id"] for row in _rows(portfolio_release / one["path"])} for name, one in tables.items()
    }
    for one, key in keys:
        (column,) = key["fields"]
        found = {row[column] for row in _rows(portfolio_release / one["path"])} - {""}
        assert found <= ids[key["reference"]["resource"]], (one["name"], column)


def test_each_identifier_has_a_column_and_each_name_its_language(portfolio_release: Path) -> None:
    states = portfolio_release / "tables/State.csv"
    row = _row(states, "states:NAM")
    assert [row[name] for name in ("title", "title_lang", "iso2", "iso3", "m49")] == [
        "Namibia",
        "en",
        "NA",
        "NAM",
        "516",
    ]
    assert _row(states, "states:ALB")["m49"] == "008"
    assert (row["wikidata"], row["geonames"]) == ("Q1030", "3355338")
    assert _row(portfolio_release / "tables/Goal.csv", "sdg:8")["wikidata"].startswith("Q")
    foreign = [row for row in _rows(portfolio_release / "tables/Project.csv") if row["title_lang"] == "fr"]
    assert foreign
    assert all(row["title"] == row["title_fr"] and not row["title_en"] for row in foreign)


def test_codes_survive_pandas_as_the_guide_reads_them(portfolio_release: Path) -> None:
    path = portfolio_release / "tables/State.csv"
    read = pandas.read_csv(path, dtype=str, keep_default_na=False, na_values=[""]).set_index("id")
    assert read.loc["states:NAM", "alpha2"] == read.loc["states:NAM", "iso2"] == "NA"
    assert read.loc["states:ALB", "m49"] == "008"
    careless = pandas.read_csv(path).set_index("id")
    assert careless.loc["states:ALB", "m49"] == 8


def write(folder: Path, data: Dataset) -> list[Table]:
    """Write the tables of a dataset."""
    return tables.write(folder, laid_out(data))


def _dataset(*records: dict[str, Any]) -> Dataset:
    data = Dataset(context.read(Settings().ontology))
    data.add(records)
    return data


def test_a_title_that_looks_like_a_formula_is_harmless_in_the_copy_for_spreadsheets_alone(
    tmp_path: Path,
) -> None:
    title = '=HYPERLINK("http://example.org")'
    write(tmp_path, _dataset({"id": "projects:X", "type": ["Project"], "title": {"en": [title]}}))
    assert _row(tmp_path / "tables/Project.csv", "projects:X")["title_en"] == title
    raw = (tmp_path / "tables/spreadsheet/Project.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "\"'=HYPERLINK" in raw.decode("utf-8-sig")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_every_start_of_a_formula_is_guarded(start: str) -> None:
    assert csv_tables.guarded(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("items", [["a|b", "c\\"], ["\\|"], ["a", "", "b"], ['é\n"', "x"]])
def test_a_list_comes_back_from_its_cell(tmp_path: Path, items: list[str]) -> None:
    record = {"id": "units:x", "type": ["OrganizationalUnit"], "idPrefix": items}
    write(tmp_path, _dataset(record))
    assert csv_tables.split(_row(tmp_path / "tables/OrganizationalUnit.csv", "units:x")["idPrefix"]) == items


def test_a_second_value_for_a_cell_stops_with_the_next_step(tmp_path: Path) -> None:
    record = {"id": "projects:X", "type": ["Project"], "title": {"en": ["one", "two"]}}
    with pytest.raises(PublicationError, match=r"(?s)projects:X has several values.*@set"):
        write(tmp_path, _dataset(record))


def test_a_thing_is_named_in_english_or_else_in_another_language(tmp_path: Path) -> None:
    data = _dataset(
        {"id": "units:a", "type": ["OrganizationalUnit"], "prefLabel": {"es": ["Oficina"], "fr": ["Bureau"]}},
        {"id": "units:b", "type": ["OrganizationalUnit"], "reportsTo": "units:a"},
    )
    write(tmp_path, data)
    assert _row(tmp_path / "tables/OrganizationalUnit.csv", "units:b")["reportsTo_label"] == "Bureau"


def test_without_the_library_the_other_formats_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iomgraph.publication.tables.parquet.find_spec", lambda _: None)
    [table] = write(tmp_path, _dataset({"id": "projects:X", "type": ["Project"]}))
    assert table.files == ("Project.csv", "spreadsheet/Project.csv", "Project.jsonl")
    assert not list(tmp_path.rglob("*.parquet"))


def test_every_record_of_facts_provenance_and_quality_is_in_a_table(portfolio_release: Path) -> None:
    document = json.loads((portfolio_release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    named = {one["id"]: one.get("@graph") for one in document}
    records = [one for one in document if "@graph" not in one]
    records += [*named[PROVENANCE], *named[QUALITY]]
    listed = {row["id"] for path in (portfolio_release / "tables").glob("*.csv") for row in _rows(path)}
    assert {one["id"] for one in records} <= listed
