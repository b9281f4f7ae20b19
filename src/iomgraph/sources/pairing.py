"""The pairing of a page's labels and values by structure: lists, tables, headings, nested boxes.

It considers the texts that are next to each other, and the fact that all labels of a page have the same
structure. Names of classes mean nothing by themselves, but two boxes of one class are alike, as are two of
one element.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from iomgraph.sources import fitting, label_lines, label_tables
from iomgraph.sources.boxes import Box, common
from iomgraph.sources.html import Line
from iomgraph.sources.vocabulary import Vocabulary

_STATES = frozenset({"states", "other_states"})
"""Fields that may have many values, one per line."""
_ENOUGH = 2
"""The number of fields with labels of the same structure that shows how the page builds its labels."""
_SHORT = 60
"""Most characters of a line that may be the name of a state and not a sentence."""

_Kind = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Joint:
    """A place in a page where a label and the text below it meet.

    Args:
        box: the innermost box that holds both.
        label: its child that holds the label; None if the label is its own text.
        kind: structure of the label, from the inside out to the box.
        value: structure of the text below.
        begins: the label is the first text of the box.
    """

    box: Box
    label: Box | None
    kind: _Kind
    value: _Kind
    begins: bool


def arranged(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Line]:
    """Mark the lines of a page that are labels and values as `label` and `item`.

    Args:
        lines: the lines of the page.
        vocabulary: labels and words.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import html, vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> page = html.read("<tr><td>Year<td>2008<tr><td>Donor<td>x<tr><td>End Date<td>2009</table><p>Prose")
        >>> lines = arranged(page.lines, vocabulary.read(Tables(Settings().data)))
        >>> [(line.text, line.kind) for line in lines][:4]
        [('Year', 'label'), ('2008', 'item'), ('Donor', 'label'), ('x', 'item')]
    """
    if any(line.kind == "mark" for line in lines):
        return list(lines)
    plain = [replace(line, kind="") if line.box and line.kind != "title" else line for line in lines]
    split, made = label_lines.split(plain, vocabulary)
    turned, made = label_tables.turned(split, made, vocabulary)
    page = _Page(turned, made, vocabulary)
    return page.marked() if page.labels or made else list(lines)


class _Page:
    """The lines of a page while they are paired."""

    def __init__(self, lines: Sequence[Line], made: frozenset[int], vocabulary: Vocabulary) -> None:
        self._lines = lines
        self._made = made
        self._vocabulary = vocabulary
        self._known = [number for number, line in enumerate(lines) if self._is_known(number, line)]
        self._is = frozenset(self._known)
        self._joints = {number: joint for number in self._is if (joint := self._joint(number))}
        self._usual = self._usual_kinds()
        self._given = {
            field
            for number, joint in self._joints.items()
            if joint.kind in self._usual
            for field in vocabulary.fields(lines[number].text)
        }
        self.labels = self._labels()

    def _is_known(self, number: int, line: Line) -> bool:
        fits = number not in self._made and line.kind not in {"title", "item"}
        return fits and bool(self._vocabulary.fields(line.text))

    def _joint(self, number: int) -> _Joint | None:
        """Return the joint of a line and the one below it; None if there is none, or one is not in a box."""
        if number + 1 >= len(self._lines):
            return None
        one, other = self._lines[number].box, self._lines[number + 1].box
        box = common(one, other) if one and other else None
        if box is None or one is None or other is None:
            return None
        above = self._lines[number - 1].box if number else None
        begins = above is None or not above.within(box)
        kind = ((box.name, ""), *one.kind(box))
        return _Joint(box, one.below(box), kind, ((box.name, ""), *other.kind(box)), begins)

    def _usual_kinds(self) -> set[_Kind]:
        """Return the structures of labels of several fields, the most frequent first."""
        fields: dict[_Kind, set[str]] = {}
        for number, joint in self._joints.items():
            fields.setdefault(joint.kind, set()).update(self._vocabulary.fields(self._lines[number].text))
        return {kind for kind, names in fields.items() if len(names) >= _ENOUGH}

    def marked(self) -> list[Line]:
        """Return the lines with the labels and the values marked."""
        labels = self.labels
        kinds = {number: line.kind for number, line in enumerate(self._lines) if number in self._made}
        for at, number in enumerate(labels):
            kinds[number] = "label"
            end = labels[at + 1] if at + 1 < len(labels) else len(self._lines)
            last = at + 1 == len(labels)
            values = list(self._values(number, end, last=last))
            kinds.update(dict.fromkeys(values, "item"))
            if not last:
                kinds.update(self._left_over(number, values, end))
        return [
            replace(line, kind=kinds.get(number, "" if number in self._is else line.kind))
            for number, line in enumerate(self._lines)
        ]

    def _left_over(self, number: int, values: Sequence[int], end: int) -> dict[int, str]:
        """Mark an unknown label and its value, if all pairs are side by side with the same structure."""
        joint = self._joints.get(number)
        rest = range(values[-1] + 1 if values else number + 1, end)
        if joint is None or joint.kind != joint.value or len(rest) < _ENOUGH:
            return {}
        if any(self._ends(n) or self._built(n, joint.box) != joint.value for n in rest):
            return {}
        return {n: "label" if n == rest[0] else "item" for n in rest}

    def _labels(self) -> list[int]:
        """Return the numbers of labels: known ones except prose, and others of the same structure."""
        chosen = [number for number in self._known if self._is_label(number)]
        others = []
        if self._usual:
            values = {joint.value for joint in self._joints.values()}
            closed = {
                id(joint.box.parent) for at, joint in self._joints.items() if self._is_closed(at, joint)
            }
            flat = {id(joint.box) for joint in self._joints.values() if joint.kind in self._usual - values}
            for number, line in enumerate(self._lines[:-1]):
                joint = self._joint(number) if line.box and not self._ends(number) else None
                if joint is None or joint.kind not in self._usual:
                    continue
                # A box that begins with a label is next to similar boxes; otherwise labels differ from values
                # in structure.
                beside = self._is_closed(number, joint) and id(joint.box.parent) in closed
                unlike = id(joint.box) in flat and joint.kind not in values
                others += [number] if beside or unlike else []
        return sorted({*chosen, *others})

    def _is_closed(self, number: int, joint: _Joint) -> bool:
        """Tell whether a box holds one label and its value, with the same structure as others of the page."""
        return joint.begins and joint.kind in self._usual and not self._holds_more(number, joint.box)

    def _is_label(self, number: int) -> bool:
        joint = self._joints.get(number)
        if not self._usual or (joint and joint.kind in self._usual):
            return True
        # A label of unique structure counts if its field has no value yet, and the next text fits.
        fields = self._vocabulary.fields(self._lines[number].text)
        below = self._lines[number + 1].text if number + 1 < len(self._lines) else ""
        return any(field not in self._given and self._fits(field, below) for field in fields)

    def _fits(self, field: str, text: str) -> bool:
        return fitting.fits(field, text, self._vocabulary) and (field not in _STATES or _is_short(text))

    def _values(self, number: int, end: int, *, last: bool) -> Iterator[int]:
        """Return the numbers of the lines of a label's value, among those up to the next label."""
        between = range(number + 1, next((n for n in range(number + 1, end) if self._ends(n)), end))
        joint = self._joints.get(number) or self._joint(number)
        line = self._lines[number]
        if not between or (line.box and joint is None):
            return
        if joint is None:
            yield from between if not last else self._tail(number, between)
        elif joint.begins and not self._holds_more(number, joint.box):
            inside = [n for n in between if self._within(n, joint.box)]
            yield from inside
            yield from self._rows_below(number, between[len(inside) :])
        elif joint.label is None or not self._holds_more(number, joint.label):
            yield from self._siblings(number, joint, between, last=last)

    def _ends(self, number: int) -> bool:
        return number in self._made or self._lines[number].kind in {"title", "label"} or number in self._is

    def _holds_more(self, number: int, box: Box) -> bool:
        """Tell whether a box holds a second known label, the one before or after that of a line."""
        at = bisect.bisect_left(self._known, number)
        near = self._known[max(0, at - 1) : at + 2]
        return any(other != number and self._within(other, box) for other in near)

    def _within(self, number: int, box: Box) -> bool:
        mine = self._lines[number].box
        return mine is not None and mine.within(box)

    def _siblings(self, number: int, joint: _Joint, between: range, *, last: bool) -> Iterator[int]:
        """Return the numbers of the lines in the box beside a label, and of those that continue it."""
        first = self._lines[between[0]].box
        beside = first.below(joint.box) if first else None
        mine = [n for n in between if n == between[0] or (beside and self._within(n, beside))]
        yield from mine
        rest = between[len(mine) :]
        if joint.kind != joint.value and not last:
            yield from itertools.takewhile(lambda n: self._built(n, joint.box) == joint.value, rest)
        elif self._is_states(number):
            yield from self._tail(number, rest) if last else rest
        elif joint.kind != joint.value and joint.value[1:2] == (("dd", ""),):
            yield from itertools.takewhile(lambda n: self._built(n, joint.box) == joint.value, rest)

    def _built(self, number: int, box: Box) -> _Kind | None:
        mine = self._lines[number].box
        return ((box.name, ""), *mine.kind(box)) if mine and mine.within(box) else None

    def _is_states(self, number: int) -> bool:
        return not _STATES.isdisjoint(self._vocabulary.fields(self._lines[number].text))

    def _tail(self, number: int, rest: Sequence[int]) -> Iterator[int]:
        """Return the numbers of the lines below the last label: one, or names of states up to a sentence."""
        if not self._is_states(number):
            yield from rest[:1]
            return
        for at in rest:
            if not _is_short(self._lines[at].text):
                return
            yield at

    def _rows_below(self, number: int, rest: Sequence[int]) -> Iterator[int]:
        """Return the numbers of lines in rows that belong to a label: it spans them, or they have none."""
        cell = (self._lines[number].box or Box("")).nearest("td", "th")
        row = cell.parent if cell else None
        for at in rest:
            mine = (self._lines[at].box or Box("")).nearest("td", "th")
            if not cell or not row or not mine or not mine.parent or mine.parent.parent is not row.parent:
                return
            if mine.index == cell.index and mine.parent.index >= row.index + cell.rows:
                return
            yield at


def _is_short(text: str) -> bool:
    """Tell whether a line may be a name: short, without digits, and not a sentence."""
    return len(text) <= _SHORT and text[-1] not in ".!?:…" and not any(char.isdigit() for char in text)
