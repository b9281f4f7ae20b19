"""The documentation: it is built without a warning, is complete, and needs no network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as TooLate
from rdflib import RDFS, SKOS, Graph, URIRef

from documentation import commands, links, sources, tables
from iomgraph.cli import COMMANDS
from iomgraph.cli import commands as program
from iomgraph.cli.configuration import read_configuration
from iomgraph.errors import SettingsError
from iomgraph.settings import resources

from ..publication.site.conftest import browser

__all__ = ["browser"]

ROOT = resources()
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, portfolio_release: Path) -> Path:
    """The documentation as MkDocs builds it; a warning, such as of a broken link, ends the build."""
    folder = tmp_path_factory.mktemp("documentation")
    sources.gather(portfolio_release, folder)
    done = _mkdocs(folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def _mkdocs(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run MkDocs as the Makefile does."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (options,) = re.findall(r"-m mkdocs (.*) --config-file", makefile)
    path = os.pathsep.join((str(DOCS), str(ROOT / "src")))
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *options.split(), "--config-file", str(folder / "mkdocs.yml")],
        env={**os.environ, "PYTHONPATH": path, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [("[gone](gone.md)", "gone.md"), ("[part](index.md#gone)", "#gone"), ("[here](index.md#here)", "")],
)
def test_a_link_to_a_page_or_a_part_that_is_not_there_ends_the_build(
    tmp_path: Path, text: str, told: str
) -> None:
    configuration = yaml.safe_load((DOCS / "mkdocs.yml").read_text(encoding="utf-8"))
    kept = {key: configuration[key] for key in ("site_name", "docs_dir", "strict", "theme", "validation")}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/index.md").write_text(f"# Page\n\n## Here\n\n{text}\n", encoding="utf-8")
    done = _mkdocs(tmp_path)
    assert done.returncode == bool(told), done.stderr
    assert told in done.stderr


@pytest.mark.slow
def test_every_page_is_there_and_loads_nothing_from_other_hosts(built: Path) -> None:
    written = {path.stem for path in DOCS.glob("*.md")}
    assert written <= {path.stem for path in built.glob("*.html")}
    loaded = re.compile(
        r"""<(?:script|img|iframe|source)[^>]+\bsrc="?(\w+:)?//|"""
        r"""<link[^>]+rel="?(?:stylesheet|preconnect|preload)[^>]+href="?(\w+:)?//|url\(["']?(\w+:)?//"""
    )
    texts = {
        path: path.read_text(encoding="utf-8")
        for kind in ("html", "css")
        for path in built.rglob(f"*.{kind}")
    }
    assert len(texts) > 40
    assert [path.name for path, text in texts.items() if loaded.search(text)] == []
    assert loaded.search('<script src="https://example.org/a.js">')


@pytest.mark.slow
def test_the_search_knows_the_pages_where_no_server_is(built: Path) -> None:
    index = (built / "search/search_index.js").read_text(encoding="utf-8")
    entries = json.loads(index.removeprefix("var __index = "))["docs"]
    assert any(one["location"].startswith("reference/ontology.html#iomproject") for one in entries)
    assert any("default-end-year" in one["text"] for one in entries)
    page = (built / "index.html").read_text(encoding="utf-8")
    assert "assets/iframe-worker.js" in page
    assert (built / "assets/iframe-worker.js").is_file()


@pytest.mark.slow
def test_pages_that_are_opened_as_files_find_words_and_ask_no_host(built: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((built / "index.html").as_uri())
    typed, found = page.locator("input[name=query]"), page.locator(".md-search-result__item").first
    typed.fill("default-end-year")
    # What is typed before the search is ready is lost; it looks again at each key that is released.
    for _ in range(12):
        typed.press("End")
        with suppress(TooLate):
            found.wait_for(timeout=10_000)
            break
    assert "matching" in page.inner_text(".md-search-result__meta")
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


@pytest.mark.slow
def test_the_notebook_shows_its_charts_with_words_for_those_who_cannot_see_them(built: Path) -> None:
    page = (built / "reference/notebook.html").read_text(encoding="utf-8")
    images = re.findall(r'<img alt="([^"]+)" src="(notebook-\d\.png)"', page)
    assert len(images) == 3
    for alternative, name in images:
        assert len(alternative) > 20
        assert (built / "reference" / name).read_bytes().startswith(b"\x89PNG")
    assert "473 projects" in page
    assert "default-end-year" in page


@pytest.mark.slow
def test_python_has_each_public_name_with_its_example_as_code(built: Path) -> None:
    page = (built / "reference/python.html").read_text(encoding="utf-8")
    for name in ("open", "Release", "build", "validate", "reconcile", "create_app"):
        assert re.search(rf'id="iomgraph\.[\w.]*\.{name}"', page), name
    assert "&gt;&gt;&gt; " in page
    assert "Example:" not in page


@pytest.mark.slow
def test_every_field_of_a_release_has_its_meaning(built: Path, portfolio_release: Path) -> None:
    text = tables.published(portfolio_release)
    package = json.loads((portfolio_release / "datapackage.json").read_text(encoding="utf-8"))
    fields = sum(len(one["schema"]["fields"]) for one in package["resources"])
    assert len(re.findall(r"^\| <code>", text, re.MULTILINE)) == fields > 500
    assert (built / "reference/tables.html").stat().st_size > 100_000


def test_every_page_has_its_place_in_the_menu() -> None:
    menu = (DOCS / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.name for path in sorted(DOCS.glob("*.md"))]
    assert [name for name in pages if f": {name}\n" not in menu] == []
    assert len(pages) >= 28


def test_the_notebook_has_no_outputs_in_the_repository() -> None:
    document: dict[str, Any] = json.loads((DOCS / sources.NOTEBOOK).read_text(encoding="utf-8"))
    code = [one for one in document["cells"] if one["cell_type"] == "code"]
    assert len(code) >= 6
    assert [one["source"] for one in code if one["outputs"] or one["execution_count"]] == []


def test_the_command_line_has_every_command_with_every_option() -> None:
    page = commands.page()
    context = click.Context(program)
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        section = page.partition(f"\n## iomgraph {name}\n")[2].partition("\n## iomgraph ")[0]
        options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
        missing = [one.opts for one in options if one.opts[-1].replace("_", "&#95;") not in section]
        assert section.startswith("\n```text\nUsage: iomgraph"), name
        assert missing == [], name


def test_a_link_to_a_file_of_the_repository_leads_to_a_copy_of_it() -> None:
    text = (
        "[a](../data/rules.csv)\n```sh\n[b](../data/rules.csv)\n```\n[c](https://a.example/) [d](site.md#x)"
    )
    assert links.rewritten(text, "model.md") == text.replace(
        "[a](../data/rules.csv)", "[a](repository/data/rules.csv)"
    )
    assert list(links.outside(text, "model.md")) == ["data/rules.csv"]


def test_without_a_release_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="run make build"):
        sources.gather(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_configuration_of_check_is_listed_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "iomgraph.toml").write_text("[check]\nnothing = 1", encoding="utf-8")
    with pytest.raises(SettingsError) as stop:
        read_configuration(tmp_path)
    known = re.findall(r"[\w-]+", str(stop.value).partition("use one of ")[2])
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    listed = [
        key
        for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
        for key in re.findall("`([a-z-]+)`", row)
    ]
    assert sorted(listed) == sorted(known)


@pytest.mark.parametrize("page", ["check.md", "check-in-ci.md"])
def test_a_workflow_gives_the_action_inputs_that_it_has(page: str) -> None:
    action = yaml.safe_load((ROOT / ".github/actions/check/action.yml").read_text(encoding="utf-8"))
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = [
        yaml.safe_load(one) for one in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]
    steps = [
        one
        for block in blocks
        for job in [block, *block.get("jobs", {}).values()]
        for one in job.get("steps", ())
    ]
    (step,) = [one for one in steps if "actions/check@" in one["uses"]]
    assert set(step["with"]) <= action["inputs"].keys()


def test_the_extra_for_the_documentation_is_part_of_what_developers_install() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert set(extras["docs"]) <= set(extras["dev"])


@pytest.mark.slow
def test_the_dictionary_and_the_site_lead_to_each_other(built: Path, portfolio_release: Path) -> None:
    said = {
        name: (built / f"reference/{name}.html").read_text(encoding="utf-8")
        for name in ("tables", "ontology")
    }
    graph = Graph().parse(ROOT / "ontology/iomgraph.ttl", format="turtle")
    own = {str(term) for term in graph.subjects(RDFS.isDefinedBy)}
    assert len(own) > 100
    for term in own:
        name = term.rpartition("#")[2]
        # The address of a term leads to the site's page of terms, where its last part is the place.
        assert f'id="iom{name.lower()}"' in said["ontology"], name
        assert f'href="{term}"' in said["ontology"], name
    package = json.loads((portfolio_release / "datapackage.json").read_text(encoding="utf-8"))
    for table in package["resources"]:
        assert f'id="{Path(table["path"]).stem.lower()}"' in said["tables"], table["path"]
    assert f'href="{package["homepage"]}reference.html"' in said["tables"]


def test_the_dictionary_says_of_a_term_what_the_ontology_and_the_site_say(portfolio_release: Path) -> None:
    graph = Graph().parse(ROOT / "ontology/iomgraph.ttl", format="turtle")
    package = json.loads((portfolio_release / "datapackage.json").read_text(encoding="utf-8"))
    compared = 0
    for table in package["resources"]:
        assert table["description"], table["path"]
        for field in table["schema"]["fields"]:
            meanings = graph.objects(URIRef(field.get("property", "")), SKOS.definition)
            for meaning in (str(one) for one in meanings if one.language == "en"):  # type: ignore[attr-defined]
                compared += 1
                assert field["description"].startswith(meaning.rstrip(".")), (table["path"], field["name"])
    assert compared > 100
