"""Arguments that no command takes: empty values, paths that lead nowhere, infinite numbers, pipes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from iomgraph.cli import COMMANDS, GROUPS, commands
from iomgraph.errors import SourceError
from iomgraph.validation.documents.files import expand


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", ""],
        ["check", "a.ttl", "--shapes", ""],
        ["check", "a.ttl", "--with", ""],
        ["build", "--out", ""],
        ["build", "--base-iri", ""],
        ["build", "--base-iri="],
        ["query", ""],
        ["verify", ""],
    ],
    ids=" ".join,
)
def test_an_empty_value_stands_for_nothing(arguments: list[str]) -> None:
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 2
    name = arguments[-1].removesuffix("=") or arguments[-2]
    assert f"The value after '{name}' is empty; a variable may not be set." in done.output


@pytest.mark.parametrize("arguments", [["check"], ["check", "--data"], ["words", "--data"], ["verify"]])
def test_a_link_that_leads_to_itself_is_refused(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    done = CliRunner().invoke(commands, [*arguments, str(tmp_path / "loop")])
    assert done.exit_code == 2
    assert "the link leads to itself" in done.output


@pytest.mark.parametrize("arguments", [["mcp"], ["init"], ["query", "--list", "--release"], ["check"]])
def test_a_path_that_no_file_can_have_is_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(commands, [*arguments, "x" * 5000])
    assert done.exit_code == 2
    assert "is too long" in done.output


@pytest.mark.parametrize("command", ["build", "verify"])
@pytest.mark.parametrize("name", ["../x", "/x", ".."])
def test_the_value_of_keep_is_a_name_in_the_release(command: str, name: str) -> None:
    done = CliRunner().invoke(commands, [command, "--keep", name])
    assert done.exit_code == 2
    assert "not the name of a file or folder" in done.output


@pytest.mark.parametrize(("named", "notes"), [([], 1), (["--data", "."], 0)])
def test_a_portfolio_in_the_current_folder_that_is_not_used_is_noted(
    named: list[str], notes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("portfolio.toml").touch()
    done = CliRunner().invoke(commands, ["harvest", "nowhere", "-o", "pages.csv", *named])
    assert done.exit_code != 0
    assert done.output.count("portfolio.toml in this folder is not used; to use it, add --data .") == notes


@pytest.mark.parametrize("command", ["verify", "serve", "mcp", "diff"])
def test_a_folder_that_is_not_there_is_named_as_such(command: str, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    done = CliRunner().invoke(commands, [command, nowhere, *([nowhere] if command == "diff" else [])])
    assert "no such folder" in f"{done.output} {done.exception}"
    assert nowhere in f"{done.output} {done.exception}"


@pytest.mark.parametrize("number", ["inf", "nan", "-inf", "0"])
@pytest.mark.parametrize("option", ["--timeout", "--memory"])
def test_bounds_are_finite_numbers(option: str, number: str) -> None:
    done = CliRunner().invoke(commands, ["check", "a.ttl", option, number])
    assert done.exit_code == 2
    assert "Invalid value" in done.output


@pytest.mark.parametrize("name", ["pipe.ttl", "pipe"])
def test_a_pipe_is_refused_by_name_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(SourceError, match=f"can't be read twice: .*{name}"):
        expand([tmp_path / name])


def test_every_command_can_tell_its_use() -> None:
    for name in COMMANDS:
        assert CliRunner().invoke(commands, [name, "--help"]).exit_code == 0


def test_commands_are_listed_once_each_below_their_purpose() -> None:
    said = CliRunner().invoke(commands, ["--help"], terminal_width=100).output
    places = [said.index(f"\n{purpose}:\n") for purpose in GROUPS]
    assert places == sorted(places)
    for name in COMMANDS:
        assert len(re.findall(rf"^  {name} +\S", said, re.MULTILINE)) == 1, name
