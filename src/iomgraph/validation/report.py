"""Validation for everybody: any data, any shapes, one report whose findings know their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox
from rdflib import Dataset, Graph, URIRef

from iomgraph.errors import OntologyError
from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.documents import Documents, read
from iomgraph.validation.documents.positions import Wanted
from iomgraph.validation.reports import graph
from iomgraph.validation.reports.phrases import evaluated, severity
from iomgraph.validation.rulebook import SEVERITIES, Rule, Rulebook, open_shapes
from iomgraph.validation.shacl import (
    CompiledShapes,
    TimeLimitError,
    ValidationResult,
    compile_shapes,
    exact_quads,
    pyshacl_results,
)
from iomgraph.validation.shacl.terms import to_oxigraph

Data = Graph | Dataset | ox.Store | str | Path | Sequence[str | Path]
NOT_DECIDED = "not-decided"


@dataclass(frozen=True, slots=True)
class Report:
    """What shapes say of data.

    Args:
        conforms: whether no result was found, whatever its severity (SHACL, section 3.6.1).
        findings: one a result, in the order of their places.
        results: the results as SHACL has them.
        handed_over: names of the shapes beyond SHACL Core and SHACL-SPARQL that pySHACL validated.
        folder: what the files of places are relative to; the working folder where it is not given.
        rules: name of a rule to what it is called and advises, for the rules that were broken.
        imports: what `owl:imports` names in data or shapes; nothing of it was fetched.
        coverage: what was evaluated.
        notes: what was not evaluated or left out, a finding each, named after the reason.
        files: the files of data that were checked, as they were named.
        root: folder that reports for code hosts name files from; the repository's unless given.
        rulebook: the shapes, which the graph of the report copies from.

    Example:
        >>> print(Report(conforms=True, findings=(), results=()).text())
        conforms: true, results: 0
    """

    conforms: bool
    findings: tuple[Finding, ...]
    results: tuple[ValidationResult, ...]
    handed_over: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    folder: Path | None = None
    coverage: Coverage | None = None
    notes: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
    root: Path | None = None
    rulebook: Rulebook | None = None

    @property
    def graph(self) -> Graph:
        """The `sh:ValidationReport`; it does not conform either where a shape was not decided."""
        return graph.report_graph(self)

    def text(self, lang: str = "en") -> str:
        """Return the report for people: a finding per line, their number, and what was evaluated."""
        lines = [
            f"{severity(one.severity, lang)}: {one.place or one.about}: {one.text(lang)} ({one.rule})"
            for one in (*self.findings, *self.notes)
        ]
        lines.append(f"conforms: {str(self.conforms).lower()}, results: {len(self.findings)}")
        return "\n".join([*lines, evaluated(self.coverage, lang)] if self.coverage else lines)


def validate(
    data: Data,
    shapes: Graph | ox.Store | str | Path | Sequence[str | Path],
    *,
    timeout: float | None = None,
    without: str = "",
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Validate data by shapes: all of SHACL Core and SHACL-SPARQL, and the rest by way of pySHACL.

    Args:
        data: an rdflib Graph or Dataset, a pyoxigraph Store, a path, or several. Of a store the default
            graph is validated; of the others the merge of all graphs.
        shapes: the same, or a folder, of which every RDF file is read.
        say: told each step as it begins.
        without: what the names of graphs in files begin with that are left out; none by default.
        timeout: seconds that each shape may take. A shape that takes longer is a finding, `not-decided`.

    Raises:
        SourceError: if a file can't be read or has a syntax error, with its line and column.
        OntologyError: if a shape is ill-formed; it names the shape and the rule of the specification.

    Example:
        >>> from rdflib import Graph
        >>> shapes = Graph().parse(format="turtle", data='''
        ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        ...     :Named a sh:NodeShape ; sh:targetClass :Person ; sh:property :Name .
        ...     :Name sh:path :name ; sh:minCount 1 .''')
        >>> data = Graph().parse(format="turtle", data='''
        ...     @prefix : <http://example.org/> . :anna a :Person .''')
        >>> report = validate(data, shapes)
        >>> report.conforms, report.findings[0].about, report.findings[0].text()
        (False, 'http://example.org/anna', ':name: sh:minCount 1 is not met')
    """
    rulebook = open_shapes(shapes)
    say("read")
    store, documents = _opened(data, without)
    say("check")
    try:
        compiled = compile_shapes(rulebook.graph)
    except OntologyError as error:
        raise rulebook.located(error) from error
    exact = not isinstance(data, ox.Store)
    undecided: list[Finding] = []
    results = list(_results(compiled, store, rulebook, undecided, exact=exact, timeout=timeout))
    handed = pyshacl_results(compiled, store)
    results += handed.results
    say("find places")
    findings = [*_findings(results, rulebook, documents), *undecided]
    imports = {one for found in (documents, rulebook.documents) if found for one in found.imports}
    return Report(
        conforms=not findings,
        findings=tuple(sorted(findings, key=_order)),
        results=tuple(results),
        handed_over=tuple(rulebook.name(shape.shape) for shape in handed.shapes),
        imports=tuple(sorted(imports)),
        rules=rulebook.rules({result.source_shape for result in results}),
        files=tuple(path.as_posix() for path in documents.paths) if documents else (),
        rulebook=rulebook,
    )


def _opened(data: Data, without: str) -> tuple[ox.Store, Documents | None]:
    if isinstance(data, ox.Store):
        return data, None
    if isinstance(data, Graph):
        store = ox.Store()
        store.bulk_extend(exact_quads(_quads(data)))
        return store, None
    paths = [Path(data)] if isinstance(data, str | Path) else list(map(Path, data))
    documents = read(paths, without)
    return documents.store, documents


def _quads(graph: Graph) -> Iterator[ox.Quad]:
    triples = (
        ((s, p, o) for s, p, o, _ in graph.quads())
        if isinstance(graph, Dataset)
        else graph.triples((None,) * 3)
    )
    for subject, predicate, target in triples:
        yield ox.Quad(to_oxigraph(subject), ox.NamedNode(str(predicate)), to_oxigraph(target))  # type: ignore[arg-type]


def _results(
    compiled: CompiledShapes,
    store: ox.Store,
    rulebook: Rulebook,
    undecided: list[Finding],
    *,
    exact: bool,
    timeout: float | None,
) -> Iterator[ValidationResult]:
    if timeout is None:
        yield from compiled.validate(store, exact=exact)
        return
    for shape in compiled.shapes:
        try:
            yield from list(replace(compiled, shapes=(shape,)).validate(store, exact=exact, timeout=timeout))
        except TimeLimitError:
            name = rulebook.name(shape.node)
            undecided.append(
                Finding(
                    NOT_DECIDED,
                    Severity.MUST,
                    {
                        "en": f"the shape {name} was not decided within {timeout:g} seconds",
                        "es": f"la forma {name} no se decidió en {timeout:g} segundos",
                        "fr": f"la forme {name} n’a pas été décidée en {timeout:g} secondes",
                    },
                    about=name,
                    place=rulebook.place(shape.node),
                )
            )


def _findings(
    results: Sequence[ValidationResult], rulebook: Rulebook, documents: Documents | None
) -> Iterator[Finding]:
    wanted = {result: _wanted(result) for result in results} if documents else {}
    nodes = {Wanted(result.focus_node) for result in wanted if isinstance(result.focus_node, ox.BlankNode)}
    places = documents.places({*wanted.values(), *nodes}) if documents else {}
    # A shape that many things break is named, and its message built, once.
    names = {shape: rulebook.name(shape) for shape in {result.source_shape for result in results}}
    said: dict[tuple[object, ...], dict[str, str]] = {}
    for result in results:
        kind = (result.source_shape, result.component, result.path, result.messages)
        if kind not in said:
            said[kind] = rulebook.messages(result)
        yield Finding(
            rule=names[result.source_shape],
            severity=SEVERITIES.get(result.severity.value, Severity.MUST),
            message=said[kind],
            about=_named(result.focus_node, places.get(Wanted(result.focus_node))),
            value="" if result.value is None else result.value.value,
            place=places.get(wanted[result]) if result in wanted else None,
        )


def _wanted(result: ValidationResult) -> Wanted:
    """The triple that a result is about; its focus node where there is none, or no single predicate."""
    iri = result.path.iri if result.path is not None else ""
    return Wanted(result.focus_node, iri, result.value if iri else None)


def _named(node: object, place: Place | None) -> str:
    """A node for people; the label of a blank node means nothing, and changes from run to run."""
    if isinstance(node, ox.BlankNode):
        return f"blank node at {place}" if place else "blank node"
    return str(URIRef(node.value)) if isinstance(node, ox.NamedNode | ox.Literal) else str(node)


def _order(finding: Finding) -> tuple[str, int, int, int, str, str, str]:
    place = finding.place or Place("")
    at = (place.file, place.line or 0, place.offset or 0)
    return (*at, -finding.severity, finding.rule, finding.about, finding.value)
