"""The mapping: `ontology/context.jsonld` compiled into functions that write quads.

A record is plain JSON; the context alone says what it means (JSON-LD 1.1, section 4.1). Any JSON-LD
processor can read our records with it. Here it is compiled once, because a general processor is
some hundred times slower; tests hold the two equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iomgraph.errors import OntologyError
from iomgraph.mapping.nquads import iri, quoted
from iomgraph.settings import BASE_IRI

Record = Mapping[str, Any]
"""A JSON object with an `id`; the keys are terms of the context."""

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGER = f"^^<{_XSD}integer>"
_BOOLEAN = f"^^<{_XSD}boolean>"
_KNOWN_KEYS = frozenset({"@id", "@type", "@container"})
_CONTAINERS = frozenset({"@set", "@language"})

_Writer = Callable[[str, Any, str, list[str]], None]
"""Writes the lines of one term: subject, JSON value, end of line, and the list that takes them."""


@dataclass(frozen=True, slots=True)
class Context:
    """A compiled context; made by `read` or `compile_context`.

    Args:
        document: the JSON-LD document, under the base IRI in force.
        prefixes: prefix to IRI.
        writers: term to the function that writes it.
    """

    document: Mapping[str, Any]
    prefixes: Mapping[str, str]
    writers: Mapping[str, _Writer]

    def expand(self, text: str) -> str:
        """The IRI that a CURIE stands for; an absolute IRI stands for itself.

        Raises:
            OntologyError: if it has no prefix and no scheme.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Settings().ontology).expand("projects:LM.0024")
            'https://w3id.org/iomgraph/id/project/LM.0024'
        """
        prefix, colon, rest = text.partition(":")
        if not colon:
            raise OntologyError("a name has no prefix", where=repr(text), step="write it as prefix:key")
        base = self.prefixes.get(prefix)
        return text if base is None or rest.startswith("//") else base + rest

    def compact(self, text: str) -> str:
        """The shortest CURIE of an IRI; the IRI itself where no prefix fits.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Settings().ontology).compact("https://w3id.org/iomgraph/id/project/LM.0024")
            'projects:LM.0024'
        """
        fitting = [
            (len(base), prefix)
            for prefix, base in self.prefixes.items()
            if text.startswith(base) and text != base
        ]
        length, prefix = max(fitting, default=(0, ""))
        return f"{prefix}:{text[length:]}" if length else text

    def quads(self, record: Record, graph: str = "") -> list[str]:
        """Write a record as N-Quads lines in canonical form, each ending in a line feed.

        Args:
            record: the record; nested objects are nodes of their own and need an `id`, too.
            graph: CURIE or IRI of the graph; empty for the default graph.

        Raises:
            OntologyError: if a key is no term of the context, a node lacks an `id`, or a name no IRI.

        Example:
            >>> from iomgraph.settings import Settings
            >>> context = read(Settings().ontology)
            >>> print(*context.quads({"id": "projects:LM.0024", "startYear": 2008}), end="")
            <https://w3id.org/iomgraph/id/project/LM.0024> <https://w3id.org/iomgraph/ontology#startYear> \
"2008"^^<http://www.w3.org/2001/XMLSchema#integer> .
        """
        lines: list[str] = []
        self.node(record, f" {iri(self.expand(graph))} .\n" if graph else " .\n", lines)
        return lines

    def node(self, record: Record, end: str, lines: list[str]) -> str:
        """Append the lines of a node, each closed by `end`, and return its IRI in angle brackets."""
        if "id" not in record:
            raise OntologyError(
                "a node has no id, and would be blank", where=dict(record), step="give it one"
            )
        subject = iri(self.expand(record["id"]))
        for key, value in record.items():
            if key != "id":
                self._writer(key)(subject, value, end, lines)
        return subject

    def _writer(self, key: str) -> _Writer:
        try:
            return self.writers[key]
        except KeyError:
            raise OntologyError(
                "the context has no such term", where=key, step="define it in ontology/context.jsonld"
            ) from None


def read(ontology: Path, base_iri: str = BASE_IRI) -> Context:
    """Read and compile `context.jsonld`, with everything but the ontology moved under a base IRI.

    Raises:
        OntologyError: if the file is missing, no JSON, or uses what the compiler does not know.
    """
    path = ontology / "context.jsonld"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OntologyError(
            f"the context can't be read ({error})", where=path, step="restore the file"
        ) from error
    return compile_context(document, base_iri)


def compile_context(document: Mapping[str, Any], base_iri: str = BASE_IRI) -> Context:
    """Compile a JSON-LD document whose `@context` is one plain object.

    Raises:
        OntologyError: if it uses a feature of JSON-LD that the compiler does not know.
    """
    terms = document.get("@context")
    if not isinstance(terms, dict):
        raise OntologyError(
            "the context is no object", where="@context", step="write one object, not a list or an IRI"
        )
    moved = {term: _moved(term, value, base_iri) for term, value in terms.items()}
    prefixes = {term: value for term, value in moved.items() if _is_prefix(value)}
    writers: dict[str, _Writer] = {}
    context = Context({**document, "@context": moved}, prefixes, writers)
    # The writers of links write nested nodes, so they need the context that they are part of.
    writers |= {
        term: _compiled(term, value, context, moved)
        for term, value in moved.items()
        if _is_property(term, value)
    }
    return context


def _moved(term: str, value: Any, base_iri: str) -> Any:
    if term != "iom" and isinstance(value, str) and value.startswith(BASE_IRI):
        return base_iri + value.removeprefix(BASE_IRI)
    return value


def _is_prefix(value: Any) -> bool:
    # JSON-LD 1.1, section 4.1.2: a simple term may be a prefix if its IRI ends in a gen-delim character.
    return isinstance(value, str) and value[-1:] in "/#:?[]@" and "://" in value


def _is_property(term: str, value: Any) -> bool:
    return not term.startswith("@") and not _is_prefix(value) and value != "@id"


def _compiled(term: str, value: Any, context: Context, terms: Mapping[str, Any]) -> _Writer:
    definition = value if isinstance(value, dict) else {"@id": value}
    unknown = definition.keys() - _KNOWN_KEYS or {definition.get("@container", "@set")} - _CONTAINERS
    if unknown or not isinstance(definition.get("@id"), str):
        raise OntologyError(
            "the compiler does not know this feature of JSON-LD",
            where=f"{term}: {', '.join(sorted(map(str, unknown)))}",
            step="use @id, @type, and @container @set or @language only",
        )
    if definition["@id"] == "@type":
        return _types(context, terms)
    head = f" {iri(context.expand(definition['@id']))} "
    if definition.get("@container") == "@language":
        return _language_map(head)
    datatype = definition.get("@type")
    if datatype == "@id":
        return _links(head, context)
    if datatype == "@vocab":
        return _terms(head, context, terms)
    return _literals(head, f"^^{iri(context.expand(datatype))}" if datatype else "")


def _types(context: Context, terms: Mapping[str, Any]) -> _Writer:
    classes = {
        term: f" {_RDF_TYPE} {iri(context.expand(value))}"
        for term, value in terms.items()
        if isinstance(value, str) and term[:1].isupper()
    }

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for name in _several(value):
            if name not in classes:
                raise OntologyError("the context has no such class", where=name, step="define it there")
            lines.append(f"{subject}{classes[name]}{end}")

    return write


def _language_map(head: str) -> _Writer:
    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for lang, texts in value.items():
            for text in _several(texts):
                lines.append(f"{subject}{head}{quoted(text)}@{lang}{end}")

    return write


def _links(head: str, context: Context) -> _Writer:
    expand, node = context.expand, context.node

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for item in _several(value):
            name = node(item, end, lines) if isinstance(item, Mapping) else iri(expand(item))
            lines.append(f"{subject}{head}{name}{end}")

    return write


def _terms(head: str, context: Context, terms: Mapping[str, Any]) -> _Writer:
    names = {term: value["@id"] if isinstance(value, dict) else value for term, value in terms.items()}

    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for item in _several(value):
            lines.append(f"{subject}{head}{iri(context.expand(names.get(item, item)))}{end}")

    return write


def _literals(head: str, suffix: str) -> _Writer:
    def write(subject: str, value: Any, end: str, lines: list[str]) -> None:
        for item in _several(value):
            lines.append(f"{subject}{head}{_literal(item, suffix)}{end}")

    return write


def _literal(item: Any, suffix: str) -> str:
    if isinstance(item, str):
        return quoted(item) + suffix
    if isinstance(item, bool):
        return f'"{str(item).lower()}"{suffix or _BOOLEAN}'
    if isinstance(item, int):
        return f'"{item}"{suffix or _INTEGER}'
    raise OntologyError("a value is no text, integer or boolean", where=repr(item), step="write it as a text")


def _several(value: Any) -> Sequence[Any] | Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)
