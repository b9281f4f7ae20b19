"""The history of releases, which the newest one contains: a current page, and full pages before it.

A full page is written once and copied unchanged (RFC 5005, section 4: archived feeds), so that builds and
followers only read pages that are new to them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from iomgraph.errors import PublicationError

FOLDER = "changes"
INDEX = "index"
FEED = "feed"
PAGE = 20
"""The number of releases on a page."""


@dataclass(frozen=True, slots=True)
class Version:
    """A release in the history.

    Args:
        version: its name.
        created: its time, in ISO 8601.
        quads: number of its statements.
        previous: name of the previous release; empty for the first.
        added: number of statements that the previous release did not have.
        removed: number of statements that only the previous release had.
        projects: numbers of new, removed and changed projects.
        findings: rule to the number of its findings.
        files: kind (`patch`, `json`, `html`) to the name of the file in the folder of changes.
        bytes: size of the patch.
        sha256: digest of the patch.
    """

    version: str
    created: str
    quads: int
    previous: str = ""
    added: int = 0
    removed: int = 0
    projects: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The current page of the history.

    Args:
        archives: number of full pages before it.
        entries: its releases, the oldest first.
    """

    archives: int = 0
    entries: tuple[Version, ...] = ()

    @property
    def first(self) -> int:
        """The position of its first release among all releases, counted from 1.

        Example:
            >>> History(2).first == 2 * PAGE + 1
            True
        """
        return self.archives * PAGE + 1

    def with_next(self, version: Version) -> History:
        """The history with one more release, on a new page if the last one is full.

        Example:
            >>> full = History(0, (Version("1", "", 0),) * PAGE)
            >>> full.with_next(Version("2", "", 0)).archives
            1
        """
        if len(self.entries) < PAGE:
            return History(self.archives, (*self.entries, version))
        return History(self.archives + 1, (version,))

    def write(self, path: Path) -> None:
        """Write the page as JSON."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def archive(number: int) -> str:
    """The name of a full page without its extension; the first is number 1."""
    return f"archive-{number}"


def read(path: Path) -> History:
    """Read a page of the history.

    Raises:
        PublicationError: if it is not one.
    """
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(Version(**entry) for entry in document["entries"])
        return History(int(document["archives"]), entries)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise PublicationError(
            f"this is not a page of a history ({error})", where=path, step="fetch the release again"
        ) from error


def without_last(folder: Path, history: History) -> History:
    """The history as it was one release ago.

    Args:
        folder: the folder of changes that it was read from.
        history: its current page, which is not empty.

    Raises:
        PublicationError: if the previous page can't be read.
    """
    if len(history.entries) > 1 or not history.archives:
        return History(history.archives, history.entries[:-1])
    return read(folder / f"{archive(history.archives)}.json")


def all_versions(folder: Path, history: History) -> list[Version]:
    """Every release in a history, the oldest first; arguments and errors as for `without_last`."""
    pages = [read(folder / f"{archive(number)}.json") for number in range(1, history.archives + 1)]
    return [entry for page in (*pages, history) for entry in page.entries]
