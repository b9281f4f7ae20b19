"""The sources of the documentation, as MkDocs reads them: written pages, made pages, files they link to."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from documentation import api, commands, links, notebook, ontology, python, shapes, tables
from iomgraph.errors import SettingsError
from iomgraph.serving.api import openapi
from iomgraph.serving.release import Release
from iomgraph.settings import resources

CONFIGURATION = "mkdocs.yml"
PAGES = "pages"
MADE = "reference"
"""Folder of the pages that are made."""

NOTEBOOK = "notebooks/projects.ipynb"

_COPIED = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "data/idf/reconciliation.md")
"""Files of the repository that are pages of the documentation."""

_ASSETS = ("*.png", "assets/*", NOTEBOOK)
_NAMED = re.compile(r"^```(\w+) (\S+)$", re.M)


def gather(release: Path, folder: Path) -> None:
    """Write the configuration and all pages into a folder, in the place of what is there.

    Args:
        release: a release of the project's own portfolio.
        folder: for MkDocs, which writes the site beside the pages.

    Raises:
        SettingsError: if there is no release.
    """
    if not (release / "manifest.json").is_file():
        raise SettingsError("there is no release", where=release, step="run make build first")
    docs = resources() / "docs"
    shutil.rmtree(folder, ignore_errors=True)
    _write(folder / CONFIGURATION, (docs / CONFIGURATION).read_bytes())
    for asset in (one for pattern in _ASSETS for one in docs.glob(pattern)):
        _write(folder / PAGES / asset.relative_to(docs), asset.read_bytes())
    pages = {path.name: path.read_text(encoding="utf-8") for path in docs.glob("*.md")}
    for name, content in made(release).items():
        if isinstance(content, str) and name.endswith(".md"):
            pages[f"{MADE}/{name}"] = content
        else:
            _write(folder / PAGES / MADE / name, content.encode() if isinstance(content, str) else content)
    for path in _linked(pages):
        if path.endswith(".md"):
            pages[f"{links.COPIES}/{path}"] = (resources() / path).read_text(encoding="utf-8")
        else:
            _write(folder / PAGES / links.COPIES / path, (resources() / path).read_bytes())
    for page, text in pages.items():
        _write(folder / PAGES / page, published(text, page).encode())


def published(text: str, page: str) -> str:
    r"""Write a page as MkDocs takes it: names of files that blocks have are titles, links lead to copies.

    Args:
        text: in the Markdown of the repository.
        page: its path in the documentation.

    Example:
        >>> print(published("```csv a.csv\n1\n```", "page.md"))
        ```csv title="a.csv"
        1
        ```
    """
    named = _NAMED.sub(r'```\1 title="\2"', links.rewritten(text, page))
    return named.replace(f"]({NOTEBOOK})", f"]({MADE}/notebook.md)")


def made(release: Path) -> Mapping[str, str | bytes]:
    """Make the pages of the reference; return name to content.

    Args:
        release: whose tables and queries they describe, and which the notebook asks.
    """
    root = resources()
    opened = Release.open(release)
    description = openapi.document(opened)
    shown = notebook.page(notebook.executed(root / "docs" / NOTEBOOK, release), "notebook")
    return {
        "api.md": api.page(description, opened.queries),
        "commands.md": commands.page(),
        "findings.md": shapes.findings(root / "data"),
        "notebook.md": f"{shown.text}\n[Download this notebook](../{NOTEBOOK})\n",
        "ontology.md": ontology.page(root / "ontology", tables.users(release)),
        "openapi.json": api.body(description),
        "portfolio-tables.md": tables.kept(root / "data"),
        "python.md": python.page(),
        "shapes.md": shapes.page(root / "shapes"),
        "tables.md": tables.published(release),
        **shown.images,
    }


def _linked(pages: Mapping[str, str]) -> Iterator[str]:
    """Yield the files of the repository that pages link to, and those that these link to in turn.

    One that is not there is left to MkDocs, which reports the link.
    """
    waiting = [*_COPIED, *(path for page, text in pages.items() for path in links.outside(text, page))]
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in found or not (resources() / path).is_file():
            continue
        found.add(path)
        if path.endswith(".md"):
            text = (resources() / path).read_text(encoding="utf-8")
            waiting += links.outside(text, f"{links.COPIES}/{path}")
    yield from sorted(found)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
