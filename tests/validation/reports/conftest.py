"""Reports on somebody else's file in every format."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports import formats

HEAD = """@prefix : <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """:Person a sh:NodeShape ; sh:targetClass :Person ; sh:targetNode :register ;
  sh:property [ sh:path :age ; sh:datatype xsd:integer ; sh:severity sh:Warning ] ;
  sh:property [ sh:path :name ; sh:minCount 1 ; sh:message "A person has a name."@en ] .
"""
DATA = """:anna a :Person ; :age "old" .
:bea a :Person ; :name "Bea" ; :age 3 .
"""
Validated = Callable[..., Report]
Written = Callable[..., str]


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Validated:
    """Validate texts of Turtle as files in a folder that is a repository."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)

    def run(data: str = DATA, shapes: str = SHAPES) -> Report:
        Path("data/people.ttl").write_text(HEAD + data, encoding="utf-8")
        Path("data/shapes.ttl").write_text(HEAD + shapes, encoding="utf-8")
        return validate(Path("data/people.ttl"), Path("data/shapes.ttl"))

    return run


@pytest.fixture(scope="session")
def written() -> Written:
    """Write a report in a format, and give the text."""

    def write(name: str, report: Report, lang: str = "en") -> str:
        out = io.StringIO()
        formats.writer(name)(report, out, lang)
        return out.getvalue()

    return write
