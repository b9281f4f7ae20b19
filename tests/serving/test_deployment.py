"""The examples of deployment are what their programs take."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from iomgraph import serving
from iomgraph.cli.serve import serve

FOLDER = Path(str(serving.__file__)).parent / "deployment"


def options(text: str) -> set[str]:
    """The options of `iomgraph serve` that a text gives."""
    return set(re.findall(r"--(?:host|port|workers|[a-z-]+)\b", text))


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; include {FOLDER}/nginx.conf; }}\n"
    )
    done = subprocess.run(
        ["nginx", "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not there")
def test_systemd_takes_its_unit(tmp_path: Path) -> None:
    unit = tmp_path / "iomgraph.service"
    text = (FOLDER / "iomgraph.service").read_text()
    unit.write_text(text.replace("/opt/iomgraph/bin/iomgraph", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_units_and_images_give_options_that_there_are() -> None:
    known = options(CliRunner().invoke(serve, ["--help"]).output)
    for name in ("iomgraph.service", "Dockerfile"):
        (line,) = re.findall(r"^(?:ExecStart=|ENTRYPOINT ).*$", (FOLDER / name).read_text(), re.MULTILINE)
        assert "/dist" in line
        given = options(line)
        assert given
        assert given <= known
