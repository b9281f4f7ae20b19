"""No code, key or English word leaks into the translated pages, whatever their type."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SHOWN = 3
"""Pages of each type that are read."""

_MARKED = re.compile(
    r"<(code|pre|script|style|textarea)\b.*?</\1>"
    r'|<span class="foreign".*?</span>|<a [^>]*rel="external".*?</a>',
    re.DOTALL,
)
"""Markup of code, of text in another language, or of the address of somebody else's page."""

_KEY = re.compile(
    r"\b[a-z]+[A-Z][A-Za-z]+\b|\b(?:states|themes|statuses|coverages|regions|rules|shapes):[A-Za-z]"
    r"|\(row \d|, column "
)
_ENGLISH = re.compile(r"(?<![\w-])(?:the|which|with|from|is|was|were|and|that|this|counts)(?![\w-])")
_WORDS = {"IaTi", "iomGraph"}

_SPEAKS_OF_TERMS = {"queries", "reference.html", "sparql.html", "rules"}
"""Types of pages about queries, terms and shapes, which name them as they are written."""

_GIVEN = {
    "quality.html",
    "statistics.html",
    "id/project",
    "id/sector",
    "id/policy-marker",
    "id/discrepancy",
    "id/organization",
}
"""Types of pages that show names which their sources give in one language, on a line with others."""


def kinds(folder: Path) -> dict[str, list[Path]]:
    """The pages of a language by type: for things what follows `id/`, for others their name or folder."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.html")):
        parts = path.relative_to(folder).parts
        kind = "/".join(parts[:2]) if parts[0] == "id" else re.sub(r"-\d+(?=\.html)", "", parts[0])
        found.setdefault(kind, []).append(path)
    return found


def said(path: Path) -> str:
    """Return the words of a page that are its own."""
    text = path.read_text(encoding="utf-8")
    text = _MARKED.sub(" ", text[text.index("<body") :])
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def around(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Return the surroundings of each match."""
    for match in pattern.finditer(text):
        if match[0] not in _WORDS:
            yield text[max(0, match.start() - 30) : match.end() + 30]


@pytest.mark.parametrize("folder", ["fr", "es"])
def test_no_key_or_english_word_is_on_a_page_of_any_type(site: Path, folder: str) -> None:
    types = kinds(site / folder)
    assert len(types) > 50
    leaks = {}
    for kind, pages in types.items():
        text = " ".join(map(said, pages[:: max(1, len(pages) // SHOWN)][:SHOWN]))
        found = [] if kind in _SPEAKS_OF_TERMS else list(around(_KEY, text))
        found += [] if kind in _GIVEN | _SPEAKS_OF_TERMS else list(around(_ENGLISH, text))
        if found:
            leaks[kind] = found[:3]
    assert leaks == {}


@pytest.mark.parametrize(
    "leak", ["endYear : 2024", "par la règle states:GEO", "(row 12, column status)", "the page"]
)
def test_a_leak_is_found(tmp_path: Path, leak: str) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        f'<body><p>{leak}</p><code>endYear</code><span class="foreign" lang="en">the</span></body>'
    )
    text = said(page)
    assert [*around(_KEY, text), *around(_ENGLISH, text)]
    page.write_text(page.read_text().replace(leak, "année de fin : 2024"))
    assert not [*around(_KEY, said(page)), *around(_ENGLISH, said(page))]
