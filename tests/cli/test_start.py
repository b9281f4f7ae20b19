"""Commands start with what they need: what is heavy is not imported before it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("jinja2", "pyarrow", "pyshacl", "rich", "babel", "openpyxl", "starlette", "urllib3", "SPARQLWrapper")
PROGRAM = """
import sys
sys.argv = ["iomgraph", *sys.argv[1:]]
from iomgraph.cli import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def modules(folder: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "C"},
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


def test_the_version_takes_nothing_but_the_command_line(tmp_path: Path) -> None:
    taken = modules(tmp_path, "--version")
    assert "click" in taken
    assert taken.isdisjoint({*HEAVY, "rdflib", "pyoxigraph", "multiprocessing", "concurrent"})


def test_a_check_takes_rdf_and_no_library_for_pages_tables_or_servers(tmp_path: Path) -> None:
    shapes = """@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    :Person a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :name ; sh:minCount 1 ] ."""
    (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
    (tmp_path / "data.ttl").write_text("@prefix : <http://e/> . :a a :Person .", encoding="utf-8")
    taken = modules(tmp_path, "check", "data.ttl", "--shapes", "shapes.ttl")
    assert {"click", "rdflib", "pyoxigraph"} <= taken
    assert taken.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["Build", "Harvest", "Report", "Settings", "build", "harvest", "validate"])
def test_the_public_names_are_there_whatever_was_imported_before(name: str) -> None:
    program = (
        f"import iomgraph.build, iomgraph; assert callable(iomgraph.{name}); from iomgraph import {name}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
