"""The shapes in words: the requirement of each, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iomgraph.findings import Severity
from iomgraph.publication.site.things import Text, natural, told
from iomgraph.validation.shapes import Shape


@dataclass(frozen=True, slots=True)
class Told:
    """A shape in words.

    Args:
        id: the end of its IRI.
        name: its name.
        message: the fault if it is broken.
        step: the way to fix that; may be empty.
        count: number of breaches.
    """

    id: str
    name: Text
    message: Text
    step: Text
    count: int


def of(shapes: Sequence[Shape], severity: Severity, lang: str, counts: Mapping[str, int]) -> list[Told]:
    """Describe the shapes of a severity, in order of name.

    Args:
        shapes: all shapes.
        severity: the severity.
        lang: the language.
        counts: rule to the number of findings.
    """
    found = []
    for shape in shapes:
        if shape.severity is severity:
            name = shape.iri.rpartition("#")[2]
            name_of, message, step = (_told(texts, lang) for texts in _texts(shape))
            found.append(Told(name, name_of, message, step, counts.get(f"shapes:{name}", 0)))
    return sorted(found, key=lambda one: natural(one.id))


def _texts(shape: Shape) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    return (shape.names, shape.messages, shape.descriptions)


def _told(texts: Mapping[str, str], lang: str) -> Text:
    return told(texts, lang) if texts else Text("")
