"""Profiles: the rules by class in one file, and the profile for partners."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, URIRef

from iomgraph.errors import SettingsError
from iomgraph.publication import class_shapes
from iomgraph.settings import resources
from iomgraph.validation import profiles
from iomgraph.validation.report import validate
from iomgraph.validation.shapes import load

FOLDER = resources() / "shapes"
FIXTURES = Path(__file__).parents[1] / "fixtures"
HEAD = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iom: <https://w3id.org/iomgraph/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix state: <https://w3id.org/iomgraph/id/state/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOOD = """
<https://ours.example/p/1> a iom:Project ;
  dct:title "Roads"@en ;
  iom:benefitingState state:KEN ;
  iom:statedGoal <http://metadata.un.org/sdg/8> ;
  iom:startYear 2020 ;
  iom:endYear 2021 ;
  iom:budget [ schema:value 5.0 ; schema:currency "EUR" ] ;
  dct:source <https://ours.example/roads> .
"""


def together() -> str:
    paths = [FOLDER / profiles.HEAD, *sorted(FOLDER.glob("*/*.ttl"))]
    return class_shapes.gathered(path.read_text(encoding="utf-8") for path in paths)


def test_every_rule_on_a_property_is_below_the_one_shape_of_its_class_in_a_group_and_in_order() -> None:
    made = Graph().parse(data=together(), format="turtle")
    rules = set(made.subjects(RDF.type, SH.PropertyShape))
    assert len(rules) > 200
    below = {rule: list(made.subjects(SH.property, rule)) for rule in rules}
    assert [rule for rule, shapes in below.items() if not shapes] == []
    for rule in rules:
        assert list(made.objects(rule, SH.targetClass)) == []
        assert len(list(made.objects(rule, SH.group))) == len(list(made.objects(rule, SH.order))) == 1
        assert {name.language for name in made.objects(rule, SH.name)} == {"en", "fr", "es"}  # type: ignore[attr-defined]
    groups = set(made.objects(None, SH.group))
    assert len(groups) == 6
    assert all(made.value(group, SH.order) is not None for group in groups)
    classes = [made.value(shape, SH.targetClass) for shape in set(made.subjects(SH.property, None))]
    assert len(classes) == len(set(classes)) > 20


@pytest.mark.parametrize("name", ["Project-title-one", "Budget-value", "Membership-unique", "State-m49"])
def test_the_one_file_finds_what_the_rules_find(name: str, tmp_path: Path) -> None:
    one = tmp_path / "shapes.ttl"
    one.write_text(together(), encoding="utf-8")
    broken = FIXTURES / f"broken/shapes/{name}.ttl"

    def found(shapes: list[Path]) -> set[tuple[str, str, str]]:
        report = validate([broken], shapes, tolerant=True)
        return {(result.rule, result.about, result.text()) for result in report.findings}

    assert found([one]) == found(list(profiles.find(FOLDER, "iomgraph")))
    assert name in {rule.rpartition(":")[2] for rule, _, _ in found([one])}


def test_the_profile_for_partners_is_not_a_rule_of_ours() -> None:
    ours = load(FOLDER)
    assert (URIRef("https://w3id.org/iomgraph/shapes/partner#title"), None, None) not in ours.graph
    assert profiles.names(FOLDER) == ("iomgraph", "partner")
    with pytest.raises(SettingsError, match="no profile 'partners'"):
        profiles.find(FOLDER, "partners")


def test_a_partner_needs_no_captures_funds_or_iris_of_ours(tmp_path: Path) -> None:
    data = tmp_path / "ours.ttl"
    data.write_text(HEAD + GOOD, encoding="utf-8")
    report = validate([data], profiles.find(FOLDER, "partner"), tolerant=True)
    assert report.findings == ()
    conforms, _, _ = pyshacl.validate(Graph().parse(data), shacl_graph=Graph().parse(FOLDER / "partner.ttl"))
    assert conforms


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ('dct:title "Roads"@en', 'dct:title "Roads"', "title"),
        ('dct:title "Roads"@en', 'dct:title "Roads"@en, "Streets"@en', "title"),
        ("state:KEN", "state:Kenya", "benefitingState"),
        ("<http://metadata.un.org/sdg/8>", '"8"', "statedGoal"),
        ("iom:startYear 2020", "iom:startYear 2022", "startYear"),
        ("iom:endYear 2021", 'iom:endYear "2021"', "endYear"),
        ('schema:currency "EUR"', 'schema:currency "€"', "budget"),
        ("schema:value 5.0", 'schema:value "5"', "budget"),
        ("dct:source <https://ours.example/roads>", 'dct:identifier "A.1"', "source"),
    ],
)
def test_a_partner_gets_the_faults_of_the_data(right: str, wrong: str, rule: str, tmp_path: Path) -> None:
    data = tmp_path / "ours.ttl"
    data.write_text(HEAD + GOOD.replace(right, wrong), encoding="utf-8")
    report = validate([data], profiles.find(FOLDER, "partner"), tolerant=True)
    assert rule in {found.rule.rpartition(":")[2] for found in report.findings}
    conforms, _, _ = pyshacl.validate(Graph().parse(data), shacl_graph=Graph().parse(FOLDER / "partner.ttl"))
    assert not conforms


def test_our_default_graph_passes_both_profiles_alone(portfolio_release: Path) -> None:
    for name in profiles.names(FOLDER):
        report = validate([portfolio_release / "iomgraph.ttl"], profiles.find(FOLDER, name), tolerant=True)
        assert {found.rule for found in report.findings if found.severity.word == "must"} == set(), name


def test_the_command_takes_a_profile_by_name(tmp_path: Path) -> None:
    data = tmp_path / "ours.ttl"
    data.write_text(HEAD + GOOD, encoding="utf-8")
    command = [sys.executable, "-m", "iomgraph", "check", str(data), "--profile"]
    assert subprocess.run([*command, "partner"], capture_output=True, check=False).returncode == 0
    unknown = subprocess.run([*command, "none"], capture_output=True, text=True, check=False)
    assert unknown.returncode == 2
    assert "the profiles are: iomgraph, partner" in unknown.stderr
