"""The files of a user's portfolio by the folder that the user typed, which a release calls `data`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from iomgraph.errors import IomgraphError
from iomgraph.findings import Finding, Place
from iomgraph.settings import resources

_FOLDER = "data/"
_NAMED = re.compile(rf"(?<![\w/.-]){_FOLDER}")
_END = re.compile(r"[\s:,;()]|$")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The files below the folder of a portfolio; all others keep their names.

    Args:
        folder: of the portfolio.
        shown: the name of the folder for the user.

    Example:
        >>> files = OwnFiles(resources() / "data", "mine")
        >>> files.text("in another row, too (data/idf/pages.csv:2), and not data/nowhere.csv")
        'in another row, too (mine/idf/pages.csv:2), and not data/nowhere.csv'
    """

    folder: Path
    shown: str

    @classmethod
    def typed(cls, folder: Path) -> OwnFiles:
        """Show files by their folder as it was typed; those of the package as the repository has them."""
        ours = folder.resolve() == (resources() / "data").resolve()
        return cls(folder, "data" if ours else folder.as_posix())

    def text(self, text: str) -> str:
        """Rename the files that a text names."""
        return _NAMED.sub(lambda found: self._renamed(text[found.end() :]), text)

    def place(self, place: Place | None) -> Place | None:
        """Rename the file of a place."""
        name = place.file.removeprefix(_FOLDER) if place else ""
        if place is None or name == place.file or not (self.folder / name).is_file():
            return place
        return replace(place, file=f"{self.shown}/{name}")

    def findings(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Rename the files that findings are about, and those that their messages name."""
        for one in findings:
            message = {lang: self.text(text) for lang, text in one.message.items()}
            yield replace(one, message=message, place=self.place(one.place), source=self.place(one.source))

    @contextmanager
    def in_stops(self) -> Iterator[None]:
        """Rename the files that a stop names."""
        try:
            yield
        except IomgraphError as error:
            error.what, error.where = self.text(error.what), self.text(error.where)
            raise

    def _renamed(self, rest: str) -> str:
        """Give the start of a text that follows `data/`: its folder as shown, if it is a file of ours."""
        ends = (found.start() for found in _END.finditer(rest[:_LONGEST]))
        is_ours = any((self.folder / rest[:end]).is_file() for end in ends)
        return f"{self.shown}/" if is_ours else _FOLDER
