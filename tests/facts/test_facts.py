"""Every fact read off the real pages is found again: in the harvest, the claims, the graphs of claims."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace

from iomgraph import iris
from iomgraph.claims.claim import Page, Part
from iomgraph.findings import Finding
from iomgraph.mapping import context
from iomgraph.records.project import Project
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.sources.harvest import Harvest, harvest
from iomgraph.sources.tables import Row

Projects = tuple[dict[str, Project], list[Finding]]

# The meaning of each label, as a reader of the pages noted it, independently of the program.
LABELS = {
    "start_year": ("Start Date", "Date de début", "Fecha de inicio"),
    "end_year": ("End Date", "Date de fin", "Fecha de finalización"),
    "status": ("Project Status", "Statut du projet", "Tipo de proyecto"),
    "theme": ("Project Type", "Type de projet", "Tipo de proyecto [2nd]"),
    "budget": ("Budget Amount (USD)",),
    "coverage": ("Coverage", "Couverture", "Cobertura geográfica"),
    "funding_year": ("Year", "Année", "Año"),
    "region": ("IDF Region",),
    "other_states": ("Other Countries Benefiting at Time of Allocation",),
    "prima_id": ("Prima ID",),
    "project_id": ("Projects ID", "Projet ID", "Proyecto ID"),
    "states": (
        "Benefiting Member States",
        "Etat(s) membre(s) beneficiaires remplissant les conditions requises",
        "Estados Miembros Beneficiarios que Reúnen los Requisitos",
    ),
}
FIELDS = {label: field for field, labels in LABELS.items() for label in labels}
TERMS = {
    "start_year": "startYear",
    "end_year": "endYear",
    "funding_year": "fundingYear",
    "project_id": "identifier",
    "prima_id": "primaId",
    "states": "benefitingState",
    "other_states": "otherBenefitingState",
    "status": "status",
    "theme": "theme",
    "coverage": "coverage",
    "region": "region",
    "budget": "budget",
}
YEARS = {"start_year", "end_year", "funding_year"}
REGIONS = {
    "Africa",
    "Asia",
    "Asia and Oceania",
    "Europe",
    "Latin America and the Caribbean",
    "Middle East",
    "Global",
}
DISPLACEMENT = (
    "Durable Solutions / Progressive Resolutions of Displacement Situations (PRDS)",
    "Solutions durables / Résolutions progressives des situations de déplacement (PRDS)",
)
COVERAGES = {"National", "Regional", "Multi-Regional", "Global"}


@dataclass(frozen=True)
class Fact:
    url: str
    field: str
    printed: str


CAPTURED = {
    "2026-11-23": ("captures", "idf_pages.jsonl"),
    "2026-11-27": ("captures-2026-11-27", "idf_pages_2026-11-27.jsonl"),
}
"""Day of a capture to the folder of its pages, and the file of the facts read off them."""


@pytest.fixture(scope="module")
def facts(shared: Path) -> list[Fact]:
    files = [shared / "facts" / file for _, file in CAPTURED.values()]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [fact for line in lines for fact in _facts(json.loads(line))]


def _facts(page: dict[str, object]) -> list[Fact]:
    url = str(page["url"])
    found = [Fact(url, "lang", str(page["lang"])), Fact(url, "title", str(page["title"]))]
    fields = page.get("fields", {})
    assert isinstance(fields, dict)
    found += [Fact(url, FIELDS[label], value) for label, value in fields.items()]
    unlabelled = page.get("unlabelled", [])
    assert isinstance(unlabelled, list)
    return found + [Fact(url, field, value) for field, value in _unlabelled(unlabelled).items()]


def _unlabelled(values: list[str]) -> dict[str, str]:
    """Former pages: region, project ID, PRIMA ID, budget, states, theme, coverage, status; some leave out."""
    if not values:
        return {}
    rest = list(values)
    found = {}
    if rest[0] in REGIONS:
        found = {"region": rest.pop(0), "project_id": rest.pop(0)}
    if rest[0][2:5] == "10P" or rest[0][2:5] == "99P":
        found["prima_id"] = rest.pop(0)
    found["budget"] = rest.pop(0)
    if rest[-2] in COVERAGES:
        found["status"] = rest.pop()
        found["coverage"] = rest.pop()
    found["theme"] = rest.pop()
    return found | ({"states": "\n".join(rest)} if rest else {})


@pytest.fixture(scope="module")
def harvest_of_captures(
    shared: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Harvest]:
    table = tmp_path_factory.mktemp("harvest") / "pages.csv"
    return table, harvest([shared / folder for folder, _ in CAPTURED.values()], table, settings)


def test_there_are_264_pages_and_their_facts(facts: list[Fact]) -> None:
    assert len({fact.url for fact in facts}) == 264
    assert len(facts) == 3_155


def test_the_harvest_of_the_captures_is_the_portfolio_byte_for_byte(
    harvest_of_captures: tuple[Path, Harvest], settings: Settings
) -> None:
    table, done = harvest_of_captures
    assert table.read_bytes() == (settings.data / "idf/pages.csv").read_bytes()
    assert (done.files, done.changes.new, done.findings) == (264, 264, ())


def test_every_fact_is_in_the_harvest_and_nothing_else_is(
    facts: list[Fact], harvest_of_captures: tuple[Path, Harvest]
) -> None:
    rows = tables.read(harvest_of_captures[0], page_table.COLUMNS)
    cells = ("lang", "title", *TERMS)
    harvested = {Fact(row["url"], cell, row[cell]) for row in rows for cell in cells if row[cell]}
    assert len(harvested) == len(facts)
    assert harvested == set(facts)


def test_every_harvested_value_is_on_its_line_of_its_page(portfolio_rows: list[Row], shared: Path) -> None:
    checked = 0
    for row in portfolio_rows:
        page = (shared / CAPTURED[row["captured"]][0] / row["file"]).read_text(encoding="utf-8").split("\n")
        for pair in row["lines"].split():
            field, line = pair.split("=")
            first = row[field].split("\n")[0]
            assert first.replace("&", "&amp;") in page[int(line) - 1] or first in page[int(line) - 1]
            checked += 1
    assert checked == 2_891  # every fact but the 264 languages


@pytest.fixture(scope="module")
def expected(facts: list[Fact], shared: Path) -> dict[tuple[str, str], object]:
    """Url and term to value in the vocabulary, from the words in the reference tables."""
    words = _words(shared / "facts")
    with Path(__file__).with_name("state_lists.csv").open(encoding="utf-8", newline="") as file:
        lists = {row["printed"]: row["states"].split() for row in csv.DictReader(file)}
    values: dict[tuple[str, str], object] = {}
    for fact in facts:
        if fact.field in TERMS:
            values[fact.url, TERMS[fact.field]] = _value(fact, words, lists)
    return values


def _value(fact: Fact, words: Mapping[tuple[str, str], str], lists: Mapping[str, list[str]]) -> object:
    if fact.field in YEARS:
        return int(fact.printed)
    if fact.field in {"states", "other_states"}:
        return tuple(f"states:{code}" for code in lists[fact.printed])
    if fact.field == "budget":
        whole, _, cents = fact.printed.replace(",", "").partition(".")
        amount = f"{whole}.{cents}".rstrip("0").rstrip(".") if cents else whole
        return (Part.of(value=amount, currency="USD"),)
    if fact.field in {"project_id", "prima_id"}:
        return fact.printed
    return words[fact.field, fact.printed]


def _words(folder: Path) -> dict[tuple[str, str], str]:
    plurals = {"status": "statuses", "coverage": "coverages", "region": "regions"}
    words: dict[tuple[str, str], str] = {}
    for row in _table(folder / "words.csv"):
        for lang in ("en", "fr", "es"):
            words[row["kind"], row[lang]] = f"{plurals[row['kind']]}:{row['id']}"
    for row in _table(folder / "themes.csv"):
        for lang in ("en", "fr", "es"):
            words["theme", row[f"name_{lang}"]] = f"themes:{row['id']}"
    # Spellings that the reference tables give in a note only.
    for kind, word, name in (
        ("region", "Asia", "regions:asia-and-oceania"),
        ("theme", "Droit international de la migration", "themes:migration-law"),
        ("theme", "Réduction des risques de catastrophe", "themes:disaster-risk-reduction"),
        ("theme", "Counter Trafficking", "themes:counter-trafficking"),
        ("theme", DISPLACEMENT[0], "themes:durable-solutions"),
        ("theme", DISPLACEMENT[1], "themes:durable-solutions"),
        ("theme", "Migration, Environment and Climate Change", "themes:environment-and-climate-change"),
        (
            "theme",
            "Migration, environnement et changement climatique",
            "themes:environment-and-climate-change",
        ),
    ):
        words[kind, word] = name
    return words


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_fact_is_a_claim_in_the_vocabulary_and_no_other_claim_is_made(
    expected: dict[tuple[str, str], object], portfolio_pages: tuple[list[Page], list[Finding]]
) -> None:
    pages, _ = portfolio_pages
    claims = {
        (page.url, claim.term): claim.value for page in pages for claim in page if claim.term != "title"
    }
    assert len(claims) == len(expected) == 2_627
    assert claims == expected


def test_every_title_and_language_is_claimed_as_printed(
    facts: list[Fact], portfolio_pages: tuple[list[Page], list[Finding]]
) -> None:
    pages, _ = portfolio_pages
    assert {(page.url, page.texts("title")[0].value) for page in pages} == _said(facts, "title")
    assert {(page.url, page.lang) for page in pages} == _said(facts, "lang")


def _said(facts: list[Fact], field: str) -> set[tuple[str, str]]:
    return {(fact.url, fact.printed) for fact in facts if fact.field == field}


def test_every_fact_is_a_quad_in_the_graph_of_its_page_and_no_other_is(
    expected: dict[tuple[str, str], object],
    facts: list[Fact],
    portfolio_projects: Projects,
    portfolio_rows: list[Row],
    settings: Settings,
) -> None:
    projects, _ = portfolio_projects
    compiled = context.read(settings.ontology)
    found: set[tuple[str, str, object]] = set()
    quads = 0
    for project in projects.values():
        for key, record in project.claims:
            lines = compiled.quads(record, f"claims:{key}")
            quads += len(lines)
            found |= _read_back(key, "".join(lines))
    days = {row["url"]: row["captured"] for row in portfolio_rows}
    keys = {url: f"{iris.page_key(url)}.{days[url]}" for url in {fact.url for fact in facts}}
    wanted = {
        (keys[url], term, item["value"] if isinstance(item, Part) else item)
        for (url, term), value in expected.items()
        for item in (value if isinstance(value, tuple) else [value])
    }
    wanted |= {(keys[url], "title", title) for url, title in _said(facts, "title")}
    assert found == wanted
    assert len(wanted) == 3_136
    # Beside the facts: one class per page, three quads round each budget, and the two years as dates again.
    dates = sum(term in {"startYear", "endYear"} for _, term in expected)
    budgets = sum(term == "budget" for _, term in expected)
    assert quads == len(wanted) + 264 + 3 * budgets + dates == 4_598


IOM = Namespace("https://w3id.org/iomgraph/ontology#")
DCT = Namespace("http://purl.org/dc/terms/")
SCHEMA = Namespace("https://schema.org/")
IDS = "https://w3id.org/iomgraph/id/"
PREFIXES = {
    "state": "states",
    "status": "statuses",
    "theme": "themes",
    "coverage": "coverages",
    "region": "regions",
}


def _read_back(key: str, nquads: str) -> set[tuple[str, str, object]]:
    """The facts of one graph, read by another library than the one that serves the project."""
    end = f" <https://w3id.org/iomgraph/graph/claims/{key}> .\n"
    lines = nquads.splitlines(keepends=True)
    assert all(line.endswith(end) for line in lines)
    graph = Graph().parse(data="".join(f"{line.removesuffix(end)} .\n" for line in lines), format="nt")
    assert len(graph) == len(lines)
    found: set[tuple[str, str, object]] = set()
    for _, predicate, value in graph:
        if predicate == SCHEMA.value:
            found.add((key, "budget", str(value)))
        elif predicate in {DCT.title, DCT.identifier}:
            found.add((key, str(predicate).removeprefix(str(DCT)), str(value)))
        elif str(predicate).startswith(str(IOM)) and predicate != IOM.budget:
            found.add((key, str(predicate).removeprefix(str(IOM)), _plain(value)))
    return found


def _plain(value: object) -> object:
    if isinstance(value, Literal):
        return value.toPython() if value.datatype else str(value)
    kind, _, name = str(value).removeprefix(IDS).partition("/")
    return f"{PREFIXES[kind]}:{name}"


def test_the_pages_of_one_project_in_two_languages_name_the_same_states(
    portfolio_pages: tuple[list[Page], list[Finding]],
) -> None:
    pages, _ = portfolio_pages
    by_project: dict[str, list[Page]] = {}
    for page in pages:
        if page.text("identifier") and page.says("benefitingState"):
            by_project.setdefault(page.text("identifier"), []).append(page)
    compared = 0
    for members in by_project.values():
        lists = {frozenset(page.says("benefitingState") or ()) for page in members}  # type: ignore[arg-type]
        assert len(lists) == 1
        compared += len(members) > 1
    assert compared == 54


def test_the_printed_lists_of_states_are_180_of_which_66_name_several(portfolio_rows: list[Row]) -> None:
    printed = {row[cell] for row in portfolio_rows for cell in ("states", "other_states")} - {""}
    with Path(__file__).with_name("state_lists.csv").open(encoding="utf-8", newline="") as file:
        lists = list(csv.DictReader(file))
    assert printed == {row["printed"] for row in lists}
    assert (len(lists), sum(" " in row["states"] for row in lists)) == (180, 66)
