"""HTML into lines of text that know their line in the file and whether they are a label or a value."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from iomgraph.sources.markup import Tag, tokens

_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head"})
_FRAME = frozenset({"nav", "header", "footer", "aside"})
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo cite code data dfn em font i kbd mark q s samp small span strong sub sup time u"
        " var wbr",
    )
)
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta param source track wbr"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as a reader sees it.

    Args:
        text: the text, white space collapsed; never empty.
        number: the line of the file on which it starts, from 1.
        kind: `label` or `item` where the markup says that it is a field's, `title` for a heading of
            the first rank, else empty.
    """

    text: str
    number: int
    kind: str = ""


@dataclass(slots=True)
class Document:
    """What an HTML page says of itself, and its lines.

    Args:
        lang: the language that its markup declares, two letters.
        canonical: the address that it gives as its own.
        title: the first of its titles.
        titles: what stands in its elements `title`; more than one if it is several pages.
        lines: its text.
        links: where its content links to.
    """

    lang: str = ""
    canonical: str = ""
    title: str = ""
    titles: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Reader:
    """Gathers the document while tags and texts pass by."""

    def __init__(self) -> None:
        self.document = Document()
        self._text: list[str] = []
        self._start = 1
        self._open: list[tuple[str, str]] = []
        # How many elements of a name are open: a page may nest hundreds of thousands.
        self._count: Counter[str] = Counter()
        self._kinds: list[str] = []

    def tag(self, tag: Tag) -> None:
        if tag.name not in _INLINE:
            self._flush()
        if tag.opens:
            self._note(tag)
        if tag.opens and tag.name not in _VOID:
            kind = _kind(tag.name, tag.attributes.get("class", ""))
            self._open.append((tag.name, kind))
            self._count[tag.name] += 1
            self._kinds += [kind] if kind else []
        if tag.closes:
            self._close(tag.name)

    def _note(self, tag: Tag) -> None:
        if tag.name == "html":
            self.document.lang = tag.attributes.get("lang", "")[:2].lower()
        if tag.name == "link" and tag.attributes.get("rel", "").lower() == "canonical":
            self.document.canonical = tag.attributes.get("href", "").strip()
        if tag.name == "a" and not self._within(_FRAME):
            self.document.links.append(tag.attributes.get("href", "").strip())

    def _close(self, name: str) -> None:
        found = not self._count[name]
        while not found:
            last, kind = self._open.pop()
            self._count[last] -= 1
            if kind:
                self._kinds.pop()
            found = last == name

    def text(self, data: str, line: int) -> None:
        if self._open and self._open[-1][0] == "title":
            # A picture has a title, too.
            if not self._count["svg"]:
                self._titled(data, line)
        elif data.strip() and not self._within(_SKIPPED):
            if not self._text:
                blank = data[: len(data) - len(data.lstrip())]
                self._start = line + blank.count("\n")
            self._text.append(data)
        elif self._text:
            self._text.append(" ")

    def finish(self) -> Document:
        self._flush()
        self.document.title = next((line.text for line in self.document.titles), "")
        return self.document

    def _titled(self, data: str, line: int) -> None:
        """Take a title, which holds no tags: it comes as one text."""
        if text := " ".join(data.split()):
            blank = data[: len(data) - len(data.lstrip())]
            self.document.titles.append(Line(text, line + blank.count("\n"), "title"))

    def _within(self, tags: frozenset[str]) -> bool:
        return any(self._count[tag] for tag in tags)

    def _flush(self) -> None:
        # Only what HTML calls white space is collapsed: a no-break space is part of what is printed.
        text = _HTML_SPACE.sub(" ", "".join(self._text)).strip(" ")
        self._text.clear()
        kind = self._kinds[-1] if self._kinds else ""
        # The menus round a page are no part of what it says, but its title may stand in its header.
        if text and (kind == "title" or not self._within(_FRAME)):
            self.document.lines.append(Line(text, self._start, kind))


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
    for token in tokens(text):
        if isinstance(token, Tag):
            reader.tag(token)
        else:
            reader.text(token.text, token.line)
    return reader.finish()
