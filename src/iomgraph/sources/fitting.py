"""Fields anywhere on a page with values of their kind, which are evidence of the kind of page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iomgraph.sources.html import Line
from iomgraph.sources.vocabulary import Vocabulary, fold

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_AMOUNT = re.compile(r"(?:(?:USD|US\$|\$)\s*)?[0-9][0-9.,'’\s]*(?:\s*(?:USD|US\$|\$))?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3})+(?:[.,][0-9]{1,2})?")
_PROJECT_ID = re.compile(r"\b(?:[A-Z]{2,4}\.[0-9]{3,5}|[A-Z][A-Z0-9]{1,3}-[0-9]{3})\b")
_PRIMA_ID = re.compile(r"[A-Z]{2}[0-9]{2}P[0-9]{4}")
_CODE = re.compile(r"(?=\S*[0-9])[A-Za-z0-9][A-Za-z0-9./-]{2,39}")
_NAMES = re.compile(r"[^0-9]*[^\W\d_]{3}[^0-9]*")
_LONGEST = 2_000
"""Most characters of a value; longer text is prose."""

_SHAPES = {
    **dict.fromkeys(("start_year", "end_year", "funding_year"), _YEAR),
    **dict.fromkeys(("project_id", "prima_id"), _CODE),
    **dict.fromkeys(("states", "other_states"), _NAMES),
    "budget": _AMOUNT,
}
"""Field to the shape of its values; the other fields have words of the vocabulary."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A field that a page prints.

    Args:
        field: the field that the label and the value name together.
        label: the line of the label.
        value: the line of the value.
        meaning: the value without variations of typography and language.
    """

    field: str
    label: Line
    value: Line
    meaning: str


def fits(field: str, text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text may be the value of a field: a year, an amount, a known word.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> words = vocabulary.read(Tables(Settings().data))
        >>> fits("end_year", "2009", words), fits("end_year", "Completed", words)
        (True, False)
        >>> fits("status", "Completed", words), fits("budget", "64 240.00", words)
        (True, True)
    """
    if len(text) > _LONGEST:
        return False
    shape = _SHAPES.get(field)
    if shape:
        return bool(shape.fullmatch(text.strip())) and not vocabulary.fields(text)
    return vocabulary.concept(field, text) is not None


def identifiers(text: str) -> list[str]:
    """Return the project IDs within a text, each once, in order.

    Example:
        >>> identifiers("LM.0024, T97-805 and LM.0024 of 2009")
        ['LM.0024', 'T97-805']
    """
    return list(dict.fromkeys(_PROJECT_ID.findall(text)))


def is_grouped(text: str) -> bool:
    """Tell whether a text is an amount with separated thousands, as the former site prints budgets.

    Example:
        >>> is_grouped("150,000"), is_grouped("2009")
        (True, False)
    """
    return bool(_GROUPED.fullmatch(text))


def is_prima_id(text: str) -> bool:
    """Tell whether a text is a PRIMA ID and nothing else."""
    return bool(_PRIMA_ID.fullmatch(text))


def printed(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[Printed]:
    """Yield each known label on a page with a fitting value below it, including prose.

    Args:
        lines: the lines of the page.
        vocabulary: labels and words.
    """
    for fields, label, value in labelled(lines, vocabulary):
        for name in fields:
            if fits(name, value.text, vocabulary):
                yield Printed(name, label, value, _meaning(name, value.text, vocabulary))
                break


def labelled(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[tuple[tuple[str, ...], Line, Line]]:
    """Yield each known label with the fields that it may stand for, and the next line of text.

    Args:
        lines: the lines of the page.
        vocabulary: labels.
    """
    shown = [line for line in lines if line.kind != "mark"]
    for number, label in enumerate(shown):
        head, colon, rest = label.text.partition(":")
        if fields := vocabulary.fields(label.text):
            yield from ((fields, label, value) for value in shown[number + 1 : number + 2])
        elif colon and rest.strip() and (fields := vocabulary.fields(head)):
            yield fields, label, Line(rest.strip(), label.number, "item")


def _meaning(field: str, text: str, vocabulary: Vocabulary) -> str:
    if field == "budget":
        digits = re.sub(r"[^0-9.,]", "", text)
        whole = re.sub(r"[.,][0-9]{1,2}$", "", digits)
        return re.sub(r"[.,]", "", whole)
    return fold(text) if field in _SHAPES else vocabulary.concept(field, text) or ""
