"""Saved pages as files: HTML, text or web archives (MHTML), decoded, with the marks around the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import webencodings

from iomgraph.findings import Place
from iomgraph.sources import mhtml, origins
from iomgraph.sources.html import Line
from iomgraph.sources.rules import Reporter

HTML = frozenset({".html", ".htm", ".xhtml"})
MHTML = frozenset({".mhtml", ".mht"})
TEXT = frozenset({".txt"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SavedFile:
    """The text of a saved page.

    Args:
        text: the page, as HTML or as plain text.
        marked_up: it is HTML.
        marks: the page's origin, as stated outside the page itself.
        lines: for each line of the text, its line in the file; empty if they are the same.
    """

    text: str
    marked_up: bool
    marks: tuple[origins.Mark, ...] = ()
    lines: Sequence[int] = ()

    def placed(self, lines: Sequence[Line]) -> list[Line]:
        """Give the lines of the page their numbers in the file."""
        return (
            [replace(line, number=self.file_line(line.number)) for line in lines] if self.lines else [*lines]
        )

    def located(self, marks: Iterable[origins.Mark]) -> list[origins.Mark]:
        """Give the marks of the page their line numbers in the file."""
        return [replace(mark, line=self.file_line(mark.line)) for mark in marks]

    def file_line(self, number: int) -> int:
        """Return the line of the file on which a line of the text starts."""
        return self.lines[min(number, len(self.lines)) - 1] if self.lines else number


@dataclass(frozen=True, slots=True)
class _Content:
    data: bytes
    charset: str = ""
    marks: tuple[origins.Mark, ...] = ()
    lines: Sequence[int] = ()


def read(path: Path, file: str, reporter: Reporter, *, max_bytes: int) -> SavedFile | None:
    """Read the text of a saved page; None, and a finding, if it can't be read.

    Args:
        path: the file.
        file: its name in findings.
        reporter: takes the reason why it can't be read.
        max_bytes: the size above which a file is not opened.

    Example:
        >>> import tempfile
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import rules
        >>> from iomgraph.sources.tables import Tables
        >>> path = Path(tempfile.mkdtemp()) / "roads.html"
        >>> _ = path.write_text("<h1>Roads</h1>", encoding="utf-8")
        >>> read(path, path.name, Reporter(rules.read(Tables(Settings().data)), []), max_bytes=1000).text
        '<h1>Roads</h1>'
    """
    kind = path.suffix.lower()
    if kind not in HTML | MHTML | TEXT:
        reporter.report("not-a-page", Place(file), value=path.suffix)
        return None
    data = _bytes(path, file, reporter, max_bytes)
    if data is None:
        return None
    content = _Content(data)
    if kind in MHTML:
        try:
            root = mhtml.root(data)
        except mhtml.MhtmlError as error:
            reporter.report(error.rule, Place(file, line=error.line), value=error.value)
            return None
        content = _Content(root.data, root.charset, root.marks, root.lines)
    text = _decoded(content, kind, file, reporter)
    if text is None:
        return None
    printed = () if kind not in TEXT else tuple(origins.printed(text))
    return SavedFile(text, kind not in TEXT, content.marks + printed, content.lines)


def _bytes(path: Path, file: str, reporter: Reporter, max_bytes: int) -> bytes | None:
    place = Place(file)
    if not path.is_file():
        reporter.report("unreadable", place, value="no plain file")
        return None
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= max_bytes else b""
    except OSError as error:
        reporter.report("unreadable", place, value=error.strerror or "")
        return None
    if size > max_bytes:
        reporter.report("too-large", place, value=str(size), limit=max_bytes)
        return None
    if not data.strip():
        reporter.report("empty-file", place)
        return None
    return data


def _decoded(content: _Content, kind: str, file: str, reporter: Reporter) -> str | None:
    name, encoding = _encoding(content, kind)
    saved = SavedFile("", marked_up=False, lines=content.lines)
    try:
        if encoding is None:
            raise LookupError(name)
        text: str = encoding.codec_info.decode(content.data, "strict")[0]
    except (UnicodeError, LookupError) as error:
        at = getattr(error, "start", 0)
        place = Place(file, line=saved.file_line(content.data.count(b"\n", 0, at) + 1))
        reporter.report("broken-encoding", place, value=name)
        return None
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        place = Place(file, line=saved.file_line(text.count("\n", 0, text.index("\0")) + 1))
        reporter.report("nul-character", place)
        return None
    return text


def _encoding(content: _Content, kind: str) -> tuple[str, webencodings.Encoding | None]:
    """The encoding of a file by a label of the Encoding Standard; None for any other label."""
    data = content.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16le" if data.startswith(b"\xff") else "utf-16be"
    elif content.charset:
        # A declaration outside a document takes precedence over its own (HTML, section 13.2.3.2).
        name = content.charset.lower()
    elif kind not in TEXT and (declared := _CHARSET.search(data[:4096])):
        name = declared[1].decode("ascii").lower()
        found = webencodings.lookup(name)
        # If its declaration can be read as bytes, a document is not in UTF-16 (HTML, section 13.2.3.3).
        name = "utf-8" if found and found.name.startswith("utf-16") else name
    else:
        name = "utf-8"
    return name, webencodings.lookup(name)
