"""Documents beside a page: the facts of its thing as Turtle, N-Triples and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.records.record import Record


def made(records: list[Record], context: Context) -> Iterator[tuple[str, bytes]]:
    """Make the documents of a thing: suffix, and content.

    Args:
        records: of the thing, and of what is shown with it.
        context: says what they mean.
    """
    lines = sorted({line for record in records for line in context.quads(record)})
    text = "".join(lines)
    yield ".nt", text.encode()
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    prefixes = {name: iri for name, iri in context.prefixes.items() if f"<{iri}" in text}
    yield ".ttl", ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
    # A record a line: to indent them would take the encoder that is written in Python.
    terms = json.dumps(trimmed(records, context.document["@context"]), ensure_ascii=False)
    graph = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    yield ".jsonld", f'{{"@context": {terms},\n"@graph": [\n{graph}\n]}}\n'.encode()


def trimmed(records: list[Record], terms: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that some records need, so that each document can be read by itself.

    Example:
        >>> terms = {"id": "@id", "xsd": "urn:xsd#", "a": {"@id": "xsd:a"}, "b": "xsd:b"}
        >>> list(trimmed([{"id": "urn:x", "a": "1"}], terms))
        ['id', 'xsd', 'a']
    """
    words = set(_words(records))
    used = {term for term in terms if term in words}
    told = [str(text) for term in used for text in _values(terms[term])]
    used |= {text.partition(":")[0] for text in (*words, *told)}
    return {term: value for term, value in terms.items() if term in used or term.startswith("@")}


def _values(definition: Any) -> Iterator[str]:
    yield from definition.values() if isinstance(definition, Mapping) else (definition,)


def _words(value: Any) -> Iterator[str]:
    """Every key and every text without spaces: terms, classes and CURIEs are among them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and " " not in value:
        yield value
