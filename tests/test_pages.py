"""README and docs/: every block for the shell runs as it is printed, in the order of its page.

A line that starts a server runs beside the following ones if it ends in `&`, and else until it answers, at a
free port in place of the printed one. A line
whose comment says `exit code 1` has to end with it, any other with 0. A block below `<!-- not run: … -->` is
left out, and counted here.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from iomgraph.build import Build
from iomgraph.settings import resources

ROOT = resources()
PAGES = {
    path.name: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *ROOT.glob("docs/*.md"))
}
ELSEWHERE = {
    "verify-and-diff.md": "test_readme.py: it builds two releases",
    "spreadsheets.md": "claims/test_spreadsheets.py: its files belong into a folder",
    "portfolio.md": "docs/test_guides.py: the release and the server are looked into",
    "iati.md": "docs/test_guides.py: the table is compared with the file",
    "reconcile.md": "reconciliation/test_table.py: its tables are compared, too",
}
"""Pages whose blocks another test runs."""

LEFT_OUT = {
    "README.md": ["installs packages from an index"] * 2,
    "check-in-ci.md": ["installs packages from an index"],
    "cluster.md": ["needs a cluster", "needs a cluster", "needs a cluster"],
    "deploy.md": ["needs a host", "needs a host", "needs a host", "needs Docker"],
    "first-answers.md": ["installs packages from an index"] * 2,
    "serve.md": ["installs packages from an index"],
    "serve-from-a-store.md": ["for a store of your own"],
    "use-the-data.md": ["installs packages from an index"],
}
"""Page to the reasons of the blocks that are not run."""

PYTHON = {"first-answers.md", "python.md"}
"""Pages whose blocks of Python run after those for the shell, as one program."""

PYTHON_ELSEWHERE = {
    "check.md": "test_readme.py",
    "reconcile.md": "reconciliation/test_table.py",
    "spreadsheets.md": "claims/test_spreadsheets.py",
    "use-the-data.md": "test_readme.py",
    "verify-and-diff.md": "test_readme.py",
}
"""Page to the test that runs its Python."""

NOT_RUN = {"csv", "json", "sparql", "sql", "text", "toml", "turtle", "yaml"}
"""Languages of blocks that are files, or are shown; those of files are written where the page names them."""

_BLOCK = re.compile(
    r"(?:<!-- not run: (.*?) -->\n)?^```(\w+)(?: (\S+))?\n(.*?)^```\n(?:\nSave it as `(\S+?)`)?", re.M | re.S
)
_PORTS = {"iomgraph serve": ("8000", "--port {0}"), "oxigraph serve": ("7878", "--bind localhost:{0}")}
SHELL = sorted(
    name
    for name, text in PAGES.items()
    if name in PYTHON
    or (name not in ELSEWHERE and any(one[2] == "sh" and not one[1] for one in _BLOCK.finditer(text)))
)


def test_blocks_that_are_not_run_are_known_with_their_reasons() -> None:
    found = {name: [one[1] for one in _BLOCK.finditer(text) if one[1]] for name, text in PAGES.items()}
    assert {name: reasons for name, reasons in found.items() if reasons} == LEFT_OUT
    assert len(SHELL) >= 6
    for name, test in ELSEWHERE.items():
        assert (
            (ROOT / "tests" / test.partition(":")[0])
            .read_text(encoding="utf-8")
            .count(name.partition(".")[0])
        )


def test_every_block_of_python_runs_in_a_test_and_no_block_is_of_an_unknown_language() -> None:
    blocks = {(name, one[2]) for name, text in PAGES.items() for one in _BLOCK.finditer(text)}
    assert {language for _, language in blocks} - {"sh", "python"} <= NOT_RUN
    run = {(name, one[2]) for name, text in PAGES.items() for one in _BLOCK.finditer(text) if not one[1]}
    assert {name for name, language in run if language == "python"} == PYTHON | PYTHON_ELSEWHERE.keys()
    for name, test in PYTHON_ELSEWHERE.items():
        text = (ROOT / "tests" / test).read_text(encoding="utf-8")
        assert f'"{name.removesuffix(".md")}"' in text or f"docs/{name}" in text, name


@pytest.mark.slow
@pytest.mark.parametrize("page", SHELL)
def test_the_blocks_of_a_page_run_as_they_are_printed(
    page: str, tmp_path: Path, site_build: tuple[Build, Path]
) -> None:
    clone = _clone(tmp_path, site_build[1])
    ports = {printed: _free() for printed, _ in _PORTS.values()}
    ran, script = 0, ""
    with ExitStack() as servers:
        for found in _BLOCK.finditer(PAGES[page]):
            reason, language, name, text, saved = found.groups()
            if name or saved:
                (clone / (name or saved)).write_text(text, encoding="utf-8")
            if language == "python" and page in PYTHON:
                script += text
            if language != "sh" or reason:
                continue
            for line in text.replace("\\\n", "").splitlines():
                _run(line, clone, ports, servers)
                ran += 1
        if script:
            _run(f"python -P -c {shlex.quote(script)}", clone, ports, servers)
            ran += 1
    assert ran


def _run(line: str, clone: Path, ports: dict[str, int], servers: ExitStack) -> None:
    for printed, port in ports.items():
        line = line.replace(f":{printed}", f":{port}")
    begins = next((one for one in _PORTS if line.startswith(one)), None)
    if begins:
        printed, option = _PORTS[begins]
        command = line.partition(" #")[0].rstrip(" &")
        server = _server(f"{command} {option.format(ports[printed])}", clone, ports[printed])
        if line.partition(" #")[0].rstrip().endswith("&"):
            servers.enter_context(server)
        else:
            with server:  # Until it answers: whoever follows the page ends it before the next command.
                pass
        return
    expected = int(found[1]) if (found := re.search(r"# .*exit code (\d)", line)) else 0
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=clone,
        env=_environment(clone),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == expected, f"{line}\n{done.stdout[-1000:]}{done.stderr[-2000:]}"
    # A client that gets an error page is content with it.
    assert expected == 2 or "iomgraph: " not in done.stderr, done.stderr
    assert not (line.startswith("curl") and re.search(r'"status": ?[45]\d\d', done.stdout)), done.stdout


@contextmanager
def _server(command: str, clone: Path, port: int) -> Iterator[None]:
    log = clone / f"{port}.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            shlex.split(command), cwd=clone, env=_environment(clone), stdout=out, stderr=out
        ) as process,
    ):
        try:
            end = time.monotonic() + 120
            while not _answers(port):
                assert process.poll() is None, f"{command}\n{log.read_text()[-2000:]}"
                assert time.monotonic() < end, command
                time.sleep(0.2)
            yield
            assert process.poll() is None, f"{command}\n{log.read_text()[-2000:]}"
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    """Tell if a server answers; one that listens already may still be loading its release."""
    done = subprocess.run(
        ["curl", "--silent", "--output", os.devnull, "--max-time", "60", f"http://localhost:{port}/"],
        check=False,
    )
    return done.returncode == 0


def _clone(folder: Path, release: Path) -> Path:
    """Make a folder that looks like a clone in which `make build` has run and `.venv` is active."""
    clone = folder / "clone"
    (clone / ".venv/bin").mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in (".venv", "dist"):
            (clone / path.name).symlink_to(path)
    (clone / "dist").symlink_to(release)
    program = clone / ".venv/bin/iomgraph"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m iomgraph "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return clone


def _environment(clone: Path) -> dict[str, str]:
    path = f"{clone / '.venv/bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    source = os.pathsep.join(one for one in sys.path if Path(one).is_dir())
    return {**os.environ, "PATH": path, "PYTHONPATH": source, "NO_PROXY": "*", "LANG": "en_US.UTF-8"}


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
