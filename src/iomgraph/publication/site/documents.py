"""Documents beside a page: the facts of its thing as Turtle, N-Triples and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.records.record import Record

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

_SPACE = re.compile(r"<([^<>]*[/#])")
"""An IRI without what follows its last slash or number sign."""

_REMEMBERED = 1 << 10
"""Contexts and namespaces that are remembered: things of a class have much the same."""


class Documents:
    """Makes the documents of things.

    Args:
        context: says what their records mean.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._terms: Mapping[str, Any] = context.document["@context"]
        self._trimmed = lru_cache(_REMEMBERED)(self._written)
        self._prefixes = lru_cache(_REMEMBERED)(self._named)

    def of(self, records: list[Record]) -> Iterator[tuple[str, bytes]]:
        """Make the documents of a thing: suffix, and content.

        Args:
            records: of the thing, and of what is shown with it.
        """
        lines = sorted({line for record in records for line in self._context.quads(record)})
        text = "".join(lines)
        yield ".nt", text.encode()
        triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
        used = {prefix for space in {*_SPACE.findall(text)} for prefix in self._prefixes(space)}
        prefixes = {name: iri for name, iri in self._context.prefixes.items() if name in used}
        yield ".ttl", ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
        words = _words(records)
        heads = {word.partition(":")[0] for word in words}
        known = self._terms.keys()
        terms = self._trimmed(frozenset(words & known), frozenset(heads & known))
        # A record a line: to indent them would take the encoder that is written in Python.
        graph = ",\n".join(_ENCODE(record) for record in records)
        yield ".jsonld", f'{{"@context": {terms},\n"@graph": [\n{graph}\n]}}\n'.encode()

    def _written(self, words: Set[str], heads: Set[str]) -> str:
        return _ENCODE(trimmed(words, heads, self._terms))

    def _named(self, space: str) -> list[str]:
        """Name the prefixes whose IRIs an IRI begins with; prefixes end as namespaces do."""
        return [name for name, iri in self._context.prefixes.items() if space.startswith(iri)]


def trimmed(words: Set[str], heads: Set[str], terms: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that some records need, so that each document can be read by itself.

    Args:
        words: keys and texts of the records.
        heads: of those, what stands before the first colon.
        terms: of the context.

    Example:
        >>> terms = {"id": "@id", "xsd": "urn:xsd#", "a": {"@id": "xsd:a"}, "b": "xsd:b"}
        >>> list(trimmed({"id", "a", "1"}, {"id", "a", "1"}, terms))
        ['id', 'xsd', 'a']
    """
    told = [str(text) for term in words & terms.keys() for text in _values(terms[term])]
    used = {*words, *heads, *(text.partition(":")[0] for text in told)}
    return {term: value for term, value in terms.items() if term in used or term.startswith("@")}


def _values(definition: Any) -> Iterator[str]:
    yield from definition.values() if isinstance(definition, Mapping) else (definition,)


def _words(records: list[Record]) -> set[str]:
    """Every key and every text without spaces: terms, classes and CURIEs are among them."""
    found, left = set[str](), list[Any](records)
    while left:
        value = left.pop()
        if isinstance(value, str):
            if " " not in value:
                found.add(value)
        elif isinstance(value, Mapping):
            found.update(value)
            left += value.values()
        elif isinstance(value, list | tuple):
            left += value
    return found
