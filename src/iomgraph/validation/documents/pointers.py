"""Places of triples in JSON-LD: a JSON pointer (RFC 6901), with the line and offset of its value.

A JSON-LD processor does not tell which value gave a triple, so the document is searched again: for an object
with the subject as `@id`, in it for a key that stands for the predicate, and below it for the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib.plugins.shared.jsonld.context import Context

from iomgraph.terms import RDF_TYPE
from iomgraph.validation.documents.places import Spot, Wanted

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class _Value:
    """A JSON value with the place of its first character.

    Args:
        plain: as `json.loads` gives it.
        start: of its first character.
        parts: key or index to the values in it.
    """

    plain: Any
    start: int
    parts: dict[str, _Value]


def find(text: str, wanted: Sequence[Wanted], base: str) -> dict[Wanted, Spot]:
    r"""Find where triples stand in a JSON-LD document, whose contexts are all in it.

    Args:
        text: the document, which is known to be valid.
        wanted: the triples to find; a subject without an `@id` is not found.
        base: base of relative IRIs.

    Example:
        >>> document = '{"@id": "http://e/a",\n "http://e/p": ["x", "y"]}'
        >>> one = Wanted(ox.NamedNode("http://e/a"), "http://e/p", ox.Literal("y"))
        >>> find(document, [one], "http://e/")[one]
        Spot(line=2, offset=22, label='/http:~1~1e~1p/1')
    """
    root, _ = _read(text, _skip(text, 0))
    found: dict[Wanted, Spot] = {}
    settled: set[Wanted] = set()
    for pointer, value, context in _objects(root, "", Context(base=base)):
        name = context.get_id(value.plain)
        for one in wanted if isinstance(name, str) else ():
            if one in settled or one.subject != _node(name, context):
                continue
            exact = _within(one, value, pointer, context) if one.predicate else (pointer, value)
            if exact:
                settled.add(one)
            if exact or one not in found:
                found[one] = _spot(text, *(exact or (pointer, value)))
    return found


def _node(name: str, context: Context) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(str(context.resolve(name)))
    except ValueError:
        return None


def _spot(text: str, pointer: str, value: _Value) -> Spot:
    begin = text.rfind("\n", 0, value.start) + 1
    return Spot(text.count("\n", 0, value.start) + 1, value.start - begin + 1, pointer)


def _objects(value: _Value, pointer: str, context: Context) -> Iterator[tuple[str, _Value, Context]]:
    """Every object of a document, with its pointer and the context in force."""
    if isinstance(value.plain, dict):
        if "@context" in value.plain:
            context = context.subcontext(value.plain["@context"])
        yield pointer, value, context
    for key, part in value.parts.items():
        if key != "@context":
            yield from _objects(part, f"{pointer}/{_escaped(key)}", context)


def _within(one: Wanted, value: _Value, pointer: str, context: Context) -> tuple[str, _Value] | None:
    """The value of a triple in the object that describes its subject."""
    for key, part in value.parts.items():
        term = context.terms.get(key)
        typed = key == "@type" or (term is not None and term.id == "@type")
        iri = RDF_TYPE if typed else str(term.id if term else context.expand(key))
        if iri != one.predicate:
            continue
        coerced = typed or (term is not None and term.type in ("@id", "@vocab"))
        for where, item in _items(part, f"{pointer}/{_escaped(key)}"):
            if one.object is None or _says(item.plain, one.object, context, iri=coerced, vocab=typed):
                return where, item
    return None


def _items(value: _Value, pointer: str) -> Iterator[tuple[str, _Value]]:
    """The values of a key, with members of arrays, lists, sets and language maps separately."""
    nested = isinstance(value.plain, list) or (
        isinstance(value.plain, dict) and not {"@id", "@value"} & value.plain.keys() and value.parts
    )
    if nested:
        for key, part in value.parts.items():
            yield from _items(part, f"{pointer}/{_escaped(key)}")
    yield pointer, value


def _says(plain: Any, target: object, context: Context, *, iri: bool, vocab: bool) -> bool:
    if isinstance(plain, dict):
        name = context.get_id(plain)
        if isinstance(name, str):
            plain, iri = name, True
        else:
            plain = context.get_value(plain)
    if isinstance(target, ox.NamedNode):
        resolved = isinstance(plain, str) and {
            str(context.resolve(plain)),
            str(context.expand(plain) if vocab else context.resolve(plain)),
        }
        return bool(iri and resolved and target.value in resolved)
    if not isinstance(target, ox.Literal) or isinstance(plain, dict | list) or plain is None:
        return False
    return (plain if isinstance(plain, str) else json.dumps(plain)) == target.value


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _read(text: str, at: int) -> tuple[_Value, int]:
    """Read one value, and return its end."""
    if text[at] == "{":
        return _container(text, at, "}")
    if text[at] == "[":
        return _container(text, at, "]")
    plain, end = _DECODER.raw_decode(text, at)
    return _Value(plain, at, {}), end


def _container(text: str, start: int, closing: str) -> tuple[_Value, int]:
    parts: dict[str, _Value] = {}
    at = _skip(text, start + 1)
    while text[at] != closing:
        key = str(len(parts))
        if closing == "}":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        parts[key], at = _read(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    plain: Any = (
        {key: part.plain for key, part in parts.items()}
        if closing == "}"
        else [part.plain for part in parts.values()]
    )
    return _Value(plain, start, parts), at + 1
