"""Links from pages to files outside `docs/`: the documentation has copies of these files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

COPIES = "repository"
"""Folder of the copies in the documentation."""

_DOCS = "docs/"
_LINK = re.compile(r"(?<=\]\()([^)#\s:]+)(?=[)#])")
_FENCES = ("```", "~~~")


def rewritten(markdown: str, page: str) -> str:
    """Rewrite the links of a page: those to files outside `docs/` lead to their copies.

    Args:
        markdown: of the page.
        page: its path in the documentation.

    Example:
        >>> rewritten("[rules](../data/idf/rules.csv) [here](check.md#python)", "model.md")
        '[rules](repository/data/idf/rules.csv) [here](check.md#python)'
        >>> rewritten("[guide](docs/check.md)", "repository/CHANGELOG.md")
        '[guide](../check.md)'
    """
    folder = posixpath.dirname(page) or "."

    def moved(match: re.Match[str]) -> str:
        return posixpath.relpath(_published(match[1], page), folder)

    lines = (line if code else _LINK.sub(moved, line) for line, code in _lines(markdown))
    return "".join(lines)


def outside(markdown: str, page: str) -> Iterator[str]:
    """Yield the files outside `docs/` that a page links to, as paths in the repository.

    Example:
        >>> list(outside("[rules](../data/idf/rules.csv) [here](check.md)", "model.md"))
        ['data/idf/rules.csv']
    """
    for line, code in _lines(markdown):
        for match in () if code else _LINK.finditer(line):
            path = _published(match[1], page)
            if path.startswith(f"{COPIES}/"):
                yield path.removeprefix(f"{COPIES}/")


def _published(target: str, page: str) -> str:
    """Return the path in the documentation of the target of a link."""
    own = page.removeprefix(f"{COPIES}/") if page.startswith(f"{COPIES}/") else _DOCS + page
    path = posixpath.normpath((PurePosixPath(own).parent / target).as_posix())
    return path.removeprefix(_DOCS) if path.startswith(_DOCS) else f"{COPIES}/{path}"


def _lines(markdown: str) -> Iterable[tuple[str, bool]]:
    """Yield each line, and whether it is code."""
    code = False
    for line in markdown.splitlines(keepends=True):
        fence = line.startswith(_FENCES)
        code = code != fence
        yield line, code or fence
