"""`iomgraph check` as people and CI servers meet it: formats, exit codes, the baseline, the action."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from openpyxl import load_workbook
from rdflib import RDF, SH, Graph

from iomgraph.settings import resources
from iomgraph.sources import tables

from ..benchmarks.portfolio import pages_alone

REPOSITORY = Path(__file__).parents[2]
SHAPES = """@prefix : <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:Person a sh:NodeShape ; sh:targetClass :Person ; sh:property :Age , :Colour .
:Age sh:path :age ; sh:datatype xsd:integer ; sh:minCount 1 ;
  sh:name "Age"@en , "Âge"@fr ; sh:message "An age is a number."@en , "Un âge est un nombre."@fr ;
  sh:description "Write digits."@en .
:Colour sh:path :colour ; sh:in ( "red" "=1+1" ) ; sh:severity sh:Warning .
"""
PEOPLE = """@prefix : <http://e/> .

:anna a :Person ;
  :age "old" .
:bea a :Person .
:carl a :Person ; :age 3 ; :colour "red" ,
    "=cmd|x" .
"""
LINES = [4, 5, 7]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `iomgraph check` in a folder with a stranger's file of three faults, and shapes for it."""
    (tmp_path / "people.ttl").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")

    def check(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "iomgraph", "check", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "LANG": "C", **env},
            check=False,
        )

    return check


STRANGER = ("people.ttl", "--shapes", "shapes.ttl")


def test_text_shows_place_value_and_what_to_do_and_ends_with_counts(run: Run) -> None:
    done = run(*STRANGER)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "people.ttl"
    assert [int(found) for found in re.findall(r"^  (\d+):\d+ ", done.stdout, re.MULTILINE)] == LINES
    assert "'old'" in done.stdout
    assert "→ Write digits." in done.stdout
    assert lines[-2] == "2 Blocking (sh:Violation), 1 Fix (sh:Warning), 0 Note (sh:Info)"
    assert re.fullmatch(r"Evaluated in [\d.]+ s: shapes 1, focus nodes 3, constraints 3", lines[-1])
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("how", [{"LANG": "fr_FR.UTF-8"}, {"LC_ALL": "fr", "LANG": "es"}])
def test_text_speaks_the_language_of_the_environment(run: Run, how: dict[str, str]) -> None:
    assert "Un âge est un nombre." in run(*STRANGER, **how).stdout
    assert "An age is a number." in run(*STRANGER, "--lang", "en", **how).stdout


def test_json_has_the_places(run: Run) -> None:
    report = json.loads(run(*STRANGER, "-f", "json").stdout)
    assert [found["place"]["line"] for found in report["findings"]] == LINES
    assert report["conforms"] is False


def test_turtle_is_a_validation_report(run: Run) -> None:
    graph = Graph().parse(data=run(*STRANGER, "-f", "ttl").stdout, format="turtle")
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == 3


def test_sarif_has_rules_places_and_fingerprints(run: Run) -> None:
    log = json.loads(run(*STRANGER, "-f", "sarif").stdout)
    (ran,) = log["runs"]
    assert (log["version"], ran["tool"]["driver"]["name"]) == ("2.1.0", "iomgraph")
    rules = ran["tool"]["driver"]["rules"]
    assert rules[0] == {"id": ":Age", "shortDescription": {"text": "Age"}, "help": {"text": "Write digits."}}
    for result, line in zip(ran["results"], LINES, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "people.ttl"}
        assert place["region"]["startLine"] == line
        assert place["region"]["startColumn"] >= 1
    assert [result["level"] for result in ran["results"]] == ["error", "error", "warning"]
    assert len({result["partialFingerprints"]["iomgraph/v1"] for result in ran["results"]}) == 3


def test_junit_has_a_case_a_rule(run: Run) -> None:
    suite = ElementTree.fromstring(run(*STRANGER, "-f", "junit").stdout).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    texts = "\n".join(failure.text or "" for failure in suite.iter("failure"))
    assert [int(line) for line in re.findall(r"people\.ttl:(\d+):", texts)] == LINES


def test_github_gets_annotations(run: Run) -> None:
    lines = run(*STRANGER, "-f", "github").stdout.splitlines()
    assert lines[0] == "::error file=people.ttl,line=4,col=8,title=%3AAge::An age is a number. (old)"
    assert [int(line) for line in re.findall(r",line=(\d+),", "\n".join(lines))] == LINES


def test_markdown_sums_up(run: Run) -> None:
    text = run(*STRANGER, "-f", "markdown").stdout
    assert text.startswith("## 2 Blocking (sh:Violation), 1 Fix (sh:Warning), 0 Note (sh:Info)\n")
    assert [int(line) for line in re.findall(r"^\| people\.ttl:(\d+):", text, re.MULTILINE)] == LINES
    assert "=cmd\\|x" in text


def test_csv_is_a_table_in_which_nothing_is_a_formula(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*STRANGER, "-f", "csv").stdout)))
    assert [int(row["line"]) for row in rows] == LINES
    assert rows[2]["value"] == "'=cmd|x"


def test_a_workbook_lists_the_findings_and_holds_no_formula(run: Run, tmp_path: Path) -> None:
    run(*STRANGER, "-o", "xlsx=report.xlsx")
    sheet = load_workbook(tmp_path / "report.xlsx")["findings"]
    places = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert [int(str(place).split(":")[1]) for place in places if place] == LINES
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


def test_a_workbook_copies_our_tables_with_the_failing_cells_marked(run: Run, tmp_path: Path) -> None:
    pages_alone(resources() / "data", tmp_path / "data")
    table = tmp_path / "data/idf/pages.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[16] |= {"end_year": "=20244", "budget": "a lot"}
    tables.write(table, list(rows[0]), rows)
    done = run("--data", "data", "-o", "xlsx=report.xlsx", "-f", "json")
    bad = [found for found in json.loads(done.stdout)["findings"] if found["severity"] == "must"]
    assert bad
    sheet = load_workbook(tmp_path / "report.xlsx")["pages"]
    header = [cell.value for cell in sheet[1]]
    for found in bad:
        cell = sheet.cell(found["place"]["row"] + 1, header.index(found["place"]["column"]) + 1)
        assert cell.value == found["value"]
        assert cell.comment is not None
        assert found["rule"] in cell.comment.text
        assert cell.fill.fgColor.rgb == "00F4B6B6"


def test_several_reports_are_written_at_once(run: Run, tmp_path: Path) -> None:
    kinds = ("json", "ttl", "sarif", "junit", "github", "markdown", "csv", "xlsx")
    outputs = [part for kind in kinds for part in ("-o", f"{kind}=out.{kind}")]
    done = run(*STRANGER, *outputs, "-f", "csv")
    assert done.returncode == 1
    assert all((tmp_path / f"out.{kind}").stat().st_size > 100 for kind in kinds)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize(("level", "code"), [("must", 0), ("should", 1), ("may", 1)])
def test_the_severity_that_fails_can_be_chosen(run: Run, tmp_path: Path, level: str, code: int) -> None:
    (tmp_path / "people.ttl").write_text('@prefix : <http://e/> . :a a :Person ; :age 1 ; :colour "x" .')
    assert run(*STRANGER, "--fail-on", level).returncode == code


def test_our_own_tables_pass_and_every_finding_on_a_page_has_its_cell_and_its_page(run: Run) -> None:
    done = run("-f", "json")
    assert done.returncode == 0
    found = [one for one in json.loads(done.stdout)["findings"] if one.get("source")]
    assert len(found) > 50
    for one in found:
        assert one["place"]["file"] in ("data/idf/pages.csv", "data/iom/activities.csv")
        assert one["place"]["row"]
        assert one["place"]["column"]
        assert one["source"]["line"]


def test_a_release_is_checked_as_a_whole(run: Run, tmp_path: Path, portfolio_release: Path) -> None:
    (tmp_path / "dist").symlink_to(portfolio_release)
    done = run("dist", "-f", "json")
    assert done.returncode == 0
    places = {one["place"]["file"] for one in json.loads(done.stdout)["findings"]}
    assert places == {"dist/iomgraph.nq.gz"}


def test_a_baseline_lets_only_new_findings_fail_wherever_the_old_ones_move(run: Run, tmp_path: Path) -> None:
    assert run(*STRANGER, "--baseline", "known.json", "--update-baseline").returncode == 0
    before = (tmp_path / "known.json").read_text(encoding="utf-8")
    (tmp_path / "people.ttl").write_text(PEOPLE.replace("\n\n", "\n\n\n# moved\n\n"), encoding="utf-8")
    again = run(*STRANGER, "--baseline", "known.json")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "Nothing found; 3 known already")
    (tmp_path / "people.ttl").write_text(PEOPLE + ':dora a :Person ; :age "young" .\n', encoding="utf-8")
    worse = run(*STRANGER, "--baseline", "known.json")
    assert worse.returncode == 1
    assert "http://e/dora" in worse.stdout
    assert "http://e/anna" not in worse.stdout
    assert (tmp_path / "known.json").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.ttl",), "can't be read"),
        (("people.ttl", "-f", "docx"), "unknown report format: docx"),
        (("people.ttl", "-o", "sarif"), "an output is FORMAT=FILE"),
        (("people.ttl", "-o", "csv=nowhere/x.csv"), "the folder does not exist"),
        (("people.ttl", "--baseline", "missing.json"), "the baseline can't be read"),
        (("people.ttl", "--baseline", "/dev/zero"), "the baseline is not a file: /dev/zero"),
        (("people.ttl", "--baseline", "shapes.ttl"), "this is not a baseline"),
        (("people.ttl", "--update-baseline"), "no baseline is named"),
        ((".",), "no shapes are named"),
        (("people.ttl", "--shapes", "nowhere"), "no such file or folder: nowhere"),
        (("people.ttl", "--shapes", "people.csv"), "no such file"),
        (("people.ttl", "--timeout", "0"), "--timeout"),
    ],
)
def test_a_check_that_can_not_run_ends_with_2_and_the_reason(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_syntax_error_ends_with_2_and_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.ttl").write_text("@prefix : <http://e/> .\n:a :b ; oops .\n", encoding="utf-8")
    done = run(*STRANGER)
    assert done.returncode == 2
    assert "people.ttl:2:7" in done.stderr or "people.ttl:2:9" in done.stderr


def test_imports_are_reported_once_and_not_followed(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "shapes.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write("<> <http://www.w3.org/2002/07/owl#imports> <http://e/more> .\n")
    assert run(*STRANGER).stderr == "owl:imports is not followed: http://e/more\n"


def test_the_first_fifty_are_shown_and_where_the_rest_is(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "people.ttl").open("a", encoding="utf-8") as people:
        people.writelines(f":p{number} a :Person .\n" for number in range(1000))
    text = run(*STRANGER).stdout
    assert text.count(" Blocking http://e/") == 50
    assert "… and 953 more; all of them: --output FORMAT=FILE" in text
    assert "\n1,002 Blocking (sh:Violation), 1 Fix (sh:Warning), 0 Note (sh:Info)\n" in text


def test_the_action_annotates_sums_up_and_fails_as_check_does(run: Run, tmp_path: Path) -> None:
    action = yaml.safe_load((REPOSITORY / ".github/actions/check/action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    given = {"paths": "people.ttl", "shapes": "shapes.ttl", "upload": "false"}
    inputs = {name: given.get(name, described["default"]) for name, described in action["inputs"].items()}
    step = next(step for step in action["runs"]["steps"] if step.get("id") == "check")
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: str(inputs[found[1]]), value)
        for name, value in step["env"].items()
    }
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            **env,
            **files,
            "RUNNER_TEMP": str(tmp_path),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=people.ttl,line=4")
    assert "2 Blocking" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    sarif = (tmp_path / "GITHUB_OUTPUT").read_text(encoding="utf-8").strip().removeprefix("sarif=")
    assert len(json.loads(Path(sarif).read_text(encoding="utf-8"))["runs"][0]["results"]) == 3


def test_the_hook_runs_on_rdf_files_and_fails_as_check_does(run: Run, tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert re.search(hook["files"], "people.ttl")
    assert not re.search(hook["files"], "people.csv")
    command, *arguments = hook["entry"].split()
    done = subprocess.run(
        [str(Path(sys.executable).parent / command), *arguments, "--shapes", "shapes.ttl", "people.ttl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "people.ttl" in done.stdout


def test_every_finding_on_our_own_tables_has_its_cell(run: Run) -> None:
    found = json.loads(run("-f", "json").stdout)["findings"]
    assert len(found) > 500
    # A file of activities is not a row of a table: it has no cell.
    nowhere = {one.get("about") for one in found if not one.get("place", {}).get("row")}
    assert nowhere <= {"captures:iom_reported_latest.xml"}


def test_losses_since_the_previous_release_are_found(
    run: Run, tmp_path: Path, portfolio_release: Path
) -> None:
    (tmp_path / "dist").symlink_to(portfolio_release)
    shutil.copytree(resources() / "data", tmp_path / "data")
    table = tmp_path / "data/idf/pages.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept = [row | {"theme": ""} for row in rows if row["project_id"] != "LM.0024"]
    tables.write(table, list(rows[0]), kept)
    done = run("--data", "data", "--against", "dist", "-f", "json")
    found = {one["rule"]: one for one in json.loads(done.stdout)["findings"]}
    assert found["gone-project"]["about"] == "projects:LM.0024"
    assert found["gone-project"]["place"] == {"file": "dist/iomgraph.nq.gz"}
    assert found["emptied-column"]["value"] == "iom:theme"
    assert run("--data", "data", "--against", "nowhere").returncode == 2
    assert run("people.ttl", "--against", "dist").returncode == 2


def test_nothing_has_gone_since_a_release_of_the_same_tables(run: Run, portfolio_release: Path) -> None:
    done = run("--against", str(portfolio_release), "-f", "json")
    rules = {one["rule"] for one in json.loads(done.stdout)["findings"]}
    assert not rules & {"gone-project", "emptied-column"}
