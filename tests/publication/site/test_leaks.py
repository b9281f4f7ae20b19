"""No code, key or English word leaks into the translated pages, whatever their type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from iomgraph.queries import library
from iomgraph.settings import resources

SHOWN = 3
"""Pages of each type that are read, besides the telling ones."""

_TELLING = {"LM.0024.html"}
"""Pages that show more than others of their type: links to discrepancies."""

_CODE = {"code", "pre", "script", "style", "textarea"}
"""Elements whose text is code."""

_KEY = re.compile(
    r"\b[a-z]+[A-Z][A-Za-z]+\b|\b(?:states|themes|statuses|coverages|regions|rules|shapes):[A-Za-z]"
    r"|\(row \d|, column "
)
_ENGLISH = re.compile(r"(?<![\w-])(?:the|which|with|from|is|was|were|and|that|this|counts)(?![\w-])")
_WORDS = {"IaTi", "iomGraph"}

_SPEAKS_OF_TERMS = {"queries", "reference.html", "sparql.html", "rules"}
"""Types of pages about queries, terms and shapes, which name them as they are written."""

_QUOTES = {"quality.html"}
"""Types of pages whose findings quote a source."""


def kinds(folder: Path) -> dict[str, list[Path]]:
    """The pages of a language by type: for things what follows `id/`, for others their name or folder."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.html")):
        parts = path.relative_to(folder).parts
        kind = "/".join(parts[:2]) if parts[0] == "id" else re.sub(r"-\d+(?=\.html)", "", parts[0])
        found.setdefault(kind, []).append(path)
    return found


def said(path: Path, lang: str) -> str:
    """Return the words of a page in its own language: no code, no marked text, no address elsewhere."""
    body = html.parse(path).getroot().find("body")
    return " ".join(" ".join(_own(body, lang)).split())


def _own(element: Any, lang: str) -> Iterator[str]:
    is_other = element.get("lang", lang) != lang or element.get("rel") == "external"
    if not isinstance(element.tag, str) or element.tag in _CODE or is_other:
        return
    yield element.text or ""
    for child in element:
        yield from _own(child, lang)
        yield f" {child.tail or ''}"


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
        some = pages[:: max(1, len(pages) // SHOWN)][:SHOWN] + [one for one in pages if one.name in _TELLING]
        text = " ".join(said(page, folder) for page in some)
        found = [] if kind in _SPEAKS_OF_TERMS else list(around(_KEY, text))
        found += [] if kind in _QUOTES else list(around(_ENGLISH, text))
        if found:
            leaks[kind] = found[:3]
    assert leaks == {}


@pytest.mark.parametrize("folder", ["fr", "es"])
def test_a_query_tells_its_purpose_in_the_language_of_its_page(site: Path, folder: str) -> None:
    queries = library.read_all(resources() / "queries")
    assert len(queries) > 50
    untold = [
        name
        for name, query in queries.items()
        if " ".join(query.purposes[folder].split())
        not in said(site / folder / f"queries/{name}.html", folder)
    ]
    assert untold == []


@pytest.mark.parametrize(
    "leak", ["endYear : 2024", "par la règle states:GEO", "(row 12, column status)", "the page"]
)
def test_a_leak_is_found(tmp_path: Path, leak: str) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        f'<body><p>{leak}</p><code>endYear</code><p lang="en">the <i>page</i></p>'
        '<svg><text lang="en">and</text></svg></body>'
    )
    text = said(page, "fr")
    assert [*around(_KEY, text), *around(_ENGLISH, text)]
    page.write_text(page.read_text().replace(leak, "année de fin : 2024"))
    text = said(page, "fr")
    assert not [*around(_KEY, text), *around(_ENGLISH, text)], text
