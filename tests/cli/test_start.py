"""Commands import heavy modules only when they use them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from iomgraph.cli import COMMANDS, commands

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


def test_every_command_is_described_in_one_line_that_is_not_cut() -> None:
    shown = CliRunner().invoke(commands, ["--help"], env={"COLUMNS": "80"}, terminal_width=80).stdout
    lines = [line.split(maxsplit=1) for line in shown.splitlines() if line.startswith("  ")]
    described = {words[0]: words[1] for words in lines if words[0] in COMMANDS}
    assert described.keys() == set(COMMANDS)
    assert [text for text in described.values() if not text.endswith(".") or text.endswith("...")] == []


def test_every_option_is_described_and_none_is_named_after_a_type_of_the_library() -> None:
    context = click.Context(commands)
    found = [(name, commands.get_command(context, name)) for name in COMMANDS]
    options = [
        (name, one) for name, command in found if command for one in command.params if one.opts[0][0] == "-"
    ]
    assert len(options) > 100
    for name, option in options:
        record = option.get_help_record(context)
        assert record, (name, option.name)
        assert "RANGE" not in record[0], (name, option.name)
        assert record[1].partition("[")[0].strip(), (name, option.name)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["help"], 0, "Build a release:"),
        (["help", "verify"], 0, "--quick"),
        (["quary"], 2, "Did you mean query?"),
        (["zzz"], 2, "No such command 'zzz'."),
    ],
)
def test_a_misspelt_command_gets_a_suggestion(typed: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(commands, typed)
    assert (done.exit_code, said in done.output) == (code, True)


@pytest.mark.parametrize("name", ["Build", "Harvest", "Report", "Settings", "build", "harvest", "validate"])
def test_the_public_names_are_there_whatever_was_imported_before(name: str) -> None:
    program = (
        f"import iomgraph.build, iomgraph; assert callable(iomgraph.{name}); from iomgraph import {name}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
