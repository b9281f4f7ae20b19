"""Places of triples in Turtle, TriG, N-Triples, N-Quads and RDF/XML.

The parser gets one token at a time, so the last token before it yields a triple is the triple's object or its
end. The tokenizer need not be right for invalid files, because only files that were read without an error
come here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any, cast

import pyoxigraph as ox

from iomgraph.validation.documents.places import Spot, Wanted, left_out


@cache
def _turtle() -> re.Pattern[bytes]:
    return re.compile(
        rb"""(?P<space>\s+|\#[^\n]*)
        |\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
        |"(?:[^"\\\n]++|\\.)*+" | '(?:[^'\\\n]++|\\.)*+' | <[^<>\s]*>
        |[^\s"'<>;,.()\[\]{}\#]+(?:\.+[^\s"'<>;,.()\[\]{}\#]+)*
        |.""",
        re.DOTALL | re.VERBOSE,
    )


@cache
def _xml() -> re.Pattern[bytes]:
    return re.compile(
        rb"""(?P<space>\s+(?=<)|<!--.*?-->|<\?.*?\?>)
        |<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*)?> | <!\[CDATA\[.*?\]\]>
        | <(?:[^<>"']++|"[^"]*"|'[^']*')*+> | [^<]+ | .""",
        re.DOTALL | re.VERBOSE,
    )


_ENDS = (b".", b"{", b"}")
_NAMED = re.compile(rb"rdf:(about|ID|nodeID)\s*=")


def find(
    stream: IO[bytes],
    name: str,
    syntax: ox.RdfFormat,
    base: str,
    wanted: Sequence[Wanted],
    blank: Mapping[int, ox.BlankNode],
    without: str = "",
) -> dict[Wanted, Spot]:
    """Find where triples stand in a file.

    Args:
        stream: the file, at its start.
        name: name of its format.
        syntax: the parser's name for it.
        base: base of relative IRIs.
        wanted: the triples to find.
        blank: twice the number of a triple, plus one for its object, to the earlier name of the blank node
            that first occurs there.
        without: beginning of the names of graphs to leave out.
    """
    search = Search(wanted, blank)
    lines = name in ("ntriples", "nquads")
    if lines and not any(isinstance(one.subject, ox.BlankNode) for one in wanted):
        _scan(stream, syntax, search, without)
        return search.spots
    tokens = Lines(stream) if lines else _tokens(name, stream.read())
    fed = cast(IO[bytes], tokens)
    for rank, quad in enumerate(ox.parse(fed, format=syntax, base_iri=base, rename_blank_nodes=True)):
        if not left_out(quad, without):
            search.take(rank, quad, tokens)
        if search.done:
            break
    return search.spots


def _scan(stream: IO[bytes], syntax: ox.RdfFormat, search: Search, without: str) -> None:
    """Look only at lines with a wanted subject; the others need not be parsed again."""
    names = {str(subject).encode() for subject in search.by_subject}
    tokens = Lines(stream)
    for number, text in enumerate(stream, 1):
        name = text[: text.find(b">") + 1].lstrip()
        # An IRI may be written with escapes, so its text may differ.
        if name in names or b"\\" in name:
            tokens.turn_to(number, text)
            for quad in ox.parse(text, format=syntax):
                if not left_out(quad, without):
                    search.take(-1, quad, tokens)
            if search.done:
                return


class Pieces:
    """A stream for a parser that reads piece by piece; larger pieces than it requests come in parts."""

    def __init__(self) -> None:
        self._piece, self._given = b"", 0

    def read(self, size: int = -1) -> bytes:
        """Give the next piece, up to the requested size; empty at the end."""
        if self._given == len(self._piece):
            self._piece, self._given = self._next(), 0
        start = self._given
        self._given = len(self._piece) if size < 0 else min(len(self._piece), start + size)
        return self._piece[start : self._given]

    def _next(self) -> bytes:
        raise NotImplementedError


class LineIndex:
    """An index of the line and offset of bytes in a document, fast if requests are in order."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._line, self._column, self._counted = 1, 1, 0

    def spot(self, start: int) -> Spot:
        """Give the line and the offset of a byte."""
        if start < self._counted:
            self._line, self._column, self._counted = 1, 1, 0
        if lines := self.data.count(b"\n", self._counted, start):
            self._line, self._column = self._line + lines, 1
            self._counted = self.data.rfind(b"\n", self._counted, start) + 1
        self._column += len(self.data[self._counted : start].decode("utf-8", "replace"))
        self._counted = start
        return Spot(self._line, self._column)


class _Fed(Pieces):
    """A file for the parser, token by token."""

    def __init__(self, lines: LineIndex, pattern: re.Pattern[bytes], part: slice = slice(None)) -> None:
        super().__init__()
        self._matches = pattern.finditer(lines.data, *part.indices(len(lines.data))[:2])
        self.spot = lines.spot

    def _next(self) -> bytes:
        match = next(self._matches, None)
        if match is None:
            return b""
        self._note(match.group(), match.start(), space=bool(match.group("space")))
        return match.group()

    def _note(self, token: bytes, start: int, *, space: bool) -> None:
        raise NotImplementedError


_Opened = tuple[int, Any]
"""Places of the innermost open bracket, and of those around it; empty if there are none."""


@dataclass(frozen=True, slots=True)
class _State:
    """Places in Turtle: the last object, the start of the statement, the open brackets."""

    object: int = 0
    statement: int = 0
    opened: _Opened | None = None


class Turtle(_Fed):
    """Turtle and TriG. The parser yields most triples as it reads the token after them.

    Args:
        lines: the document.
        part: the part of it to read; all by default.
        head: text for the parser to read before that.
    """

    def __init__(self, lines: LineIndex, part: slice = slice(None), head: bytes = b"") -> None:
        super().__init__(lines, _turtle(), part)
        self._piece = head
        self._now = self._before = self._state = _State()
        self._ended, self._typed, self._last = True, False, b""
        self._brackets: dict[object, int] = {}

    def _note(self, token: bytes, start: int, *, space: bool) -> None:
        self._state = self._now
        if space:
            return
        last = self._now
        statement = start if self._ended and token not in _ENDS else last.statement
        self._ended = token in _ENDS
        if token in (b"[", b"("):
            self._now = _State(start, statement, (start, last.opened))
        elif token in (b"]", b")"):
            at, around = last.opened or (start, None)
            self._now = _State(at, statement, around)
        elif token in (b";", b",", *_ENDS) or token.startswith((b"@", b"^^")) or self._typed:
            # A language or a datatype belongs to the literal before it.
            self._now = _State(last.object, statement, last.opened)
        else:
            self._now = _State(start, statement, last.opened)
        self._typed = token == b"^^"
        if token.startswith(b"<") or (token == b"]" and self._last == b"["):
            # These mark their own end, so the parser does not need the token after them.
            self._state = self._now
        self._last = token

    def see(self, quad: ox.Quad) -> None:
        """Remember the bracket of a blank node that has no label."""
        if isinstance(quad.subject, ox.BlankNode) and quad.subject not in self._brackets:
            opened = self._around(quad)
            if opened:
                self._brackets[quad.subject] = opened[0]

    def object(self, quad: ox.Quad) -> Spot:
        """The place of the object."""
        return self.spot(self._brackets.get(quad.object, self._state.object))

    def subject(self, quad: ox.Quad) -> Spot:
        """The place where the subject is described."""
        return self.spot(self._brackets.get(quad.subject, self._state.statement))

    def _around(self, quad: ox.Quad) -> _Opened | None:
        """The brackets around a triple, except that of its object, which may just be closing."""
        opened = self._state.opened
        if opened and self._brackets.get(quad.object) == opened[0]:
            around: _Opened | None = opened[1]
            return around
        return opened


class Xml(_Fed):
    """RDF/XML. The parser yields a triple when it reads the tag that ends it."""

    def __init__(self, lines: LineIndex) -> None:
        super().__init__(lines, _xml())
        self._open: list[int] = []
        self._last, self._parent = 0, 0

    def _note(self, token: bytes, start: int, *, space: bool) -> None:
        if space or not token.startswith(b"<") or token.startswith(b"<!"):
            return
        if token.startswith(b"</"):
            self._last = self._open.pop() if self._open else start
            self._parent = self._open[-1] if self._open else self._last
            return
        self._last = start
        self._parent = start if _NAMED.search(token) or not self._open else self._open[-1]
        if not token.endswith(b"/>"):
            self._open.append(start)

    def see(self, quad: ox.Quad) -> None:
        """Do nothing, because there is nothing to remember."""

    def object(self, _quad: ox.Quad) -> Spot:
        """The element that states the triple."""
        return self.spot(self._last)

    def subject(self, _quad: ox.Quad) -> Spot:
        """The element that describes the subject."""
        return self.spot(self._parent)


class Lines(Pieces):
    """A file with one triple per line, which the parser gets line by line."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._number, self._text = 0, b""

    def _next(self) -> bytes:
        self.turn_to(self._number + 1, self._stream.readline())
        return self._text

    def turn_to(self, number: int, text: bytes) -> None:
        """Use a line that was read elsewhere."""
        self._number, self._text = number, text

    def see(self, quad: ox.Quad) -> None:
        """Do nothing, because there is nothing to remember."""

    def object(self, _quad: ox.Quad) -> Spot:
        """The place of the object: the third token."""
        starts = [match.start() for match in _turtle().finditer(self._text) if not match.group("space")]
        return Spot(self._number, len(self._text[: starts[2]].decode("utf-8", "replace")) + 1)

    def subject(self, _quad: ox.Quad) -> Spot:
        """The place of the subject: the first token."""
        indent = len(self._text) - len(self._text.lstrip())
        return Spot(self._number, indent + 1)


def _tokens(name: str, data: bytes) -> Turtle | Xml:
    return Xml(LineIndex(data)) if name == "rdfxml" else Turtle(LineIndex(data))


@dataclass(slots=True)
class Search:
    """A search that matches triples with requests."""

    wanted: Sequence[Wanted]
    blank: Mapping[int, ox.BlankNode]
    spots: dict[Wanted, Spot] = field(default_factory=dict)
    settled: set[Wanted] = field(default_factory=set)
    renamed: dict[object, ox.BlankNode] = field(default_factory=dict)
    by_subject: dict[object, list[Wanted]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.wanted:
            self.by_subject.setdefault(one.subject, []).append(one)

    @property
    def done(self) -> bool:
        """True if everything is found as precisely as possible."""
        return len(self.settled) == len(self.wanted)

    def take(self, rank: int, quad: ox.Quad, tokens: Turtle | Xml | Lines) -> None:
        """Look at the next triple, with the names that its blank nodes had at the first reading."""
        self.match(self.known(quad.subject, 2 * rank), self.known(quad.object, 2 * rank + 1), quad, tokens)

    def match(self, subject: object, target: object, quad: ox.Quad, tokens: Turtle | Xml | Lines) -> None:
        """Look at a triple whose subject and object are known.

        Args:
            subject: the subject, named as in requests.
            target: the object, named as in requests.
            quad: the triple as parsed.
            tokens: the tokens that the parser has read.
        """
        tokens.see(quad)
        for one in self.by_subject.get(subject, ()):
            if one in self.settled:
                continue
            if not one.predicate:
                self._settle(one, tokens.subject(quad))
            elif one.predicate == quad.predicate.value and one.object in (None, target):
                self._settle(one, tokens.object(quad))
            elif one not in self.spots:
                # Until there is a better place, use the first description of the thing.
                self.spots[one] = tokens.subject(quad)

    def _settle(self, one: Wanted, spot: Spot) -> None:
        self.spots[one] = spot
        self.settled.add(one)

    def known(self, node: object, turn: int) -> object:
        """Give a node the name that it had at the first reading."""
        if isinstance(node, ox.BlankNode) and node not in self.renamed and turn in self.blank:
            self.renamed[node] = self.blank[turn]
        return self.renamed.get(node, node)
