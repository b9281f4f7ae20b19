"""A small portfolio with all kinds of graphs: facts, one page's claims, provenance, quality."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iomgraph import portfolio
from iomgraph.cache import Memo
from iomgraph.mapping.context import Context, read
from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.publication import copies, dcat, description, dumped, geojson, pieces, void
from iomgraph.publication.cube import write as cube
from iomgraph.publication.cube.cells import cells
from iomgraph.publication.cube.structure import structure
from iomgraph.publication.iati import write as iati
from iomgraph.publication.info import ReleaseInfo
from iomgraph.publication.tables import datapackage, labels
from iomgraph.publication.tables.dictionary import Dictionary
from iomgraph.publication.tables.rows import LaidOut, lay_out
from iomgraph.publication.tables.write import write
from iomgraph.records.record import Record
from iomgraph.release import dumps, manifest
from iomgraph.settings import BASE_IRI, Settings

ISSUED = date(2026, 11, 23)
LICENSE = "https://creativecommons.org/licenses/by/4.0/"

# Quotes, a backslash, line ends of every kind, controls, and signs beyond the first plane.
HARD_TEXT = 'a "b" \\ \n \r \t \b \f \x00 \x7f \x85 \u2028 \ufffe é 😀 <urn:x> _:b . \' {}'


def _project(key: str, start: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"projects:{key}",
        "type": ["Project"],
        "identifier": key,
        "title": {"en": [f"Capacity-building {key}"], "fr": [f"Renforcement {key}"]},
        "status": "statuses:completed",
        "benefitingState": ["states:GEO", "states:CHL"],
        "startYear": start,
        "startDate": str(start),
        "budget": {
            "id": f"projects:{key}/budget",
            "type": ["MonetaryAmount"],
            "value": "64240",
            "currency": "USD",
        },
        "source": [f"https://iom.int/project/{key}?a=1&b=%20"],
        "relatedTarget": ["sdg:8.5"],
        **more,
    }


@pytest.fixture
def records() -> list[Record]:
    """Records of the default graph."""
    return [
        {
            "id": "states:GEO",
            "type": ["State", "MemberState"],
            "prefLabel": {"en": "Georgia", "fr": "Géorgie", "es": "Georgia"},
            "alpha3": "GEO",
        },
        {"id": "statuses:completed", "type": ["ProjectStatus", "Concept"], "prefLabel": {"en": "Completed"}},
        _project("LM.0024", 2008, altLabel={"en": [HARD_TEXT]}),
        _project("LM.0024-1", 2009),
        _project("T97-805", 2002, source=["http://example.org/é(x)'y,z;a=b/~c"]),
    ]


@pytest.fixture
def graphs() -> list[tuple[str, list[Record]]]:
    """Name and records of each named graph."""
    page = "iom.int-fr-node-176566.2026-11-23"
    capture = {"id": f"captures:{page}", "type": ["Capture", "Entity"], "language": "fr"}
    finding = {
        "id": "findings:0123456789abcdef",
        "type": ["Finding"],
        "message": {"en": ["An odd word"]},
        "offendingValue": HARD_TEXT,
    }
    return [
        (f"claims:{page}", [_project("LM.0024", 2008)]),
        ("graphs:provenance", [capture]),
        ("graphs:quality", [finding]),
    ]


@pytest.fixture
def context() -> Context:
    """The project's own context."""
    return read(Settings().ontology)


@pytest.fixture
def lines(context: Context, records: list[Record], graphs: list[tuple[str, list[Record]]]) -> list[str]:
    """Every statement, unsorted, some of them repeated."""
    named = [line for graph, members in graphs for record in members for line in context.quads(record, graph)]
    facts = [line for record in records for line in context.quads(record)]
    return [*reversed(named), *facts, *facts[:3]]


@pytest.fixture
def dataset(context: Context, records: list[Record], graphs: list[tuple[str, list[Record]]]) -> Dataset:
    """The records by graph, some of them repeated."""
    data = Dataset(context)
    for name, members in [*reversed(graphs), (DEFAULT, records), (DEFAULT, records[:1])]:
        data.add(members, name)
    return data


def write_dumps(folder: Path, dataset: Dataset) -> int:
    """Write the dumps of a dataset, as a build does; return the number of statements."""
    context, shared = dataset.context, dumped.shared(dataset.parts, dataset.context)
    found = pieces.make("writing", dataset.parts, dumped.makers(dataset.parts, context, shared), Memo())
    count = dumps.write_nquads(folder, found.of(dumped.QUADS))
    dumps.write_ntriples(folder, found.of(dumped.FACTS))
    dumped.write_readable(folder, context, found, shared)
    dumped.write_jsonld(folder / "iomgraph.jsonld", context, found, shared)
    return count


def laid_out(data: Dataset, memo: Memo | None = None) -> LaidOut:
    """Lay out the tables of a dataset, as a build does."""
    maker = labels.maker(data.parts, data.context, BASE_IRI, targets=memo is not None)
    found = pieces.make("writing", data.parts, [maker], memo or Memo())
    return lay_out(data, labels.of(found, BASE_IRI), Dictionary(), memo)


@pytest.fixture
def release(
    tmp_path: Path,
    context: Context,
    dataset: Dataset,
    records: list[Record],
) -> Path:
    """A folder with the dumps, the descriptions and the copies, and the manifest."""
    folder = tmp_path / "release"
    folder.mkdir()
    settings = Settings()
    described = description.read(portfolio.read(settings.data))
    write_dumps(folder, dataset)
    copies.write(folder, settings, context.document)
    statistics = void.count(dumps.default_graph(folder), void.uri_space(described))
    data = Dataset(context)
    data.add(records)
    listed = write(folder, laid_out(data))
    info = ReleaseInfo(described, ISSUED, LICENSE, (2002, 2009)).without(iati.FILE)
    datapackage.write(folder, listed, info)
    projects = [record for record in records if "Project" in record["type"]]
    made = cells(projects)
    cube.write_csv(folder / cube.CSV, made, {})
    cube.write_turtle(folder / cube.TURTLE, made, structure(settings.data, BASE_IRI), info, context)
    for name in (geojson.PROJECTS, geojson.STATES):
        geojson.write(folder / name, [geojson.joined(geojson.projects(projects, {}, context))])
    dcat.write(folder, info)
    void.write(folder, info, statistics, [], context.prefixes)
    manifest.write(folder)
    return folder
