"""The validation of any data by any shapes, with one report whose findings know their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Unpack

import pyoxigraph as ox
from rdflib import Graph, URIRef

from iomgraph.errors import OntologyError
from iomgraph.findings import Finding, Place, Severity
from iomgraph.processes import silent
from iomgraph.validation import blank_nodes
from iomgraph.validation.data import Data, Options, Paths, open_data, reading_notes
from iomgraph.validation.documents import Documents, Reading
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.reports.phrases import evaluated, severity
from iomgraph.validation.rulebook import SEVERITIES, Rule, Rulebook, open_shapes
from iomgraph.validation.shacl import Coverage, Unevaluated, ValidationResult, compile_shapes
from iomgraph.validation.shacl.terms import Term, shown


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of shapes on data.

    Args:
        conforms: whether the report has no results of any severity (SHACL, section 3.6.1).
        findings: one per result, in the order of their places.
        results: the results as defined by SHACL.
        folder: the folder that files in places are relative to; by default, the working folder.
        rules: name of a broken rule to its names and advice.
        imports: IRIs that `owl:imports` names in data or shapes, which were not fetched.
        coverage: the evaluated parts.
        notes: a finding, named after the reason, for each part that was not evaluated or was left out.
        files: the checked files of data, as named by the user.
        root: folder to which reports for code hosts name files relatively; by default, the repository.

        rulebook: the shapes, from which the graph of the report is copied.
        counts: further figures of the check, by name.

    Example:
        >>> print(Report(conforms=True, findings=(), results=()).text())
        conforms: true, results: 0
    """

    conforms: bool
    findings: tuple[Finding, ...]
    results: tuple[ValidationResult, ...]
    imports: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    folder: Path | None = None
    coverage: Coverage | None = None
    notes: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
    root: Path | None = None
    rulebook: Rulebook | None = None
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """The `sh:ValidationReport`, which does not conform if a shape was undecided, either."""
        from iomgraph.validation.reports import graph

        return graph.report_graph(self)

    def text(self, lang: str = "en") -> str:
        """Return the report for people: one finding per line, their number, and the coverage."""
        lines = [
            f"{severity(one.severity, lang)}: {one.place or one.about}: {one.text(lang)} ({one.rule})"
            for one in (*self.findings, *self.notes)
        ]
        lines.append(f"conforms: {str(self.conforms).lower()}, results: {len(self.findings)}")
        return "\n".join([*lines, evaluated(self.coverage, lang)] if self.coverage else lines)


def validate(
    data: Data,
    shapes: Graph | ox.Store | Paths,
    **options: Unpack[Options],
) -> Report:
    """Validate data by shapes: all of SHACL Core, SHACL-SPARQL and SHACL Advanced Features.

    Args:
        data: an rdflib Graph or Dataset, a pyoxigraph Store, a path, or several; a path may be a folder, in
            which every RDF file is read, or a pattern. For a store, the default graph is validated;
            otherwise, the merge of all graphs.
        shapes: the same.
        **options: see `iomgraph.validation.data.Options`.

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
    say = options.get("say") or silent
    rulebook = open_shapes(shapes, _reading(options))
    say("read")
    opened = open_data(data, options)
    say("check")
    try:
        compiled = compile_shapes(rulebook.graph)
    except OntologyError as error:
        raise rulebook.located(error) from error
    evaluation = compiled.evaluate(
        opened.store, graph=opened.graphs, exact=opened.exact, timeout=options.get("timeout"), say=say
    )
    results = [result for result in evaluation.results if opened.is_reported(result.focus_node)]
    say("find places")
    sources = opened.documents, rulebook.documents
    results = blank_nodes.relabelled(results, sources)
    pairs = sorted(
        zip(_findings(results, rulebook, opened.documents), results, strict=True),
        key=lambda pair: _order(pair[0]),
    )
    notes = [note for found in sources for note in reading_notes(found)]
    notes += _unevaluated(evaluation.coverage.unevaluated, rulebook)
    return Report(
        conforms=not pairs and not any(note.severity is Severity.MUST for note in notes),
        findings=tuple(finding for finding, _ in pairs),
        results=tuple(result for _, result in pairs),
        imports=tuple(sorted({one for found in sources if found for one in found.imports})),
        rules=rulebook.rules({result.source_shape for result in results}),
        coverage=evaluation.coverage,
        notes=tuple(notes),
        files=tuple(file.name for file in opened.files),
        rulebook=rulebook,
    )


def _reading(options: Options) -> Reading:
    """The options for reading files of shapes."""
    return Reading(
        root=options.get("imports_root"),
        data_format=options.get("shapes_format", ""),
        option="--shapes-format",
    )


def _unevaluated(left_out: Sequence[Unevaluated], rulebook: Rulebook) -> list[Finding]:
    """List everything that was not evaluated, in an order independent of labels of blank nodes."""
    rulebook.look_up((one.subject, one.at) for one in left_out if one.subject)
    notes = [_note(one, rulebook) for one in left_out]
    return sorted(notes, key=lambda note: (-note.severity, note.rule, _order(note), note.text()))


def _note(left_out: Unevaluated, rulebook: Rulebook) -> Finding:
    """Make a finding, named after the reason, from something that was not evaluated."""
    subject = left_out.subject
    return Finding(
        rule=left_out.reason,
        severity=Severity.MUST if left_out.fails else Severity.MAY,
        message=left_out.message(),
        about=rulebook.name(subject) if subject else "",
        value=left_out.term,
        place=rulebook.place(subject, left_out.at) if subject else None,
    )


def _findings(
    results: Sequence[ValidationResult], rulebook: Rulebook, documents: Documents | None
) -> Iterator[Finding]:
    wanted = {result: _wanted(result) for result in results} if documents else {}
    spoken_of = (node for result in wanted for node in (result.focus_node, result.value))
    nodes = {Wanted(node) for node in spoken_of if isinstance(node, ox.BlankNode)}
    places = documents.places({*wanted.values(), *nodes}) if documents else {}
    # The name and the message of a shape that many things break are made once.
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
            value=_text(result.value, places),
            place=places.get(wanted[result]) if result in wanted else None,
        )


def _wanted(result: ValidationResult) -> Wanted:
    """The triple that a result is about, or its focus node without a triple or a single predicate."""
    iri = result.path.iri if result.path is not None else ""
    return Wanted(result.focus_node, iri, result.value if iri else None)


def _named(node: Term, place: Place | None) -> str:
    """A node for people."""
    if isinstance(node, ox.BlankNode):
        return blank_nodes.named(place)
    return shown(node) if isinstance(node, ox.Triple) else str(URIRef(node.value))


def _text(value: Term | None, places: Mapping[Wanted, Place]) -> str:
    if value is None:
        return ""
    if isinstance(value, ox.BlankNode):
        return _named(value, places.get(Wanted(value)))
    return shown(value) if isinstance(value, ox.Triple) else value.value


def _order(finding: Finding) -> tuple[str, int, int, int, str, str, str, str]:
    place = finding.place or Place("")
    at = (place.file, place.line or 0, place.offset or 0)
    return (*at, -finding.severity, finding.rule, finding.about, finding.value, finding.text())
