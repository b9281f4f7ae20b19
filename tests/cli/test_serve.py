"""`iomgraph serve` that can't run says why, and what to do, with exit code 2."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from iomgraph.serving import server


def run(*arguments: str, without: str = "nothing_of_this_name") -> tuple[int, str]:
    """Run the command line where a library is not installed; give exit code and standard error."""
    program = f"import sys; sys.modules[{without!r}] = None; from iomgraph.cli import main; main()"
    command = [sys.executable, "-P", "-c", program, "serve", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize("library", ["granian", "uvloop", "prometheus_client"])
def test_the_extra_is_named_where_it_is_missing(library: str) -> None:
    code, said = run("dist", without=library)
    assert code == 2
    assert f"the server needs {library}" in said
    assert "pip install '.[serve]' in a checkout" in said


def test_the_address_to_open_is_printed_once_the_server_answers(portfolio_release: Path) -> None:
    command = [sys.executable, "-m", "iomgraph", "serve", str(portfolio_release), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as serving:
        try:
            assert serving.stdout
            line = serving.stdout.readline()
            found = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+/) \(Ctrl\+C ends the server\)\n", line)
            assert found, line
            with urllib.request.urlopen(f"{found[1]}healthz", timeout=60) as answer:
                assert answer.status == 200
        finally:
            serving.terminate()


@pytest.mark.parametrize(
    ("host", "expected"),
    [("0.0.0.0", "http://localhost:8/"), ("::", "http://localhost:8/"), ("::1", "http://[::1]:8/")],
)
def test_the_address_to_open_is_one_that_a_browser_opens(host: str, expected: str) -> None:
    assert server._to_open(host, 8) == expected


def test_a_folder_without_a_release_is_named(tmp_path: Path) -> None:
    code, said = run(str(tmp_path), "--port", "0")
    assert code == 2
    assert "Next: " in said
    assert "Traceback" not in said
    assert "Next: name the folder of a release" in said
    assert "Error" not in said.partition("(")[0]


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run(str(tmp_path), "--port", str(port))
    assert code == 2
    assert f"can't listen on the address (Address already in use): 127.0.0.1:{port}" in said
    assert "name another port (--port 0: any that is free)" in said


@pytest.mark.parametrize(
    "arguments", [("--workers", "0"), ("--port", "99999"), ("--timeout", "0"), ("--rows", "x")]
)
def test_a_value_out_of_range_is_named(arguments: tuple[str, str]) -> None:
    code, said = run("dist", *arguments)
    assert code == 2
    assert f"'{arguments[0]}'" in said


def test_a_host_that_can_have_no_address_is_refused(tmp_path: Path) -> None:
    code, said = run(str(tmp_path), "--host", "a" * 64, "--port", "0")
    assert code == 2
    assert "this is not the name of a host" in said
