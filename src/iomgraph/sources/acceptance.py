"""The reasons to reject a saved page; each is a finding that tells users what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iomgraph.findings import Place
from iomgraph.sources import confidence, invisible, page_title, several_pages
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
    """Tell whether a page can be accepted; report the reasons if not, and any omissions if so.

    The title becomes the one on which the page's heading and its element `title` agree.

    Args:
        saved: the page.
        vocabulary: labels and words.
        reporter: takes the reasons for rejection, and findings on parts that were not read as printed.
    """
    if saved.fields is None:
        reporter.report("no-project-page", Place(saved.file))
        return False
    used = _used(saved, vocabulary)
    if not all(
        (
            _is_one_page(saved, vocabulary, reporter),
            _is_original(saved, used, reporter),
            _is_certain(saved, saved.fields, vocabulary, reporter),
        )
    ):
        return False
    for line in (line for line in used if line.removed):
        place, characters = Place(saved.file, line=line.number), invisible.names(line.removed)
        reporter.report("invisible-characters", place, value=line.text, characters=characters)
    for line in (line for line in saved.document.hidden if _is_labelled(line, vocabulary)):
        reporter.report("hidden-field", Place(saved.file, line=line.number), value=line.text)
    return True


def _is_one_page(saved: Saved, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    pair = several_pages.second(saved.document, vocabulary)
    if pair:
        first, second = pair
        place = Place(saved.file, line=second.number)
        reporter.report("several-pages", place, value=second.text, first=first.text, line=first.number)
    return not pair


def _is_original(saved: Saved, used: Sequence[Line], reporter: Reporter) -> bool:
    read = set(used)
    translated = next((line for line in saved.document.translated if line in read), None)
    if translated:
        place = Place(saved.file, line=translated.number)
        reporter.report("machine-translated", place, value=translated.text)
    return not translated


def _is_certain(saved: Saved, fields: Fields, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    """Tell whether the layout was recognised: labels below one another, fitting values, a title."""
    side_by_side = confidence.columns(saved.document.lines, vocabulary)
    if side_by_side:
        place = Place(saved.file, line=side_by_side.number)
        reporter.report("label-columns", place, value=side_by_side.text)
        return False
    if not confidence.is_certain(fields, vocabulary):
        fit = confidence.fitting_fields(fields, vocabulary)
        names = ", ".join(fit) or "–"
        place = Place(saved.file, line=min(fields.lines.values(), default=None))
        reporter.report("doubtful-layout", place, value=str(len(fit)), fields=names, enough=confidence.ENOUGH)
        return False
    return _is_titled(saved, fields, vocabulary, reporter)


def _is_titled(saved: Saved, fields: Fields, vocabulary: Vocabulary, reporter: Reporter) -> bool:
    """Tell whether the page has a title on which its heading and its element `title` agree, and set it."""
    heading = Line(fields.title, fields.lines["title"]) if fields.title else None
    start = min((line for name, line in fields.lines.items() if name != "title"), default=0)
    title = page_title.agreed(saved.document, heading, start)
    place = Place(saved.file, line=heading.number if heading else None)
    if title is None and heading:
        other = saved.document.title
        reporter.report("title-disagrees", place, value=heading.text, title=other)
    elif title is None or not confidence.is_title(
        title.text, vocabulary, confirmed=bool(saved.document.title)
    ):
        reporter.report("no-title", place, value=fields.title)
    else:
        fields.title, fields.lines["title"] = title.text, title.number
        return True
    return False


def _used(saved: Saved, vocabulary: Vocabulary) -> list[Line]:
    """Return the lines of a page that are its title, labels or values."""
    fields = saved.fields or Fields()
    texts = {text for value in (fields.title, *fields.values.values()) for text in value.split("\n")}
    return [line for line in saved.document.lines if line.text in texts or _is_labelled(line, vocabulary)]


def _is_labelled(line: Line, vocabulary: Vocabulary) -> bool:
    """Tell whether a line is a label, or starts with one and a colon."""
    return bool(vocabulary.fields(line.text) or vocabulary.fields(line.text.partition(":")[0]))
