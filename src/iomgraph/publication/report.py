"""Reports: the SHACL report as Turtle, and the findings as JSON."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, RDFS, SH, XSD, Graph, URIRef

from iomgraph.findings import Findings, Severity
from iomgraph.mapping.nquads import iri
from iomgraph.publication.pieces import write_list
from iomgraph.release import turtle
from iomgraph.release.lines import ordered
from iomgraph.release.runs import merged
from iomgraph.validation.shacl import Path as ShaclPath
from iomgraph.validation.shacl import ValidationResult

TURTLE = "report.ttl"
JSON = "findings.json"


_RANKS = turtle.ranks([f"{SH}result"])
_PATH = "path-"
"""The start of the names of nodes that describe paths."""
_PATHS = 1_000
"""Most paths whose nodes are remembered, since results share a few."""
_SHARED = 1_000
"""Most shapes whose statements in results are remembered, by component and messages."""
_KIND = f"<{RDF.type}>", f"<{SH.ValidationResult}>"
_FOCUS, _VALUE, _ROUTE = f"<{SH.focusNode}>", f"<{SH.value}>", f"<{SH.resultPath}>"
_COMPONENT, _SHAPE = f"<{SH.sourceConstraintComponent}>", f"<{SH.sourceShape}>"
_SEVERITY, _MESSAGE = f"<{SH.resultSeverity}>", f"<{SH.resultMessage}>"
_BREAK = b"\r"
"""The break in a block of Turtle that stands on one line: such a character is escaped in it."""


class ShaclReport:
    """A validation report (SHACL, section 3.6) with the same bytes for the same results.

    Nodes have IRIs, like everything that we publish; the IRI of a result is a hash of its contents. The
    `sh:sparql` value of a result is left out if it is a blank node of the shapes, which nobody else could
    look up.

    Args:
        prefixes: prefix to IRI.
        base_iri: the report is `<base>report`, a result `<base>report#` and its name.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "report.ttl")
        >>> ShaclReport({}, "https://data.example.org/").write(path, tuple)
        >>> print(path.read_text().expandtabs(4), end="")
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <BLANKLINE>
        <https://data.example.org/report> a sh:ValidationReport ;
            sh:conforms true .
    """

    def __init__(self, prefixes: Mapping[str, str], base_iri: str) -> None:
        self._prefixes = {**prefixes, "sh": str(SH)}
        self._report, self._serializer = report_iri(base_iri), turtle.Serializer(self._prefixes)

    def run(self, results: Iterable[ValidationResult]) -> bytes:
        """Make a sorted run of the blocks of some results and their paths, one per line, for `write`."""
        things, paths = dict[str, list[str]](), set[str]()
        for result in results:
            name, (kind, *others), path = _described(result, self._report)
            things[_subject(name)] = [kind, *sorted({*others})]
            paths.update(path)
        things |= {
            name: list(some) for name, some in itertools.groupby(turtle.arranged(paths, _RANKS), _subject)
        }
        if not things:
            return b""
        names = sorted(things)
        statements = "".join(itertools.chain.from_iterable(things[name] for name in names))
        blocks = self._serializer.text(statements.encode()).strip(b"\n").split(b"\n\n")
        rows = zip(names, blocks, strict=True)
        return b"".join(b"%b\t%b\n" % (name.encode(), block.replace(b"\n", _BREAK)) for name, block in rows)

    def write(self, path: Path, runs: Callable[[], Iterable[bytes]]) -> None:
        """Write the report.

        Args:
            path: the file.
            runs: gives the runs of all results, which are read twice.
        """
        with path.open("wb") as out:
            writer = turtle.Writer(self._prefixes, out)
            writer.append(self._serializer.text(self._head(runs())))
            for some in merged(runs()):
                for line in some:
                    writer.append(b"\n" + line.partition(b"\t")[2].replace(_BREAK, b"\n"))

    def _head(self, runs: Iterable[bytes]) -> bytes:
        """The statements of the report itself."""
        names = (line.partition(b"\t")[0].decode() for some in merged(runs) for line in some)
        path = f"<{self._report}#{_PATH}"
        found = [f"<{self._report}> <{SH.result}> {name}> .\n" for name in names if not name.startswith(path)]
        statements = turtle.arranged([*head(self._report, conforms=not found), *found], _RANKS)
        return "".join(statements).encode()


def _subject(line: str) -> str:
    """The name that a statement begins with, without what closes it, so that it precedes those below it."""
    return line[: line.index(">")]


def report_iri(base_iri: str) -> str:
    """Name the report of a dataset.

    Example:
        >>> report_iri("https://data.example.org/")
        'https://data.example.org/report'
    """
    return f"{base_iri}report"


def head(report: str, *, conforms: bool) -> Iterator[str]:
    """Yield the statements of a report itself, as lines of N-Triples.

    Args:
        report: its IRI.
        conforms: whether the report has no results.
    """
    yield _line(iri(report), RDF.type, iri(str(SH.ValidationReport)))
    yield _line(iri(report), SH.conforms, f'"{str(conforms).lower()}"^^{iri(str(XSD.boolean))}')


def lines(result: ValidationResult, report: str) -> Iterator[str]:
    """Yield the statements of one result of a report, as lines of N-Triples."""
    name, own, path = _described(result, report)
    yield _line(iri(report), SH.result, name)
    yield from own
    yield from path


def _described(result: ValidationResult, report: str) -> tuple[str, list[str], list[str]]:
    """The name of a result, its lines, its type first, and those of its path."""
    parts = [_KIND, (_FOCUS, str(result.focus_node))]
    if result.value is not None:
        parts.append((_VALUE, str(result.value)))
    parts += _shared(result.component, result.source_shape, result.severity, result.messages)
    route, path = _path(result.path, report)
    if route:
        parts.append((_ROUTE, route))
    text = "\x1f".join([object_ for _, object_ in parts])
    name = f"<{report}#{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}>"
    return name, [f"{name} {predicate} {object_} .\n" for predicate, object_ in parts], path


@lru_cache(_SHARED)
def _shared(
    component: ox.NamedNode,
    shape: ox.NamedNode | ox.BlankNode,
    severity: ox.NamedNode,
    messages: tuple[ox.Literal, ...],
) -> list[tuple[str, str]]:
    """The predicates and objects that many results have in common."""
    terms = [(_COMPONENT, component), (_SHAPE, shape), (_SEVERITY, severity)]
    return [(name, str(term)) for name, term in (*terms, *((_MESSAGE, message) for message in messages))]


@lru_cache(_PATHS)
def _path(path: ShaclPath | None, report: str) -> tuple[str, list[str]]:
    """The node of a path, and the lines that describe it; empty for a predicate."""
    if path is None or not path.operator:
        return (str(path) if path else ""), []
    graph = Graph()
    top = path.write(graph)
    graph.add((top, RDF.type, RDFS.Resource))
    dataset = ox.Dataset(ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    key = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    node, lines = "", []
    for quad in dataset:
        subject, predicate, object_ = (_named(term, f"{report}#{_PATH}{key}-") for term in quad.triple)
        if predicate == str(ox.NamedNode(str(RDF.type))):
            node = subject
        else:
            lines.append(f"{subject} {predicate} {object_} .\n")
    return node, lines


def _named(term: Any, start: str) -> str:
    return f"<{start}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def _line(subject: str, predicate: URIRef, object_: str) -> str:
    return f"{subject} <{predicate}> {object_} .\n"


def write_findings(path: Path, findings: Findings) -> None:
    """Write findings as JSON, the gravest first, one per line, after their numbers by severity.

    Args:
        path: the file.
        findings: in any order; only a part is in memory at a time.
    """
    counts = {severity.word: findings.severities[severity] for severity in sorted(Severity, reverse=True)}
    head = f'{{"counts": {json.dumps(counts)},\n"findings": ['
    lines = ordered(map(_numbered, findings.written(), itertools.count()))
    write_list(path, head.encode(), (line.rpartition("\t")[2][:-1].encode() for line in lines))


def _numbered(written: bytes, number: int) -> str:
    """A finding after the text that sorts it, with a number that distinguishes equal ones."""
    rank, _, text = written.decode("utf-8", "surrogatepass").partition("\t")
    return f"{rank} {number:09}\t{text}\n"
