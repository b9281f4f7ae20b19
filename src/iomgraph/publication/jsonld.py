"""JSON-LD: our records as they are, with the context that says what they mean on top.

Context first, the `type` of a record before all else of it, and the `id` of a graph before what is in
it: a reader can take the file as a stream (https://www.w3.org/TR/json-ld11-streaming/, section 4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from iomgraph.records.record import Record

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write(
    path: Path,
    context: Mapping[str, Any],
    records: Iterable[Record],
    graphs: Iterable[tuple[str, Iterable[Record]]] = (),
) -> None:
    """Write records, one per line, in the order in which they come.

    Args:
        path: the file.
        context: the value of `@context`.
        records: those of the default graph; read once.
        graphs: CURIE or IRI of each named graph, and its records; read once.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.jsonld")
        >>> write(path, {"id": "@id"}, [{"id": "urn:a"}], [("urn:g", [{"id": "urn:b"}, {"id": "urn:c"}])])
        >>> print(path.read_text(), end="")
        {"@context":{"id":"@id"},
        "@graph":[
        {"id":"urn:a"},
        {"id":"urn:g","@graph":[
        {"id":"urn:b"},
        {"id":"urn:c"}
        ]}
        ]}
    """
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"@context":{_text(context)},\n"@graph":[')
        empty = _records(out, records)
        for name, members in graphs:
            out.write(f'{"" if empty else ","}\n{{"id":{_text(name)},"@graph":[')
            _records(out, members)
            out.write("\n]}")
            empty = False
        out.write("\n]}\n")


def _records(out: TextIO, records: Iterable[Record]) -> bool:
    """Write records with commas between them, and say whether there were none."""
    separator = "\n"
    for record in records:
        out.write(separator + _text(_streamable(record)))
        separator = ",\n"
    return separator == "\n"


def _streamable(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record with the `type` of it, and of each in it, first: the meaning of a term may hang on it."""
    inner = {
        key: _streamable(value) if type(value) is dict else list(map(_streamable, value))
        for key, value in record.items()
        if type(value) is dict or (type(value) is list and value and type(value[0]) is dict)
    }
    typed = {"type": record["type"]} if "type" in record else {}
    return {**typed, **record, **inner}
