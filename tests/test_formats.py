"""The table of formats, and what it is asked."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph

from iomgraph.errors import SettingsError
from iomgraph.formats import FORMATS, Format, Kind, find, media_type, of_file

RDF = [entry for entry in FORMATS if entry.kind is Kind.RDF]
RESULTS = [entry for entry in FORMATS if entry.kind is Kind.RESULTS]


def test_there_are_six_formats_of_rdf_and_four_of_results() -> None:
    assert (len(RDF), len(RESULTS)) == (6, 4)


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_a_format_is_found_by_all_its_names(entry: Format) -> None:
    names = [entry.name, entry.media_type, entry.extension, entry.extension[1:], f"{entry.media_type};q=1"]
    assert {find(name.upper()) for name in names} == {entry}


def test_no_two_formats_share_a_name_an_extension_or_a_media_type() -> None:
    for field in ("name", "extension", "media_type", "iri"):
        assert len({getattr(entry, field) for entry in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("entry", RDF, ids=lambda entry: entry.name)
def test_both_rdf_libraries_know_the_media_type(entry: Format) -> None:
    known = ox.RdfFormat.from_media_type(entry.media_type)
    assert known is not None
    # The library has a path of its own for JSON-LD; the W3C's list (ns/formats/) has none of that kind.
    assert known.iri.replace("https:", "http:").replace("/data/", "/") == entry.iri
    assert f".{known.file_extension}" == entry.extension
    assert known.supports_datasets == entry.supports_graphs
    graph = Dataset() if entry.supports_graphs else Graph()
    assert isinstance(graph.serialize(format=entry.media_type), str)


@pytest.mark.parametrize("entry", RESULTS, ids=lambda entry: entry.name)
def test_the_sparql_engine_knows_the_media_type(entry: Format) -> None:
    known = ox.QueryResultsFormat.from_media_type(entry.media_type)
    assert known is not None
    assert known.iri == entry.iri
    assert f".{known.file_extension}" == entry.extension


def test_an_unknown_name_stops_with_the_list_of_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"docx\n  Next: name one of turtle, trig, .*, tsv$"):
        find("docx")


def test_a_format_of_the_other_kind_will_not_do() -> None:
    with pytest.raises(SettingsError, match=r"Next: name one of json, xml, csv, tsv$"):
        find("turtle", Kind.RESULTS)


def test_a_compressed_file_has_the_format_of_its_content_and_the_media_type_of_its_bytes() -> None:
    assert of_file("dist/iomgraph.nt.gz").name == "ntriples"
    assert media_type("iomgraph.nt.gz") == "application/gzip"
    assert media_type("void.TTL") == "text/turtle"
    assert media_type("site/index.html") == "text/html"


def test_a_file_without_a_known_extension_has_no_format() -> None:
    with pytest.raises(SettingsError):
        of_file("README")
