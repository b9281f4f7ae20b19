"""Input of `check`, and its messages where something was not read or not evaluated."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
SHAPES = """@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:Person a sh:NodeShape ; sh:targetClass :Person ; sh:property :Name , :State .
:Name sh:path :name ; sh:minCount 1 .
:State sh:path :state ; sh:class :State .
"""
GOOD = '@prefix : <http://e/> .\n:a a :Person ; :name "A" .\n'
BAD = "@prefix : <http://e/> .\n:b a :Person .\n"
PROJECT = '@prefix : <http://e/> .\n:c a :Person ; :name "C" ; :state :ken .\n'
STATES = "@prefix : <http://e/> .\n:ken a :State .\n:x a :Person .\n"
BROKEN = "@prefix : <http://e/> .\n:d :e ; oops .\n"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `iomgraph check` in a folder with some files of data, and shapes."""
    (tmp_path / "data").mkdir()
    texts = {"good": GOOD, "bad": BAD, "project": PROJECT, "states": STATES}
    for name, text in texts.items():
        (tmp_path / f"data/{name}.ttl").write_text(text, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")

    def check(*arguments: str, given: str = "", folder: str = ".") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "iomgraph", "check", *arguments],
            cwd=tmp_path / folder,
            input=given,
            capture_output=True,
            text=True,
            env={**os.environ, "LANG": "C"},
            check=False,
        )

    return check


def abouts(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [found["about"].removeprefix("http://e/") for found in json.loads(done.stdout)["findings"]]


NAMED = ("--shapes", "shapes.ttl", "-f", "json")


def test_standard_input_is_read_with_its_format(run: Run) -> None:
    done = run("-", "--data-format", "turtle", *NAMED, given=BAD)
    (found,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, found["place"]) == (1, {"file": "<stdin>", "line": 2, "offset": 1})
    assert run("-", "data/good.ttl", "--data-format", "turtle", *NAMED, given=BAD).returncode == 1
    without = run("-", *NAMED, given=BAD)
    assert without.returncode == 2
    assert "--data-format" in without.stderr


def test_folders_patterns_and_packed_files_are_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data/packed.nt.gz").write_bytes(
        gzip.compress(b"<http://e/p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Person> .\n")
    )
    assert sorted(abouts(run("data", *NAMED))) == ["b", "p", "x"]
    assert sorted(abouts(run("data/[bg]*.ttl", *NAMED))) == ["b"]


def test_several_shapes_are_one_graph(run: Run, tmp_path: Path) -> None:
    more = SHAPES.replace(":Person a", ":Other a").replace(":name", ":age").replace(":Name", ":Age")
    (tmp_path / "more.ttl").write_text(more, encoding="utf-8")
    done = run("data/good.ttl", "--shapes", "shapes.ttl", "--shapes", "more.ttl", "-f", "json")
    assert done.returncode == 1
    assert len(abouts(done)) == 1


def test_the_background_is_looked_at_and_not_reported_on(run: Run) -> None:
    alone, beside = (
        run("data/project.ttl", *NAMED),
        run("data/project.ttl", "--with", "data/states.ttl", *NAMED),
    )
    assert (alone.returncode, abouts(alone)) == (1, ["c"])
    assert (beside.returncode, abouts(beside)) == (0, [])


def test_a_local_import_is_reported_or_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "main.ttl").write_text(
        f"{GOOD}<> <http://www.w3.org/2002/07/owl#imports> <data/bad.ttl> .", encoding="utf-8"
    )
    alone = run("main.ttl", "--shapes", "shapes.ttl")
    assert alone.returncode == 2
    assert re.search(r"main\.ttl:3:\d+: .*data/bad\.ttl \[import-not-followed\]", alone.stderr)
    assert run("main.ttl", "--shapes", "shapes.ttl", "--allow-unevaluated").returncode == 0
    followed = run("main.ttl", "--follow-imports", *NAMED)
    assert (followed.returncode, abouts(followed), followed.stderr) == (1, ["b"], "")


def test_a_broken_file_is_named_in_the_report_and_the_others_are_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data/broken.ttl").write_text(BROKEN, encoding="utf-8")
    for more in ((), ("--allow-unevaluated",)):
        done = run("data/broken.ttl", "data/bad.ttl", *NAMED, *more)
        assert done.returncode == 2
        assert abouts(done) == ["b"]
        assert "data/broken.ttl:2:7: syntax error" in done.stderr
        assert '"syntax-error"' in done.stdout
    assert "syntax-error" in run("data/broken.ttl", "--shapes", "shapes.ttl", "-f", "sarif").stdout


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ("", "no-shapes"),
        (GOOD, "shapes"),
        (SHAPES.replace("sh:targetClass :Person ;", ""), "no-targets"),
        (SHAPES.replace("sh:targetClass :Person ;", "sh:targetClass :Nobody ;"), "no-focus-nodes"),
        (SHAPES.replace("sh:minCount", "sh:mincount"), "unknown-term"),
    ],
)
def test_what_is_not_evaluated_ends_with_2_and_can_be_allowed(
    run: Run, tmp_path: Path, shapes: str, said: str
) -> None:
    (tmp_path / "shapes.ttl").write_text(shapes, encoding="utf-8")
    done = run("data/good.ttl", "--shapes", "shapes.ttl")
    assert done.returncode == 2
    assert said in done.stderr
    assert "--allow-unevaluated" in done.stderr
    assert "Nothing found" not in done.stdout
    allowed = run("data/good.ttl", "--shapes", "shapes.ttl", "--allow-unevaluated")
    assert allowed.returncode == 0
    assert said in allowed.stderr


def test_entries_of_a_folder_that_were_not_read_are_reported_and_can_be_allowed(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "data/bad.ttl").unlink()
    (tmp_path / "more").mkdir()
    (tmp_path / "data/states.ttl").rename(tmp_path / "more/states.ttl")
    (tmp_path / "more/back").symlink_to(tmp_path / "data")
    (tmp_path / "data/more").symlink_to(tmp_path / "more")
    (tmp_path / "data/up").symlink_to(tmp_path)
    (tmp_path / "data/gone.ttl").symlink_to("nowhere.ttl")
    (tmp_path / "data/device.ttl").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "data/pipe.nt")
    (tmp_path / "data/empty.jsonld").write_text('{"name": "no context"}', encoding="utf-8")
    (tmp_path / "data/project.ttl").unlink()
    # The link to a folder that is walked anyway is not a loss; a pattern enters the links that it matches.
    left_out = {"device.ttl", "gone.ttl", "pipe.nt"}
    for path, told_of in (("data", {*left_out, "more"}), ("data/*", left_out)):
        done = run(path, "--shapes", "shapes.ttl")
        assert done.returncode == 2
        told = re.findall(r"^data/(\S+): .* \[(left-out|no-triples)\]$", done.stderr, re.MULTILINE)
        assert {("empty.jsonld", "no-triples")} <= set(told)
        assert {name for name, rule in told if rule == "left-out"} >= told_of
        allowed = run(path, "--shapes", "shapes.ttl", "--allow-unevaluated")
        assert allowed.returncode == (0 if path == "data" else 1)
        assert "data/pipe.nt: a pipe" in allowed.stderr


def test_the_format_of_shapes_and_of_a_background_can_be_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shapes.txt").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "states.txt").write_text(STATES, encoding="utf-8")
    without = run("data/good.ttl", "--shapes", "shapes.txt")
    assert without.returncode == 2
    assert "name the format with --shapes-format" in without.stderr
    assert run("data/good.ttl", "--shapes", "shapes.txt", "--shapes-format", "turtle").returncode == 0
    behind = ("data/project.ttl", "--with", "states.txt", *NAMED)
    assert "name the format with --data-format" in run(*behind).stderr
    assert run(*behind, "--data-format", "turtle").returncode == 0


def test_data_that_is_not_ours_needs_shapes(run: Run) -> None:
    done = run("data/good.ttl")
    assert done.returncode == 2
    assert "no shapes are named for data that is not ours: data/good.ttl" in done.stderr


def test_the_configuration_names_paths_shapes_and_formats_and_the_command_line_is_above_it(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.iomgraph.check]\npaths = ["data/b*.ttl"]\nshapes = ["shapes.ttl"]\nfail-on = "must"\n'
        'formats = ["json", "sarif=report.sarif"]\nbaseline = "known.json"\n',
        encoding="utf-8",
    )
    (tmp_path / "known.json").write_text('{"version": 1, "findings": {}}', encoding="utf-8")
    done = run()
    assert (done.returncode, abouts(done)) == (1, ["b"])
    assert (tmp_path / "report.sarif").stat().st_size > 100
    (tmp_path / "report.sarif").unlink()
    below = run(folder="data")
    assert (below.returncode, abouts(below)) == (1, ["b"])
    assert (tmp_path / "report.sarif").is_file()
    assert run("data/good.ttl", "-f", "csv").stdout.startswith("severity,")
    (tmp_path / "iomgraph.toml").write_text(
        '[check]\npaths = ["data/good.ttl"]\nshapes = ["shapes.ttl"]\n', encoding="utf-8"
    )
    assert run().returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check]\nshape = []", "did you mean shapes? Else use one of"),
        ('[check]\nshapes = "x"', "shapes is not a list of strings"),
        ("[check]\ntimeout = true", "timeout is not a number"),
        ("[check]\nshapes = [1]", "shapes is not a list of strings"),
        ('[check]\nfail-on = "never"', "never"),
        ("[check", "the configuration can't be read"),
    ],
)
def test_a_wrong_configuration_is_refused_with_its_file(
    run: Run, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "iomgraph.toml").write_text(text, encoding="utf-8")
    done = run("data/good.ttl", "--shapes", "shapes.ttl")
    assert done.returncode == 2
    assert said in done.stderr


def test_a_check_that_takes_more_memory_than_it_may_ends_with_2_and_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUST_BACKTRACE", "1")
    with (tmp_path / "large.nt").open("w", encoding="utf-8") as out:
        out.writelines(f"<http://e/{number}> <http://e/p> <http://e/C> .\n" for number in range(300_000))
    done = run("large.nt", "--shapes", "shapes.ttl", "--memory", "0.25")
    assert done.returncode == 2
    assert done.stderr == (
        "iomgraph: the check needs more memory than allowed\n  Next: allow more, or ask for less\n"
    )
    less = run("data/good.ttl", "--shapes", "shapes.ttl", "--memory", "0.0001")
    assert less.returncode == 2
    assert "'--memory': 0.0001 is not in the range x>=0.25" in less.stderr


@pytest.mark.parametrize(
    "paths",
    ["my data/bad one.ttl", "my data/bad one.ttl\ndata/good.ttl", "'my data/bad one.ttl' data/good.ttl"],
)
def test_the_action_takes_paths_with_spaces(run: Run, tmp_path: Path, paths: str) -> None:
    (tmp_path / "my data").mkdir()
    shutil.copy(tmp_path / "data/bad.ttl", tmp_path / "my data/bad one.ttl")
    shutil.copy(tmp_path / "shapes.ttl", tmp_path / "my shapes.ttl")
    action = yaml.safe_load((REPOSITORY / ".github/actions/check/action.yml").read_text(encoding="utf-8"))
    given = {"paths": paths, "shapes": "my shapes.ttl", "with": "data/states.ttl"}
    inputs = {name: given.get(name, described["default"]) for name, described in action["inputs"].items()}
    step = next(step for step in action["runs"]["steps"] if step.get("id") == "check")
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: str(inputs[found[1]]), value)
        for name, value in step["env"].items()
    }
    places = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, **env, **places, "RUNNER_TEMP": str(tmp_path), "PATH": path},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=my data/bad one.ttl,line=2")
