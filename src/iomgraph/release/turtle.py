"""Turtle and TriG for people: one block per subject, its type first, then properties as in the context.

pyoxigraph writes the terms themselves; this module adds the order and the blank lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.errors import PublicationError
from iomgraph.release import runs

_CHUNK = 50_000
"""Lines of a piece."""
_END = b"}\n"
"""The line that closes a graph."""
_ANY = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"))
_LAST = "9999"
"""The rank of properties without a rank."""


def ranks(properties: Iterable[str]) -> dict[str, str]:
    """Rank properties in reading order: the type first, then in the given order.

    Example:
        >>> ranks(["urn:name"])
        {'<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>': '0000', '<urn:name>': '0001'}
    """
    return {f"<{iri}>": f"{rank:04}" for rank, iri in enumerate(dict.fromkeys([terms.RDF_TYPE, *properties]))}


def arranged(lines: Iterable[str], known: Mapping[str, str]) -> list[str]:
    r"""Put lines in memory in reading order: by subject, then by the rank of the property; drop repeats.

    Args:
        lines: of one graph, in any order.
        known: property to its rank, as `ranks` has them; those that are not in it come last.

    Example:
        >>> lines = ["<urn:a/b> <urn:x> <urn:o> .\n", '<urn:a> <urn:x> "1" .\n', '<urn:a> <urn:name> "2" .\n']
        >>> print(*arranged(lines, ranks(["urn:name"])), sep="", end="")
        <urn:a> <urn:name> "2" .
        <urn:a> <urn:x> "1" .
        <urn:a/b> <urn:x> <urn:o> .
    """
    rank_of = known.get

    def key(line: str) -> tuple[str, str, str]:
        subject, predicate, _ = line.split(" ", 2)
        # Without the closing bracket, a thing sorts before the things below it.
        return subject[:-1], rank_of(predicate, _LAST), line

    return sorted(set(lines), key=key)


def _marked(lines: Iterable[str], known: Mapping[str, str]) -> Iterator[str]:
    """Mark lines so that they sort as `arranged` sorts them."""
    rank_of = known.get
    for line in lines:
        subject, predicate, _ = line.split(" ", 2)
        # A space precedes all letters.
        yield f"{subject[:-1]} {rank_of(predicate, _LAST)}\t{line}"


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


def _pieces(parts: Iterable[list[bytes]]) -> Iterator[bytes]:
    """Cut marked lines into pieces of limited size, never within a thing, and remove the marks."""
    piece = list[bytes]()
    for _, lines in groupby(chain.from_iterable(parts), _subject):
        piece += lines
        if len(piece) >= _CHUNK:
            yield _unmarked(piece)
            piece = []
    if piece:
        yield _unmarked(piece)


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _unmarked(lines: list[bytes]) -> bytes:
    return b"".join([line[line.index(b"\t") + 1 :] for line in lines])


class Serializer:
    r"""A serializer of statements as TriG, which includes Turtle.

    Args:
        prefixes: prefix to IRI.

    Attributes:
        head: the declarations of all prefixes.

    Example:
        >>> serializer = Serializer({"ex": "http://example.org/"})
        >>> print(serializer.text(b'<http://example.org/s> <urn:p> "o" .\n').decode(), end="")
        <BLANKLINE>
        ex:s <urn:p> "o" .
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self.head = self._serialized([_ANY]).partition(b"<urn:s>")[0]

    def text(self, statements: bytes) -> bytes:
        """Make the text of statements, without a head.

        Args:
            statements: lines of N-Quads in the order of reading, graph by graph.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        try:
            # IRIs and language tags are checked where lines are made.
            text = self._serialized(ox.parse(statements, format=ox.RdfFormat.N_QUADS, lenient=True))
        except SyntaxError as error:
            where = statements.partition(b"\n")[0].decode()
            raise PublicationError(
                f"a statement can't be written ({error})", where=where, step="correct its record"
            ) from error
        return _spaced(text[len(self.head) :])

    def _serialized(self, quads: Iterable[ox.Quad]) -> bytes:
        return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=self._prefixes) or b""


class Writer:
    r"""A writer of statements in reading order, one part at a time.

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
        self._serializer, self._out = Serializer(prefixes), out
        # The graph that is open, whose end is written with the next text, or by `close`.
        self._graph = ""
        out.write(b"".join(sorted(self._serializer.head.splitlines(keepends=True))))

    def write(self, lines: Iterable[str], known: Mapping[str, str]) -> None:
        """Write the lines of the default graph.

        Args:
            lines: in any order; read once.
            known: property to its rank, as `ranks` has them.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        for piece in _pieces(runs.merged(runs.of(_marked(lines, known)))):
            self.append(self._serializer.text(piece))

    def append(self, text: bytes, first: str = "", last: str = "") -> None:
        """Write a text that a `Serializer` with the same prefixes made.

        Args:
            text: of some statements.
            first: the graph of the first of them; empty for the default graph. It goes on if it was the last
                one before.
            last: the graph of the last of them.
        """
        if self._graph and self._graph == first:
            text = b"\n" + text.partition(b"{\n")[2]
        else:
            self.close()
        self._graph = last
        self._out.write(text.removesuffix(_END) if last else text)

    def close(self) -> None:
        """Write the end of the last graph."""
        if self._graph:
            self._out.write(_END)
        self._graph = ""


def _spaced(text: bytes) -> bytes:
    """Put a blank line before each block; line feeds in literals are escaped, and can't be mistaken."""
    spaced = text.replace(b" .\n", b" .\n\n").replace(b"\n\n}\n", b"\n}\n\n")
    return b"\n" + spaced[:-1]
