"""The title of a saved page, on which its heading and its element `title` agree.

The element `title` also has the name of the site, before or after a separator. Other headings (a notice about
cookies, the site itself) do not agree with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from iomgraph.sources.html import Document, Line

_SEPARATOR = re.compile(r"\s*(?:\||::|[•·»›])\s*|\s+[-–—/~]\s+|:\s+")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.)$")
_LONGEST = 1_000
"""Most characters of a title that may include the name of a site."""

_TELLING = 12
"""Letters of a shortened title that identify its heading."""


def agreed(document: Document, heading: Line | None, fields: int) -> Line | None:
    """Return the line with the title of a page; None if no line agrees with its element `title`.

    Args:
        document: the page.
        heading: the line that the layout takes for its title.
        fields: the line of the file at which the fields start.

    Example:
        >>> from iomgraph.sources import html
        >>> page = html.read("<title>Roads | Fund</title><h1>We use cookies</h1><h2>Roads</h2>")
        >>> agreed(page, page.lines[0], 2).text
        'Roads'
    """
    if not document.title:
        return heading
    said = _Said.of(document.title)
    if heading and said.first(heading.text):
        return heading
    above = [line for line in document.lines if line.number <= fields] or document.lines
    first = next((line for line in reversed(above) if said.first(line.text)), None)
    if heading and said.last(heading.text):
        # Either the site's name or the title may come first; the title is the heading nearest to the fields.
        return first if first and _below(first, heading, above) else heading
    return first or next((line for line in reversed(above) if said.last(line.text)), None)


def _below(line: Line, heading: Line, lines: Sequence[Line]) -> bool:
    """Tell whether a line is below the heading; a file may have everything on one line."""
    texts = [other.text for other in lines]
    return texts[::-1].index(line.text) < texts[::-1].index(heading.text) if heading.text in texts else True


@dataclass(frozen=True, slots=True)
class _Said:
    """An element `title`, as letters: all of it, and its parts before and after each separator."""

    before: frozenset[str]
    after: frozenset[str]
    short: tuple[str, ...]

    @staticmethod
    def of(title: str) -> _Said:
        cuts = [*_SEPARATOR.finditer(title)] if len(title) <= _LONGEST else []
        before = [title, *(title[: found.start()] for found in cuts)]
        short = [_letters(part) for part in before if _ELLIPSIS.search(part)]
        return _Said(
            frozenset(map(_letters, before)),
            frozenset(_letters(title[found.end() :]) for found in cuts),
            tuple(letters for letters in short if len(letters) >= _TELLING),
        )

    def first(self, text: str) -> bool:
        letters = _letters(text)
        return bool(letters) and (letters in self.before or letters.startswith(self.short))

    def last(self, text: str) -> bool:
        letters = _letters(text)
        return bool(letters) and letters in self.after


def _letters(text: str) -> str:
    """Return the letters and digits of a text, which typography does not change."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())
