"""The description for catalogues: true, in three languages, and conformant to DCAT-AP 3.0.1."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, RDFS, SH, XSD

from iomgraph import portfolio
from iomgraph.errors import PublicationError
from iomgraph.portfolio import Portfolio
from iomgraph.publication import dcat, description
from iomgraph.publication.iati import write as iati
from iomgraph.publication.info import ReleaseInfo
from iomgraph.settings import Settings

DATASET = URIRef("https://w3id.org/iomgraph/dataset")
GIVEN = (date(2026, 11, 23), "https://creativecommons.org/licenses/by/4.0/")
IANA = "https://www.iana.org/assignments/media-types/"
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture
def graph(release: Path) -> Graph:
    """The description as a catalogue would read it."""
    return Graph().parse(release / "dcat.ttl")


@pytest.fixture
def profile(suites: Path) -> Path:
    """The shapes of DCAT-AP 3.0.1."""
    return suites / "dcat-ap-3.0.1/html/shacl"


def _results(graph: Graph, shapes: Path) -> list[tuple[str, str]]:
    """Focus node and path of every result, after the shapes were seen to have met the dataset."""
    rules = Graph().parse(shapes)
    assert (None, SH.targetClass, DCAT.Dataset) in rules
    _, report, _ = validate(graph, shacl_graph=rules, do_owl_imports=False, allow_warnings=True)
    assert isinstance(report, Graph)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return sorted(
        (str(report.value(one, SH.focusNode)), str(report.value(one, SH.resultPath))) for one in results
    )


@pytest.mark.parametrize("shapes", ["shapes.ttl", "range.ttl"])
def test_it_conforms_to_the_application_profile(graph: Graph, profile: Path, shapes: str) -> None:
    assert _results(graph, profile / shapes) == []


@pytest.mark.parametrize("predicate", [DCTERMS.title, DCTERMS.description])
def test_the_profile_would_notice_a_missing_text(graph: Graph, profile: Path, predicate: URIRef) -> None:
    graph.remove((DATASET, predicate, None))
    assert _results(graph, profile / "shapes.ttl") == [(str(DATASET), str(predicate))]


def test_of_what_the_profile_recommends_only_three_things_are_left_out(graph: Graph, profile: Path) -> None:
    world = "https://sws.geonames.org/6295630/"
    assert _results(graph, profile / "shapes_recommended.ttl") == [
        ("https://creativecommons.org/licenses/by/4.0/", str(DCTERMS.type)),
        (world, str(DCAT.bbox)),
        (world, str(DCAT.centroid)),
        ("https://w3id.org/iomgraph/publisher", str(DCTERMS.type)),
    ]


def test_every_distribution_is_a_file_with_its_true_size_and_digest(graph: Graph, release: Path) -> None:
    names = set()
    for distribution in graph.objects(DATASET, DCAT.distribution):
        name = str(graph.value(distribution, DCAT.downloadURL)).removeprefix("https://w3id.org/iomgraph/")
        names.add(name)
        assert str(distribution) == f"https://w3id.org/iomgraph/dataset/distribution/{name}"
        content = (release / name).read_bytes()
        size = Literal(str(len(content)), datatype=XSD.nonNegativeInteger)
        digest = Literal(hashlib.sha256(content).hexdigest(), datatype=XSD.hexBinary)
        assert (distribution, DCAT.byteSize, size) in graph
        checksum = graph.value(distribution, SPDX.checksum)
        assert (checksum, SPDX.checksumValue, digest) in graph
        assert (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256) in graph
    patterns = ("iomgraph.*", "cube.*", "*.geojson", "datapackage.json")
    assert names == {path.name for pattern in patterns for path in release.glob(pattern)}
    assert len(names) == 10


@pytest.mark.parametrize(
    ("name", "media_type", "compressed"),
    [
        ("iomgraph.ttl", "text/turtle", False),
        ("iomgraph.nt.gz", "application/n-triples", True),
        ("iomgraph.nq.gz", "application/n-quads", True),
        ("iomgraph.trig", "application/trig", False),
        ("iomgraph.jsonld", "application/ld+json", False),
        ("datapackage.json", "application/json", False),
        ("cube.csv", "text/csv", False),
        ("states.geojson", "application/geo+json", False),
    ],
)
def test_media_types_are_those_of_the_iana(
    graph: Graph, name: str, media_type: str, compressed: bool
) -> None:
    distribution = URIRef(f"{DATASET}/distribution/{name}")
    assert graph.value(distribution, DCAT.mediaType) == URIRef(IANA + media_type)
    expected = [URIRef(f"{IANA}application/gzip")] if compressed else []
    assert list(graph.objects(distribution, DCAT.compressFormat)) == expected


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "not an official"), ("fr", "pas un produit officiel"), ("es", "No es un producto oficial")],
)
def test_it_says_plainly_that_this_is_not_a_product_of_iom(graph: Graph, lang: str, words: str) -> None:
    (text,) = [
        text
        for text in graph.objects(DATASET, DCTERMS.description)
        if isinstance(text, Literal) and text.language == lang
    ]
    assert words in text
    rights = graph.value(DATASET, DCTERMS.rights)
    assert lang in {
        label.language for label in graph.objects(rights, RDFS.label) if isinstance(label, Literal)
    }


def test_dates_years_and_licence_are_those_that_were_given(graph: Graph) -> None:
    day = Literal("2026-11-23", datatype=XSD.date)
    assert graph.value(DATASET, DCTERMS.issued) == graph.value(DATASET, DCTERMS.modified) == day
    assert graph.value(DATASET, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    period = graph.value(DATASET, DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate) == Literal("2002", datatype=XSD.gYear)
    assert graph.value(period, DCAT.endDate) == Literal("2009", datatype=XSD.gYear)


def test_without_known_years_no_period_is_claimed(release: Path) -> None:
    given = list(
        dcat.records(
            release, ReleaseInfo(description.read(portfolio.read(Settings().data)), *GIVEN).without(iati.FILE)
        )
    )
    assert not [record for record in given if "temporal" in record]


def test_json_ld_and_turtle_say_the_same(release: Path) -> None:
    def parsed(name: str, form: ox.RdfFormat) -> set[ox.Quad]:
        return set(ox.parse((release / name).read_bytes(), format=form))

    quads = parsed("dcat.ttl", ox.RdfFormat.TURTLE)
    assert parsed("dcat.jsonld", ox.RdfFormat.JSON_LD) == quads
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in quad)


def test_another_base_moves_everything_of_ours_but_ontology_and_shapes(release: Path) -> None:
    described = description.read(portfolio.read(Settings().data), "http://localhost:8000/")
    lines = description.lines_of(
        described.context, dcat.records(release, ReleaseInfo(described, *GIVEN).without(iati.FILE))
    )
    assert {line.split(">")[0] for line in lines if "w3id.org" in line.split(" ")[0]} == {
        "<https://w3id.org/iomgraph/ontology",
        "<https://w3id.org/iomgraph/shapes",
    }
    assert any(line.startswith("<http://localhost:8000/dataset> ") for line in lines)


def test_a_described_file_that_is_missing_is_not_a_distribution(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(
            dcat.records(
                tmp_path,
                ReleaseInfo(description.read(portfolio.read(Settings().data)), *GIVEN).without(iati.FILE),
            )
        )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"@context": {}, "@graph": []}'])
def test_a_description_that_describes_nothing_is_a_stop(tmp_path: Path, text: str) -> None:
    (tmp_path / "dataset.json").write_text(text)
    with pytest.raises(
        PublicationError, match=r"the description of the dataset can't be read.*dataset\.json"
    ):
        description.read(Portfolio(folder=tmp_path, title={"en": "Ours"}))
