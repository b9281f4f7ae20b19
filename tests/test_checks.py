"""A dataset is checked in memory or on disk, by one processor or several: it is the same that is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph import checks
from iomgraph.build import Gathered, gather
from iomgraph.errors import OntologyError, SpoolError
from iomgraph.findings import Finding
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import Task, run_isolated
from iomgraph.settings import Settings
from iomgraph.validation import shapes


@pytest.fixture(scope="module")
def gathered(settings: Settings) -> Gathered:
    """Everything that the real portfolio gives."""
    return gather(settings)


@pytest.fixture(scope="module")
def rulebook(settings: Settings) -> shapes.Shapes:
    return shapes.load(settings.shapes)


@pytest.fixture
def found(gathered: Gathered, rulebook: shapes.Shapes) -> list[Finding]:
    """Return the findings of the shapes, as a build has them."""
    return findings(checks.check(gathered.data, rulebook), gathered, rulebook)


def findings(results: checks.Results, gathered: Gathered, rulebook: shapes.Shapes) -> list[Finding]:
    return list(checks.findings(results, rulebook, gathered.data.context, gathered.origins))


def test_on_disk_is_found_what_is_found_in_memory(
    gathered: Gathered, rulebook: shapes.Shapes, found: list[Finding]
) -> None:
    assert len(found) > 50
    assert findings(checks.check(gathered.data, rulebook, memory=0), gathered, rulebook) == found


def test_it_is_found_in_the_same_order_by_however_many_processors(
    gathered: Gathered, rulebook: shapes.Shapes, found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 5):
        monkeypatch.setattr("iomgraph.processes.run.processors", lambda number=number: number)
        assert findings(checks.check(gathered.data, rulebook), gathered, rulebook) == found


def test_results_can_be_read_again(gathered: Gathered, rulebook: shapes.Shapes) -> None:
    results = checks.check(gathered.data, rulebook)
    assert list(results) == list(results)


def test_most_findings_know_their_cell(found: list[Finding]) -> None:
    assert sum(one.place is not None for one in found) > 0.9 * len(found)


def test_an_error_in_the_copied_process_is_raised_here(gathered: Gathered, rulebook: shapes.Shapes) -> None:
    broken = Dataset(gathered.data.context)
    broken.add([{"id": "projects:c", "colour": "blue"}])
    with pytest.raises(OntologyError, match="no such term: 'colour'"):
        checks.check(broken, rulebook)


def test_a_disk_that_refuses_is_a_stop(
    gathered: Gathered, rulebook: shapes.Shapes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(SpoolError, match="TMPDIR"):
        checks.check(gathered.data, rulebook)


RULE = """
<https://data.example.org/shapes#Rule-{number:03}> a sh:PropertyShape ; sh:targetClass iom:Project ;
  sh:path dct:title ; sh:maxCount 0 ; sh:severity sh:Warning ; sh:message "Rule {number}."@en .
"""
PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iom: <https://w3id.org/iomgraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def test_a_rulebook_may_have_more_shapes_than_a_process_may_have_open_files(
    gathered: Gathered, tmp_path: Path
) -> None:
    (tmp_path / "should").mkdir()
    rules = PREFIXES + "".join(RULE.format(number=number) for number in range(400))
    (tmp_path / "should/many.ttl").write_text(rules, encoding="utf-8")
    rulebook = shapes.load(tmp_path)
    data = Dataset(gathered.data.context)
    data.add([{"id": "projects:A.1", "type": "Project", "title": {"en": "Roads"}}])

    def said() -> list[str]:
        return [one.source_shape.value for one in checks.check(data, rulebook)]

    # The process has a copy of every file that this one has open.
    most = 64 + max(int(one.name) for one in Path("/proc/self/fd").iterdir())
    assert most < 400
    assert run_isolated(Task("checking", said), files=most) == sorted(rulebook.rules)
