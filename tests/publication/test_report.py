"""The report of the shapes and the list of findings: whole, and the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import BNode, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH

from iomgraph.findings import Finding, Findings, Place, Severity
from iomgraph.publication import report
from iomgraph.validation.shacl import ValidationResult, compile_shapes, report_graph

BASE = "https://w3id.org/iomgraph/"
PREFIXES = {"sh": str(SH), "ex": "http://example.org/"}

DATA = """
@prefix ex: <http://example.org/> .
ex:a a ex:Project . ex:b a ex:Project ; ex:name 1, 2 . ex:c a ex:Project ; ex:name "fine" .
ex:d ex:owns ex:c .
"""
SHAPES = """
@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Whole a sh:NodeShape ; sh:targetClass ex:Project ; sh:property ex:Named, ex:Owned .
ex:Named sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:message "bad \\"name\\""@en .
ex:Owned sh:path [ sh:inversePath ex:owns ] ; sh:maxCount 0 .
"""


def _validated() -> list[ValidationResult]:
    """Results made anew, so that every blank node has another label."""
    store = Store()
    store.load(DATA, format=RdfFormat.TURTLE)
    return list(compile_shapes(Graph().parse(data=SHAPES)).validate(store))


def _write(path: Path, results: list[ValidationResult]) -> None:
    """Write the report in a run per result."""
    whole = report.ShaclReport(PREFIXES, BASE)
    whole.write(path, lambda: [whole.run([result]) for result in results])


@pytest.fixture
def published(tmp_path: Path) -> Graph:
    """The report as a reader of the release gets it."""
    _write(tmp_path / "report.ttl", _validated())
    return Graph().parse(tmp_path / "report.ttl")


def test_every_result_is_there(published: Graph) -> None:
    results = set(published.subjects(RDF.type, SH.ValidationResult))
    assert len(results) == 5
    assert set(published.objects(None, SH.result)) == results


def test_every_node_of_the_report_has_an_iri_of_ours(published: Graph) -> None:
    terms = {term for triple in published for term in triple}
    assert not [term for term in terms if isinstance(term, BNode)]
    assert all(
        str(node).startswith(f"{BASE}report#") for node in published.subjects(RDF.type, SH.ValidationResult)
    )


def test_nothing_is_changed_except_the_names(published: Graph) -> None:
    def blank(term: object) -> object:
        ours = isinstance(term, URIRef) and str(term).startswith(f"{BASE}report")
        return BNode(str(term)) if ours else term

    renamed = Graph()
    for triple in published:
        renamed.add(tuple(blank(term) for term in triple))  # type: ignore[arg-type]
    assert isomorphic(renamed, report_graph(_validated()))


def test_data_without_fault_gives_a_report_that_conforms(tmp_path: Path) -> None:
    _write(tmp_path / "report.ttl", [])
    read = Graph().parse(tmp_path / "report.ttl")
    assert [value.toPython() for value in read.objects(None, SH.conforms)] == [True]  # type: ignore[attr-defined]
    assert len(read) == 2


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        _write(tmp_path / name, _validated())
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()


FINDINGS = [
    Finding("odd-word", Severity.MAY, {"en": "An odd word", "fr": "Un mot étrange"}, value="Öd\u2028"),
    Finding(
        "no-title",
        Severity.MUST,
        {"en": "No title"},
        "projects:b",
        place=Place("t.csv", row=3, column="title"),
    ),
    Finding("no-title", Severity.MUST, {"en": "No title"}, "projects:a", source=Place("page.html", line=9)),
]


def test_findings_come_the_gravest_first_with_their_places(tmp_path: Path) -> None:
    report.write_findings(tmp_path / "findings.json", Findings(FINDINGS))
    document = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    assert document["counts"] == {"must": 2, "should": 0, "may": 1}
    listed = document["findings"]
    assert [(item["severity"], item.get("about")) for item in listed] == [
        ("must", "projects:a"),
        ("must", "projects:b"),
        ("may", None),
    ]
    assert listed[0]["source"] == {"file": "page.html", "line": 9}
    assert listed[1]["place"] == {"file": "t.csv", "row": 3, "column": "title"}
    assert listed[2]["message"] == {"en": "An odd word", "fr": "Un mot étrange"}
    assert listed[2]["key"] == FINDINGS[0].key


def test_the_order_of_findings_changes_no_byte(tmp_path: Path) -> None:
    report.write_findings(tmp_path / "a.json", Findings(FINDINGS))
    report.write_findings(tmp_path / "b.json", Findings(reversed(FINDINGS)))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_findings_on_disk_are_those_that_were_added() -> None:
    place = Place("a.xlsx", row=7, column="D", line=8, label="End", sheet="Projects")
    source = Place("a.xml", line=2, offset=5, path="/activity[1]")
    odd = Finding("odd", Severity.SHOULD, {"en": "tab\t", "es": "half \ud800"}, "a\n", "\x00", place, source)
    assert list(Findings([*FINDINGS, odd])) == [*FINDINGS, odd]
