"""Saved pages: the reading of files and folders into captures with their URL, language and day."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.iris import is_web_iri
from iomgraph.settings import LANGUAGES
from iomgraph.sources import acceptance, html, origins, pages, pairing, saved_files, tables
from iomgraph.sources.acceptance import Saved
from iomgraph.sources.origins import is_address
from iomgraph.sources.rules import Reporter
from iomgraph.sources.saved_files import SavedFile
from iomgraph.sources.vocabulary import Vocabulary, fold

CATALOGUE = "captures.csv"
COLUMNS = ("file", "url", "lang", "captured")
FORMER_SITE = "developmentfund.iom.int"
_LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file to read, with its entry in the catalogue; fields without an entry are empty."""

    path: Path
    file: str
    url: str = ""
    lang: str = ""
    captured: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One page as captured: its origin, and its fields as printed.

    Args:
        file: the file, as the catalogue or the folder names it.
        url: the page's address; empty if neither the catalogue nor the page gives it.
        lang: language of the page (`en`, `fr`, `es`), as stated or, failing that, as its labels show.
        captured: day of the capture, `2026-11-23`; empty if unknown.
        fields: the page's fields.
        links: absolute web addresses that the page's content links to, sorted.
    """

    file: str
    url: str
    lang: str
    captured: str
    fields: pages.Fields
    links: tuple[str, ...]


def entries(paths: Sequence[Path], reporter: Reporter) -> list[Entry]:
    """List the pages in files and folders, in order of name.

    The `captures.csv` in a folder, or beside a file, has details of the files. Subfolders are skipped,
    because browsers save a page's pictures and scripts there.

    Raises:
        SourceError: if a path does not exist or a catalogue can't be read.
    """
    found: dict[Path, Entry] = {}
    for path in paths:
        if not path.exists():
            raise SourceError("no such file or folder", where=path, step="name saved pages or their folders")
        folder = path if path.is_dir() else path.parent
        catalogue = _catalogue(folder, reporter)
        for file in _files(folder) if path.is_dir() else [path]:
            found[file.resolve()] = catalogue.get(file.name) or Entry(file, _printable(file.name))
        if path.is_dir():
            for name in (name for name, entry in catalogue.items() if not entry.path.is_file()):
                reporter.report("missing-capture", Place(f"{folder.name}/{CATALOGUE}"), value=name)
    return list(found.values())


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.is_file() and file.name != CATALOGUE)
    except OSError as error:
        raise SourceError(
            f"the folder can't be read ({error.strerror})", where=folder, step="check its permissions"
        ) from error


def _printable(name: str) -> str:
    """A file's name for a table, with control characters and bytes that are not UTF-8 replaced."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join("\ufffd" if unicodedata.category(char) == "Cc" else char for char in text)


def _catalogue(folder: Path, reporter: Reporter) -> dict[str, Entry]:
    path = folder / CATALOGUE
    if not path.is_file():
        return {}
    known: dict[str, Entry] = {}
    for row in tables.read(path, COLUMNS, name=f"{folder.name}/{CATALOGUE}"):
        name, url, lang, captured = (row[column].strip() for column in COLUMNS)
        if name in known or not name or Path(name).name != name:
            reporter.report("bad-catalogue", row.place("file"), value=name)
            continue
        if url and not is_address(url):
            reporter.report("bad-url", row.place("url"), value=url)
            url = ""
        if lang and lang not in LANGUAGES:
            reporter.report("unknown-language", row.place("lang"), value=lang)
            lang = ""
        if captured and not is_day(captured):
            reporter.report("bad-day", row.place("captured"), value=captured)
            captured = ""
        known[name] = Entry(folder / name, _printable(name), url, lang, captured)
    return known


def is_day(text: str) -> bool:
    """Tell whether a text is a day as ISO 8601 writes it, `2026-11-23`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read(
    found: Iterable[Entry], vocabulary: Vocabulary, reporter: Reporter, *, max_bytes: int
) -> Iterator[Capture]:
    """Read each page; unreadable pages become findings, and the reading continues.

    Args:
        found: the files.
        vocabulary: labels and words.
        reporter: takes findings on pages that could not be read, or only with doubt.
        max_bytes: the size above which a file is not opened.
    """
    for entry in found:
        saved = saved_files.read(entry.path, entry.file, reporter, max_bytes=max_bytes)
        if saved is None:
            continue
        capture = _capture(entry, saved, vocabulary, reporter)
        if capture:
            _doubts(capture, reporter)
            yield capture


def _capture(entry: Entry, saved: SavedFile, vocabulary: Vocabulary, reporter: Reporter) -> Capture | None:
    marked_up = saved.marked_up
    document = html.read(saved.text) if marked_up else html.Document(lines=pages.text_lines(saved.text))
    for name in ("lines", "titles", "hidden", "translated"):
        setattr(document, name, saved.placed(getattr(document, name)))
    document.lines = pairing.arranged(document.lines, vocabulary)
    fields = pages.read(document.lines, vocabulary)
    if not acceptance.accepts(Saved(entry.file, document, fields), vocabulary, reporter) or fields is None:
        return None
    origin = _origin(entry, saved, document, reporter)
    lang = entry.lang or _language(document, origin.url, vocabulary)
    links = _links(document, saved.text, origin)
    return Capture(entry.file, origin.url, lang, origin.captured, fields, links)


def _origin(entry: Entry, saved: SavedFile, document: html.Document, reporter: Reporter) -> origins.Origin:
    """Find a page's address and day, and report marks that disagree or can't be read."""
    inside = [*saved.marks, *saved.located(document.marks)]
    links = [mark for text, line in document.canonicals for mark in origins.canonical(text, line, inside)]
    marks = [*saved.located(links), *inside]
    for mark in (mark for mark in marks if mark.broken):
        place = Place(entry.file, line=mark.line)
        reporter.report("bad-origin", place, value=mark.broken, mark=mark.source)
    origin = origins.origin(marks, entry.url, entry.captured)
    for rival in origin.rivals:
        first, second = rival.first.source, rival.second.source
        one, other = ((mark.address if "address" in rival.rule else mark.day) for mark in rival.marks)
        place = Place(entry.file, line=rival.second.line)
        reporter.report(rival.rule, place, value=one, first=first, other=other, second=second)
    return origin


def _language(document: html.Document, url: str, vocabulary: Vocabulary) -> str:
    """Find the page's language by its labels, else by its markup, else by its address."""
    labels = (vocabulary.languages.get(fold(line.text), frozenset()) for line in document.lines)
    told = [langs for langs in labels if len(langs) == 1]
    counts = {lang: sum(lang in langs for langs in told) for lang in LANGUAGES}
    best = max(counts, key=lambda lang: counts[lang])
    if counts[best]:
        return best
    if document.lang in LANGUAGES:
        return document.lang
    step = urlsplit(url).path.split("/")[1:2]
    return step[0] if step and step[0] in LANGUAGES else "en" if url else ""


def _links(document: html.Document, text: str, origin: origins.Origin) -> tuple[str, ...]:
    found = document.links or _LINK.findall(text)
    # An archive rewrites the links of a page to point to its own copies.
    whole = map(origins.unarchived, found) if origin.archived else found
    return tuple(sorted({link.rstrip(".,;)") for link in whole if is_web_iri(link)} - {origin.url}))


def _doubts(capture: Capture, reporter: Reporter) -> None:
    fields, file = capture.fields, capture.file
    for label, value in fields.unknown:
        place = Place(file, line=label.number, label=label.text)
        reporter.report("unknown-label", place, value=label.text, given=value[:80])
    for name, line in fields.repeated:
        reporter.report("repeated-field", Place(file, line=line.number), value=line.text, field=name)
    if not capture.url:
        reporter.report("no-url", Place(file))
    if not capture.captured:
        reporter.report("no-day", Place(file))
    if not capture.lang:
        reporter.report("no-language", Place(file))
