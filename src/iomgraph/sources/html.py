"""The reading of HTML into lines of text, each marked as label or value and with its line in the file."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from iomgraph.sources import invisible, origins, visibility
from iomgraph.sources.boxes import Box, span
from iomgraph.sources.markup import Comment, Tag, tokens
from iomgraph.sources.style_sheets import StyleSheets

_FRAME = frozenset({"nav", "header", "footer", "aside"})
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo cite code data dfn em font i kbd mark q s samp small span strong sub sup time u"
        " var wbr",
    )
)
_TOOLBAR = "WAYBACK TOOLBAR INSERT"
"""The comments that begin and end the toolbar of the Wayback Machine."""
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_MOST_PARTS = 200
"""Most ends of elements within a line; a line with more is prose, or hostile."""
_VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta param source track wbr"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as a reader sees it.

    Args:
        text: the text, white space collapsed; never empty.
        number: the line of the file on which it starts, from 1.
        kind: `label` or `item` if the markup says that it belongs to a field, `title` for a heading of the
            first rank, else empty.
        removed: the invisible characters removed from it.
        box: the block that contains it; None in plain text.
        parts: its text, split by elements, if there are several.
    """

    text: str
    number: int
    kind: str = ""
    removed: str = ""
    box: Box | None = field(default=None, compare=False, repr=False)
    parts: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(slots=True)
class Document:
    """An HTML page: its own title, language and address, and its lines.

    Args:
        lang: the language that its markup declares, two letters.
        canonical: the address that it gives as its own; the first of several.
        title: the first of its titles.
        titles: the texts of its elements `title`; more than one if it is several pages.
        lines: its text.
        hidden: text that a browser does not show.
        translated: the lines that a machine has translated.
        links: the targets of links in its content.
        canonicals: the addresses in its canonical links, each with its line.
        marks: notes by browsers and archives about its origin.
    """

    lang: str = ""
    canonical: str = ""
    title: str = ""
    titles: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    hidden: list[Line] = field(default_factory=list)
    translated: list[Line] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    canonicals: list[tuple[str, int]] = field(default_factory=list)
    marks: list[origins.Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Element:
    """An open element, the kind of its text, and the box that contains it."""

    name: str
    kind: str = ""
    silent: bool = False
    hidden: bool = False
    translated: bool = False
    box: Box | None = None


class _Reader:
    """A reader that builds the document from passing tags and texts."""

    def __init__(self) -> None:
        self.document = Document()
        self._text: list[str] = []
        self._start = 1
        self._translated = False
        self._open: list[_Element] = []
        # The number of open elements by name, because a page may nest hundreds of thousands.
        self._count: Counter[str] = Counter()
        self._kinds: list[str] = []
        self._silencing = 0
        self._hiding = 0
        self._translating = 0
        self._sheets = StyleSheets()
        self._toolbar = False
        self._box: Box | None = Box("")
        self._cuts: list[int] = []

    def tag(self, tag: Tag) -> None:
        if tag.name not in _INLINE:
            self._flush()
        elif len(self._cuts) < _MOST_PARTS:
            self._cuts.append(len(self._text))
        if tag.opens:
            self._end_open(tag.name)
            self._note(tag)
        if tag.opens and tag.name not in _VOID:
            self._enter(tag)
        if tag.closes:
            self._close(tag.name)

    def _end_open(self, name: str) -> None:
        """Close elements that end when a tag opens, lest a head or an item swallow the text after it."""
        if name == "body":
            self._close("head")
        while self._open and visibility.ends(self._open[-1].name, name):
            self._close(self._open[-1].name)

    def _enter(self, tag: Tag) -> None:
        kind = _kind(tag.name, tag.attributes.get("class", ""))
        silent = tag.name in visibility.NOT_TEXT
        hidden = visibility.is_hidden(tag) or self._sheets.hide(tag)
        translated = visibility.is_translated(tag)
        element = _Element(tag.name, kind, silent, hidden, translated, self._box)
        if tag.name not in _INLINE:
            self._box = _box(tag, self._box)
        self._open.append(element)
        self._count[tag.name] += 1
        self._kinds += [kind] if kind else []
        self._silencing += element.silent
        self._hiding += element.hidden
        self._translating += element.translated

    def _note(self, tag: Tag) -> None:
        if tag.name == "html":
            self.document.lang = tag.attributes.get("lang", "")[:2].lower()
        if tag.name == "link" and "canonical" in tag.attributes.get("rel", "").lower().split():
            address = tag.attributes.get("href", "").strip()
            self.document.canonical = self.document.canonical or address
            self.document.canonicals.append((address, tag.line))
        if tag.name == "a" and not (self._hiding or self._toolbar or self._within(_FRAME)):
            self.document.links.append(tag.attributes.get("href", "").strip())

    def _close(self, name: str) -> None:
        found = not self._count[name]
        while not found:
            last = self._open.pop()
            self._count[last.name] -= 1
            self._silencing -= last.silent
            self._hiding -= last.hidden
            self._translating -= last.translated
            self._box = last.box
            if last.kind:
                self._kinds.pop()
            found = last.name == name

    def comment(self, data: str, line: int) -> None:
        self.document.marks += origins.comment(data, line)
        if _TOOLBAR in data:
            self._flush()
            self._toolbar = "BEGIN" in data

    def text(self, data: str, line: int) -> None:
        if self._open and self._open[-1].name == "script":
            self.document.marks += origins.script(data, line)
        if self._open and self._open[-1].name == "style":
            self._sheets.add(data)
        if self._toolbar:
            return
        if self._open and self._open[-1].name == "title":
            # A picture has a title, too.
            if not self._count["svg"]:
                self.document.titles += _lines(data, line, "title")
        elif self._hiding and not self._silencing:
            self.document.hidden += _lines(data, line)
        elif data.strip() and not self._silencing:
            if not self._text:
                self._start = line
            self._text.append(data)
            self._translated = self._translated or bool(self._translating)
        elif self._text:
            self._text.append(" ")

    def finish(self) -> Document:
        self._flush()
        self.document.title = next((line.text for line in self.document.titles), "")
        return self.document

    def _within(self, tags: frozenset[str]) -> bool:
        return any(self._count[tag] for tag in tags)

    def _flush(self) -> None:
        kind = self._kinds[-1] if self._kinds else ""
        whole = "".join(self._text)
        lines = [
            replace(line, box=self._box, parts=self._parts()) for line in _lines(whole, self._start, kind)
        ]
        # Menus around a page are not part of its content, but its header may contain the title.
        if kind == "title" or not self._within(_FRAME):
            self.document.lines += lines
            self.document.translated += lines if self._translated else []
        self._text.clear()
        self._cuts.clear()
        self._translated = False

    def _parts(self) -> tuple[str, ...]:
        """Return the gathered text split by elements; empty if it is in one piece."""
        cuts = sorted({0, *self._cuts, len(self._text)})
        texts = ("".join(self._text[start:end]) for start, end in itertools.pairwise(cuts))
        parts = tuple(_HTML_SPACE.sub(" ", invisible.clean(text)[0]) for text in texts)
        return parts if len(parts) > 1 and len(self._cuts) < _MOST_PARTS else ()


def _box(tag: Tag, parent: Box | None) -> Box:
    given = tag.attributes
    columns, rows = span(given.get("colspan", "")), span(given.get("rowspan", ""))
    return Box(tag.name, given.get("class", ""), parent, columns=columns, rows=rows)


def _lines(data: str, number: int, kind: str = "") -> list[Line]:
    """Make the line of a text; None for a blank text."""
    number += _blank(data)
    plain, removed = invisible.clean(data)
    # Only white space as defined by HTML is collapsed; a no-break space is part of the printed text.
    text = _HTML_SPACE.sub(" ", plain).strip(" ")
    return [Line(text, number, kind, removed)] if text else []


def _blank(data: str) -> int:
    """Count the blank lines before a text starts."""
    return data[: len(data) - len(data.lstrip())].count("\n")


def _kind(tag: str, classes: str) -> str:
    names = classes.split()
    if "field__label" in names:
        return "label"
    if "field__item" in names:
        return "item"
    return "title" if tag == "h1" else ""


def read(text: str) -> Document:
    """Read an HTML page; no markup causes an error.

    Example:
        >>> page = read("<html lang=fr><h1>Titre</h1><script>x</script><p>Un <b>mot</b> &amp; un autre")
        >>> page.lang, [(line.text, line.kind) for line in page.lines]
        ('fr', [('Titre', 'title'), ('Un mot & un autre', '')])
    """
    reader = _Reader()
    for token in tokens(text):
        if isinstance(token, Tag):
            reader.tag(token)
        elif isinstance(token, Comment):
            reader.comment(token.text, token.line)
        else:
            reader.text(token.text, token.line)
    return reader.finish()
