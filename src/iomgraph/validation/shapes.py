"""The rules: every shape in the folder of shapes, in one graph, each with its severity and its texts.

The folder gives the severity of a rule: `must/`, `should/` or `may/`. Rules can be added, moved or reworded
there without changing Python. Shapes are SHACL Core and SHACL-SPARQL (W3C SHACL, 2017).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.findings import Place, Severity
from iomgraph.validation import profiles

SHACL_SEVERITY: Mapping[Severity, URIRef] = {
    Severity.MUST: SH.Violation,
    Severity.SHOULD: SH.Warning,
    Severity.MAY: SH.Info,
}
"""The names of our severities in SHACL, section 2.1.4."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One rule.

    Args:
        iri: the shape's own IRI, which validation results name as their source.
        severity: severity of a breach.
        place: the file, from the name of the folder of shapes on, and the line.
        names: language to a short name.
        messages: language to the fault, always including English.
        descriptions: language to the way to fix it.
    """

    iri: str
    severity: Severity
    place: Place
    names: Mapping[str, str]
    messages: Mapping[str, str]
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All rules.

    Args:
        graph: the shapes of every file together, for a SHACL processor.
        rules: IRI to shape, in the order of the IRIs.
    """

    graph: Graph
    rules: Mapping[str, Shape]


def load(folder: Path) -> Shapes:
    """Read the folder of shapes: `must/`, `should/` and `may/`, and the head of the graph beside them.

    Args:
        folder: holds Turtle files; those directly in it have prefixes for all instead of shapes, or are
            profiles, which are complete by themselves and not read.

    Raises:
        OntologyError: if a file is not Turtle; if a shape has no IRI, has no English message, is repeated, is
            outside the three folders or has another severity than its folder; or if there are no shapes.

    Example:
        >>> from iomgraph.settings import Settings
        >>> shape = load(Settings().shapes).rules["https://w3id.org/iomgraph/shapes#Project-title"]
        >>> shape.severity.word, shape.messages["fr"], shape.place.file
        ('should', 'Le projet n’a pas de titre.', 'shapes/should/project.ttl')
    """
    graph, rules = Graph(), dict[str, Shape]()
    ours = profiles.find(folder, profiles.OURS)
    for path in sorted(path for part in ours for path in (part.rglob("*.ttl") if part.is_dir() else [part])):
        text, part = _parsed(path)
        for shape in _shapes(part, text, path, folder):
            if shape.iri in rules:
                raise OntologyError(
                    f"the shape {shape.iri} is defined twice, first in {rules[shape.iri].place}",
                    where=_at(path, shape.place.line),
                    step="rename or remove one of the two",
                )
            rules[shape.iri] = shape
        graph += part
    if not rules:
        raise OntologyError(
            "the folder of shapes holds no shape",
            where=folder,
            step="put Turtle files into its folders must/, should/ or may/, or name another folder",
        )
    return Shapes(graph, dict(sorted(rules.items())))


def _parsed(path: Path) -> tuple[str, Graph]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, Graph().parse(data=text, format="turtle")
    except UnicodeDecodeError as error:
        raise OntologyError("the file is not UTF-8", where=path, step="save it as UTF-8") from error
    except BadSyntax as error:
        raise OntologyError(
            f"this is not Turtle ({' '.join(error._why.split())})",
            where=_at(path, error.lines + 1),
            step="correct the syntax at this line, or just above it",
        ) from error


def _shapes(part: Graph, text: str, path: Path, folder: Path) -> Iterator[Shape]:
    """Check and return the shapes of one file."""
    for node in sorted(_declared(part), key=str):
        iri = str(node)
        line = None if isinstance(node, BNode) else _line(iri, text)
        for problem, step in _problems(part, node, path, folder):
            raise OntologyError(problem, where=_at(path, line), step=step)
        place = Place(path.relative_to(folder.parent).as_posix(), line=line)
        words = [_words(part, node, term) for term in (SH.name, SH.message, SH.description)]
        yield Shape(iri, Severity[path.parent.name.upper()], place, *words)


def _declared(part: Graph) -> set[Node]:
    """Find shapes by their type, by their severity, or as property shapes of others (SHACL, 2.1)."""
    typed = (node for kind in (SH.NodeShape, SH.PropertyShape) for node in part.subjects(RDF.type, kind))
    return {*typed, *part.subjects(SH.severity, None), *part.objects(None, SH.property)}


def _problems(part: Graph, node: Node, path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """List the problems of a shape as one of our rules, each with its solution."""
    if isinstance(node, BNode):
        yield "a shape has no IRI, so that no finding can name it", "give the shape an IRI"
    severity = {s.word: s for s in Severity}.get(path.parent.name)
    if severity is None or path.parent.parent != folder:
        yield f"the shape {node} stands in no folder of a severity", "move it to must/, should/ or may/"
        return
    said, meant = part.value(node, SH.severity) or SH.Violation, SHACL_SEVERITY[severity]
    if said != meant:
        problem = (
            f"the shape {node} claims another severity (sh:{_local(said)}) than its folder ({severity.word}/)"
        )
        yield problem, f"write sh:severity sh:{_local(meant)}, or move the shape"
    if "en" not in _words(part, node, SH.message):
        yield f"the shape {node} has no message in English", 'add sh:message "…"@en'


def _words(part: Graph, node: Node, term: URIRef) -> dict[str, str]:
    texts = (text for text in part.objects(node, term) if isinstance(text, Literal) and text.language)
    return dict(sorted((str(text.language), str(text)) for text in texts))


def _line(iri: str, text: str) -> int | None:
    """Find the first line of a shape's description, which begins with its name."""
    found = re.search(rf"^\S*[:#/]{re.escape(_local(iri))}>?(?=\s)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _local(iri: object) -> str:
    return re.split(r"[#/]", str(iri))[-1]


def _at(path: Path, line: int | None) -> str:
    return f"{path}:{line}" if line else str(path)
