"""Web archives in one file (MHTML, RFC 2557): the page, and its origin as their headers state it.

Only the root is read; the other parts are pictures, styles and frames. We split the body by the outer
boundary, in one pass, and read the headers of each part with the standard library's `email` package; its
parser of whole messages would keep every part of a hostile file, and nest as deeply as the file.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value, parsedate

from iomgraph.sources import origins

MAX_PARTS = 2_000
"""Most parts of a file; a page with all its pictures has some hundreds."""
MAX_HEADER = 64_000
"""Most bytes of the headers of a file or a part."""
_BLANK = re.compile(rb"(?:\A|\r?\n)[ \t]*\r?\n")
_LINE = re.compile(rb"[^\n]*\n?")
_SPACES = re.compile(rb"\s+")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_BREAK = re.compile(rb"\r\n?|\n")


class MhtmlError(ValueError):
    """A file that can't be read as MHTML, with the broken rule, its value, and the line."""

    def __init__(self, rule: str, value: str = "", line: int = 1) -> None:
        super().__init__(rule)
        self.rule = rule
        self.value = value
        self.line = line


@dataclass(frozen=True, slots=True)
class Root:
    """The page in a web archive.

    Args:
        data: the bytes of its HTML.
        charset: the encoding that the header of the part declares; empty if none.
        lines: for each line of the HTML, the line of the file on which it starts.
        marks: the page's origin, from the headers.
    """

    data: bytes
    charset: str
    lines: Sequence[int]
    marks: tuple[origins.Mark, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    head: Message
    body: bytes
    head_line: int
    body_line: int

    @property
    def kind(self) -> str:
        return self.head.get_content_type()

    def header(self, name: str) -> tuple[str, int]:
        """Return a header, unfolded, and its line; the text is empty if there is none."""
        return _decoded(str(self.head.get(name, ""))), self.head_line


def root(data: bytes) -> Root:
    r"""Find the page in a web archive.

    Args:
        data: the bytes of the file.

    Raises:
        MhtmlError: if it has no HTML page, too many parts, or a part whose bytes can't be decoded.

    Example:
        >>> page = root(b"Date: Tue, 3 Nov 2026 10:00:00 -0000\nContent-Location: https://iom.int/x\n"
        ...             b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+YTwvcD4=\n")
        >>> page.data, [mark.address or mark.day for mark in page.marks]
        (b'<p>a</p>', ['https://iom.int/x', '2026-11-03'])
    """
    try:
        return _found(data)
    except MhtmlError:
        raise
    except (ValueError, TypeError, LookupError) as error:
        # The errors of the `email` package on malformed parameters of headers.
        raise MhtmlError("no-html-part") from error


def _found(data: bytes) -> Root:
    whole = _part(data, 1)
    if whole.head.get_content_maintype() != "multipart":
        if whole.kind not in _HTML or not whole.head.get("Content-Type"):
            raise MhtmlError("no-html-part")
        return _root(whole, whole)
    boundary = whole.head.get_boundary()
    if not boundary:
        raise MhtmlError("no-html-part")
    start = collapse_rfc2231_value(whole.head.get_param("start") or "").strip("<> ")
    pages: list[_Part] = []
    for number, part in enumerate(_parts(whole, boundary.encode("utf-8", "surrogateescape"))):
        if number >= MAX_PARTS:
            raise MhtmlError("too-many-parts", str(MAX_PARTS), part.head_line)
        if part.kind in _HTML:
            # The page itself is the named part or the first one; other HTML belongs to frames.
            if start and str(part.head.get("Content-ID", "")).strip("<> ") == start:
                return _root(whole, part)
            pages += [] if pages else [part]
    if not pages:
        raise MhtmlError("no-html-part")
    return _root(whole, pages[0])


def _part(data: bytes, line: int) -> _Part:
    blank = _BLANK.search(data, 0, MAX_HEADER)
    if blank is None:
        raise MhtmlError("no-html-part", line=line)
    head = BytesHeaderParser(policy=compat32).parsebytes(data[: blank.start()] + b"\n\n")
    return _Part(head, data[blank.end() :], line, line + data.count(b"\n", 0, blank.end()))


def _parts(whole: _Part, boundary: bytes) -> Iterator[_Part]:
    """Split the body by its boundary; text before the first and after the last is not part of it."""
    mark = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begun, line, counted = -1, whole.body_line, 0
    for found in mark.finditer(whole.body):
        if begun >= 0:
            line, counted = line + whole.body.count(b"\n", counted, begun), begun
            if whole.body[begun : found.start()].strip():
                yield _part(whole.body[begun : found.start()].removeprefix(b"\r"), line)
        begun = -1 if found[1] else whole.body.find(b"\n", found.end()) + 1 or len(whole.body)
        if found[1]:
            return
    if begun >= 0:
        # The file was cut off, but the beginning of its last part can be read.
        line += whole.body.count(b"\n", counted, begun)
        yield _part(whole.body[begun:], line)


def _root(whole: _Part, part: _Part) -> Root:
    encoding = str(part.head.get("Content-Transfer-Encoding", "")).strip().lower()
    data, lines = _unpacked(part, encoding)
    charset = collapse_rfc2231_value(part.head.get_param("charset") or "")
    return Root(data, charset, lines, tuple(_marks(whole, part)))


def _unpacked(part: _Part, encoding: str) -> tuple[bytes, list[int]]:
    if encoding == "quoted-printable":
        return _unquoted(part)
    if encoding == "base64":
        try:
            data = base64.b64decode(_SPACES.sub(b"", part.body), validate=True)
        except binascii.Error:
            raise MhtmlError("broken-encoding", encoding, part.body_line) from None
        # A line of base64 is not a line of the page, so all lines get the line where the part begins.
        return data, [part.body_line] * (1 + len(_BREAK.findall(data)))
    if encoding not in {"", "7bit", "8bit", "binary"}:
        raise MhtmlError("broken-encoding", encoding[:80], part.head_line)
    return part.body, [part.body_line + number for number in range(1 + len(_BREAK.findall(part.body)))]


def _unquoted(part: _Part) -> tuple[bytes, list[int]]:
    """Decode quoted-printable line by line, so that each line of the page knows its line in the file."""
    pieces: list[bytes] = []
    lines = [part.body_line]
    for number, found in enumerate(_LINE.finditer(part.body), part.body_line):
        piece = binascii.a2b_qp(found[0])
        pieces.append(piece)
        ends = len(_BREAK.findall(piece))
        if ends:
            # Text after the last line break begins in the next line of the file.
            after = number if not piece.endswith((b"\n", b"\r")) else number + 1
            lines += [number] * (ends - 1) + [after]
    return b"".join(pieces), lines


def _marks(whole: _Part, part: _Part) -> Iterator[origins.Mark]:
    # An archive of one part has one head, which counts once.
    heads = [("Snapshot-Content-Location", whole), ("Content-Location", part)]
    for source, where in [*heads, *([("Content-Location", whole)] if part is not whole else [])]:
        text, line = where.header(source)
        yield from origins.address(source, text, line)
    text, line = whole.header("Date")
    if text:
        parsed = parsedate(text[:200])
        day = origins.calendar_day(*map(str, parsed[:3])) if parsed else ""
        yield origins.Mark("Date", line, day=day, broken="" if day else text[:80])


def _decoded(text: str) -> str:
    """Unfold a header, and decode encoded words (RFC 2047), in which some browsers write long addresses."""
    plain = "".join(line.strip() for line in text[:MAX_HEADER].splitlines()) if "\n" in text else text.strip()
    if "=?" not in plain:
        return plain
    try:
        return str(make_header(decode_header(plain)))
    except (ValueError, LookupError):
        return plain
