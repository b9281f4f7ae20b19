"""Words that no table knows: their cells, their probable meaning, and the row that teaches each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.build import Gathered, gather
from iomgraph.claims.pages import PageRef
from iomgraph.claims.read import PREFIXES
from iomgraph.findings import Finding, Place
from iomgraph.matching import states
from iomgraph.reference import concepts
from iomgraph.settings import Settings
from iomgraph.sources import tables, vocabulary
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

TABLE = "vocabulary/words.csv"
COLUMNS = ("scheme", "id", "lang", "word", "source")
SCHEMES = tuple(PREFIXES)
_STATES = frozenset({"unknown-state", "state-not-matched"})
_SOURCE = "taught by iomgraph words; check it"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that no table knows.

    Args:
        scheme: `status`, `theme`, `coverage`, `region` or `state`.
        word: as it is first printed.
        lang: language of the source that prints it.
        places: its cells.
        likely: id of the concept that it probably means, or the most similar states; empty if nothing is
            known.
        why: the reason for that; empty if nothing is known.

    Example:
        >>> word = Word("theme", "Labor Migration", "en", (), "labour-migration", "its spelling")
        >>> word.row and word.row["id"]
        'labour-migration'
    """

    scheme: str
    word: str
    lang: str
    places: tuple[Place, ...]
    likely: str = ""
    why: str = ""

    @property
    def row(self) -> dict[str, str] | None:
        """The row of `vocabulary/words.csv` that teaches it; None for a state or an unknown meaning."""
        if self.scheme not in SCHEMES or not self.likely:
            return None
        cells = (self.scheme, self.likely, self.lang, self.word, _SOURCE)
        return dict(zip(COLUMNS, cells, strict=True))


def unknown(settings: Settings) -> list[Word]:
    """List the words of a portfolio that no table knows, the most frequent first.

    The probable meaning of a word comes from another page of the same project, else from the letters of the
    project's ID (themes), else from its spelling.

    Args:
        settings: names the folder of the portfolio.

    Raises:
        IomgraphError: if a table can't be read.

    Example:
        >>> unknown(Settings())
        []
    """
    reference = Tables(settings.data)
    gathered = gather(settings)
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in gathered.findings:
        if scheme := _scheme(finding.rule):
            found.setdefault((scheme, fold(finding.value)), []).append(finding)
    guesser = _Guesser(
        vocabulary.read(reference),
        states.read(reference),
        concepts.letters(reference),
        _by_capture(gathered, found.values()),
        gathered.portfolio.languages[0],
    )
    words = (guesser.word(scheme, findings) for (scheme, _), findings in found.items())
    return sorted(words, key=lambda word: (-len(word.places), word.scheme, word.word))


def teach(words: Iterable[Word], data: Path) -> Path | None:
    """Add the rows of words to the portfolio's own table, or to its additions to the package's.

    Args:
        words: the words; those without a row are skipped.
        data: folder of the portfolio.

    Returns:
        the table; None if there was nothing to add.

    Raises:
        SourceError: if the table can't be read or written; it is unchanged then.

    Example:
        >>> teach([], Path("data")) is None
        True
    """
    rows = [row for word in words if (row := word.row)]
    if not rows:
        return None
    path = data / TABLE
    if Tables(data).borrows(TABLE):
        path = data / tables.ADDITIONS / TABLE
        path.parent.mkdir(parents=True, exist_ok=True)
    known = [row.cells for row in tables.read(path, COLUMNS)] if path.exists() else []
    tables.write(path, COLUMNS, [*known, *rows])
    return path


def _scheme(rule: str) -> str:
    if rule in _STATES:
        return "state"
    name = rule.removeprefix("unknown-")
    return name if name in SCHEMES and name != rule else ""


def _by_capture(
    gathered: Gathered, findings: Iterable[Iterable[Finding]]
) -> Mapping[str, tuple[PageRef, tuple[PageRef, ...]]]:
    """Each capture that findings are about, to its page and to the other pages of that page's project."""
    wanted = {finding.about.partition(":")[2] for some in findings for finding in some}
    return {
        page.key: (page, tuple(other for other in pages if other is not page))
        for pages in gathered.origins.pages.values()
        for page in pages
        if page.key in wanted
    }


@dataclass(frozen=True, slots=True)
class _Guesser:
    """A guesser of the meaning of words, from tables and pages."""

    words: vocabulary.Vocabulary
    states: states.StateIndex
    letters: Mapping[str, str]
    pages: Mapping[str, tuple[PageRef, tuple[PageRef, ...]]]
    usual: str

    def word(self, scheme: str, findings: list[Finding]) -> Word:
        first = findings[0]
        keys = [finding.about.partition(":")[2] for finding in findings]
        lang = next((self.pages[key][0].lang for key in keys if key in self.pages), "") or self.usual
        likely, why = next(self._guesses(scheme, first.value, keys), ("", ""))
        places = tuple(finding.place for finding in findings if finding.place)
        return Word(scheme, first.value, lang, places, likely, why)

    def _guesses(self, scheme: str, word: str, keys: list[str]) -> Iterator[tuple[str, str]]:
        """Yield possible meanings of a word and their reasons, the surest first."""
        if scheme == "state":
            if near := self.states.candidates(word):
                yield ", ".join(near), "its spelling"
            return
        known = [self.pages[key] for key in keys if key in self.pages]
        for page in (other for _, others in known for other in others):
            if said := page.whole.text(scheme):
                yield said.partition(":")[2], f"another page of its project ({page.url or page.key})"
        for page, _ in known:
            letters = page.text("identifier").partition(".")[0]
            if scheme == "theme" and letters in self.letters:
                yield self.letters[letters], f"the letters of the project ID {page.text('identifier')}"
        if spelt := self.words.likely(scheme, word):
            yield spelt, "its spelling"
