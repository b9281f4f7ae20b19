"""Bounds on documents from outside, checked before a parser sees them.

The parsers are recursive for nested values, and expand entities everywhere, so a small file can exhaust the
stack or the memory, which ends the process. Only these dangers are checked here; the parser itself finds out
if the document is well-formed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers import expat

from iomgraph.errors import SourceError
from iomgraph.findings import Place

DEPTH = 200
"""Most levels of nested objects, arrays, elements or triple terms."""

DIGITS = 1_000
"""Most characters of a number in JSON."""

RATIO = 100
"""Most bytes that a compressed byte may expand to; compressed RDF expands ten to forty times."""

UNPACKED = 16_000_000
"""Bytes by which any stretch of a compressed file may exceed that."""

TERM_BYTES = 16_777_216
"""Most bytes of one term, comment or line, the parser's own limit."""

_ENTITY_LENGTH = 256
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`&%]*")
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])|(-?[0-9][0-9.eE+\-]*)', re.DOTALL)
_CONTEXT = re.compile(r'"@context"\s*:\s*')
_ESCAPED_KEY = re.compile(r'"[^"\n]*\\u00[^"\n]*"\s*:')
_DECODER = json.JSONDecoder()
_TRIPLE_TERM = re.compile(rb"(<<\()|\)>>")


_NOWHERE = Place("")


class DocumentError(SourceError):
    """A document can't be read, or is not well-formed.

    Args:
        what: the fault, as one sentence without a full stop.
        place: the file, with line and offset if known.
        step: the next step for the reader.
        rule: the name of the rule for findings.
        texts: language to the fault, if not only in English.
    """

    def __init__(
        self,
        what: str,
        *,
        place: Place = _NOWHERE,
        step: str = "",
        rule: str = "syntax-error",
        texts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, where=place, step=step)
        self.place = place
        self.rule = rule
        self.texts = texts or {"en": what}


def misspelt(why: str, place: Place) -> DocumentError:
    """Make the error for a document that is not well-formed."""
    return DocumentError(
        f"syntax error: {why}", place=place, step="correct the file at this place, or just above it"
    )


def check_json(text: str, name: str) -> None:
    """Check a JSON-LD document: its depth, its numbers, and its chains of terms.

    Args:
        text: the document.
        name: name of its file, for the message.

    Raises:
        DocumentError: if it exceeds a limit, or a context is not JSON.

    Example:
        >>> check_json("[" * 300 + "]" * 300, "a.jsonld")
        Traceback (most recent call last):
        iomgraph.validation.documents.limits.DocumentError: the values nest more than 200 deep: a.jsonld:1:201
          Next: write the inner ones as objects of their own, with an @id
    """
    depth = 0
    for match in _JSON.finditer(text):
        depth += (match[1] is not None) - (match[2] is not None)
        if depth > DEPTH:
            raise DocumentError(
                f"the values nest more than {DEPTH} deep",
                place=place_at(text, match.start(), name),
                step="write the inner ones as objects of their own, with an @id",
            )
        if match[3] is not None and len(match[3]) > DIGITS:
            raise DocumentError(
                f"a number has more than {DIGITS:,} digits",
                place=place_at(text, match.start(), name),
                step="write it as a string with a datatype",
            )
    try:
        longest = max(map(_chain, _contexts(text)), default=0)
    except json.JSONDecodeError as error:
        place = Place(name, line=error.lineno, offset=error.colno)
        raise misspelt(error.msg, place) from None
    if longest > DEPTH:
        raise DocumentError(
            f"a context defines terms by each other more than {DEPTH} levels deep",
            place=Place(name),
            step="write out the IRIs of its terms",
        )


def _contexts(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield every context that defines terms, including nested ones."""
    if _ESCAPED_KEY.search(text):
        # A key may be written with escapes, so it must be decoded.
        yield from _contexts(json.dumps(json.loads(text), ensure_ascii=False))
        return
    for match in _CONTEXT.finditer(text):
        if text[match.end() : match.end() + 1] in ("{", "["):
            value, _ = _DECODER.raw_decode(text, match.end())
            parts = value if isinstance(value, list) else [value]
            yield from (part for part in parts if isinstance(part, dict))


def _chain(context: Mapping[str, Any]) -> int:
    """Count the terms in the longest chain of terms that are defined by one another."""
    longest: dict[str, int] = {}
    for start in context:
        path = [start]
        while path[-1] not in longest:
            following = [term for term in _leans_on(context[path[-1]], path[-1]) if term in context]
            open_ones = [term for term in following if term not in longest and term not in path[-DEPTH:]]
            if open_ones and len(path) <= DEPTH:
                path.append(open_ones[0])
                continue
            longest[path[-1]] = 1 + max((longest.get(term, 0) for term in following), default=0)
            if len(path) > 1:
                path.pop()
    return max(longest.values(), default=0)


def _leans_on(definition: object, term: str) -> Iterator[str]:
    """Yield the terms by which a term is defined: prefixes of IRIs, or whole terms."""
    values = definition.values() if isinstance(definition, dict) else [definition]
    for text in (term, *values):
        if isinstance(text, str):
            yield from {text, text.partition(":")[0]} - {term}


def check_xml(data: bytes, name: str) -> None:
    """Check an RDF/XML document: its depth, and what its document type declares.

    A document type may declare entities that stand for IRIs, as ontology editors write them. All others are
    refused: entities within entities, and anything outside the file.

    Args:
        data: the document in UTF-8.
        name: name of its file, for the message.

    Raises:
        DocumentError: if it exceeds a limit, or is not well-formed XML.

    Example:
        >>> check_xml(b'<!DOCTYPE x [<!ENTITY a "&b;&b;">]><x/>', "a.rdf")
        Traceback (most recent call last):
        iomgraph.validation.documents.limits.DocumentError: the document type declares an entity that is not \
an IRI (a), which could do harm: a.rdf:1:25
          Next: take the entity out, and write out what it stands for
    """
    parser = expat.ParserCreate("utf-8")
    guard = _XmlGuard(parser, name)
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.EntityDeclHandler = guard.entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise misspelt(why, Place(name, line=error.lineno, offset=error.offset + 1)) from None


class _XmlGuard:
    """A guard that watches an XML parser while it reads."""

    def __init__(self, parser: expat.XMLParserType, name: str) -> None:
        self._parser, self._name, self._depth = parser, name, 0

    def start(self, _tag: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            self._stop(
                f"the elements nest more than {DEPTH} deep",
                "write the inner ones as elements of their own, with rdf:about",
            )

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def entity(self, entity: str, parameter: int, value: str | None, *_outside: str | None) -> None:
        harmless = value is not None and len(value) <= _ENTITY_LENGTH and _IRI.fullmatch(value)
        if parameter or not harmless:
            self._stop(
                f"the document type declares an entity that is not an IRI ({entity}), which could do harm",
                "take the entity out, and write out what it stands for",
            )

    def _stop(self, what: str, step: str) -> None:
        place = Place(
            self._name, line=self._parser.CurrentLineNumber, offset=self._parser.CurrentColumnNumber + 1
        )
        raise DocumentError(what, place=place, step=step)


class TripleTermDepth:
    """A counter of the depth of triple terms (RDF 1.2) in Turtle or N-Triples, block by block."""

    def __init__(self, name: str) -> None:
        self._name, self._depth, self._end = name, 0, b""

    def check(self, block: bytes) -> None:
        """Check the next block of the file.

        Raises:
            DocumentError: if triple terms nest too deeply.

        Example:
            >>> TripleTermDepth("a.nt").check(b"<<( <a:b> <a:c> " * 201)
            Traceback (most recent call last):
            iomgraph.validation.documents.limits.DocumentError: triple terms nest more than 200 deep: a.nt
              Next: name the inner ones with rdf:reifies
        """
        text = self._end + block
        self._end = text[-2:]
        if not self._depth and b"<<(" not in text:
            return
        for match in _TRIPLE_TERM.finditer(text):
            self._depth = max(0, self._depth + (1 if match[1] else -1))
            if self._depth > DEPTH:
                raise DocumentError(
                    f"triple terms nest more than {DEPTH} deep",
                    place=Place(self._name),
                    step="name the inner ones with rdf:reifies",
                )


def place_at(text: str, at: int, name: str) -> Place:
    """Give the place of a character of a text."""
    return Place(name, line=text.count("\n", 0, at) + 1, offset=at - text.rfind("\n", 0, at))
