"""The reasons for which a saved page is not taken; each is a finding that tells what to do."""

from __future__ import annotations

from dataclasses import dataclass

from iomgraph.findings import Place
from iomgraph.sources import several_pages
from iomgraph.sources.html import Document
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
    """Tell whether a page may be taken; report the reason if not.

    Args:
        saved: the page.
        vocabulary: labels and words.
        reporter: is told why a page is not taken.
    """
    if saved.fields is None:
        reporter.report("no-project-page", Place(saved.file))
        return False
    if pair := several_pages.second(saved.document, vocabulary):
        first, second = pair
        place = Place(saved.file, line=second.number)
        reporter.report("several-pages", place, value=second.text, first=first.text, line=first.number)
        return False
    return True
