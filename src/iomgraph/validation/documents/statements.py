"""Places of triples in Turtle, at the parser's speed, splitting only relevant statements.

The parser gets one statement at a time. If it yields a triple of a wanted subject, that statement is parsed
again alone, token by token, with the prefixes in force there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, cast

import pyoxigraph as ox

from iomgraph.validation.documents import positions
from iomgraph.validation.documents.places import Spot, Wanted
from iomgraph.validation.documents.positions import LineIndex, Pieces, Search, Turtle

_TURTLE = ox.RdfFormat.TURTLE
_Row = tuple[object, object, ox.Quad]
"""A triple after its subject and object, with the names that blank nodes had at the first reading."""

_STATEMENT = re.compile(
    rb"""(?:[^"'<\#.]++
    |\.(?![\s\#<"'\[(_:]|\Z)
    |\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    |"(?:[^"\\\n]++|\\.)*+" | '(?:[^'\\\n]++|\\.)*+' | <[^<>\s]*+>
    |\#[^\n]*+ | [<"'])*+
    (?:\.\s*+|\Z)""",
    re.DOTALL | re.VERBOSE,
)


def find(
    data: bytes, base: str, wanted: Sequence[Wanted], blank: Mapping[int, ox.BlankNode]
) -> dict[Wanted, Spot]:
    r"""Find where triples stand in a document of Turtle.

    Args:
        data: the document, which is known to be valid.
        base: base of relative IRIs.
        wanted: the triples to find.
        blank: twice the number of a triple, plus one for its object, to the earlier name of the blank node
            that first occurs there.

    Example:
        >>> one = Wanted(ox.NamedNode("http://e/a"), "http://e/p", ox.Literal("y"))
        >>> find(b'@prefix : <http://e/> .\n:b :p "y" .\n:a :p "x" , "y" .', "http://e/", [one], {})[one]
        Spot(line=3, offset=13, label='')
    """
    search, pieces, lines = Search(wanted, blank), Statements(data), LineIndex(data)
    parsed = ox.parse(_as_file(pieces), format=_TURTLE, base_iri=base, rename_blank_nodes=True)
    try:
        for part, row in _rows(parsed, pieces, search):
            tokens = Turtle(lines, part, _head(parsed))
            again = ox.parse(_as_file(tokens), format=_TURTLE, base_iri=base)
            for (subject, target, quad), same in zip(row, again, strict=True):
                _check(quad, same)
                search.match(subject, target, same, tokens)
            if search.done:
                break
    except (SyntaxError, ValueError):
        # A name with an escaped quote hides the ends of statements, so the whole document is split into
        # tokens.
        return positions.find(io.BytesIO(data), "turtle", _TURTLE, base, wanted, blank)
    return search.spots


def _rows(parsed: ox.QuadParser, pieces: Statements, search: Search) -> Iterator[tuple[slice, list[_Row]]]:
    """The statements with a wanted subject: each with its place and its triples, known ones first."""
    start, end, row, hit = 0, 0, list[_Row](), False
    names, blank = search.by_subject, search.blank
    for rank, quad in enumerate(parsed):
        if pieces.start != start:
            if hit:
                yield slice(start, end), row
            start, end, row, hit = pieces.start, pieces.end, [], False
        subject, target = quad.subject, quad.object
        if blank:
            known = search.known(subject, 2 * rank), search.known(target, 2 * rank + 1)
            row.append((*known, quad))
            hit = hit or known[0] in names
        else:
            row.append((subject, target, quad))
            hit = hit or subject in names
    if hit:
        yield slice(start, end), row


def _check(one: ox.Quad, other: ox.Quad) -> None:
    """Compare a triple with one that should be the same.

    Raises:
        ValueError: if it differs.
    """
    if one.predicate != other.predicate or (
        one.subject != other.subject and not isinstance(one.subject, ox.BlankNode)
    ):
        raise ValueError("another triple")


def _head(parsed: ox.QuadParser) -> bytes:
    """Return the declarations of the prefixes and the base that are in force."""
    base = f"@base <{parsed.base_iri}> . " if parsed.base_iri else ""
    return (base + " ".join(f"@prefix {name}: <{iri}> ." for name, iri in parsed.prefixes.items())).encode()


class Statements(Pieces):
    """A document for the parser, statement by statement."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._matches = _STATEMENT.finditer(data)
        self.start = self.end = 0

    def _next(self) -> bytes:
        match = next(self._matches, None)
        if match is None or not match.group():
            # Triples that the parser yields at the end of the document belong to the last statement.
            return b""
        self.start, self.end = match.span()
        return match.group()


def _as_file(pieces: Pieces) -> IO[bytes]:
    """View as a file, of which the parser only needs `read`."""
    return cast(IO[bytes], pieces)
