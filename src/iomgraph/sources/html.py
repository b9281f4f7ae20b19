"""HTML into lines of text that know their line in the file and whether they are a label or a value.

The standard library's parser is used because it needs no DTD, expands no entity but HTML's own
fixed ones, fetches nothing, and tells the line of what it reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head"})
_FRAME = frozenset({"nav", "header", "footer", "aside"})
_INLINE = frozenset(
    "a abbr b bdi bdo cite code data dfn em font i kbd mark q s samp small span strong sub sup time u var wbr".split()
)
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as a reader sees it.

    Args:
        text: the text, white space collapsed; never empty.
        number: the line of the file on which it starts, from 1.
        kind: `label` or `item` where the markup says that it is a field's, `title` for the first
            heading, else empty.
    """

    text: str
    number: int
    kind: str = ""


@dataclass(slots=True)
class Document:
    """What an HTML page says of itself, and its lines."""

    lang: str = ""
    canonical: str = ""
    title: str = ""
    lines: list[Line] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._text: list[str] = []
        self._start = 1
        self._open: list[tuple[str, str]] = []
        self._head: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.document.lang = values.get("lang", "")[:2].lower()
        if tag == "link" and values.get("rel", "").lower() == "canonical":
            self.document.canonical = values.get("href", "").strip()
        if tag == "a" and not self._within(_FRAME):
            self.document.links.append(values.get("href", "").strip())
        if tag not in _INLINE:
            self._flush()
        if tag not in _VOID:
            self._open.append((tag, _kind(tag, values.get("class", ""))))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._flush()
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "title":
            self._head.append(data)
        elif data.strip() and not self._within(_SKIPPED):
            if not self._text:
                blank = data[: len(data) - len(data.lstrip())]
                self._start = self.getpos()[0] + blank.count("\n")
            self._text.append(data)
        elif self._text:
            self._text.append(" ")

    def close(self) -> None:
        super().close()
        self._flush()
        self.document.title = " ".join("".join(self._head).split())

    def _within(self, tags: frozenset[str]) -> bool:
        return any(tag in tags for tag, _ in self._open)

    def _flush(self) -> None:
        # Only what HTML calls white space is collapsed: a no-break space is part of what is printed.
        text = _HTML_SPACE.sub(" ", "".join(self._text)).strip(" ")
        self._text.clear()
        if text:
            kinds = [kind for _, kind in self._open if kind]
            kind = kinds[-1] if kinds else ""
            frame = self._within(_FRAME)
            self.document.lines.append(Line(text, self._start, "" if frame else kind))


def _kind(tag: str, classes: str) -> str:
    names = classes.split()
    if "field__label" in names:
        return "label"
    if "field__item" in names:
        return "item"
    return "title" if tag == "h1" else ""


def read(text: str) -> Document:
    """Read an HTML page; whatever its markup, there is no error.

    Example:
        >>> page = read("<html lang=fr><h1>Titre</h1><script>x</script><p>Un <b>mot</b> &amp; un autre")
        >>> page.lang, [(line.text, line.kind) for line in page.lines]
        ('fr', [('Titre', 'title'), ('Un mot & un autre', '')])
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.document
