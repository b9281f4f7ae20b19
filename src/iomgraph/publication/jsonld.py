"""JSON-LD: our records unchanged, below the context that gives their meaning.

The context comes first, the `type` of a record before its other terms, and the `id` of a graph before its
contents, so that the file can be read as a stream (https://www.w3.org/TR/json-ld11-streaming/, section 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from iomgraph.processes import JSON
from iomgraph.publication.pieces import BETWEEN, write_list
from iomgraph.records.record import Record


def write(path: Path, context: Mapping[str, Any], pieces: Iterable[bytes]) -> None:
    """Write objects under a context.

    Args:
        path: the file.
        context: the value of `@context`.
        pieces: texts of some objects each, as `joined` and `graph` make them; read once.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.jsonld")
        >>> facts, claims = joined([{"id": "urn:a"}]), joined([{"id": "urn:b"}, {"id": "urn:c"}])
        >>> write(path, {"id": "@id"}, [facts, *graph("urn:g", [claims])])
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
    write_list(path, b'{"@context":%b,\n"@graph":[' % JSON.write(context), pieces)


def joined(records: Iterable[Record]) -> bytes:
    """Make the text of records, one per line, in the given order."""
    return BETWEEN.join([JSON.write(_streamable(record)) for record in records])


def graph(name: str, members: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the text of a graph in pieces.

    Args:
        name: its CURIE or IRI.
        members: texts that `joined` made, none of them empty; read one ahead.
    """
    before = b'{"id":%b,"@graph":[\n' % JSON.write(name)
    source = iter(members)
    piece = next(source, b"")
    for after in source:
        yield before + piece
        before, piece = b"", after
    yield before + piece + b"\n]}"


def _streamable(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record with its `type`, and that of each nested one, first, because terms may depend on it."""
    inner = {
        key: _streamable(value) if type(value) is dict else list(map(_streamable, value))
        for key, value in record.items()
        if type(value) is dict or (type(value) is list and value and type(value[0]) is dict)
    }
    typed = {"type": record["type"]} if "type" in record else {}
    return {**typed, **record, **inner}
