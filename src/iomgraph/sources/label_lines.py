"""Labels on the same line as their value: `Label: value`, or a label set off by markup.

Lines are split only on pages that print most fields in this way, so that prose beginning with the word of a
label stays intact.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace

from iomgraph.sources.html import Line
from iomgraph.sources.vocabulary import Vocabulary

_COLONS = ":："
_SPACE = " \t\u00a0\u202f\u2007"
_SEPARATORS = "|·•;–—" + _SPACE
_WIDEST = 6
"""Most pieces of text, between the ends of elements, in one label."""
_LONGEST = 60
"""Most characters of an unknown label."""
_ENOUGH = 2
"""Fields that a page must print on one line each, at the least."""

Pair = tuple[str, str]


def split(lines: Sequence[Line], vocabulary: Vocabulary) -> tuple[list[Line], frozenset[int]]:
    r"""Split lines that hold a label and its value in two.

    Args:
        lines: the lines of a page.
        vocabulary: labels.

    Returns:
        The lines, and the numbers of those that are split-off labels or values.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> lines = [Line("Roads", 1), Line("Année : 2008", 2), Line("Projet ID : LM.0001", 3)]
        >>> found, _ = split(lines, vocabulary.read(Tables(Settings().data)))
        >>> [(line.text, line.kind) for line in found]
        [('Roads', ''), ('Année', 'label'), ('2008', 'item'), ('Projet ID', 'label'), ('LM.0001', 'item')]
    """
    known = {number: pairs for number, line in enumerate(lines) if (pairs := _pairs(line, vocabulary))}
    fields = {field for pairs in known.values() for label, _ in pairs for field in vocabulary.fields(label)}
    alone = {field for line in lines for field in vocabulary.fields(line.text)}
    if (
        len(fields) < _ENOUGH
        or len(fields) <= len(alone - fields)
        or any(line.kind == "mark" for line in lines)
    ):
        return list(lines), frozenset()
    order = sorted(known)
    found: list[Line] = []
    made: set[int] = set()
    above: Line | None = None
    for number, line in enumerate(lines):
        if pairs := known.get(number) or _unknown(number, lines, order):
            new = list(_made(line, pairs))
            above = line
        elif above and _goes_on(above, line) and not vocabulary.fields(line.text):
            new = [replace(line, kind="item")]
            above = line
        else:
            new, above = [], None
            found.append(line)
        made.update(range(len(found), len(found) + len(new)))
        found += new
    return found, frozenset(made)


def _made(line: Line, pairs: Sequence[Pair]) -> Iterator[Line]:
    for label, value in pairs:
        yield replace(line, text=label, kind="label", parts=())
        if value:
            yield replace(line, text=value, kind="item", parts=())


def _pairs(line: Line, vocabulary: Vocabulary) -> list[Pair]:
    """Return the known labels of a line with their values; empty if it does not begin with a label."""
    if line.kind in {"label", "item", "title", "mark"} or vocabulary.fields(line.text):
        return []
    pieces: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(line.parts):
        label, width = _label(line.parts, at, vocabulary)
        if width or (pieces and _is_unknown(line.parts[at])):
            pieces.append((label or line.parts[at].strip(), []))
        elif pieces:
            pieces[-1][1].append(line.parts[at])
        elif line.parts[at].strip():
            break
        at += width or 1
    if not pieces:
        head, value = _at_colon(line.text)
        return [(head, value)] if value and vocabulary.fields(head) else []
    # A line with only a label has no value to split off.
    pairs = [(label.rstrip(_COLONS + _SPACE), _plain("".join(value))) for label, value in pieces]
    return pairs if any(value for _, value in pairs) else []


def _is_unknown(part: str) -> bool:
    """Tell whether a piece between the ends of elements is an unknown label, which ends in a colon."""
    text = part.strip()
    return 1 < len(text) <= _LONGEST and text[-1] in _COLONS


def _label(parts: Sequence[str], at: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """Return the label that begins with a piece, and the number of its pieces."""
    if not parts[at].strip():
        return "", 0
    for width in range(1, _WIDEST + 1):
        text = "".join(parts[at : at + width]).strip()
        if vocabulary.fields(text):
            return text, width
    return "", 0


def _plain(value: str) -> str:
    return value.strip(_SPACE).lstrip(_COLONS + _SPACE).rstrip(_SEPARATORS)


def _at_colon(text: str) -> Pair:
    """Split a line at its first colon."""
    at = min((found for colon in _COLONS if (found := text.find(colon)) >= 0), default=-1)
    return (text[:at].strip(_SPACE), text[at + 1 :].strip(_SPACE)) if at >= 0 else (text, "")


def _unknown(number: int, lines: Sequence[Line], order: Sequence[int]) -> list[Pair]:
    """Return the unknown label of a line among those of known labels, with its value."""
    line, at = lines[number], bisect.bisect(order, number)
    if line.kind or not 0 < at < len(order):
        return []
    if line.box and not any(_alike(line, lines[other]) for other in order[at - 1 : at + 1]):
        return []
    head, value = _at_colon(line.text)
    if not value and line.parts and line.box:
        head, value = line.parts[0].strip(), _plain("".join(line.parts[1:]))
    return [(head, value)] if value and 0 < len(head) <= _LONGEST else []


def _alike(one: Line, other: Line) -> bool:
    """Tell whether two lines are in one box, or in two boxes of one kind and one parent."""
    if one.box is None or other.box is None:
        return False
    return one.box is other.box or (one.box.name == other.box.name and one.box.parent is other.box.parent)


def _goes_on(above: Line, line: Line) -> bool:
    """Tell whether a line continues the value above it: in the same box, or on the very next line."""
    if above.box is None or line.box is None:
        return line.number == above.number + 1
    return above.box.parent is not None and line.box.within(above.box)
