"""The build as a whole, on the real portfolio and on portfolios with one thing wrong."""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from rdflib import Dataset as RdfDataset
from rdflib import Graph

from iomgraph import iris
from iomgraph.build import Build, build
from iomgraph.errors import IomgraphError, PublicationError, SettingsError, SourceError
from iomgraph.findings import Severity
from iomgraph.release import manifest
from iomgraph.settings import Settings, resources
from iomgraph.sources import tables
from iomgraph.sources.page_table import COLUMNS

from .benchmarks.portfolio import pages_alone

BASE = "https://w3id.org/iomgraph/"
IOM = f"{BASE}ontology#"


@pytest.fixture(scope="module")
def real(portfolio_build: tuple[Build, Path]) -> tuple[Build, Path]:
    """The release of the real portfolio."""
    return portfolio_build


@pytest.fixture(scope="module")
def store(real: tuple[Build, Path]) -> ox.Store:
    """The release, in a store."""
    held = ox.Store()
    held.bulk_load(gzip.decompress((real[1] / "iomgraph.nq.gz").read_bytes()), format=ox.RdfFormat.N_QUADS)
    return held


def ask(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT, as the texts of their terms."""
    prefixes = (
        f"PREFIX iom: <{IOM}> PREFIX p: <{BASE}id/project/> PREFIX dct: <http://purl.org/dc/terms/> "
        f"PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX schema: <https://schema.org/> "
    )
    solutions = store.query(prefixes + text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [
        tuple("" if term is None or isinstance(term, ox.Triple) else term.value for term in row)
        for row in solutions
    ]


Portfolio = Callable[[Callable[[list[dict[str, str]]], None]], Settings]


def _few_rows(folder: Path, change: Callable[[list[dict[str, str]]], None]) -> Settings:
    """Make a folder of tables whose portfolio is a few real rows, changed by the test."""
    data = folder / "data"
    pages_alone(resources() / "data", data)
    rows = [dict(row.cells) for row in tables.read(resources() / "data/idf/pages.csv", COLUMNS)]
    few = [row for row in rows if row["project_id"] in {"LM.0024", "CD.0023", "IB.0213"}]
    change(few)
    (data / "idf/pages.csv").unlink()
    tables.write(data / "idf/pages.csv", COLUMNS, few)
    return Settings(data=data, out=folder / "dist", site=False)


@pytest.fixture
def portfolio(tmp_path: Path) -> Portfolio:
    """A portfolio of a few real rows, changed by the test."""
    return partial(_few_rows, tmp_path)


@pytest.fixture(scope="module")
def few_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a few real rows as they are."""
    settings = _few_rows(tmp_path_factory.mktemp("few"), unchanged)
    assert build(settings).published
    return settings.out


def unchanged(rows: list[dict[str, str]]) -> None:
    """Leave the rows as they are."""


def test_the_real_portfolio_is_published_without_a_must(real: tuple[Build, Path]) -> None:
    result, out = real
    assert result.published
    assert not [finding for finding in result.findings if finding.severity is Severity.MUST]
    assert result.counts["captures"] == 265
    assert result.counts["projects"] == 473
    assert manifest.is_release(out)


def test_the_release_has_every_file_that_it_promises(real: tuple[Build, Path]) -> None:
    names = {entry.name for entry in manifest.read(real[1])}
    assert names >= {
        "iomgraph.ttl",
        "iomgraph.nt.gz",
        "iomgraph.nq.gz",
        "iomgraph.trig",
        "iomgraph.jsonld",
        "void.ttl",
        "dcat.ttl",
        "dcat.jsonld",
        "report.ttl",
        "findings.json",
        "ontology/iomgraph.ttl",
        "ontology/alignments.ttl",
        "ontology/context.jsonld",
        "shapes/must/project.ttl",
    }
    assert not manifest.differences(real[1])


def test_two_libraries_read_the_same_quads_from_every_dump(real: tuple[Build, Path], store: ox.Store) -> None:
    out = real[1]
    quads = set(store)
    facts = {quad.triple for quad in quads if quad.graph_name == ox.DefaultGraph()}
    assert len(quads) == real[0].counts["quads"]
    assert set(ox.parse(path=out / "iomgraph.trig")) == quads
    assert set(ox.parse(path=out / "iomgraph.jsonld")) == quads
    assert {quad.triple for quad in ox.parse(path=out / "iomgraph.ttl")} == facts
    assert len(Graph().parse(out / "iomgraph.ttl")) == len(facts)
    rdflib_view = RdfDataset()
    rdflib_view.parse(data=gzip.decompress((out / "iomgraph.nq.gz").read_bytes()), format="nquads")
    assert sum(1 for _ in rdflib_view.quads()) == len(quads)


def test_no_blank_node_is_in_the_graph(store: ox.Store) -> None:
    blank = [q for q in store if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)]
    assert blank == []


def test_lm_0024_runs_from_2008_to_2009_and_the_french_2024_is_kept_as_rejected(store: ox.Store) -> None:
    assert ask(store, "SELECT ?s ?e { p:LM.0024 iom:startYear ?s ; iom:endYear ?e }") == [("2008", "2009")]
    assert ask(store, "SELECT ?s ?e { p:LM.0024 schema:startDate ?s ; schema:endDate ?e }") == [
        ("2008", "2009")
    ]
    claimed = ask(store, "SELECT ?g ?e { GRAPH ?g { p:LM.0024 iom:endYear ?e } } ORDER BY ?e")
    assert [year for _, year in claimed] == ["2009", "2024"]
    assert "fr-node-176566" in claimed[1][0]
    rivals = ask(
        store,
        """SELECT ?value ?accepted ?page ?rule {
             GRAPH ?q { ?d a iom:Discrepancy ; iom:project p:LM.0024 ; iom:property iom:endYear ;
                           iom:decidedBy ?rule ; iom:rival ?r .
                        ?r iom:claimedValue ?value ; iom:accepted ?accepted ; prov:wasDerivedFrom ?c }
             GRAPH ?p { ?c dct:source ?page } } ORDER BY ?value""",
    )
    assert [(value, accepted) for value, accepted, *_ in rivals] == [("2009", "true"), ("2024", "false")]
    assert rivals[1][2] == "https://iom.int/fr/node/176566"
    assert rivals[1][3] == f"{BASE}id/rule/default-end-year"


def test_a_grant_that_shares_its_id_with_another_is_not_merged(store: ox.Store) -> None:
    grants = ask(
        store, 'SELECT ?p ?v { ?p dct:identifier "V43-805" ; iom:budget/schema:value ?v } ORDER BY ?v'
    )
    assert [value for _, value in grants] == ["37205", "50000"]
    assert len({project for project, _ in grants}) == 2


def test_every_state_that_a_project_benefits_is_described(store: ox.Store) -> None:
    assert ask(store, "SELECT ?s { ?p iom:benefitingState ?s FILTER NOT EXISTS { ?s a iom:State } }") == []


def test_a_portfolio_of_three_projects_builds(portfolio: Portfolio) -> None:
    result = build(portfolio(unchanged))
    assert result.published
    assert result.counts["projects"] == 3


def test_a_value_that_xml_cannot_hold_is_withheld_so_that_all_rdf_xml_is_well_formed(
    portfolio: Portfolio,
) -> None:
    def spoiled(rows: list[dict[str, str]]) -> None:
        rows[0]["title"] += "\x0b"
        rows[1]["status"] = "Comp\ufffeleted"

    settings = portfolio(spoiled)
    result = build(settings)
    assert result.published
    found = [finding for finding in result.findings if finding.rule == "control-character"]
    assert [finding.place.column for finding in found if finding.place] == ["title", "status"]
    lines = gzip.decompress((settings.out / "iomgraph.nq.gz").read_bytes())
    triples = [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)]
    document = ox.serialize(triples, format=ox.RdfFormat.RDF_XML)
    assert document
    ElementTree.fromstring(document)


@pytest.mark.slow
def test_a_page_with_a_very_long_address_is_published(portfolio: Portfolio) -> None:
    def lengthened(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["url"] = row["url"].replace("/project/", f"/project/{'very-' * 60}long-")

    settings = replace(portfolio(lengthened), site=True)
    assert build(settings).published
    assert max(len(path.name) for path in settings.out.rglob("*.html")) == 220 + len(".2026-11-23.html")


@pytest.mark.parametrize(
    ("column", "term", "value", "rule"),
    [
        ("status", "status", "Perhaps", "unknown-status"),
        ("theme", "theme", "Réduction des risques", "unknown-theme"),
        ("coverage", "coverage", "Lunar", "unknown-coverage"),
        ("region", "region", "Atlantis", "unknown-region"),
        ("states", "benefitingState", "Georgia Ruritania", "unknown-state"),
    ],
)
def test_a_new_word_withholds_its_value_and_the_release_goes_on(
    portfolio: Portfolio, column: str, term: str, value: str, rule: str
) -> None:
    def renew(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["project_id"] == "LM.0024":
                row[column] = value

    settings = portfolio(renew)
    result = build(settings)
    assert result.published
    found = [finding for finding in result.findings if finding.rule == rule]
    assert found
    assert found[0].place is not None
    assert found[0].place.column == column
    records = json.loads((settings.out / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    (project,) = [one for one in records if one.get("id") == "projects:LM.0024"]
    assert term not in project


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("end_year", "20244", "bad-year"),
        ("start_year", "MMVIII", "bad-year"),
        ("budget", "abc", "bad-budget"),
        ("budget", "-5", "bad-budget"),
        ("budget", "1,50,000", "bad-budget"),
        ("budget", "0", "bad-budget"),
        ("project_id", "LM.0024> <x", "bad-project-id"),
        ("project_id", "LM 0024", "bad-project-id"),
        ("project_id", "../LM.0024", "bad-project-id"),
        ("lang", "de", "unknown-language"),
        ("captured", "yesterday", "bad-day"),
        ("url", "javascript:alert(1)", "bad-url"),
    ],
)
def test_a_bad_cell_stops_the_release_names_its_place_and_leaves_the_old_one(
    portfolio: Portfolio, few_release: Path, column: str, value: str, rule: str
) -> None:
    settings = portfolio(lambda rows: rows[1].update({column: value}))
    shutil.copytree(few_release, settings.out)
    before = _bytes(settings.out)
    result = build(settings)
    found = [finding for finding in result.findings if finding.rule == rule]
    assert not result.published
    assert found
    assert found[0].severity is Severity.MUST
    assert found[0].place is not None
    assert (found[0].place.file, found[0].place.row, found[0].place.column) == (
        "data/idf/pages.csv",
        2,
        column,
    )
    assert _bytes(settings.out) == before


def test_one_page_in_two_rows_stops_the_release(portfolio: Portfolio) -> None:
    result = build(portfolio(lambda rows: rows.append({**rows[0], "budget": "1.00"})))
    assert not result.published
    assert "duplicate-url" in {finding.rule for finding in result.findings}


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", 'A """quoted""" title\\', "عنوان \u202e", "🌍" * 500 + "🌎"]
)
def test_a_hostile_title_is_published_as_the_text_that_it_is(portfolio: Portfolio, title: str) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["project_id"] == "LM.0024" and row["lang"] == "en":
                row["title"] = title

    settings = portfolio(change)
    assert build(settings).published
    named = {
        quad.object.value
        for quad in ox.parse(path=settings.out / "iomgraph.ttl")
        if "title" in str(quad.predicate)
    }
    assert title in named
    records = json.loads((settings.out / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert [title] in [
        record["title"].get("en", record["title"].get("ar")) for record in records if "title" in record
    ]


def test_another_base_moves_all_that_belongs_to_the_portfolio_and_no_reference_data(
    portfolio: Portfolio,
) -> None:
    settings = portfolio(unchanged)
    moved = Settings(data=settings.data, out=settings.out, base_iri="https://data.example.org/x/")
    assert build(moved).published
    text = gzip.decompress((moved.out / "iomgraph.nq.gz").read_bytes()).decode()
    assert "https://data.example.org/x/id/project/LM.0024" in text
    assert iris.moved(text, moved.base_iri) == text
    assert f"{BASE}id/state/GEO" in text


def test_a_base_that_is_not_an_iri_is_refused() -> None:
    with pytest.raises(SettingsError, match="base IRI"):
        Settings(base_iri="not an iri")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="data folder does not exist"):
        Settings(data=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text.replace("end_year", "end_yaer", 1), "end_yaer"),
        (lambda text: text.replace("start_year", "end_year", 1), "twice"),
        (lambda text: text.replace("coverage,", "", 1), "coverage"),
        (lambda text: text + '"left open', "not CSV"),
        (lambda text: text + "\0", "NUL"),
        (lambda text: text + "x" * 10_000_000, "not CSV"),
    ],
)
def test_a_broken_table_is_refused_with_its_place_and_the_old_release_stays(
    portfolio: Portfolio, few_release: Path, spoil: Callable[[str], str], message: str
) -> None:
    settings = portfolio(unchanged)
    shutil.copytree(few_release, settings.out)
    before = _bytes(settings.out)
    table = settings.data / "idf/pages.csv"
    table.write_text(spoil(table.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SourceError, match=message) as stop:
        build(settings)
    assert "data/idf/pages.csv" in stop.value.where
    assert stop.value.step
    assert _bytes(settings.out) == before


def test_a_table_in_another_encoding_is_refused(portfolio: Portfolio) -> None:
    settings = portfolio(unchanged)
    table = settings.data / "idf/pages.csv"
    table.write_bytes(table.read_text(encoding="utf-8").encode("utf-16"))
    with pytest.raises(SourceError, match="not UTF-8"):
        build(settings)


def test_a_target_that_is_a_file_is_refused(portfolio: Portfolio) -> None:
    settings = portfolio(unchanged)
    settings.out.write_text("mine")
    with pytest.raises(PublicationError, match="file"):
        build(settings)
    assert settings.out.read_text() == "mine"


def test_the_same_input_gives_the_same_bytes_under_any_hash_seed(
    portfolio: Portfolio, tmp_path: Path, releases: tuple[Path, Path]
) -> None:
    """With its site, and with a feed that goes on from a release before it."""
    data = str(portfolio(unchanged).data)
    command = [sys.executable, "-m", "iomgraph", "build", "--data", data, "--version", "2026.3.0"]
    for seed in ("1", "2"):
        subprocess.run(
            [*command, "--previous", str(releases[1]), "--out", str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
    made = _bytes(tmp_path / "1")
    assert made == _bytes(tmp_path / "2")
    assert {"changes/2026.3.0.html", "site/index.html"} <= {str(name) for name in made}


def test_findings_are_published_with_their_cell_and_the_captured_page(real: tuple[Build, Path]) -> None:
    document = json.loads((real[1] / "findings.json").read_text(encoding="utf-8"))
    assert document["counts"]["must"] == 0
    rejected = [
        f for f in document["findings"] if f.get("about") == "projects:LM.0024" and f["rule"] == "rejected"
    ]
    assert len(rejected) == 1
    place = rejected[0]["place"]
    with (resources() / "data/idf/pages.csv").open(encoding="utf-8", newline="") as stream:
        row = list(csv.DictReader(stream))[place["row"] - 1]
    assert row[place["column"]] == "2024"
    assert row["url"] == "https://iom.int/fr/node/176566"
    assert rejected[0]["source"]["line"]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_every_stop_says_what_to_do_next() -> None:
    assert "Next:" in str(IomgraphError("it broke", where="here", step="mend it"))


@pytest.mark.parametrize("table", ["concepts", "schemes"])
def test_a_scheme_that_is_unknown_is_named_with_its_place(portfolio: Portfolio, table: str) -> None:
    settings = portfolio(unchanged)
    path = settings.data / f"vocabulary/{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("theme,", "thmee,", 1), encoding="utf-8")
    with pytest.raises(SourceError, match="unknown scheme 'thmee'"):
        build(settings)
