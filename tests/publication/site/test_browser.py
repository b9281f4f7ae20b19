"""The site in a real browser: accessible, searchable, queryable, and without requests to other hosts."""

from __future__ import annotations

import csv
import gzip
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from iomgraph.publication.site.write import scripts

IOM = "https://w3id.org/iomgraph/ontology#"
BROWSER = Path(__file__).parents[3] / "src/iomgraph/publication/site/browser"
KINDS = {
    "front": "index",
    "project": "id/project/LM.0024",
    "state": "id/state/GEO",
    "goal": "id/goal/8",
    "discrepancy": "id/discrepancy/LM.0024-endYear",
    "theme": "id/theme/labour-migration",
    "region": "id/region/europe",
    "target": "id/target/10.7",
    "unit": "id/unit/executive-office",
    "scheme": "id/scheme/theme",
    "capture": "id/capture/developmentfund.iom.int-fr-node-129626.2026-11-23",
    "statistics": "statistics",
    "projects": "projects",
    "states": "states",
    "question": "queries/budget-by-year",
    "questions": "queries",
    "sparql": "sparql",
    "reference": "reference",
    "rules": "rules/should",
    "quality": "quality",
    "changes": "changes",
    "downloads": "downloads",
    "about": "about",
}
FOLDERS = {"en": "", "fr": "fr/", "es": "es/"}
VIOLATIONS = """found => found.violations.map(
    one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120))])"""
COLOURS = ["color-contrast", "link-in-text-block"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not scripts(), reason="the scripts of the site were not built: that takes Node"),
]


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    """A tab that hears of every request to another host, and of every complaint of the browser."""
    with browser.new_context(base_url=served, viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        heard: list[str] = []
        tab.on("request", lambda one: heard.append(one.url) if _is_elsewhere(one.url, served) else None)
        tab.on("console", lambda one: heard.append(one.text) if _is_complaint(one) else None)
        tab.on("pageerror", lambda one: heard.append(str(one)))
        yield tab
        assert heard == []


def _is_complaint(message: ConsoleMessage) -> bool:
    # Where text is typed over coloured text, Chromium's own editing tries to keep the colour by a style
    # of its own; the policy refuses that, and the editor colours the text anew.
    ours = "Applying inline style violates" not in message.text
    return message.type in ("error", "warning") and ours


def _is_elsewhere(url: str, served: str) -> bool:
    return urlsplit(url).scheme in ("http", "https") and not url.startswith(served)


def wrong(page: Page, only: list[str], without: Sequence[str] = ()) -> list[Any]:
    """List the findings of axe, by tags or rules, some of them left out: rule and elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((BROWSER / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    rules = {name: {"enabled": False} for name in without}
    # What passes, and where elements stand, takes axe most of its time.
    options = {"runOnly": only, "rules": rules, "resultTypes": ["violations"], "selectors": False}
    return list(page.evaluate(f"options => axe.run(document, options).then({VIOLATIONS})", options))


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_light_and_in_dark_in_any_language(page: Page, kind: str) -> None:
    for folder in FOLDERS.values():
        page.goto(f"{folder}{KINDS[kind]}.html")
        if kind == "sparql":
            page.locator("#ask").wait_for()
        # Colours are those of the kind of page, whatever its language.
        assert wrong(page, TAGS, without=COLOURS if folder else []) == [], folder
        if not folder:
            page.emulate_media(color_scheme="dark")
            assert wrong(page, COLOURS) == []
            page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("kind", KINDS)
def test_a_narrow_window_needs_no_sideways_scrolling(page: Page, kind: str) -> None:
    page.goto(f"fr/{KINDS[kind]}.html")
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # The colours of wider windows are looked at above.
        colours = COLOURS[:1] if width == 320 else []
        assert wrong(page, ["target-size", "scrollable-region-focusable", *colours]) == [], width


def test_the_first_key_leads_past_the_menu(page: Page) -> None:
    page.goto("id/project/LM.0024.html")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_kind_of_page_is_valid_html(site: Path, checker: list[str]) -> None:
    files = [str(site / f"{folder}{path}.html") for path in KINDS.values() for folder in FOLDERS.values()]
    assert len(files) == 69
    command = [*checker, "--format", "json", "--exit-zero-always", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stderr)["messages"]
    assert [(one["url"], one.get("lastLine"), one["message"]) for one in told] == []


def test_search_finds_without_accents_and_in_any_language(page: Page) -> None:
    page.goto("projects.html")
    page.get_by_role("searchbox").fill("georgiennes")
    expect(page.locator("#found")).to_have_text("1 projects found")
    expect(page.locator("#projects tbody tr")).to_have_count(1)
    expect(page.locator("#projects tbody th")).to_have_text("LM.0024")
    page.locator("#projects tbody a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Georgian")


def test_facets_narrow_the_list_and_its_address_can_be_shared(page: Page, site: Path) -> None:
    page.goto("fr/projects.html")
    page.get_by_label("thème").select_option("themes:labour-migration")
    page.get_by_label("À partir de").fill("2020")
    known = json.loads(gzip.decompress((site / "fr/projects.json.gz").read_bytes()))["projects"]
    meant = [one for one in known if one["theme"] == "themes:labour-migration" and (one["to"] or 0) >= 2020]
    assert meant
    expect(page.locator("#projects tbody tr")).to_have_count(len(meant))
    address = page.url
    assert "theme=themes%3Alabour-migration" in address
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#projects tbody tr")).to_have_count(len(meant))
    with page.expect_download() as download:
        page.locator("#csv").click()
    rows = list(csv.DictReader(download.value.path().read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == [one["key"] for one in meant]


def test_the_search_of_the_front_page_leads_to_what_it_finds(page: Page) -> None:
    page.goto("es/index.html")
    page.get_by_role("searchbox").fill("LM.0024")
    page.get_by_role("button", name="Buscar").click()
    expect(page.locator("#projects tbody tr")).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("georgia lm.0024", "LM.0024"),
        ("goergia 0024", "LM.0024"),
        ("gorgia 0024", "LM.0024"),
        ("georgiia 0024", "LM.0024"),
        ("GE10P0001", "LM.0286"),
        ("XM-DAC-47066-LM.0024", "LM.0024"),
        ("Q230 0024", "LM.0024"),
        ("labour migration GEO 0024", "LM.0024"),
    ],
)
def test_the_search_knows_ids_and_names_and_forgives_a_typo(page: Page, typed: str, found: str) -> None:
    page.goto("projects.html")
    page.get_by_role("searchbox").fill(typed)
    rows = page.locator("#projects tbody tr")
    expect(rows.filter(has_text=found)).to_have_count(1)
    expect(page.locator("#found")).to_have_text(re.compile(r"^[1-4] projects found$"))


def test_clear_shows_all_again(page: Page) -> None:
    page.goto("projects.html?q=nothing-is-called-so")
    expect(page.locator("#projects tbody tr")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#found")).to_have_text("473 projects found")
    expect(page.locator("#projects tbody tr")).to_have_count(100)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#projects tbody tr")).to_have_count(473)
    assert page.url.endswith("projects.html")


def test_without_scripts_the_plain_list_and_the_answers_are_there(browser: Browser, served: str) -> None:
    with browser.new_context(base_url=served, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("projects.html")
        expect(page.locator("#projects tbody tr")).to_have_count(100)
        page.get_by_role("link", name="Next").click()
        expect(page.locator("#projects tbody tr")).to_have_count(100)
        expect(page.locator("#find")).to_have_count(0)
        page.goto("projects.html")
        expect(page.locator("#find")).to_be_hidden()
        page.goto("sparql.html")
        expect(page.get_by_text("This page needs JavaScript")).to_be_visible()


@pytest.fixture
def sparql(page: Page) -> Page:
    """The SPARQL page, with the data loaded."""
    page.goto("sparql.html")
    expect(page.locator("#told")).to_contain_text("138,131 statements", timeout=30_000)
    return page


def write(page: Page, text: str) -> None:
    """Replace the text in the editor."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def test_an_example_answers_as_its_page_does(sparql: Page, site: Path) -> None:
    sparql.locator("#example").select_option("queries/budget-by-year.rq")
    expect(sparql.locator("#told")).to_contain_text(" rows in ", timeout=30_000)
    with sparql.expect_download() as download:
        sparql.get_by_role("link", name="CSV", exact=True).click()
    answer = (site / "queries/budget-by-year.csv").read_text(encoding="utf-8")
    assert download.value.path().read_text(encoding="utf-8").split() == answer.split()
    expect(sparql.locator("#shown .chart tr")).to_have_count(len(answer.split()) - 1)


def test_an_answer_with_states_is_drawn_on_a_map(sparql: Page) -> None:
    write(sparql, f"SELECT ?s (COUNT(*) AS ?n) {{ ?p <{IOM}benefitingState> ?s }} GROUP BY ?s")
    sparql.get_by_role("button", name="Run").click()
    expect(sparql.locator("#told")).to_contain_text("134 rows", timeout=30_000)
    assert sparql.locator("#shown svg.map circle").count() > 100


def test_a_graph_is_shown_as_turtle(sparql: Page) -> None:
    write(sparql, "# SELECT\nCONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3")
    sparql.keyboard.press("Control+Enter")
    expect(sparql.locator("#told")).to_contain_text("A graph", timeout=30_000)
    expect(sparql.locator("#shown pre")).to_contain_text("https://w3id.org/iomgraph/")


def test_an_error_is_marked_at_its_place(sparql: Page) -> None:
    write(sparql, "SELECT * {\n ?s ?p }")
    sparql.get_by_role("button", name="Run").click()
    expect(sparql.locator("#told")).to_contain_text("2:9")
    expect(sparql.locator(".cm-lintRange-error, .cm-lintPoint-error")).to_have_count(1)


DEATH = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_a_query_that_never_ends_is_stopped_and_the_next_one_answers(sparql: Page) -> None:
    write(sparql, DEATH)
    sparql.get_by_role("button", name="Run").click()
    sparql.get_by_role("button", name="Stop").click()
    expect(sparql.locator("#told")).to_have_text("Stopped without an answer.")
    write(sparql, "SELECT (1 AS ?one) {}")
    sparql.get_by_role("button", name="Run").click()
    expect(sparql.locator("#told")).to_contain_text("1 rows", timeout=30_000)


def test_a_query_past_its_time_has_no_answer_and_says_so(sparql: Page) -> None:
    sparql.locator("#limit option").first.evaluate("option => { option.value = '0.5' }")
    write(sparql, DEATH)
    sparql.get_by_role("button", name="Run").click()
    expect(sparql.locator("#told")).to_have_text("Stopped after 0.5 s without an answer.", timeout=10_000)
    expect(sparql.locator("#shown")).to_be_empty()


def test_our_terms_are_completed(sparql: Page) -> None:
    write(sparql, "SELECT * { ?p ")
    sparql.keyboard.type("iom:benefitingS")
    expect(sparql.locator(".cm-tooltip-autocomplete")).to_contain_text("iom:benefitingState")


def test_a_query_can_be_linked(page: Page) -> None:
    page.goto(f"es/sparql.html#query={quote('ASK { ?s ?p ?o }')}")
    expect(page.locator(".cm-content")).to_have_text("ASK { ?s ?p ?o }")
    page.get_by_role("button", name="Ejecutar").click()
    expect(page.locator("#told")).to_have_text("true", timeout=30_000)


@pytest.mark.parametrize("path", ["fr/statistics.html", "id/state/GEO.html"])
def test_a_chart_can_be_had_as_png(page: Page, path: str) -> None:
    page.goto(path)
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").first.click()
    assert download.value.suggested_filename.endswith(".png")
    found = download.value.path().read_bytes()
    assert found[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(found[at : at + 4]) for at in (16, 20))
    drawn = page.locator("a.drawing").first.get_attribute("href") or ""
    size = re.search(r'width="(\d+)" height="(\d+)"', page.request.get(urljoin(page.url, drawn)).text())
    assert size
    assert (width, height) == (3 * int(size[1]), 3 * int(size[2]))
    # Neither blank nor a single colour.
    assert len(found) > 10_000


def test_a_chart_leads_to_its_query(page: Page) -> None:
    page.goto("statistics.html")
    page.locator("ul.files a", has_text="SPARQL").first.click()
    expect(page.locator(".cm-content")).to_contain_text("m49Region")
    expect(page.locator("#example")).to_have_value("queries/budget-by-start-year-and-region.rq")


def test_without_scripts_a_chart_has_its_drawing_and_its_figures(browser: Browser, served: str) -> None:
    with browser.new_context(base_url=served, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("id/theme/labour-migration.html")
        expect(page.locator("svg.plot")).to_be_visible()
        expect(page.get_by_role("button", name="PNG")).to_have_count(0)
        page.get_by_text("The figures as a table").click()
        expect(page.locator("table.figures")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="SVG").click()
        assert download.value.path().read_bytes().startswith(b"<?xml")


def test_a_page_of_a_query_leads_to_the_editor(page: Page) -> None:
    page.goto("queries/budget-by-year.html")
    page.get_by_role("link", name="Run and change it").click()
    expect(page.locator(".cm-content")).to_contain_text("SELECT")
    assert "query=" in page.url


def test_a_table_sorts_by_keyboard_and_says_so(page: Page) -> None:
    page.goto("id/theme/labour-migration.html")
    head = page.get_by_role("columnheader", name="Budget")
    cells = page.locator("table.sortable tbody td:last-child")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    values = cells.evaluate_all("some => some.map(one => one.dataset.sort).filter(Boolean).map(Number)")
    assert values == sorted(values)
    head.get_by_role("button").press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    values = cells.evaluate_all("some => some.map(one => one.dataset.sort).filter(Boolean).map(Number)")
    assert values == sorted(values, reverse=True)
    assert len(values) > 10


def test_the_list_of_projects_sorts_all_that_are_found(page: Page, site: Path) -> None:
    page.goto("projects.html")
    page.get_by_role("columnheader", name="Budget").get_by_role("button").click(click_count=1)
    page.get_by_role("columnheader", name="Budget").get_by_role("button").click()
    known = json.loads(gzip.decompress((site / "projects.json.gz").read_bytes()))["projects"]
    largest = max((one for one in known if one["value"]), key=lambda one: float(one["value"]))
    expect(page.locator("#projects tbody tr").first).to_contain_text(largest["budget"])
    page.get_by_role("searchbox").fill("georgia")
    expect(page.get_by_role("columnheader", name="Budget")).to_have_attribute("aria-sort", "descending")


def test_on_a_phone_the_head_is_low_and_the_filters_are_folded(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for folder in FOLDERS.values():
        page.goto(f"{folder}projects.html")
        assert page.evaluate("document.querySelector('header').offsetHeight") < 100
        expect(page.locator("#filters select").first).to_be_hidden()
        page.locator("#filters summary").click()
        expect(page.locator("#filters select").first).to_be_visible()
