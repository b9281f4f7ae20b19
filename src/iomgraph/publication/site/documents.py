"""What stands beside a page: the facts of its thing as Turtle, N-Triples and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping.context import Context, Record

SUFFIXES = (".ttl", ".jsonld", ".nt")


def write(path: Path, records: list[Record], context: Context) -> None:
    """Write the documents of a thing.

    Args:
        path: of the page, without its suffix.
        records: of the thing, and of what is shown with it.
        context: says what they mean.
    """
    lines = sorted({line for record in records for line in context.quads(record)})
    text = "".join(lines)
    _suffixed(path, ".nt").write_text(text, encoding="utf-8", newline="\n")
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    prefixes = {name: iri for name, iri in context.prefixes.items() if f"<{iri}" in text}
    _suffixed(path, ".ttl").write_bytes(
        ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
    )
    document = {"@context": trimmed(records, context.document["@context"]), "@graph": records}
    _suffixed(path, ".jsonld").write_text(
        json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def _suffixed(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def trimmed(records: list[Record], terms: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that some records need, so that each document can be read by itself.

    Example:
        >>> terms = {"id": "@id", "xsd": "http://www.w3.org/2001/XMLSchema#", "a": {"@id": "xsd:a"}, "b": "xsd:b"}
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
