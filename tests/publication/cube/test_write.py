"""The cube as files: well-formed by the integrity constraints of RDF Data Cube, and the same as CSV."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

QB = "http://purl.org/linked-data/cube#"
PREFIXES = f"""
PREFIX qb: <{QB}>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX cube: <https://w3id.org/iomgraph/cube#>
"""

CONSTRAINTS = {
    "IC-1 every observation has one data set": """
        { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?set . ?set a qb:DataSet } }
        UNION { ?obs a qb:Observation ; qb:dataSet ?one, ?other . FILTER(?one != ?other) }""",
    "IC-2 every data set has one structure": """
        { ?set a qb:DataSet
          FILTER NOT EXISTS { ?set qb:structure ?dsd . ?dsd a qb:DataStructureDefinition } }
        UNION { ?set a qb:DataSet ; qb:structure ?one, ?other . FILTER(?one != ?other) }""",
    "IC-3 a structure has a measure": """
        ?dsd a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty ?of . ?of a qb:MeasureProperty }""",
    "IC-4 dimensions have a range": """
        ?dim a qb:DimensionProperty . FILTER NOT EXISTS { ?dim rdfs:range ?range }""",
    "IC-5 dimensions of concepts have code lists": """
        ?dim a qb:DimensionProperty ; rdfs:range skos:Concept
        FILTER NOT EXISTS { ?dim qb:codeList ?list }""",
    "IC-6 only attributes are optional": """
        ?dsd qb:component ?component . ?component qb:componentRequired false ;
          qb:componentProperty ?of . FILTER NOT EXISTS { ?of a qb:AttributeProperty }""",
    "IC-11 every dimension has a value": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim . ?dim a qb:DimensionProperty
        FILTER NOT EXISTS { ?obs ?dim ?value }""",
    "IC-13 required attributes have a value": """
        ?obs qb:dataSet/qb:structure/qb:component ?component .
        ?component qb:componentRequired true ; qb:componentProperty ?attr
        FILTER NOT EXISTS { ?obs ?attr ?value }""",
    "IC-14 all measures are present": """
        ?obs qb:dataSet/qb:structure ?dsd
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty qb:measureType }
        ?dsd qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty
        FILTER NOT EXISTS { ?obs ?measure ?value }""",
    "IC-19 codes are concepts of their list": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?of .
        ?of qb:codeList ?list . ?list a skos:ConceptScheme . ?obs ?of ?value
        FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list }""",
}
"""The constraints of https://www.w3.org/TR/vocab-data-cube/#wf-rules that concern a cube without slices or
hierarchies, as patterns of what breaks them. IC-12 (no two observations alike) compares all pairs, and is
counted below."""

BREAKS = {
    "IC-1": "DELETE WHERE { ?obs qb:dataSet ?set }",
    "IC-2": "DELETE WHERE { ?set qb:structure ?dsd }",
    "IC-3": "DELETE WHERE { ?of a qb:MeasureProperty }",
    "IC-4": "DELETE WHERE { cube:year rdfs:range ?range }",
    "IC-5": "DELETE WHERE { cube:year qb:codeList ?list }",
    "IC-6": "INSERT DATA { cube:component-year qb:componentRequired false }",
    "IC-11": "DELETE WHERE { ?obs cube:state ?state }",
    "IC-13": "DELETE WHERE { ?obs cube:basis ?basis }",
    "IC-14": "DELETE WHERE { ?obs cube:sharedBudget ?value }",
    "IC-19": "DELETE WHERE { ?year skos:inScheme cube:list-year }",
}


def _normalized(path: Path) -> ox.Store:
    """The cube in its normal form (section 10.1, phase 2): the property of each component."""
    store = ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    store.update(
        f"{PREFIXES} INSERT {{ ?c qb:componentProperty ?of }}"
        " WHERE { ?c qb:dimension|qb:measure|qb:attribute ?of }"
    )
    return store


@pytest.fixture(scope="module")
def store(portfolio_release: Path) -> ox.Store:
    return _normalized(portfolio_release / "cube.ttl")


def _broken(store: ox.Store, name: str) -> bool:
    return bool(store.query(f"{PREFIXES} ASK {{ {CONSTRAINTS[name]} }}"))


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_cube_is_well_formed(name: str, store: ox.Store) -> None:
    assert not _broken(store, name)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_each_constraint_finds_what_breaks_it(name: str, releases: tuple[Path, Path]) -> None:
    store = _normalized(releases[0] / "cube.ttl")
    assert not _broken(store, name)
    store.update(PREFIXES + BREAKS[name.split()[0]])
    assert _broken(store, name)


def _rows(release: Path) -> list[dict[str, str]]:
    with (release / "cube.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_no_two_observations_are_of_the_same_cell_and_csv_has_them_all(
    store: ox.Store, portfolio_release: Path
) -> None:
    rows = _rows(portfolio_release)
    keys = {tuple(row[name] for name in ("state", "year", "theme", "goal", "currency")) for row in rows}
    query = """SELECT ?state ?year ?theme ?goal ?currency ?projects ?parts ?whole ?shared ?basis {
        ?obs a qb:Observation ; cube:state ?state ; cube:year ?year ; cube:theme ?theme ; cube:goal ?goal ;
          cube:currency ?currency ; cube:projects ?projects ; cube:projectShares ?parts ;
          cube:wholeBudget ?whole ; cube:sharedBudget ?shared ; cube:basis ?basis }"""
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    observed = sorted(tuple(_short(term.value) for term in solution) for solution in found)
    assert len(keys) == len(rows) == len(observed) > 500
    names = ("state", "year", "theme", "goal", "currency")
    measures = ("projects", "projectShares", "wholeBudget", "sharedBudget", "basis")
    said = sorted(
        (*(row[name].rpartition(":")[2] or "unknown" for name in names), *(row[name] for name in measures))
        for row in rows
    )
    assert [_plain(row) for row in observed] == [_plain(row) for row in said]


def _short(value: str) -> str:
    return value.rpartition("/")[2].rpartition("#")[2].removeprefix("year-")


def _plain(row: tuple[str, ...]) -> tuple[object, ...]:
    return (*row[:5], *(Decimal(cell) for cell in row[5:9]), row[9])


def test_every_part_of_the_structure_has_its_words_in_each_language(store: ox.Store) -> None:
    query = """SELECT ?of (COUNT(DISTINCT LANG(?label)) AS ?labels) (COUNT(DISTINCT LANG(?text)) AS ?texts) {
        { ?c qb:componentProperty ?of } UNION { ?of a qb:DataSet }
        ?of rdfs:label ?label ; rdfs:comment ?text } GROUP BY ?of"""
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    told = [(one["labels"].value, one["texts"].value) for one in found]
    assert told == [("3", "3")] * 11
