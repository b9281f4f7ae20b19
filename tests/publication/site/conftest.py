"""The site of the real portfolio, and a page read as a browser would."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from iomgraph.build import Build

from ...benchmarks.static_host import hosted


@dataclass
class Page(HTMLParser):
    """A page's elements and texts, in order."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All that is written on the page."""
        return " ".join(" ".join(self.texts).split())


Read = Callable[[Path], Page]


@pytest.fixture(scope="session")
def read() -> Read:
    """Reads a page."""

    def run(path: Path) -> Page:
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    return run


@pytest.fixture(scope="session")
def release(site_build: tuple[Build, Path]) -> Path:
    """The release of the real portfolio, with its site."""
    return site_build[1]


@pytest.fixture(scope="session")
def site(release: Path) -> Path:
    """The site of the real portfolio."""
    return release / "site"


def needed(name: str, folder: Path | None = None) -> str:
    """The path of a program or file; without it the test is left out, or fails where all must run."""
    found = (
        str(folder / name) if folder and (folder / name).exists() else "" if folder else shutil.which(name)
    )
    if not found:
        (pytest.fail if os.environ.get("IOMGRAPH_BROWSER") == "required" else pytest.skip)(
            f"{name} is not there"
        )
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    program = needed("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The site on a static host: its address, with a slash at the end."""
    with hosted(site) as address:
        yield address


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """The command of the Nu HTML checker."""
    modules = Path(__file__).parents[3] / "src/iomgraph/publication/site/browser/node_modules"
    return [needed("java"), "-jar", needed("vnu-jar/build/dist/vnu.jar", modules)]
