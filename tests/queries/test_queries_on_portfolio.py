"""Every query, asked of the real portfolio: rows, order, another base IRI, another engine."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, Literal, URIRef

from iomgraph.build import build
from iomgraph.queries import execution
from iomgraph.queries.library import Query, moved
from iomgraph.release.dumps import NQUADS
from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, tables

from ..benchmarks.portfolio import pages_alone
from .asking import Row, asked, rows

NAMES = sorted(path.stem for path in (resources() / "queries").glob("*.rq"))


GRAPHS = {"project", "provenance-of-project"}
"""The queries whose answer is a graph."""


OTHER_BASE = "http://data.example/graph/"


@pytest.fixture(scope="session")
def moved_store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The portfolio under another base IRI."""
    out = tmp_path_factory.mktemp("moved") / "dist"
    assert build(Settings(out=out, base_iri=OTHER_BASE, site=False)).published
    return execution.open_release(out)


@pytest.fixture(scope="session")
def other_order(release: Path) -> ox.Store:
    """The release, loaded from its last line to its first."""
    store = ox.Store()
    with gzip.open(release / NQUADS) as stream:
        store.load(b"".join(reversed(stream.readlines())), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def rdflib_store(release: Path) -> Dataset:
    """The release in the other engine."""
    return _in_rdflib(release)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, Dataset]:
    """A release of few real projects in both engines."""
    folder = tmp_path_factory.mktemp("few")
    table = pages_alone(resources() / "data", folder / "data") / "idf/pages.csv"
    rows = [dict(row.cells) for row in tables.read(table, page_table.COLUMNS)]
    table.unlink()
    tables.write(table, page_table.COLUMNS, [row for row in rows if row["project_id"] in FEW])
    assert build(Settings(data=folder / "data", out=folder / "dist", site=False)).published
    return execution.open_release(folder / "dist"), _in_rdflib(folder / "dist")


def _in_rdflib(release: Path) -> Dataset:
    dataset = Dataset()
    with gzip.open(release / NQUADS) as stream:
        dataset.parse(stream.read(), format="nquads")
    return dataset


def test_there_are_enough_queries() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_with_rows(name: str, known: Mapping[str, Query], store: ox.Store, release: Path) -> None:
    assert asked(known[name], store, release)


@pytest.mark.parametrize("name", NAMES)
def test_its_file_runs_unchanged_and_has_the_defaults_of_its_head(
    name: str, known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    assert rows(store, known[name].text) == asked(known[name], store, release)


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_in_one_order_however_the_release_was_loaded(
    name: str, known: Mapping[str, Query], store: ox.Store, other_order: ox.Store
) -> None:
    text = known[name].text
    assert rows(store, text) == rows(other_order, text)
    assert name in GRAPHS or "ORDER BY" in text


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_title_and_a_purpose_of_its_own_in_each_language(
    name: str, known: Mapping[str, Query]
) -> None:
    for texts in (known[name].titles, known[name].purposes):
        assert list(texts) == ["en", "fr", "es"]
        assert len(set(texts.values())) == 3


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_the_same_under_another_base_iri(
    name: str, known: Mapping[str, Query], store: ox.Store, moved_store: ox.Store
) -> None:
    text = known[name].text
    here = rows(store, text)
    found = rows(moved_store, moved(text, OTHER_BASE))
    # Rows are sorted by IRIs, so that their order may change with the base.
    assert _moved(found) == _moved(here)


def _moved(found: list[Row]) -> Counter[Row]:
    return Counter(tuple(None if cell is None else moved(cell, OTHER_BASE) for cell in row) for row in found)


def _cell(term: object) -> tuple[str, str] | None:
    """A term of either engine; numbers by their value, because engines differ in how they write a sum."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode | URIRef):
        return "iri", str(term).strip("<>")
    assert isinstance(term, ox.Literal | Literal)
    value = term.value if isinstance(term, ox.Literal) else str(term)
    datatype = str(term.datatype or "").strip("<>").rpartition("#")[2]
    if datatype in ("integer", "decimal"):
        return "number", str(Decimal(value).quantize(Decimal("0.01")))
    return term.language or "", value


SLOW_ELSEWHERE = {
    "budget-by-goal",
    "budget-by-goal-and-year",
    "budget-by-goal-and-year-shared",
    "budget-by-start-year-and-region",
    "budget-by-state",
    "budget-by-state-shared",
    "budget-by-theme",
    "budget-by-theme-and-year",
    "budget-by-year",
    "claims-of-project",
    "grounds-of-facts",
    "objectives-by-projects",
    "projects-by-membership",
    "projects-without-end-year",
    "provenance-of-project",
    "states-by-benefit",
}
"""Queries for which the other engine takes from four seconds to six minutes on the whole portfolio."""


FEW = {"LM.0024", "CE.0148", "CE.0231", "CT.1172", "CD.0023", "IB.0213"}
"""Projects of which even these have rows."""


@pytest.mark.parametrize("name", NAMES)
def test_another_engine_gives_the_same(
    name: str,
    known: Mapping[str, Query],
    store: ox.Store,
    rdflib_store: Dataset,
    small: tuple[ox.Store, Dataset],
) -> None:
    if name in SLOW_ELSEWHERE:
        store, rdflib_store = small
        assert rows(store, known[name].text)
    theirs = rdflib_store.query(known[name].text)
    ours = store.query(known[name].text)
    assert isinstance(ours, ox.QuerySolutions | ox.QueryTriples)
    if theirs.type == "CONSTRUCT":
        assert isinstance(theirs.graph, Graph)
        found = Counter(tuple(map(_cell, triple)) for triple in theirs.graph)
    else:
        found = Counter(tuple(_cell(row.get(name)) for name in theirs.vars or ()) for row in theirs.bindings)
    assert found == Counter(tuple(map(_cell, row)) for row in ours)
