"""The reasons for which a saved page is not taken; each is a finding that tells what to do."""

from __future__ import annotations

from dataclasses import dataclass

from iomgraph.findings import Place
from iomgraph.sources import invisible, several_pages
from iomgraph.sources.html import Document, Line
from iomgraph.sources.pages import Fields
from iomgraph.sources.rules import Reporter
from iomgraph.sources.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page as read.

    Args:
        file: its file, as findings name it.
        document: its text.
        fields: what it prints; None if no project page was recognised.
    """

    file: str
    document: Document
    fields: Fields | None


def accepts(saved: Saved, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    """Tell whether a page may be taken; report the reason if not, and what was left out of it if so.

    Args:
        saved: the page.
        vocabulary: labels and words.
        reporter: is told why a page is not taken, and what of it was not read as it stands.
    """
    if saved.fields is None:
        reporter.report("no-project-page", Place(saved.file))
        return False
    if pair := several_pages.second(saved.document, vocabulary):
        first, second = pair
        place = Place(saved.file, line=second.number)
        reporter.report("several-pages", place, value=second.text, first=first.text, line=first.number)
        return False
    used = _used(saved, vocabulary)
    if translated := next((line for line in saved.document.translated if line in used), None):
        place = Place(saved.file, line=translated.number)
        reporter.report("machine-translated", place, value=translated.text)
        return False
    for line in (line for line in used if line.removed):
        place, characters = Place(saved.file, line=line.number), invisible.names(line.removed)
        reporter.report("invisible-characters", place, value=line.text, characters=characters)
    for line in (line for line in saved.document.hidden if vocabulary.fields(line.text)):
        reporter.report("hidden-field", Place(saved.file, line=line.number), value=line.text)
    return True


def _used(saved: Saved, vocabulary: Vocabulary) -> list[Line]:
    """Return the lines of a page that are its title, a label or a value."""
    fields = saved.fields or Fields()
    texts = {text for value in (fields.title, *fields.values.values()) for text in value.split("\n")}
    return [
        line
        for line in saved.document.lines
        if line.text in texts
        or vocabulary.fields(line.text)
        or vocabulary.fields(line.text.partition(":")[0])
    ]
