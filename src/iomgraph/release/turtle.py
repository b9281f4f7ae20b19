"""Turtle and TriG for readers: one block per subject, its type first, then properties as in the context.

pyoxigraph writes the terms themselves; this module adds the order and the blank lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any, BinaryIO
from zlib import crc32

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.errors import PublicationError
from iomgraph.release import runs

_CHUNK = 50_000
"""Lines of a piece."""
_CUT = 200
"""One in so many things ends a piece."""
_END = b"}\n"
"""The line that closes a graph."""
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


def marked(lines: Iterable[str], known: Mapping[str, str], graph: str = "") -> Iterator[str]:
    r"""Mark lines so that they sort for readers: by graph, by subject, then by the rank of the property.

    Args:
        lines: of one graph, in any order; read once.
        known: property to its rank, as `ranks` has them; those that are not in it come last.
        graph: IRI of the graph; empty for the default graph, which comes first.

    Example:
        >>> lines = ["<urn:a/b> <urn:x> <urn:o> .\n", '<urn:a> <urn:x> "1" .\n', '<urn:a> <urn:name> "2" .\n']
        >>> for line in sorted(marked(lines, ranks(["urn:name"]))):
        ...     print(line.rpartition("\t")[2], end="")
        <urn:a> <urn:name> "2" .
        <urn:a> <urn:x> "1" .
        <urn:a/b> <urn:x> <urn:o> .
    """
    rank_of = known.get
    for line in lines:
        subject, predicate, _ = line.split(" ", 2)
        # Without the closing bracket a thing comes before what is below it: a space precedes all letters.
        yield f"{graph} {subject[:-1]} {rank_of(predicate, _LAST)}\t{line}"


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


@dataclass(frozen=True, slots=True)
class Piece:
    """Some things with all that one graph says of each, or several graphs.

    Args:
        lines: their statements, marked, in order.
        first: graph of the first thing; empty for the default graph.
        last: graph of the last one.
    """

    lines: list[bytes]
    first: bytes
    last: bytes

    def statements(self) -> bytes:
        """The statements, as lines of N-Quads."""
        return b"".join([line[line.index(b"\t") + 1 :] for line in self.lines])


def pieces(parts: Iterable[list[bytes]]) -> Iterator[Piece]:
    """Cut marked lines into pieces of bounded size, never within a thing, nor with two kinds of graphs.

    Where a piece ends depends on the things around, so that a change changes few of them.

    Args:
        parts: the lines in order, many at a time.
    """
    piece, first, last, is_end = list[bytes](), b"", b"", False
    for thing, lines in groupby(chain.from_iterable(parts), _thing):
        graph = thing[: thing.index(b" ")]
        if piece and (len(piece) >= _CHUNK or is_end or bool(graph) != bool(last)):
            yield Piece(piece, first, last)
            piece = []
        if not piece:
            first = graph
        piece += lines
        last, is_end = graph, crc32(thing) % _CUT == 0
    if piece:
        yield Piece(piece, first, last)


def _thing(line: bytes) -> bytes:
    """The mark of a line without its rank: the graph and the subject."""
    return line[: line.index(b"\t") - len(_LAST) - 1]


class Writer:
    r"""A writer of lines in reading order, one part at a time.

    Args:
        prefixes: prefix to IRI; all are declared, in order of prefix.
        out: takes the bytes, UTF-8.

    Example:
        >>> import io
        >>> out = io.BytesIO()
        >>> lines = ['<http://example.org/s> <urn:p> "o" .\n']
        >>> Writer({"ex": "http://example.org/"}, out).write(lines, {})
        >>> print(out.getvalue().decode(), end="")
        @prefix ex: <http://example.org/> .
        <BLANKLINE>
        ex:s <urn:p> "o" .
    """

    def __init__(self, prefixes: Mapping[str, str], out: BinaryIO) -> None:
        self._prefixes = dict(prefixes)
        self._out = out
        self._head = self._serialized([_ANY]).partition(b"<urn:s>")[0]
        # The graph that is open, whose end is written with the next piece, or by `close`.
        self._graph = b""
        out.write(b"".join(sorted(self._head.splitlines(keepends=True))))

    def write(self, lines: Iterable[str], known: Mapping[str, str]) -> None:
        """Write the lines of the default graph.

        Args:
            lines: in any order; read once.
            known: property to its rank, as `ranks` has them.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        for piece in pieces(runs.merged(runs.of(marked(lines, known)))):
            self.append(piece, self.text(piece))

    def append(self, piece: Piece, text: bytes) -> None:
        """Write a piece with what `text` gave of it; another writer will do if it has the same prefixes."""
        if self._graph and self._graph == piece.first:
            text = b"\n" + text.partition(b"{\n")[2]
        else:
            self.close()
        self._graph = piece.last
        self._out.write(text.removesuffix(_END) if piece.last else text)

    def close(self) -> None:
        """Write the end of the last graph."""
        if self._graph:
            self._out.write(_END)
        self._graph = b""

    def text(self, piece: Piece) -> bytes:
        """Make the text of a piece, for `append`.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        statements = piece.statements()
        try:
            # IRIs and language tags are checked where lines are made.
            text = self._serialized(ox.parse(statements, format=ox.RdfFormat.N_QUADS, lenient=True))
        except SyntaxError as error:
            where = statements.partition(b"\n")[0].decode()
            raise PublicationError(
                f"a statement can't be written ({error})", where=where, step="correct its record"
            ) from error
        return _spaced(text[len(self._head) :])

    def _serialized(self, quads: Iterable[ox.Quad]) -> bytes:
        return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=self._prefixes) or b""


def _spaced(text: bytes) -> bytes:
    """Put a blank line before each block; a line feed in a literal is escaped, so none is met there."""
    spaced = text.replace(b" .\n", b" .\n\n").replace(b"\n\n}\n", b"\n}\n\n")
    return b"\n" + spaced[:-1]
