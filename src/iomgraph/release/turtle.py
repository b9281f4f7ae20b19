"""Turtle and TriG for readers: one block a subject, its type first, its properties as the context has them.

The terms themselves are written by pyoxigraph; what is ours is the order and the blank lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.errors import PublicationError
from iomgraph.release.lines import RUN, graph_of, ordered

_CHUNK = 50_000
_ANY = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o"))


def in_reading_order(lines: Iterable[str], properties: Iterable[str], run: int = RUN) -> Iterator[str]:
    r"""Sort lines for readers: by graph, by subject, then by the rank of the property; repeats are dropped.

    Args:
        lines: in any order; read once.
        properties: IRIs of properties in the order that a reader should meet them; those that
            are not among them come last.
        run: how many lines to hold in memory at a time.

    Example:
        >>> lines = ["<urn:a/b> <urn:x> <urn:o> .\n", '<urn:a> <urn:x> "1" .\n', '<urn:a> <urn:name> "2" .\n']
        >>> print(*in_reading_order(lines, ["urn:name"]), sep="", end="")
        <urn:a> <urn:name> "2" .
        <urn:a> <urn:x> "1" .
        <urn:a/b> <urn:x> <urn:o> .
    """
    ranks = {
        f"<{iri}>": f"{rank:04}" for rank, iri in enumerate(dict.fromkeys([terms.RDF_TYPE, *properties]))
    }
    rank_of = ranks.get

    def marked(line: str) -> str:
        subject, predicate, _ = line.split(" ", 2)
        # Without the closing bracket a thing comes before what is below it: a space precedes all letters.
        return f"{graph_of(line)[:-1]} {subject[:-1]} {rank_of(predicate, '9999')}\t{line}"

    # Marked lines sort as they are, so that files of them merge without a key: twice as fast.
    return (text.partition("\t")[2] for text in ordered(map(marked, lines), run))


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
    r"""Writes lines that come in reading order, a part at a time.

    Args:
        prefixes: prefix to IRI; all are declared, in order of prefix.
        out: takes the bytes, UTF-8.

    Example:
        >>> import io
        >>> out = io.BytesIO()
        >>> Writer({"ex": "http://example.org/"}, out).write(['<http://example.org/s> <urn:p> "o" .\n'])
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

    def write(self, lines: Sequence[str]) -> None:
        """Write lines of one graph or of several; for many, cut them with `chunks`; raises as `text`."""
        self.append(self.text(lines))

    def append(self, text: bytes) -> None:
        """Write what `text` gave; that of another writer, too, if it has the same prefixes."""
        self._out.write(text)

    def text(self, lines: Sequence[str]) -> bytes:
        """Make the text of some lines, for `append`.

        Raises:
            PublicationError: if a line is not N-Quads.
        """
        try:
            text = self._serialized(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
        except (SyntaxError, UnicodeEncodeError) as error:
            raise PublicationError(
                f"a statement can't be written ({error})", where=lines[0].strip(), step="mend its record"
            ) from error
        return _spaced(text[len(self._head) :])

    def _serialized(self, quads: Iterable[ox.Quad]) -> bytes:
        return ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=self._prefixes) or b""


def chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Cut lines in reading order into parts of bounded size, never between two lines of one subject."""
    chunk: list[str] = []
    for line in lines:
        if len(chunk) >= _CHUNK and not line.startswith(chunk[-1][: chunk[-1].index(" ") + 1]):
            yield chunk
            chunk = []
        chunk.append(line)
    if chunk:
        yield chunk


def _spaced(text: bytes) -> bytes:
    """Put a blank line before each block; a line feed in a literal is escaped, so none is met there."""
    spaced = text.replace(b" .\n", b" .\n\n").replace(b"\n\n}\n", b"\n}\n\n")
    return b"\n" + spaced[:-1]
