"""What README promises: its first question has the printed answer, and its figures are those of a build."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from iomgraph.build import build
from iomgraph.settings import Settings, resources

README = (resources() / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first fenced block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, language
    return found[1]


def test_the_first_question_has_the_answer_that_is_printed(tmp_path: Path) -> None:
    result = build(Settings(out=tmp_path / "dist"))
    store = ox.Store()
    store.bulk_load(path=tmp_path / "dist/iomgraph.ttl", format=ox.RdfFormat.TURTLE)
    solutions = store.query(block("sparql"))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = solutions.serialize(format=ox.QueryResultsFormat.CSV)
    assert answer is not None
    assert answer.decode().split() == block("csv").split()
    table = dict(re.findall(r"│ ([a-z: ]+?) +│ +([\d,.]+) │", README))
    assert table["projects"] == f"{result.counts['projects']:,}"
    assert table["captures"] == f"{result.counts['captures']:,}"
    assert table["states"] == f"{result.counts['states']:,}"
    assert table["quads"] == f"{result.counts['quads']:,}"
    assert table["files written"] == f"{result.counts['files']:,}"


def test_every_file_that_it_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not (resources() / link).exists()] == []
