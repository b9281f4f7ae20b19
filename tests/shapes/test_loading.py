"""Loading the folder of shapes: a rule is added without touching Python; mistakes stop with their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyshacl
import pytest
from rdflib import SH, Graph

from iomgraph.errors import OntologyError
from iomgraph.findings import Severity
from iomgraph.settings import resources
from iomgraph.validation.shapes import load

HEAD = """@prefix iom: <https://w3id.org/iomgraph/ontology#> .
@prefix iomsh: <https://w3id.org/iomgraph/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

"""
RULE = """iomsh:Project-acronym a sh:PropertyShape ;
  sh:targetClass iom:Project ;
  sh:path iom:acronym ;
  sh:minCount 1 ;
  sh:severity sh:Info ;
  sh:name "Acronym"@en ;
  sh:message "The project has no acronym."@en .
"""
PROJECT = "<https://example.org/p> a <https://w3id.org/iomgraph/ontology#Project> ."


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def stop(folder: Path) -> OntologyError:
    with pytest.raises(OntologyError) as caught:
        load(folder)
    return caught.value


def test_a_rule_is_added_by_a_file_alone(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(resources() / "shapes", tmp_path / "shapes"))
    before = load(folder)
    write(folder, "may/acronym.ttl", HEAD + RULE)
    after = load(folder)
    (new,) = set(after.rules) - set(before.rules)
    assert after.rules[new].severity is Severity.MAY
    assert str(after.rules[new].place) == "shapes/may/acronym.ttl:5"
    data = Graph().parse(data=PROJECT, format="turtle")
    for shapes, caught in ((before, False), (after, True)):
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes.graph)
        assert caught == any(str(source) == new for source in report.objects(None, SH.sourceShape))


def test_a_rule_is_made_stricter_by_moving_it(tmp_path: Path) -> None:
    write(tmp_path, "must/acronym.ttl", HEAD + RULE.replace("sh:Info", "sh:Violation"))
    (rule,) = load(tmp_path).rules.values()
    assert rule.severity is Severity.MUST


def test_a_shape_without_a_severity_is_a_violation_and_belongs_in_must(tmp_path: Path) -> None:
    text = HEAD + RULE.replace("  sh:severity sh:Info ;\n", "")
    write(tmp_path, "must/acronym.ttl", text)
    assert load(tmp_path).rules
    write(tmp_path, "may/acronym.ttl", text.replace("Project-acronym", "Project-shortname"))
    assert "claims another severity (sh:Violation) than its folder (may/)" in str(stop(tmp_path))


def test_rules_come_in_the_order_of_their_iris() -> None:
    rules = load(resources() / "shapes").rules
    assert list(rules) == sorted(rules)


def test_bad_turtle_stops_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "may/acronym.ttl", HEAD + RULE.replace("sh:minCount 1 ;", "sh:minCount 1"))
    error = stop(tmp_path)
    assert error.where == f"{path}:9"
    assert "not Turtle" in error.what
    assert error.step


def test_an_unknown_prefix_stops_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "may/acronym.ttl", HEAD + RULE.replace("iom:acronym", "iam:acronym"))
    assert stop(tmp_path).where.startswith(f"{path}:")


def test_a_file_of_another_encoding_stops_with_its_name(tmp_path: Path) -> None:
    path = write(tmp_path, "may/acronym.ttl", HEAD + RULE)
    path.write_bytes(
        path.read_text(encoding="utf-8").replace("no acronym", "pas d’acronyme").encode("cp1252")
    )
    error = stop(tmp_path)
    assert (error.what, error.where) == ("the file is not UTF-8", str(path))


def test_a_severity_that_contradicts_the_folder_stops_with_both(tmp_path: Path) -> None:
    path = write(tmp_path, "should/acronym.ttl", HEAD + RULE)
    error = stop(tmp_path)
    assert error.where == f"{path}:5"
    assert "claims another severity (sh:Info) than its folder (should/)" in error.what
    assert error.step == "write sh:severity sh:Warning, or move the shape"


@pytest.mark.parametrize(
    "name", ["acronym.ttl", "musst/acronym.ttl", "may/idf/acronym.ttl", "deep/may/acronym.ttl"]
)
def test_a_shape_outside_the_three_folders_stops(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, HEAD + RULE)
    error = stop(tmp_path)
    assert error.where == f"{path}:5"
    assert "stands in no folder of a severity" in error.what


def test_a_shape_that_is_repeated_stops_with_both_places(tmp_path: Path) -> None:
    write(tmp_path, "may/acronym.ttl", HEAD + RULE)
    path = write(tmp_path, "may/project.ttl", HEAD + RULE)
    error = stop(tmp_path)
    assert error.where == f"{path}:5"
    assert "is defined twice, first in " in error.what
    assert "may/acronym.ttl:5" in error.what


@pytest.mark.parametrize(
    "text",
    [
        RULE.replace("iomsh:Project-acronym", "[]"),
        RULE.replace(
            "sh:path iom:acronym ;\n  sh:minCount 1", "sh:property [ sh:path iom:acronym ; sh:minCount 1 ]"
        ),
    ],
    ids=["the shape itself", "a property shape within"],
)
def test_a_shape_without_an_iri_stops(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "may/acronym.ttl", HEAD + text)
    error = stop(tmp_path)
    assert error.where == str(path)
    assert error.what == "a shape has no IRI, so that no finding can name it"


def test_a_shape_without_an_english_message_stops(tmp_path: Path) -> None:
    path = write(tmp_path, "may/acronym.ttl", HEAD + RULE.replace('acronym."@en', 'acronym."@de'))
    error = stop(tmp_path)
    assert error.where == f"{path}:5"
    assert "has no message in English" in error.what


@pytest.mark.parametrize("name", ["", "missing"])
def test_an_empty_or_missing_folder_stops(tmp_path: Path, name: str) -> None:
    write(tmp_path, "shapes.ttl", HEAD)
    error = stop(tmp_path / name)
    assert error.what == "the folder of shapes holds no shape"
    assert error.where == str(tmp_path / name)
