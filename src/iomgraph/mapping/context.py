"""The mapping: `ontology/context.jsonld` compiled into functions that write quads.

A record is plain JSON, and the context alone says what it means (JSON-LD 1.1, section 4.1), so any JSON-LD
processor can read our records. We compile the context once, because a general processor is about a hundred
times slower; tests prove that both give the same quads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iomgraph import iris, terms
from iomgraph.errors import OntologyError
from iomgraph.mapping import writers
from iomgraph.mapping.names import Names
from iomgraph.mapping.writers import Writer, Writers
from iomgraph.records.record import Record
from iomgraph.settings import BASE_IRI

_KEYWORDS = {"@version": 1.1, "id": "@id", "type": "@type"}
_KEYS = frozenset({"@id", "@type", "@container"})
BY_LANGUAGE: tuple[Any, ...] = ("@language", ["@language", "@set"])
"""Containers of texts by language, one text or a list for each (JSON-LD 1.1, sections 4.6.2 and 4.3.2)."""
_CONTAINERS = (None, "@set", *BY_LANGUAGE)
_DOUBLE = f"<{terms.XSD}double>"
_GEN_DELIMS = tuple(":/?#[]@")
"""JSON-LD 1.1, section 4.1.2: a simple term may be a prefix if its IRI ends in one of these."""
_CUT = re.compile(f".*[{re.escape(''.join(_GEN_DELIMS))}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Context:
    """A compiled context; made by `read` or `compile_context`.

    Args:
        document: the JSON-LD document, under the base IRI in force.
        prefixes: prefix to IRI.
        names: CURIE to IRI in angle brackets.
        writers: term to the function that writes it.

    Attributes:
        bases: IRI to its prefix; if it has several, to the last.
    """

    document: Mapping[str, Any]
    prefixes: Mapping[str, str]
    names: Names
    writers: Mapping[str, Writer]
    bases: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        bases = {base: prefix for prefix, base in sorted(self.prefixes.items())}
        object.__setattr__(self, "bases", bases)

    def expand(self, text: str) -> str:
        """The IRI that a CURIE stands for; an absolute IRI stands for itself.

        Raises:
            OntologyError: if it has neither a prefix nor a scheme, or does not expand to an IRI.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Settings().ontology).expand("projects:LM.0024")
            'https://w3id.org/iomgraph/id/project/LM.0024'
        """
        return self.names[text][1:-1]

    def compact(self, text: str) -> str:
        """The shortest CURIE of an IRI, or the IRI itself if no prefix fits.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Settings().ontology).compact("https://w3id.org/iomgraph/id/project/LM.0024")
            'projects:LM.0024'
        """
        end = len(text) - 1
        while found := _CUT.match(text, 0, end):
            prefix = self.bases.get(found[0])
            if prefix is not None:
                return f"{prefix}:{text[found.end() :]}"
            end = found.end() - 1
        return text

    def quads(self, record: Record, graph: str = "") -> list[str]:
        """Write a record as N-Quads lines in canonical form, each ending in a line feed.

        Args:
            record: the record; nested objects are nodes, too, and each needs an `id`.
            graph: CURIE or IRI of the graph; empty for the default graph.

        Raises:
            OntologyError: if a key is not a term of the context, a node lacks an `id`, a name is not an IRI,
                or a term does not take values of that kind.

        Example:
            >>> from iomgraph.settings import Settings
            >>> context = read(Settings().ontology)
            >>> print(*context.quads({"id": "projects:LM.0024", "startYear": 2008}), end="")
            <https://w3id.org/iomgraph/id/project/LM.0024> <https://w3id.org/iomgraph/ontology#startYear> \
"2008"^^<http://www.w3.org/2001/XMLSchema#integer> .
        """
        lines: list[str] = []
        self.node(record, f" {self.names[graph]} .\n" if graph else " .\n", lines)
        return lines

    def node(self, record: Record, end: str, lines: list[str]) -> str:
        """Append the lines of a node, each closed by `end`, and return its IRI in angle brackets."""
        try:
            name = record["id"]
        except (KeyError, TypeError):
            raise OntologyError(
                "this is not a node with an id", where=ascii(record), step="give it an id"
            ) from None
        if not isinstance(name, str):
            raise OntologyError("an id is not text", where=ascii(name), step="write it as prefix:key")
        subject, write = self.names[name], self.writers
        for term, value in record.items():
            write[term](subject, value, end, lines)
        return subject


def read(ontology: Path, base_iri: str = BASE_IRI) -> Context:
    """Read and compile `context.jsonld`, with everything except the ontology moved under a base IRI.

    Raises:
        OntologyError: if the file is missing, is not JSON, or uses a feature that the compiler does not know.
    """
    path = ontology / "context.jsonld"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise OntologyError(
            f"the context can't be read ({error})", where=path, step="restore the file"
        ) from error
    return compile_context(document, base_iri)


def compile_context(document: Mapping[str, Any], base_iri: str = BASE_IRI) -> Context:
    """Compile a JSON-LD document whose `@context` is one plain object.

    The compiler knows prefixes, classes (simple terms with a capital letter), and properties with
    `@id`, `@type`, and the containers `@set` and `@language`. It refuses everything else, because with a
    feature overlooked, records would mean one thing here and another elsewhere.

    Raises:
        OntologyError: if it uses a feature of JSON-LD that the compiler does not know.
    """
    terms = document.get("@context") if isinstance(document, Mapping) else None
    if not isinstance(terms, Mapping):
        raise OntologyError(
            "the context is not an object", where="@context", step="write one object, not a list or an IRI"
        )
    moved = {term: _moved(value, base_iri) for term, value in terms.items()}
    prefixes = {term: value for term, value in moved.items() if _is_prefix(value)}
    compiled = Writers(id=writers.nothing)
    context = Context({**document, "@context": moved}, prefixes, Names(prefixes), compiled)
    # Writers of links also write nested nodes, for which they need the whole context.
    compiled |= _compiled(moved, context)
    return context


def _moved(value: Any, base_iri: str) -> Any:
    return iris.moved(value, base_iri) if isinstance(value, str) else value


def _is_prefix(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(_GEN_DELIMS)


def _compiled(terms: Mapping[str, Any], context: Context) -> dict[str, Writer]:
    for keyword, value in _KEYWORDS.items():
        if terms.get(keyword) != value:
            raise _unknown(keyword, terms.get(keyword))
    definitions = {term: _definition(term, value) for term, value in terms.items() if term not in _KEYWORDS}
    known = {term: context.names[definition["@id"]] for term, definition in definitions.items()}
    named = [term for term in definitions if term not in context.prefixes]
    classes = [term for term in named if isinstance(terms[term], str) and term[:1].isupper()]
    properties = {
        term: _writer(term, definitions[term], context, known) for term in named if term not in classes
    }
    return {**properties, "type": writers.types({term: known[term] for term in classes})}


def _definition(term: str, value: Any) -> Mapping[str, Any]:
    """The definition of a term in its long form, or a stop if it uses an unknown feature."""
    definition = value if isinstance(value, Mapping) else {"@id": value}
    name = definition.get("@id")
    plain = isinstance(name, str) and not name.startswith("@") and not term.startswith("@")
    if not plain or definition.keys() - _KEYS or definition.get("@container") not in _CONTAINERS:
        raise _unknown(term, value)
    if _is_prefix(value) and not (value.endswith(("/", "#")) and "://" in value):
        raise _unknown(term, value)
    return definition


def _writer(term: str, definition: Mapping[str, Any], context: Context, known: Mapping[str, str]) -> Writer:
    head, names = f" {known[term]} ", context.names
    match dict(definition):
        case {"@container": container, "@type": _} if container in BY_LANGUAGE:
            pass
        case {"@container": container} if container in BY_LANGUAGE:
            return writers.language_map(head)
        case {"@type": "@id"}:
            return writers.links(head, names, context.node)
        case {"@type": "@vocab"}:
            return writers.terms(head, names, known)
        case {"@type": str(kind)} if not kind.startswith("@") and names[kind] != _DOUBLE:
            return writers.literals(head, names[kind])
        case {"@type": _}:
            pass
        case _:
            return writers.literals(head)
    raise _unknown(term, definition)


def _unknown(term: str, value: Any) -> OntologyError:
    return OntologyError(
        "the compiler does not support this feature of JSON-LD",
        where=f"{term}: {value!a}",
        step="use only prefixes, classes, and properties with @id, @type, and @container @set or @language",
    )
