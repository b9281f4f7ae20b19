"""The site of the real portfolio: complete pages in three languages, without requests to other hosts."""

from __future__ import annotations

import gzip
import html
import json
import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest

from iomgraph.build import gather
from iomgraph.publication.site import translations
from iomgraph.publication.site.things import Things, natural
from iomgraph.settings import LANGUAGES, Settings

Read = Callable[[Path], Any]

FOLDERS = {"en": "", "fr": "fr/", "es": "es/"}
BASE = "https://w3id.org/iomgraph/"


@pytest.fixture(scope="module")
def things() -> Things:
    return Things(gather(Settings()).data, BASE)


def test_everything_has_a_page_in_each_language_and_three_documents(site: Path, things: Things) -> None:
    paths = [path for path, _ in things.paged()]
    assert len(paths) > 1000
    missing = [
        name
        for path in paths
        for name in (*(f"{folder}{path}.html" for folder in FOLDERS.values()), f"{path}.ttl", f"{path}.nt")
        if not (site / name).is_file()
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("Project", 473),
        ("Theme", 7),
        ("Goal", 17),
        ("Target", 169),
        ("Capture", 265),
        ("OrganizationalUnit", 59),
    ],
)
def test_every_thing_of_a_class_has_a_page(things: Things, kind: str, count: int) -> None:
    assert len(things.of_class(kind)) >= count


@pytest.mark.slow
def test_no_link_leads_to_a_page_or_a_part_that_is_not_there(site: Path, read: Read) -> None:
    parts: dict[str, set[str]] = {}
    links: set[tuple[str, str]] = set()
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = sorted(name for name in there if name.endswith(".html") and not name.startswith("changes/"))
    for name in pages:
        page = read(site / name)
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(set(ids)) == len(ids), name
        parts[name] = set(ids)
        for tag, attributes in page.elements:
            for key in ("href", "src"):
                if key in attributes and not urlsplit(attributes[key]).scheme:
                    links.add((name, attributes[key]))
                    assert tag in ("a", "link", "script", "image", "img"), (name, tag)
    assert len(pages) > 3000
    assert len(links) > 20_000
    broken = []
    for name, link in links:
        target = urlsplit(link)
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target.path)))
            if target.path
            else name
        )
        if path not in there or _is_missing(target.fragment, parts.get(path, set())):
            broken.append((name, link))
    assert sorted(broken)[:10] == []


def _is_missing(fragment: str, parts: set[str]) -> bool:
    return bool(fragment) and not fragment.startswith(("query=", "example=")) and fragment not in parts


@pytest.mark.slow
def test_no_page_contacts_another_host_or_runs_an_inline_script(site: Path, read: Read) -> None:
    for path in sorted(site.glob("**/*.html")):
        if path.relative_to(site).parts[0] == "changes":
            continue
        page = read(path)
        asks = [
            a for tag, a in page.elements if tag in ("script", "img", "image", "iframe", "form", "source")
        ]
        outside = [a for a in asks if urlsplit(a.get("src", a.get("href", ""))).scheme]
        outside += [a for a in page.all("link") if a["rel"] in ("stylesheet", "icon") and "://" in a["href"]]
        assert outside == [], path
        inline = [a for a in page.all("script") if "src" not in a and a.get("type") != "application/ld+json"]
        handlers = [name for _, a in page.elements for name in a if name.startswith("on") or name == "style"]
        assert (inline, handlers, page.all("style")) == ([], [], []), path
        (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv")]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert len(page.all("h1")) == 1, path


def test_every_page_is_under_100_kilobytes(site: Path) -> None:
    large = {path.name: path.stat().st_size for path in site.rglob("*.html") if path.stat().st_size > 100_000}
    assert large == {}


def test_every_label_and_word_is_in_every_language() -> None:
    settings = Settings()
    said = translations.read(settings.data, settings.ontology)
    empty = [(lang, key) for lang in LANGUAGES for key, text in said[lang].words.items() if not text.strip()]
    empty += [
        (lang, term) for lang in LANGUAGES for term, text in said[lang].labels.items() if not text.strip()
    ]
    assert empty == []


def test_every_property_and_class_that_is_shown_has_a_label(things: Things) -> None:
    settings = Settings()
    labels = translations.read(settings.data, settings.ontology)["en"].labels
    unshown = {"id", "type", "claimsGraph", "motivatedBy", "rival", "startDate", "endDate", "hasTarget"}
    records = [things.records[name] for _, name in things.paged()]
    used = {term for record in records for term in record} - unshown
    used |= {record["type"][0] for record in records}
    assert sorted(used - labels.keys()) == []


def test_every_document_says_the_same_and_nothing_that_the_dump_does_not(site: Path, release: Path) -> None:
    dump = gzip.decompress((release / "iomgraph.nq.gz").read_bytes())
    known = {quad.triple for quad in ox.parse(dump, format=ox.RdfFormat.N_QUADS)}
    documents = sorted(site.glob("id/**/*.nt"))
    assert len(documents) > 1000
    for path in documents:
        facts = {quad.triple for quad in ox.parse(path=path)}
        assert facts, path
        assert facts <= known, path
        for suffix, syntax in ((".ttl", ox.RdfFormat.TURTLE), (".jsonld", ox.RdfFormat.JSON_LD)):
            other = path.with_name(path.name.removesuffix(".nt") + suffix)
            assert {quad.triple for quad in ox.parse(path=other, format=syntax)} == facts, other


def test_the_documents_together_say_all_of_the_default_graph(site: Path, release: Path) -> None:
    said = {
        line for path in site.glob("id/**/*.nt") for line in path.read_text(encoding="utf-8").splitlines()
    }
    whole = set(gzip.decompress((release / "iomgraph.nt.gz").read_bytes()).decode().splitlines())
    missing = whole - said
    subjects = {line.split(" ", 1)[0] for line in missing}
    assert sorted(subjects)[:10] == []


def test_a_project_shows_what_each_page_says_and_how_it_was_decided(site: Path, read: Read) -> None:
    text = read(site / "id/project/LM.0024.html").text
    assert "2024 ( differs )" in text or "2024 (differs)" in text
    assert re.search(r"Cell data/idf/pages\.csv:\d+ \(end_year\)", text)
    assert "Default end year" in text
    assert "$64,240" in text


def test_a_page_tells_its_language_its_other_languages_and_its_documents(site: Path, read: Read) -> None:
    page = read(site / "fr/id/project/LM.0024.html")
    assert page.all("html") == [{"lang": "fr"}]
    links = {(a["rel"], a.get("hreflang", a.get("type", ""))): a["href"] for a in page.all("link")}
    assert links["canonical", ""] == f"{BASE}fr/id/project/LM.0024.html"
    assert links["alternate", "en"] == f"{BASE}id/project/LM.0024.html"
    assert links["alternate", "x-default"] == f"{BASE}id/project/LM.0024.html"
    assert links["alternate", "text/turtle"] == "../../../id/project/LM.0024.ttl"
    (described,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>',
        (site / "fr/id/project/LM.0024.html").read_text(encoding="utf-8"),
    )
    assert json.loads(described)["@id"] == f"{BASE}id/project/LM.0024"


def test_a_label_that_is_missing_in_a_language_is_shown_in_another_and_marked(site: Path, read: Read) -> None:
    page = read(site / "es/id/project/LM.0024.html")
    assert {"class": "foreign", "lang": "fr", "dir": "auto"} in page.all("span")


def test_the_sitemap_lists_every_page_once(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [found.text for found in ET.parse(site / "sitemap.xml").iter(f"{space}loc")]
    pages = [path for path in site.rglob("*.html") if path.relative_to(site).parts[0] != "changes"]
    assert len(listed) == len(set(listed)) == len(pages)
    # Any static host serves them: each is the address of a file, the first one that of the folder.
    files = {f"{BASE}{path.relative_to(site).as_posix()}" for path in pages}
    assert set(map(unquote, filter(None, listed))) == files - {f"{BASE}index.html"} | {BASE}


def test_every_query_has_its_answer_on_the_page(site: Path, read: Read) -> None:
    pages = sorted((site / "queries").glob("*.html"))
    assert len(pages) == len(list(Settings().queries.glob("*.rq"))) > 40
    for page in pages:
        if page.with_suffix(".ttl").is_file():
            assert list(ox.parse(path=page.with_suffix(".ttl")))
            continue
        rows = page.with_suffix(".csv").read_text(encoding="utf-8").count("\n") - 1
        shown = len(read(page).all("tr")) - 1
        assert 1 <= shown <= rows, page


def test_a_text_in_an_answer_is_marked_with_its_language(site: Path, read: Read) -> None:
    marks = [a["lang"] for a in read(site / "fr/queries/untranslated-titles.html").all("span")]
    assert "en" in marks
    assert "fr" not in marks


def test_numbers_are_written_as_the_language_does(site: Path, read: Read) -> None:
    assert "64 240 $US" in read(site / "fr/id/project/LM.0024.html").text.replace("\u202f", " ").replace(
        "\xa0", " "
    )
    assert "64.240 US$" in read(site / "es/id/project/LM.0024.html").text.replace("\xa0", " ")


def test_the_reference_has_every_term_with_its_use_and_an_example(site: Path, read: Read) -> None:
    settings = Settings()
    page = read(site / "reference.html")
    ids = {attributes["id"] for tag, attributes in page.elements if tag == "h3"}
    assert {term.name for term in translations.terms(settings.ontology)} <= ids
    assert {"dct-title", "org-hasMembership", "skos-prefLabel"} <= ids
    assert re.search(r"Project iom:Project An undertaking [^.]+\. used 473 times · Example: \w", page.text)


def test_references_to_a_thing_are_named_from_its_end(site: Path, read: Read) -> None:
    assert "Projects that benefit it (7)" in read(site / "id/state/GEO.html").text
    assert "Proyectos que lo benefician (7)" in read(site / "es/id/state/GEO.html").text


def test_an_error_can_be_reported_with_its_cell(site: Path, read: Read) -> None:
    text = read(site / "id/project/LM.0024.html").text
    assert re.search(r"end year: 2024 \[data/idf/pages\.csv:\d+ \(end_year\)\]", text)
    assert "names no contact" in text


def test_the_foot_leads_to_the_documentation_that_the_portfolio_names(site: Path, read: Read) -> None:
    for name in ("index.html", "fr/about.html", "es/id/state/GEO.html"):
        assert {"href": f"{BASE}docs/"} in read(site / name).all("a"), name
    files, terms = read(site / "downloads.html"), read(site / "fr/reference.html")
    assert {"href": f"{BASE}docs/reference/tables.html#project"} in files.all("a")
    assert {"href": f"{BASE}docs/reference/ontology.html"} in terms.all("a")


def test_the_map_draws_no_border(site: Path, read: Read) -> None:
    world = (site / "assets/world.svg").read_text(encoding="utf-8")
    colours = re.findall(r"fill:(#\w+);stroke:(#\w+)", world)
    assert len(colours) == 2  # by day and by night
    assert all(fill == stroke for fill, stroke in colours)
    assert world.count("<path") == 1
    for name in ("index.html", "id/project/LM.0024.html", "id/state/GEO.html"):
        maps = [
            one for one in read(site / name).all("circle") if one.get("class", "").startswith(("q", "dot"))
        ]
        assert maps, name
        text = (site / name).read_text(encoding="utf-8")
        assert "<path" not in "".join(re.findall(r'<svg class="map".*?</svg>', text, re.DOTALL)), name


def test_a_theme_shows_what_each_of_its_links_rests_on_or_that_no_source_links_it(
    site: Path, read: Read
) -> None:
    text = read(site / "id/theme/return-and-reintegration.html").text
    assert "10.7 Reduced Inequalities Inferred Orderly, safe and regular migration" in text
    assert "10.7 Reduced Inequalities" not in text.partition("Links to goals and frameworks")[0]
    assert (
        "Aucune source que nous connaissions ne relie ce thème"
        in read(site / "fr/id/theme/durable-solutions.html").text
    )


def test_what_is_derived_is_marked_as_derived_wherever_it_is_shown(site: Path, read: Read) -> None:
    project = read(site / "id/project/LM.0024.html").text
    assert "Related targets (derived) 8.5 Decent Work and Economic Growth" in project
    assert "Related objectives of other frameworks (derived)" in project
    assert "Related goals (derived)" in read(site / "statistics.html").text


@pytest.mark.parametrize(
    ("lang", "said"), [("", "linked data"), ("fr/", "données liées"), ("es/", "datos enlazados")]
)
def test_the_front_page_has_the_title_of_the_dataset_and_describes_it_to_search_engines(
    site: Path, lang: str, said: str
) -> None:
    text = (site / lang / "index.html").read_text(encoding="utf-8")
    shown = re.findall("<title>(.*?)</title>", text)[0]
    assert shown.endswith(said)
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    described = json.loads(script)
    assert described["name"] == html.unescape(shown)
    assert described["identifier"][0] == "https://w3id.org/iomgraph/dataset"
    assert len(described["spatialCoverage"]) == 134
    names = [country["name"] for country in described["spatialCoverage"]]
    assert names == sorted(names, key=natural)
    assert {one["propertyID"] for one in described["variableMeasured"]} >= {
        "https://w3id.org/iomgraph/ontology#budget",
        "https://w3id.org/iomgraph/ontology#benefitingState",
    }
    assert all(isinstance(one["name"], str) for one in described["distribution"])


def test_the_reference_calls_no_term_unused_that_a_graph_of_the_release_uses(site: Path) -> None:
    text = (site / "reference.html").read_text(encoding="utf-8")
    quads = gzip.decompress((site / "iomgraph.nq.gz").read_bytes()).decode()
    own = re.findall(r'<h3 id="(\w+)".*?<p class="note">(.*?)</p>', text, re.DOTALL)
    unused = [name for name, note in own if "not used" in note]
    assert len(own) > 60
    predicate = "> <https://w3id.org/iomgraph/ontology#{}> "
    kind = "22-rdf-syntax-ns#type> <https://w3id.org/iomgraph/ontology#{}> "
    assert [name for name in unused if predicate.format(name) in quads or kind.format(name) in quads] == []


def test_a_list_has_no_column_that_is_always_empty(site: Path) -> None:
    assert "Projects" not in re.findall("<th scope=.col.*?</thead>", (site / "units.html").read_text())[0]
    assert "Code" in re.findall("<th scope=.col.*?</thead>", (site / "states.html").read_text())[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_is_in_the_order_of_its_language_and_can_be_sorted(site: Path, lang: str) -> None:
    text = (site / f"{FOLDERS[lang]}states.html").read_text(encoding="utf-8")
    names = [html.unescape(one) for one in re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', text)]
    assert len(names) == 180
    assert names == sorted(names, key=natural)
    assert '<table class="sortable">' in text
    goals = re.findall(r'href="[^"]*id/goal/(\d+)\.html"', (site / FOLDERS[lang] / "goals.html").read_text())
    assert goals == [str(number) for number in range(1, 18)]


def test_names_of_files_and_of_variables_are_shown_as_they_are_written(site: Path) -> None:
    files = re.findall(r'<th scope="row"([^>]*)>', (site / "fr/downloads.html").read_text(encoding="utf-8"))
    assert len(files) > 30
    assert set(files) == {' class="as-is"'}
    heads = re.findall(
        r"<th scope=.col.[^>]*>.*?</th>", (site / "fr/queries/budget-by-year.html").read_text()
    )
    assert heads[0] == '<th scope="col" class="as-is" lang="en"><code>year</code></th>'
    assert heads[1] == '<th scope="col" class="as-is number" lang="en"><code>projects</code></th>'
    assert "th.as-is::first-letter { text-transform: none; }" in (site / "assets/site.css").read_text()


def test_french_has_its_space_before_colons(site: Path) -> None:
    tight = re.compile(r"</(?:a|strong|dt)>: |Exemple: |IRI: ")
    names = ["index", "rules", "reference", "id/project/LM.0024", "id/state/GEO"]
    pages = {name: (site / f"fr/{name}.html").read_text(encoding="utf-8") for name in names}
    assert [name for name, text in pages.items() if tight.search(text)] == []
    assert all("\N{NO-BREAK SPACE}: " in text for text in pages.values())
