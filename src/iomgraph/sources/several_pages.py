"""Files that hold two pages, which would mix up their values.

The signs of a second page are another project ID, another title, labels in another language, or several
fields that are repeated with other values. A single field that differs is a slip of the page itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from iomgraph.sources import fitting
from iomgraph.sources.fitting import Printed
from iomgraph.sources.html import Document, Line
from iomgraph.sources.vocabulary import Vocabulary, fold

_WEAK = frozenset({"states", "other_states"})
"""Fields that any words fit, so that they do not show the end of a page."""

_LAST = ("theme", "coverage", "status")
"""The words that end the values of a page of the former site."""

_FARTHEST = 60
"""States come one per line between a budget and those words."""

_ENOUGH = 2
"""Fields that must differ, because a page may print one field twice or mention it in prose."""


def second(document: Document, vocabulary: Vocabulary) -> tuple[Line, Line] | None:
    r"""Return the signs of the first and of the second page of a file; None if there is one page.

    Args:
        document: the file, as HTML or as lines of text.
        vocabulary: labels and words.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import html, vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> page = html.read("<dt>Projects ID<dd>LM.0001\n<p>Prose.\n<dt>Projects ID<dd>LM.0002")
        >>> first, other = second(page, vocabulary.read(Tables(Settings().data)))
        >>> first.text, other.text, other.number
        ('LM.0001', 'LM.0002', 3)
    """
    every = list(fitting.printed(document.lines, vocabulary))
    signs = (
        _different(_identified(document.lines, vocabulary)),
        _different(document.titles),
        _titled(every, document.lines),
        _translated(every),
        _rivals(every),
    )
    return next((sign for sign in signs if sign), None)


def _different(lines: Sequence[Line]) -> tuple[Line, Line] | None:
    """Return the first line, and the first line with another text."""
    said = [fold(line.text) for line in lines]
    return next(((lines[0], lines[at]) for at, text in enumerate(said) if text != said[0]), None)


def _identified(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Line]:
    """Return the project IDs below their labels, and those of former pages, which a budget follows."""
    shown = [line for line in lines if line.kind != "mark"]
    found = list(_unlabelled(shown, vocabulary))
    order = {id(line): number for number, line in enumerate(shown, 1)}
    for fields, _, value in fitting.labelled(shown, vocabulary):
        if "project_id" in fields:
            # IDs of other kinds than the Fund's are recognised by their shape if they stand alone.
            alone = fitting.fits("project_id", value.text, vocabulary)
            every = [value, *_together(shown, order.get(id(value), len(shown)))]
            codes = [replace(line, text=code) for line in every for code in fitting.identifiers(line.text)]
            found += codes or [value] * alone
    return sorted(found, key=lambda line: line.number)


def _together(lines: Sequence[Line], start: int) -> Iterator[Line]:
    """Yield further lines of a value, which the markup shows, or which are IDs."""
    for number in range(start, len(lines)):
        if lines[number].kind != "item" and not _is_id(lines[number]):
            return
        yield lines[number]


def _unlabelled(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[Line]:
    """Yield the identifier of each page of the former site: its ID, else its PRIMA ID above a budget."""
    for number, line in enumerate(lines[:-1]):
        is_prima, below = fitting.is_prima_id(line.text), number + 1
        if not is_prima and not _is_id(line):
            continue
        if is_prima and number and _is_id(lines[number - 1]):
            continue
        if not is_prima and fitting.is_prima_id(lines[below].text):
            below += 1
        rest = lines[below + 1 : below + _FARTHEST]
        if fitting.is_grouped(lines[min(below, len(lines) - 1)].text) and any(
            vocabulary.concept(scheme, other.text) for other in rest for scheme in _LAST
        ):
            yield line


def _is_id(line: Line) -> bool:
    return fitting.identifiers(line.text) == [line.text]


def _titled(every: Iterable[Printed], lines: Sequence[Line]) -> tuple[Line, Line] | None:
    """Return two headings of the first rank, if there are fields below each."""
    labels = {id(found.label) for found in every}
    titles: list[Line] = []
    counts: list[int] = []
    for line in lines:
        if line.kind == "title":
            titles.append(line)
            counts.append(0)
        elif titles and id(line) in labels:
            counts[-1] += 1
    return _different([title for title, count in zip(titles, counts, strict=True) if count >= _ENOUGH])


def _translated(every: Iterable[Printed]) -> tuple[Line, Line] | None:
    """Return two labels of one field, if several fields have two, because a page is in one language."""
    labels: dict[str, list[Line]] = {}
    for found in every:
        labels.setdefault(found.field, []).append(found.label)
    pairs = [pair for same in labels.values() if (pair := _different(same))]
    return pairs[0] if len(pairs) >= _ENOUGH else None


def _rivals(every: Iterable[Printed]) -> tuple[Line, Line] | None:
    """Return two values of one field, if several fields have two."""
    values: dict[str, dict[str, Line]] = {}
    for found in every:
        if found.field not in _WEAK:
            values.setdefault(found.field, {}).setdefault(found.meaning, found.value)
    pairs = [[*same.values()][:2] for same in values.values() if len(same) > 1]
    first = pairs[0] if len(pairs) >= _ENOUGH else None
    return (first[0], first[1]) if first else None
