"""Turtle and TriG for readers: one block per subject, its type first, then properties as in the context.

pyoxigraph writes the terms themselves; this module adds the order and the blank lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.errors import PublicationError
from iomgraph.release.lines import RUN, ordered_parts

_CHUNK = 50_000
_ANY = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"))
_LAST = "9999"
"""The rank of properties without a rank."""


def ranks(properties: Iterable[str]) -> dict[str, str]:
    """Rank properties in reading order: the type first, then as given.

    Example:
        >>> ranks(["urn:name"])
        {'<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>': '0000', '<urn:name>': '0001'}
    """
    return {f"<{iri}>": f"{rank:04}" for rank, iri in enumerate(dict.fromkeys([terms.RDF_TYPE, *properties]))}


def in_reading_order(lines: Iterable[str], known: Mapping[str, str], run: int = RUN) -> Iterator[bytes]:
    r"""Sort the lines of a graph for readers: by subject, then by the rank of the property; drop repeats.

    Args:
        lines: in any order; read once.
        known: property to its rank, as from `ranks`; other properties come last.
        run: number of lines to hold in memory at a time.

    Example:
        >>> lines = ["<urn:a/b> <urn:x> <urn:o> .\n", '<urn:a> <urn:x> "1" .\n', '<urn:a> <urn:name> "2" .\n']
        >>> print(b"".join(in_reading_order(lines, ranks(["urn:name"]))).decode(), end="")
        <urn:a> <urn:name> "2" .
        <urn:a> <urn:x> "1" .
        <urn:a/b> <urn:x> <urn:o> .
    """
    rank_of = known.get

    def marked(line: str) -> str:
        subject, predicate, _ = line.split(" ", 2)
        # Without the closing bracket, a thing comes before the things below it, because a space precedes all
        # letters.
        return f"{subject[:-1]} {rank_of(predicate, _LAST)}\t{line}"

    # Marked lines sort as they are, so their files merge without a key, which is twice as fast.
    parts = ordered_parts(map(marked, lines), run)
    return (line.partition(b"\t")[2] for line in chain.from_iterable(parts))


def properties_of(context: Mapping[str, Any], prefixes: Mapping[str, str]) -> list[str]:
    """List the IRIs of the properties that a JSON-LD context defines, in its order.

    Example:
        >>> terms = {"title": {"@id": "dct:title"}, "Project": "iom:Project"}
        >>> properties_of(terms, {"dct": "http://purl.org/dc/terms/"})
        ['http://purl.org/dc/terms/title']
    """
    names = [
        term["@id"].partition(":") for term in context.values() if isinstance(term, dict) and "@id" in term
    ]
    return [prefixes[prefix] + local for prefix, _, local in names if prefix in prefixes]


class Writer:
    r"""A writer of lines in reading order, one part at a time.

    Args:
        prefixes: prefix to IRI; all are declared, in order of prefix.
        out: takes the bytes, UTF-8.

    Example:
        >>> import io
        >>> out = io.BytesIO()
        >>> Writer({"ex": "http://example.org/"}, out).write([b'<http://example.org/s> <urn:p> "o" .\n'])
        >>> print(out.getvalue().decode(), end="")
        @prefix ex: <http://example.org/> .
        <BLANKLINE>
        ex:s <urn:p> "o" .
    """

    def __init__(self, prefixes: Mapping[str, str], out: BinaryIO) -> None:
        self._prefixes = dict(prefixes)
        self._out = out
        self._head = self._serialized([_ANY]).partition(b"<urn:s>")[0]
        out.write(b"".join(sorted(self._head.splitlines(keepends=True))))

    def write(self, lines: Sequence[bytes]) -> None:
        """Write lines of one graph or several; cut long ones with `chunks`; raises as `text` does."""
        self.append(self.text(lines))

    def append(self, text: bytes) -> None:
        """Write what `text` gave; that of another writer, too, if it has the same prefixes."""
        self._out.write(text)

    def text(self, lines: Sequence[bytes]) -> bytes:
        """Make the text of some lines, for `append`.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        try:
            # IRIs and language tags are checked when lines are made.
            quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True)
            text = self._serialized(quads)
        except SyntaxError as error:
            where = lines[0].decode().strip()
            raise PublicationError(
                f"a statement can't be written ({error})", where=where, step="correct its record"
            ) from error
        return _spaced(text[len(self._head) :])

    def _serialized(self, quads: Iterable[ox.Quad]) -> bytes:
        return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=self._prefixes) or b""


def chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Cut lines in reading order into parts of bounded size, without splitting a subject."""
    source = iter(lines)
    chunk = list(islice(source, _CHUNK))
    while chunk:
        rest = list[bytes]()
        subject = chunk[-1].partition(b" ")[0] + b" "
        for line in source:
            if not line.startswith(subject):
                rest = [line, *islice(source, _CHUNK - 1)]
                break
            chunk.append(line)
        yield chunk
        chunk = rest


def _spaced(text: bytes) -> bytes:
    """Put a blank line before each block; line feeds in literals are escaped, so they do not interfere."""
    spaced = text.replace(b" .\n", b" .\n\n").replace(b"\n\n}\n", b"\n}\n\n")
    return b"\n" + spaced[:-1]
