"""README and docs/: the first query has the printed answer, figures are those of a build, examples run."""

from __future__ import annotations

import csv
import gzip
import json
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from iomgraph.build import Build
from iomgraph.publication.amounts import totals
from iomgraph.settings import resources

README = (resources() / "README.md").read_text(encoding="utf-8")
DOCS = resources() / "docs"
USE, CHECK, DIFF, MODEL = (
    (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for name in ("use-the-data", "check", "verify-and-diff", "model")
)


def block(language: str, page: str = README) -> str:
    """The first fenced block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found, language
    return found[1]


def test_the_first_query_has_the_answer_that_is_printed(site_build: tuple[Build, Path]) -> None:
    result, release = site_build
    store = ox.Store()
    store.bulk_load(path=release / "iomgraph.ttl", format=ox.RdfFormat.TURTLE)
    solutions = store.query(block("sparql"))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = solutions.serialize(format=ox.QueryResultsFormat.CSV)
    assert answer is not None
    assert answer.decode().split() == block("csv").split()
    rows = list(csv.DictReader(block("csv").splitlines()))
    whole, share = (sum(Decimal(row[name]) for row in rows) for name in ("whole", "share"))
    assert f"{whole:,} US dollars in whole budgets, of which Georgia’s share is {share:,}" in README
    assert share < whole
    table = dict(re.findall(r"│ ([a-z: ]+?) +│ +([\d,.]+) │", README))
    assert table["projects"] == f"{result.counts['projects']:,}"
    assert table["captures"] == f"{result.counts['captures']:,}"
    assert table["states"] == f"{result.counts['states']:,}"
    assert table["quads"] == f"{result.counts['quads']:,}"
    assert table["files written"] == f"{result.counts['files']:,}"


def test_the_scope_is_that_of_the_release(portfolio_release: Path) -> None:
    document = json.loads((portfolio_release / "iomgraph.jsonld").read_text(encoding="utf-8"))
    records = [one for one in document["@graph"] if "type" in one]
    (fund,) = (one for one in records if one["id"] == "funds:idf")
    funded = [one for one in records if "Project" in one["type"] and one.get("fundedBy") == "funds:idf"]
    dollars = sum((totals(one).get("USD", Decimal()) for one in funded), Decimal())
    said = (
        f"{len(funded)} of the more than {fund['fundedProjectCount']:,} projects that the Fund says it has"
        f" paid for, and {dollars / 10**6:.1f} of {fund['allocatedDollars'] // 10**6} million US dollars"
    )
    assert said in README


def test_the_examples_of_verify_and_diff_run_as_they_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_data: Path
) -> None:
    """Of a few projects: a build of all is as long as it is sure."""
    monkeypatch.chdir(tmp_path)
    section = DIFF.partition("## Diff")[2]
    shell, python = (
        re.search(rf"```{language}\n(.*?)```", section, re.DOTALL) for language in ("sh", "python")
    )
    assert shell
    assert python
    commands = [line.partition("#")[0].split() for line in shell[1].splitlines()]
    assert len(commands) == 5
    for command in commands[:2]:
        command += ["--data", str(tiny_data)]
    for command in [*commands, ["iomgraph", "verify", "2"]]:
        done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    scope: dict[str, Any] = {}
    exec(python[1], scope)
    expected = Dataset().parse(data=gzip.decompress(Path("2/iomgraph.nq.gz").read_bytes()), format="nquads")
    assert len(expected) > 1000
    assert set(scope["dataset"].quads()) == set(expected.quads())


def test_a_check_of_the_printed_files_says_what_is_printed_and_python_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes, people = re.findall(r"```turtle \S+\n(.*?)```", CHECK, re.DOTALL)
    (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
    (tmp_path / "people.ttl").write_text(people, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command = [
        sys.executable,
        "-m",
        "iomgraph",
        "check",
        "people.ttl",
        "--shapes",
        "shapes.ttl",
        "--lang",
        "en",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # How long it took is another figure in every run.
    said, printed = (
        re.sub(r"in [\d.]+ s:", "in 0.01 s:", text) for text in (done.stdout, block("text", CHECK))
    )
    assert "2 Blocking" in said
    assert printed.startswith(said)
    (code,) = (text for text in re.findall(r"```python\n(.*?)```", CHECK, re.DOTALL) if "validate(" in text)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == [
        "must people.ttl:4:8 Un âge est un nombre entier.",
        "must people.ttl:5:1 Un âge est un nombre entier.",
    ]


def test_the_examples_of_use_run_as_they_are_printed(
    tmp_path: Path, portfolio_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = re.findall(r"```python\n(.*?)```", USE, re.DOTALL)
    assert len(examples) == 5
    (tmp_path / "dist").symlink_to(portfolio_release)
    monkeypatch.chdir(tmp_path)
    said = []
    for code in examples:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    rdflib, oxigraph, duckdb, pandas, wikidata = said
    quads = gzip.decompress((portfolio_release / "iomgraph.nq.gz").read_bytes()).count(b"\n")
    facts = gzip.decompress((portfolio_release / "iomgraph.nt.gz").read_bytes()).count(b"\n")
    assert rdflib == f"{facts} {quads}\n"
    assert oxigraph.startswith("unknown ")
    assert "2018 " in oxigraph
    told = re.findall(r"│ (\w[^│]*?) +│ +(\d+) │ +(\d+) │", duckdb)
    assert len(told) == 5
    shares = _shares(portfolio_release)
    assert told == [(name, str(len(shares[name])), str(round(sum(shares[name])))) for name, _, _ in told]
    assert "Labour Migration" in pandas
    assert "wd:" not in wikidata
    assert "<http://www.wikidata.org/entity/Q114>" in wikidata


def _shares(release: Path) -> dict[str, list[Fraction]]:
    """Sum the budgets of projects in equal parts by the name of the state."""
    records = json.loads((release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    found: dict[str, list[Fraction]] = {}
    for one in records:
        usd = totals(one).get("USD", Decimal()) if "Project" in one.get("type", ()) else Decimal()
        states = one.get("benefitingState", ()) if usd else ()
        for state in states:
            found.setdefault(state, []).append(Fraction(usd) / len(states))
    names = {one["id"]: one["prefLabel"]["en"][0] for one in records if "State" in one.get("type", ())}
    return {names[state]: parts for state, parts in found.items()}


def test_every_file_that_it_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) >= 20
    assert [link for link in links if not (resources() / link).exists()] == []


def test_the_front_page_is_short_and_leads_to_a_list_of_every_page_of_the_documentation() -> None:
    assert len(README.splitlines()) <= 150
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    assert "(docs/index.md)" in README
    assert [name for name in sorted(pages) if f"({name})" not in index] == []
    assert (DOCS / "project.png").stat().st_size < 200_000


def test_no_rejected_claim_is_met_where_stores_differ_in_their_default_graph(portfolio_release: Path) -> None:
    """A store that answers from the union of all graphs meets them in the whole dump, as the page says."""
    years = "SELECT ?year { <https://w3id.org/iomgraph/id/project/LM.0024> <%s> ?year }"
    asked = years % "https://w3id.org/iomgraph/ontology#endYear"
    whole, facts = ox.Store(), ox.Store()
    whole.load(gzip.decompress((portfolio_release / "iomgraph.nq.gz").read_bytes()), ox.RdfFormat.N_QUADS)
    facts.load(gzip.decompress((portfolio_release / "iomgraph.nt.gz").read_bytes()), ox.RdfFormat.N_TRIPLES)

    def answer(store: ox.Store, union: bool) -> set[str]:
        rows = store.query(asked, use_default_graph_as_union=union)
        assert isinstance(rows, ox.QuerySolutions)
        return {str(row["year"].value) for row in rows}

    assert answer(whole, False) == answer(facts, False) == answer(facts, True)
    assert len(answer(facts, True)) == 1
    assert answer(whole, True) > answer(facts, True)
    told = next(line for line in MODEL.splitlines() if "never returns a rejected claim" in line)
    assert all(word in told for word in ("GraphDB", "RDF4J", "`iomgraph.nt.gz`"))
