"""The verification of a release, file by file and then as a whole. Start reading here."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import pyoxigraph as ox

from iomgraph.errors import PublicationError
from iomgraph.findings import Finding, Place
from iomgraph.processes.progress import Say, counted, silent
from iomgraph.publication import dcat, void
from iomgraph.release import content, manifest, quads
from iomgraph.release.dumps import NQUADS
from iomgraph.release.manifest import Entry, Manifest
from iomgraph.sources.rules import Rules
from iomgraph.verification import counts, equivalence, files, syntax


def verify(
    folder: Path,
    rules: Rules,
    *,
    quick: bool = False,
    keep: Sequence[str] = (),
    say: Say = silent,
) -> Iterator[Finding]:
    """Verify a release; files that differ from the manifest are not read.

    Args:
        folder: the release.
        rules: make findings; those of `data/vocabulary/verification.csv`.
        quick: leave out the second parser, which takes most of the time.
        keep: names in the folder that do not belong to the release, besides `manifest.KEPT`.
        say: takes each file as it is read, and the number of files read.

    Raises:
        PublicationError: if it is not a release, or has a newer format.
    """
    listed = manifest.load(folder)
    say("files")
    found = list(files.check(folder, listed, rules, keep))
    yield from found
    odd = {finding.place.file for finding in found if finding.place}
    sound = {item.name: item for item in listed.entries if item.name not in odd}
    looked: set[tuple[str, str]] = set()
    # The site repeats files of the release; each is read once, under its first name.
    ordered = sorted(sound.values(), key=lambda item: item.name.count("/"))
    for item in counted(ordered, say, "files", len(ordered)):
        known = (item.sha256, PurePosixPath(item.name).suffix)
        if known not in looked:
            looked.add(known)
            yield from _syntax(folder, item, NQUADS in sound, rules, quick)
    say("counts")
    yield from _description(folder, listed, sound, rules)


def _syntax(folder: Path, item: Entry, comparable: bool, rules: Rules, quick: bool) -> Iterator[Finding]:
    known = syntax.rdf_format(item.name)
    if known is None:
        if item.name.endswith(".json"):
            yield from syntax.check_json(folder, item, rules)
        return
    counted = _Counted(syntax.quads(folder, item, known))
    try:
        if quads.holds(item.name):
            with content.opened(folder, item) as stream:
                raw = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
                yield from equivalence.canonical(item.name, counted, raw, rules)
        elif item.name in equivalence.DUMPS and comparable:
            yield from equivalence.compare(folder, item.name, counted, rules)
        for _ in counted:
            pass
    except (SyntaxError, PublicationError) as error:
        why = getattr(error, "what", str(error))
        yield rules.finding("bad-syntax", Place(item.name), value=why, parser="pyoxigraph")
        return
    if not quick:
        yield from syntax.check_rdf(folder, item, known, counted.count, rules)


def _description(folder: Path, listed: Manifest, sound: dict[str, Entry], rules: Rules) -> Iterator[Finding]:
    statements = quads.of(listed.entries)
    whole = bool(statements) and all(item.name in sound for item in statements)
    try:
        if whole and len(statements) > 1:
            yield from equivalence.in_order(folder, statements[0].name, rules)
        if whole and void.FILE in sound:
            yield from counts.check_void(folder, sound[void.FILE], rules)
        if dcat.TURTLE in sound:
            yield from counts.check_dcat(folder, sound[dcat.TURTLE], listed, rules)
    except (SyntaxError, PublicationError):
        return  # Already reported, as bad syntax or as a form that is not canonical.


class _Counted:
    """An iterator that counts its items."""

    def __init__(self, source: Iterator[ox.Quad]) -> None:
        self._source = source
        self.count = 0

    def __iter__(self) -> Iterator[ox.Quad]:
        for quad in self._source:
            self.count += 1
            yield quad
