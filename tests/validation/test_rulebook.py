"""Names and places of shapes: the same in every run, no two shapes under one name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph

from iomgraph.errors import OntologyError
from iomgraph.validation.report import Report, validate

HEAD = "@prefix : <http://e/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
TWICE = """:Person a sh:NodeShape ; sh:targetClass :Person ;
  sh:property [ sh:path :age ; sh:minCount 1 ] ;
  sh:property [ sh:path :age ; sh:minCount 2 ; sh:severity sh:Warning ] ;
  sh:property [ sh:path :name ; sh:minCount 1 ] .
[] a sh:NodeShape ; sh:targetClass :Person ; sh:nodeKind sh:Literal .
"""
Validated = Callable[[str], Report]


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validated:
    """Validate one person by shapes that are given as text."""

    def run(shapes: str) -> Report:
        monkeypatch.chdir(tmp_path)
        Path("data.ttl").write_text(f"{HEAD}:a a :Person .\n", encoding="utf-8")
        Path("shapes.ttl").write_text(HEAD + shapes, encoding="utf-8")
        return validate("data.ttl", "shapes.ttl")

    return run


def test_shapes_without_an_iri_are_told_apart_by_file_and_line_in_every_run(validated: Validated) -> None:
    runs = [sorted(found.rule for found in validated(TWICE).findings) for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]
    assert runs[0] == [
        ":Person/:age at shapes.ttl:4:15",
        ":Person/:age at shapes.ttl:5:15",
        ":Person/:name",
        "shape at shapes.ttl:7:1",
    ]


def test_the_places_of_rules_are_those_of_the_shapes(validated: Validated) -> None:
    rules = validated(TWICE).rules
    assert {name: rule.place.line for name, rule in rules.items() if rule.place} == {
        ":Person/:age at shapes.ttl:4:15": 4,
        ":Person/:age at shapes.ttl:5:15": 5,
        ":Person/:name": 6,
        "shape at shapes.ttl:7:1": 7,
    }


def test_without_files_a_number_tells_shapes_apart_the_same_way_in_every_run() -> None:
    data = Graph().parse(data=f"{HEAD}:a a :Person .", format="turtle")
    runs = []
    for _ in range(5):
        report = validate(data, Graph().parse(data=HEAD + TWICE, format="turtle"))
        runs.append(sorted((found.rule, found.text()) for found in report.findings))
    assert all(run == runs[0] for run in runs)
    assert [rule for rule, _ in runs[0]] == [":Person/:age 1", ":Person/:age 2", ":Person/:name", "shape 1"]


@pytest.mark.parametrize(
    ("shapes", "place", "rule"),
    [
        (":Person a sh:NodeShape ;\n sh:property 3 .", "shapes.ttl:3:1 (:Person)", "section 2.1)"),
        (
            ":Person a sh:NodeShape ;\n sh:property [ sh:path :age ; sh:minCount 1.5 ] .",
            "shapes.ttl:4:14 (:Person/:age)",
            "section 4.2.1)",
        ),
        ("[] a sh:NodeShape ;\n sh:targetClass 3 .", "shape at shapes.ttl:3:1", "section 2.1.3.2)"),
        (":Person a sh:NodeShape ;\n sh:not 3 .", "shapes.ttl:3:1 (:Person)", "section 2.1)"),
    ],
)
def test_an_ill_formed_shape_is_named_with_file_line_and_the_rule_of_the_specification(
    validated: Validated, shapes: str, place: str, rule: str
) -> None:
    with pytest.raises(OntologyError) as stopped:
        validated(shapes)
    assert stopped.value.where == place
    assert rule in stopped.value.what
