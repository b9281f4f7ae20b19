"""Progress on a terminal: steps, counts and time left; nothing without a terminal or with --quiet."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from iomgraph.settings import resources

from ..doctor.publisher import Publisher, published

_COUNTS = r" … \S+ +\d+/\d+ +(?:\d:\d\d:\d\d|-:--:--)"
_STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

EXAMPLES = resources() / "docs/examples"
COMMANDS = {
    "build": (
        ["build", "--data", "mine", "--out", "out", "--no-site"],
        {"reconcile", "check", "write", "publish"},
    ),
    "verify": (["verify", "{release}", "--quick"], {"files"}),
    "harvest": (["harvest", "{tiny}", "-o", "pages.csv"], {"pages"}),
    "check": (["check", "{release}", "--profile", "iomgraph"], {"check"}),
    "doctor": (["doctor", "{url}", "--rate", "1000", "--samples", "1"], {"links"}),
}
"""Command to its arguments, and to the steps that are counted."""


def on_terminal(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; give its exit code, and what is drawn there."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    pieces: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(master, 65536):
                pieces.append(piece)
        except OSError:  # Linux says so that the other side is closed.
            pass

    reader = Thread(target=read)
    with subprocess.Popen(
        [sys.executable, "-m", "iomgraph", *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=slave,
    ) as process:
        os.close(slave)
        reader.start()
        code = process.wait(300)
    reader.join()
    os.close(master)
    return code, _STYLES.sub("", b"".join(pieces).decode())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_takes_long_shows_its_counts_on_a_terminal(
    name: str, tmp_path: Path, releases: tuple[Path, Path], tiny: Path
) -> None:
    arguments, steps = COMMANDS[name]
    if name == "build":
        init = ["init", "mine", "--from", str(EXAMPLES / "projects.csv")]
        subprocess.run(
            [sys.executable, "-m", "iomgraph", *init], cwd=tmp_path, check=True, capture_output=True
        )
    with published(Publisher()) as url:
        command = [one.format(release=releases[1], tiny=tiny, url=url) for one in arguments]
        code, drawn = on_terminal(command, tmp_path)
    counted = {step for step in steps if re.search(step + _COUNTS, drawn)}
    assert (code, counted) == (0, steps), drawn


@pytest.mark.parametrize("name", ["harvest", "doctor"])
def test_nothing_is_drawn_without_a_terminal_or_if_quiet(name: str, tmp_path: Path, tiny: Path) -> None:
    with published(Publisher()) as url:
        command = [one.format(tiny=tiny, url=url) for one in COMMANDS[name][0]]
        code, quiet = on_terminal([*command, "--quiet"], tmp_path)
        piped = subprocess.run(
            [sys.executable, "-m", "iomgraph", *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
    assert (code, quiet) == (0, "")
    assert " … " not in piped.stderr
    assert "\x1b" not in piped.stderr
