"""JSON-LD: our records unchanged, below the context that gives their meaning.

The context comes first, the `type` of a record before its other terms, and the `id` of a graph before its
contents, so that the file can be read as a stream (https://www.w3.org/TR/json-ld11-streaming/, section 4).
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
    """Write records, one per line, in the given order.

    Args:
        path: the file.
        context: the value of `@context`.
        records: records of the default graph; read once.
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
    """Write records with commas between them, and tell whether there were none."""
    separator = "\n"
    for record in records:
        out.write(separator + _text(_streamable(record)))
        separator = ",\n"
    return separator == "\n"


def _streamable(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record with its `type`, and that of each nested one, first, because terms may depend on it."""
    inner = {
        key: _streamable(value) if type(value) is dict else list(map(_streamable, value))
        for key, value in record.items()
        if type(value) is dict or (type(value) is list and value and type(value[0]) is dict)
    }
    typed = {"type": record["type"]} if "type" in record else {}
    return {**typed, **record, **inner}
