"""The reading of HTML into tags and text, each with its line, in one pass over the file.

It follows the HTML standard, section 13.2.5 (https://html.spec.whatwg.org/#tokenization), as far as a reader
of text needs it. The standard library's parser isn't used, because it takes quadratic time on tags that never
close, and raises on some declarations.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_MARKUP = re.compile(r"<(?=[A-Za-z!?]|/.)", re.DOTALL)
_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?""")
_END = re.compile(r"[\s/]*>")
_BREAK = re.compile(r"\r\n?")
_LONG_REFERENCE = re.compile(r"&#[0-9]{8,};?")
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title")
}
"""Elements whose content does not hold tags, with the end of it."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that opens or closes an element, or both.

    Args:
        name: its name in lower case.
        opens: it opens an element.
        closes: it closes an element.
        attributes: name to value.
        line: the line on which it starts, from 1; it does not count for equality.
    """

    name: str
    opens: bool
    closes: bool
    attributes: Mapping[str, str] = field(default_factory=dict)
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text, its character references resolved, and the line on which it starts, from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, and the line on which it starts, from 1."""

    text: str
    line: int


def unescape(text: str) -> str:
    """Resolve HTML's own character references, and no other entities.

    Example:
        >>> unescape("R&amp;D &eacute; &lol; &#99999999;")
        'R&D é &lol; \ufffd'
    """
    # Numbers of characters are never this long, and Python refuses to read very long numbers.
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text))


def tokens(text: str) -> Iterator[Tag | Text | Comment]:
    """Split HTML into tokens, without declarations and without an unfinished tag or comment at the end.

    Example:
        >>> [*tokens("<p class=x>a<!-- b --> &lt; c<br/>")]  # doctest: +NORMALIZE_WHITESPACE
        [Tag(name='p', opens=True, closes=False, attributes={'class': 'x'}), Text(text='a', line=1),
         Comment(text=' b ', line=1), Text(text=' < c', line=1),
         Tag(name='br', opens=True, closes=True, attributes={})]
    """
    text = _BREAK.sub("\n", text)
    at, line = 0, 1
    raw: re.Pattern[str] | None = None
    while at < len(text):
        start = _end(text, at, raw or _MARKUP)
        if start > at:
            yield Text(unescape(text[at:start]), line)
            line += text.count("\n", at, start)
        name = _NAME.match(text, start)
        raw = None
        if name:
            tag, at = _tag(text, name, line)
            if tag:
                yield tag
                raw = _RAW.get(tag.name) if tag.opens and not tag.closes else None
        elif start < len(text):
            at = _comment(text, start)
            if text.startswith("<!--", start) and text.endswith("-->", start + 4, at):
                yield Comment(text[start + 4 : at - 3], line)
        else:
            at = start
        line += text.count("\n", start, at)


def _end(text: str, at: int, markup: re.Pattern[str]) -> int:
    """Find the end of a text: the next markup, or the end of the file; a lone `<` is text."""
    found = markup.search(text, at)
    return found.start() if found else len(text)


def _comment(text: str, at: int) -> int:
    """Find the end of a comment or declaration; if it never closes, the end of the file."""
    # "<!-->" is a comment, too, whose end overlaps its start.
    ends = (("<!--", "-->", 2), ("<![CDATA[", "]]>", 9), ("<", ">", 1))
    tail, skip = next((tail, skip) for head, tail, skip in ends if text.startswith(head, at))
    end = text.find(tail, at + skip)
    return len(text) if end < 0 else end + len(tail)


def _tag(text: str, name: re.Match[str], line: int) -> tuple[Tag | None, int]:
    """Read the tag that starts with a name, with its end; None and the end of the file if it never ends."""
    at = name.end()
    attributes: dict[str, str] = {}
    while not (end := _END.match(text, at)):
        found = _ATTRIBUTE.match(text, at)
        if not found:
            return None, len(text)
        value = next((group for group in found.groups()[1:] if group is not None), "")
        attributes.setdefault(found[1].lower(), unescape(value))
        at = found.end()
    closes = bool(name[1])
    return Tag(name[2].lower(), not closes, closes or "/" in end[0], attributes, line), end.end()
