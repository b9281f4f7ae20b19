"""Parts of a workbook as XML, parsed block by block, refusing documents that could exhaust memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from xml.parsers import expat

from iomgraph.errors import SourceError

MAX_DEPTH = 64
MAX_TOKEN = 4_000_000
"""Most bytes of one tag, comment or attribute, which the parser holds in memory until its end."""


class Handler(Protocol):
    """A handler of elements by their local names."""

    def start(self, name: str, attributes: Mapping[str, str], /) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def text(self, text: str) -> None:
        """Handle a piece of text."""


class _Guard:
    """A guard that passes events to a handler, without namespaces, and counts the depth of elements."""

    def __init__(self, handler: Handler, where: str) -> None:
        self._handler, self._where, self._depth = handler, where, 0
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _stop(f"its elements nest more than {MAX_DEPTH} deep", self._where)
        name = self._names.get(tag)
        if name is None:
            name = tag.rpartition(" ")[2]
            if len(self._names) < 1_000:
                self._names[tag] = name
        self._handler.start(name, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(self._names.get(tag) or tag.rpartition(" ")[2])

    def doctype(self, *_: object) -> None:
        raise _stop("it declares a document type, which no workbook has", self._where)


def parse(blocks: Iterable[bytes], handler: Handler, where: str) -> Iterator[None]:
    """Parse a document, and yield after each block so that the caller can take the result.

    Args:
        blocks: the bytes.
        handler: takes elements and text.
        where: the file and the part, for messages.

    Raises:
        SourceError: if it is not well formed, declares a document type, or exceeds a limit.

    Example:
        >>> class Names(list):
        ...     def start(self, name, attributes): self.append(name)
        ...     def end(self, name): pass
        ...     def text(self, text): pass
        >>> names = Names()
        >>> for _ in parse([b"<a xmlns='x:'><b/>", b"</a>"], names, "a.xlsx"): pass
        >>> names
        ['a', 'b']
    """
    guard = _Guard(handler, where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = guard.doctype
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block, False)
            fed += len(block)
            if fed - parser.CurrentByteIndex > MAX_TOKEN:
                raise _stop(f"a tag is longer than {MAX_TOKEN:,} bytes", where)
            yield
        parser.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        raise _stop(f"it is not well-formed XML ({message}, line {error.lineno})", where) from None


def _stop(what: str, where: str) -> SourceError:
    return SourceError(
        f"the workbook can't be read: {what}",
        where=where,
        step="save the workbook again with a spreadsheet program",
    )
