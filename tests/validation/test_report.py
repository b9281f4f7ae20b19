"""`validate`: one call for whatever data and shapes come in, and findings that know their places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, SH, Dataset, Graph, Literal, URIRef

import iomgraph
from iomgraph.errors import OntologyError, SourceError
from iomgraph.findings import Severity
from iomgraph.validation.documents import reading
from iomgraph.validation.report import validate

SHAPES = """@prefix : <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:Person a sh:NodeShape ; sh:targetClass :Person ; sh:property :Age ;
  sh:property [ sh:path :colour ; sh:in ( "red" "blue" ) ; sh:severity sh:Warning ] .

:Age sh:path :age ; sh:datatype xsd:integer ; sh:minCount 1 ;
  sh:name "Age"@en , "Âge"@fr ; sh:message "An age is a number."@en , "Un âge est un nombre."@fr ;
  sh:description "Write digits."@en .
"""
DATA = """@prefix : <http://e/> .

:anna a :Person ;
  :age "old" .
:bea a :Person .
:carl a :Person ; :age 3 ; :colour "red" ,
    "green" .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A stranger's file with three planted faults, and the shapes."""
    data, shapes = tmp_path / "people.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, encoding="utf-8")
    shapes.write_text(SHAPES, encoding="utf-8")
    return data, shapes


def graph(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def dataset(text: str) -> Dataset:
    made = Dataset()
    made.graph(URIRef("http://e/g")).parse(data=text, format="turtle")
    return made


def store(text: str) -> ox.Store:
    made = ox.Store()
    made.load(text.encode(), format=ox.RdfFormat.TURTLE)
    return made


def test_three_faults_give_three_findings_with_their_lines(files: tuple[Path, Path]) -> None:
    report = validate(*files)
    assert not report.conforms
    assert [(one.severity.word, one.rule, one.about, one.value) for one in report.findings] == [
        ("must", ":Age", "http://e/anna", "old"),
        ("must", ":Age", "http://e/bea", ""),
        ("should", ":Person/:colour", "http://e/carl", "green"),
    ]
    assert [(one.place.line, one.place.offset) for one in report.findings if one.place] == [
        (4, 8),
        (5, 1),
        (7, 5),
    ]
    assert report.findings[0].message == {"en": "An age is a number.", "fr": "Un âge est un nombre."}
    assert report.findings[2].text() == ':colour: sh:in ("red" "blue") is not met'
    assert report.rules[":Age"].names["fr"] == "Âge"
    assert report.rules[":Age"].steps == {"en": "Write digits."}


@pytest.mark.parametrize("data", [graph, dataset, store])
@pytest.mark.parametrize("shapes", [graph, store])
def test_graphs_datasets_and_stores_do_as_well(
    data: Callable[[str], Graph], shapes: Callable[[str], Graph]
) -> None:
    report = validate(data(DATA), shapes(SHAPES))
    assert len(report.findings) == 3
    assert {one.place for one in report.findings} == {None}


def test_its_graph_is_that_of_pyshacl() -> None:
    ours = validate(graph(DATA), graph(SHAPES)).graph
    _, theirs, _ = pyshacl.validate(graph(DATA), shacl_graph=graph(SHAPES))
    terms = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
    told = [
        {
            tuple(one.value(result, term) for term in terms)
            for result in one.subjects(RDF.type, SH.ValidationResult)
        }
        for one in (ours, theirs)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 3


def test_data_without_faults_conforms(files: tuple[Path, Path]) -> None:
    files[0].write_text("@prefix : <http://e/> . :anna a :Person ; :age 3 .", encoding="utf-8")
    report = validate(*files)
    assert (report.conforms, report.findings) == (True, ())
    assert report.text().startswith("conforms: true, results: 0\nEvaluated in ")


def test_its_text_counts_and_speaks_the_language_that_is_asked_for(files: tuple[Path, Path]) -> None:
    text = validate(*files).text("fr")
    assert f"Bloquant (sh:Violation): {files[0].as_posix()}:4:8: Un âge est un nombre. (:Age)" in text
    assert "\nconforms: false, results: 3\n" in text


def test_a_blank_node_is_named_by_its_place_and_not_by_its_label(files: tuple[Path, Path]) -> None:
    files[0].write_text("@prefix : <http://e/> .\n:x :of [ a :Person ] .\n", encoding="utf-8")
    runs = [validate(*files).findings[0] for _ in range(2)]
    assert runs[0].about == f"blank node at {files[0].as_posix()}:2:8"
    assert runs[0].key == runs[1].key


def test_several_files_and_a_folder_of_shapes_are_one_graph_each(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    more = tmp_path / "more.nt"
    more.write_text('<http://e/bea> <http://e/age> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
    folder = tmp_path / "shapes"
    folder.mkdir()
    files[1].rename(folder / "shapes.ttl")
    assert len(validate([files[0], more], folder).findings) == 2


def test_our_own_shapes_find_nothing_that_must_not_be_in_our_own_release(
    portfolio_release: Path, settings: iomgraph.Settings
) -> None:
    report = iomgraph.validate(
        portfolio_release / "iomgraph.nq.gz",
        settings.shapes,
        without="https://w3id.org/iomgraph/graph/claims/",
    )
    assert {one.severity for one in report.findings} == {Severity.SHOULD, Severity.MAY}
    assert all(one.place and one.place.line for one in report.findings)


def test_a_shape_that_would_run_for_ever_is_stopped_and_named(files: tuple[Path, Path]) -> None:
    slow = """
      :Slow a sh:NodeShape ; sh:targetClass :Person ; sh:sparql [ sh:select '''
        SELECT $this WHERE { $this ?h ?i . ?a ?b ?c . ?d ?e ?f . ?j ?k ?l .
          FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?j))) < 3) }''' ] ."""
    files[1].write_text(SHAPES + slow, encoding="utf-8")
    data = DATA + "".join(f":p{n} :q{n} {n} .\n" for n in range(400))
    files[0].write_text(data, encoding="utf-8")
    report = validate(*files, timeout=1)
    undecided = [one for one in report.notes if one.rule == "not-decided"]
    assert [(one.about, one.severity.word) for one in undecided] == [(":Slow", "must")]
    assert undecided[0].place == iomgraph.Place(files[1].as_posix(), line=12, offset=7)
    assert len(report.findings) == 3
    assert (None, SH.conforms, Literal(False)) in report.graph


def test_a_target_that_is_a_query_is_evaluated() -> None:
    advanced = (
        SHAPES
        + """
      :Rule a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select
        "SELECT ?this WHERE { ?this a <http://e/Person> }" ] ;
        sh:property [ sh:path :name ; sh:minCount 1 ] ."""
    )
    assert len(validate(graph(DATA), graph(advanced)).findings) == 6


def test_imports_are_reported(files: tuple[Path, Path]) -> None:
    files[1].write_text(
        f"{SHAPES} <> <http://www.w3.org/2002/07/owl#imports> <http://e/more> .", encoding="utf-8"
    )
    assert validate(*files).imports == ("http://e/more",)


@pytest.mark.parametrize(
    ("shapes", "error", "said"),
    [
        (":Person a sh:NodeShape ; sh:property 3 .", OntologyError, "shapes.ttl:2:1 (:Person)"),
        ("oops", SourceError, "shapes.ttl:2:"),
    ],
)
def test_shapes_that_cannot_be_used_are_refused_with_what_and_where(
    files: tuple[Path, Path], shapes: str, error: type[Exception], said: str
) -> None:
    head = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    files[1].write_text(head + shapes, encoding="utf-8")
    with pytest.raises(error) as stopped:
        validate(*files)
    assert said in str(stopped.value)
    assert "Next: " in str(stopped.value)


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (" ".join(map(str, range(1000))), f"({' '.join(map(str, range(20)))} …)"),
        ("( " * 5000 + "1" + " )" * 5000, "((([…])))"),
    ],
)
def test_messages_show_of_long_and_deep_lists_what_can_be_read(
    files: tuple[Path, Path], listed: str, said: str
) -> None:
    head = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    files[1].write_text(f"{head}:S sh:targetSubjectsOf :colour ; sh:path :colour ; sh:in ( {listed} ) .")
    (one, _) = validate(*files).findings
    assert one.text() == f":colour: sh:in {said} is not met"


def test_a_folder_without_rdf_holds_no_shapes(tmp_path: Path, files: tuple[Path, Path]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="contains no RDF"):
        validate(files[0], tmp_path / "empty")


def test_large_files_are_held_on_disk_and_give_the_same(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = validate(*files)
    monkeypatch.setattr(reading, "LARGE", 10)
    documents = reading.read([files[0]])
    assert documents.folder is not None
    held = Path(documents.folder.name)
    assert any(held.iterdir())
    del documents
    assert validate(*files).findings == in_memory.findings
    assert validate(*files, timeout=60).findings == in_memory.findings
    assert not held.exists() or not any(held.iterdir())


def test_each_step_is_reported(files: tuple[Path, Path]) -> None:
    steps: list[str] = []
    validate(*files, say=lambda step, *_: steps.append(step))
    assert list(dict.fromkeys(steps)) == ["read", "check", "find places"]
