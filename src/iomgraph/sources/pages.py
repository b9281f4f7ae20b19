"""The reading of a saved page's lines into the fields of a project page, as printed.

There are two layouts: the present site prints each value below its label; the former site prints only the
values, always in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iomgraph.sources import invisible
from iomgraph.sources.html import Line
from iomgraph.sources.vocabulary import FIELDS, Vocabulary

_PROJECT_ID = re.compile(r"[A-Z]{2,4}\.\d{3,5}|[A-Z][A-Z0-9]{1,3}-\d{3}")
_PRIMA_ID = re.compile(r"[A-Z]{2}\d{2}P\d{4}")
_AMOUNT = re.compile(r"\d[\d., \u00a0\u202f]*")
_BREAK = re.compile(r"\r\n|\r|\n")
_FARTHEST = 60
"""Most lines of a former page's values: they take some ten, but states come one per line."""
_ENOUGH = 3
"""Values that must fit before lines without labels count as a project's."""


@dataclass(slots=True)
class Fields:
    """The printed contents of one page.

    Args:
        title: the line above the first field.
        values: field to its value; several lines stay several lines.
        lines: field (and `title`) to the number of the line where its value starts.
        unknown: unknown labels, each with its value.
        repeated: fields that the page prints twice with different values, each with the later value.
    """

    title: str = ""
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    unknown: list[tuple[Line, str]] = field(default_factory=list)
    repeated: list[tuple[str, Line]] = field(default_factory=list)

    def put(self, name: str, lines: Sequence[Line]) -> None:
        """Set a field to its lines, unless there are none or the field has a value already."""
        text = "\n".join(line.text for line in lines)
        if not text:
            return
        if name not in self.values:
            self.values[name] = text
            self.lines[name] = lines[0].number
        elif self.values[name] != text:
            self.repeated.append((name, lines[0]))


@dataclass(slots=True)
class _Block:
    label: Line
    values: list[Line]
    start: int


def text_lines(text: str) -> list[Line]:
    r"""The lines of a page saved as text; a lone hyphen makes the line below it a label.

    Example:
        >>> [(line.text, line.kind) for line in text_lines("Title\n-\nYear\n2008\n")]
        [('Title', ''), ('-', 'mark'), ('Year', ''), ('2008', '')]
    """
    cleaned = ((number, *invisible.clean(line)) for number, line in enumerate(_BREAK.split(text), 1))
    stripped = ((number, line.strip(), removed) for number, line, removed in cleaned)
    return [
        Line(line, number, "mark" if line == "-" else "", removed)
        for number, line, removed in stripped
        if line
    ]


def read(lines: Sequence[Line], vocabulary: Vocabulary) -> Fields | None:
    r"""Read a project page in either layout; None if it is not a project page.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> page = read(text_lines("Roads\n-\nEnd Date\n2009\n-\nProjects ID\nLM.0024\nProse."),
        ...             vocabulary.read(Tables(Settings().data)))
        >>> page.title, page.values
        ('Roads', {'end_year': '2009', 'project_id': 'LM.0024'})
    """
    return _labelled(lines, vocabulary) or _unlabelled(lines, vocabulary)


def _labelled(lines: Sequence[Line], vocabulary: Vocabulary) -> Fields | None:
    blocks = list(_blocks(lines, vocabulary))
    known = _printed(blocks, vocabulary)
    if not known:
        return None
    first, last = _bounds(blocks, known, lines)
    page = Fields()
    _title(page, lines, blocks[first].start)
    for number, block in enumerate(blocks[first : last + 1], first):
        if number >= known[-1]:
            # The description follows the last field without a mark, so that field has one line.
            block.values = block.values if block.label.kind == "label" else block.values[:1]
        if not vocabulary.fields(block.label.text):
            page.unknown.append((block.label, "\n".join(line.text for line in block.values)))
    fields = [block for block in blocks[first : last + 1] if vocabulary.fields(block.label.text)]
    for block, name in _named(fields, vocabulary):
        page.put(name, block.values)
    return page


def _blocks(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[_Block]:
    marked = any(line.kind in {"mark", "label"} for line in lines)
    block: _Block | None = None
    for number, line in enumerate(lines):
        if line.kind == "mark":
            starts = number + 1 < len(lines) and lines[number + 1].kind != "mark"
            label = lines[number + 1] if starts else None
        else:
            starts = line.kind == "label" or (not marked and bool(vocabulary.fields(line.text)))
            label = line if starts else None
        if starts or line.kind == "mark":
            if block:
                yield block
            block = _Block(label, [], number) if label else None
        elif block and line is not block.label:
            if block.label.kind == "label" and line.kind != "item":
                yield block
                block = None
            else:
                block.values.append(line)
    if block:
        yield block


def _printed(blocks: Sequence[_Block], vocabulary: Vocabulary) -> list[int]:
    """Number the blocks of known labels; below a value of many lines, a label out of order is prose."""
    found: list[int] = []
    latest, prose = -1, False
    for number, block in enumerate(blocks):
        names = vocabulary.fields(block.label.text)
        if names and prose and FIELDS.index(names[-1]) <= latest:
            break
        if names:
            found.append(number)
            latest = max(latest, FIELDS.index(names[-1]))
        prose = prose or (bool(found) and block.label.kind != "label" and len(block.values) > 1)
    return found


def _bounds(blocks: Sequence[_Block], known: Sequence[int], lines: Sequence[Line]) -> tuple[int, int]:
    """Find the first and the last block of the fields; unknown labels may be at either end."""
    first, last = known[0], known[-1]
    if blocks[first].label.kind == "label":
        return 0, len(blocks) - 1
    while first and len(blocks[first - 1].values) == 1 and _follows_title(blocks[first - 1], lines):
        first -= 1
    while last + 1 < len(blocks) and len(blocks[last].values) <= 1 and len(blocks[last + 1].values) >= 1:
        last += 1
    return first, last


def _follows_title(block: _Block, lines: Sequence[Line]) -> bool:
    above = lines[block.start - 1] if block.start else None
    return above is not None and above.kind != "mark" and not above.text.startswith("- ")


def _title(page: Fields, lines: Sequence[Line], start: int) -> None:
    headings = [line for line in lines[:start] if line.kind == "title"]
    others = (line for line in reversed(lines[:start]) if line.kind != "mark")
    above = headings[-1] if headings else next(others, None)
    if above:
        page.title = above.text
        page.lines["title"] = above.number


def _named(blocks: Sequence[_Block], vocabulary: Vocabulary) -> Iterator[tuple[_Block, str]]:
    """Assign each block its field; a label of two fields (es "Tipo de proyecto") needs a decision."""
    groups: dict[tuple[str, ...], list[_Block]] = {}
    for block in blocks:
        groups.setdefault(vocabulary.fields(block.label.text), []).append(block)
    for names, same in groups.items():
        fields: Sequence[str] = names
        if len(names) > 1 and len(same) == 1:
            # The page has only one of the two; the word of the value tells which.
            text = same[0].values[0].text if same[0].values else ""
            fields = [name for name in names if vocabulary.concept(name, text)] or names
        for number, block in enumerate(same):
            yield block, fields[min(number, len(fields) - 1)]


def _unlabelled(lines: Sequence[Line], vocabulary: Vocabulary) -> Fields | None:
    lines = [line for line in lines if line.kind != "mark"]
    for start in range(1, len(lines)):
        page = _former(lines, start, vocabulary)
        if page:
            return page
    return None


def _former(lines: Sequence[Line], start: int, vocabulary: Vocabulary) -> Fields | None:
    """Read a former page's values from a line on; None unless enough of them fit in order."""
    page = Fields()
    at = start
    for name, here in _heads(vocabulary).items():
        if at < len(lines) and here(lines[at].text):
            page.put(name, lines[at : at + 1])
            at += 1
    theme = _theme(lines, at, vocabulary) if page.values else None
    if theme is None:
        return None
    page.put("states", lines[at:theme])
    page.put("theme", lines[theme : theme + 1])
    at = theme + 1
    for name in ("coverage", "status"):
        if at < len(lines) and vocabulary.concept(name, lines[at].text):
            page.put(name, lines[at : at + 1])
            at += 1
    if not _fits(page, vocabulary):
        return None
    _title(page, lines, start)
    return page


def _theme(lines: Sequence[Line], at: int, vocabulary: Vocabulary) -> int | None:
    """Return the number of the line with the theme: a known theme, or the line above coverage or status."""
    for number in range(at, min(len(lines), at + _FARTHEST)):
        if vocabulary.concept("theme", lines[number].text):
            return number
        if any(vocabulary.concept(name, lines[number].text) for name in ("coverage", "status")):
            return max(at, number - 1)
    return None


def _fits(page: Fields, vocabulary: Vocabulary) -> bool:
    """Tell whether enough values fit: an ID, or a region with an amount, and three in total."""
    given = page.values.keys()
    theme = vocabulary.concept("theme", page.values["theme"]) is not None
    known = len(given & {"region", "project_id", "prima_id", "budget", "coverage", "status"}) + theme
    return known >= _ENOUGH and bool(given & {"project_id", "prima_id"} or {"region", "budget"} <= given)


def _heads(vocabulary: Vocabulary) -> Mapping[str, Callable[[str], object]]:
    return {
        "region": lambda text: vocabulary.concept("region", text),
        "project_id": _PROJECT_ID.fullmatch,
        "prima_id": _PRIMA_ID.fullmatch,
        "budget": _AMOUNT.fullmatch,
    }
