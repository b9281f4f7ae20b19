"""The site, page by page. Start reading here.

Every page is written in each language: English at the top, the others in a folder of their own. Links
are relative, so that the site works below any address, and in a folder opened in a browser.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import jinja2

from iomgraph.findings import Finding
from iomgraph.mapping.context import Record
from iomgraph.publication import manifest
from iomgraph.publication.places import JSON as PLACES
from iomgraph.publication.questions import Question
from iomgraph.publication.site import asked, documents, overview, project, structured, words
from iomgraph.publication.site.outlines import HEIGHT, WIDTH, Outline
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.settings import LANGUAGES, resources

FOLDER = "site"
PAGED = 250
"""Projects on a page of the list."""
SHOWN = 200
"""Things that a page lists of those that point to it; the rest are counted, and in the documents."""

_LISTS = {
    "states": "State",
    "regions": "Region",
    "themes": "Theme",
    "goals": "Goal",
    "targets": "Target",
    "units": "OrganizationalUnit",
    "schemes": "ConceptScheme",
    "discrepancies": "Discrepancy",
    "captures": "Capture",
}
"""Path of a list to the class of what is in it."""

_SITEMAP = 50_000
"""Addresses in a sitemap (https://www.sitemaps.org/protocol.html)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the site is made of.

    Args:
        things: the records.
        outlines: of states, for the maps.
        questions: to be asked and shown with their answers.
        findings: of the build.
        base_iri: where the site stands.
        version: of the release.
        day: of the data, as YYYY-MM-DD.
    """

    things: Things
    outlines: Mapping[str, Outline]
    questions: Sequence[Question]
    findings: Sequence[Finding]
    base_iri: str
    version: str
    day: str


def write(folder: Path, contents: Contents, data: Path, ontology: Path) -> None:
    """Write the site of a release into it, with the files of the release beside the pages.

    Args:
        folder: the staged release; its other files are all there.
        contents: what the site is made of.
        data: folder of the tables, which have the words.
        ontology: folder of the ontology, which has the labels of our own terms.

    Raises:
        SourceError: if the words can't be read.
        OntologyError: if the ontology can't be.
    """
    site = folder / FOLDER
    files = [entry for entry in manifest.entries(folder) if entry.name != PLACES]
    for entry in files:
        _link(folder / entry.name, site / entry.name)
    for asset in sorted((resources() / "templates/site/assets").iterdir()):
        _link(asset, site / "assets" / asset.name)
    land = "".join(outline.path for outline in contents.outlines.values())
    writer = _Writer(site, contents, words.read(data, ontology))
    writer.plain("assets/world.svg", "world.svg", land=land)
    places = json.loads((folder / PLACES).read_text(encoding="utf-8"))
    for path, _, record in contents.things.paged():
        writer.thing(path, record, places)
    writer.lists()
    writer.overview()
    writer.questions(folder)
    writer.reference(ontology)
    writer.page("quality", "quality.html", lambda view: overview.quality(view, contents.findings))
    writer.page("downloads", "downloads.html", lambda view: {"files": files})
    writer.page("about", "about.html", lambda view: {})
    writer.sitemap()


def _link(source: Path, target: Path) -> None:
    """Put a file into the site without a second copy of its bytes, where the disk can."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


class _Writer:
    """Writes pages in every language, and remembers them for the sitemap."""

    def __init__(self, site: Path, contents: Contents, said: Mapping[str, words.Words]) -> None:
        self._site, self._contents = site, contents
        self._views = {lang: View(contents.things, lang, said[lang].labels) for lang in LANGUAGES}
        self._jinja = {lang: _environment(self._views[lang], said[lang], contents) for lang in LANGUAGES}
        self._said = said
        self._written: list[str] = []
        self._folders: set[Path] = set()

    def page(
        self,
        path: str,
        template: str,
        view_of: Callable[[View], Mapping[str, Any]],
        trail: Sequence[str] = (),
        beside: bool = False,
    ) -> None:
        """Write a page in every language.

        Args:
            path: below the site, without a suffix.
            template: its name.
            view_of: gives what the template shows, in a language; `heading` is a text of `Text`, or absent.
            trail: paths of the lists that lead there.
            beside: whether documents of the same facts stand beside it.
        """
        for lang in LANGUAGES:
            folder = _folder(lang)
            root = "../" * (folder + path).count("/")
            file = self._file(f"{folder}{path}.html")
            text = (
                self._jinja[lang]
                .get_template(template)
                .render(
                    path=path,
                    trail=trail,
                    beside=beside,
                    asset=partial(_asset, root),
                    url=partial(_url, root, lang),
                    other=partial(_url, root),
                    canonical=lambda tag, path=path: self._address(tag, path),
                    **view_of(self._views[lang]),
                )
            )
            file.write_text(text, encoding="utf-8", newline="\n")
        self._written.append(path)

    def plain(self, name: str, template: str, **shown: Any) -> None:
        """Write a file that is the same in every language."""
        text = self._jinja["en"].get_template(template).render(width=WIDTH, height=HEIGHT, **shown)
        self._file(name).write_text(text, encoding="utf-8", newline="\n")

    def _file(self, name: str) -> Path:
        file = self._site / name
        if file.parent not in self._folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(file.parent)
        return file

    def _address(self, lang: str, path: str) -> str:
        name = "" if path == "index" else quote(path, safe="/~")
        return f"{self._contents.base_iri}{_folder(lang)}{name}"

    def thing(self, path: str, record: Record, places: Mapping[str, Any]) -> None:
        """Write the pages of a thing, and the documents beside them."""
        kind = record["type"][0]
        things, outlines = self._contents.things, self._contents.outlines
        inside = [one for name in _names(record) if (one := things.inside(name))]
        documents.write(self._file(path), [record, *inside], things.context)
        listed = next((name for name, of in _LISTS.items() if of == kind), "")

        def shown(view: View) -> dict[str, Any]:
            found: dict[str, Any] = {
                "heading": view.name(record["id"]),
                "kind": view.label(kind),
                "iri": things.context.expand(record["id"]),
                "rows": view.rows(record),
                "pointing": view.pointing(record["id"]),
                "structured": structured.thing(record, view, self._address(view.lang, path)),
                "map": [(view.thing(name), outlines.get(name)) for name in _states(record)],
            }
            if kind == "Project":
                captures = [(view.thing(name), things.records[name]) for name in record["wasDerivedFrom"]]
                found |= {
                    "captures": captures,
                    "compared": project.compared(record, view, places),
                    "reasons": project.reasons(record, view),
                    "years": {term: record[term] for term in overview.YEARS if term in record},
                }
            elif kind == "Discrepancy":
                found["rivals"] = [(rival, view.rows(rival)) for rival in record["rival"]]
                found["heading"] = overview.disagreement(record, view)
            elif kind == "Capture":
                said = things.claims.get(record["claimsGraph"], ())
                found["said"] = [row for claim in said for row in view.rows(claim)]
            return found

        template = "project.html" if kind == "Project" else "thing.html"
        self.page(path, template, shown, ("projects",) if kind == "Project" else (listed,) if listed else (), True)

    def lists(self) -> None:
        """Write the lists: of projects in pages, of all else whole."""
        things = self._contents.things
        projects = things.of_class("Project")
        pages = [projects[at : at + PAGED] for at in range(0, len(projects), PAGED)] or [[]]
        for number, some in enumerate(pages, 1):
            path = "projects" if number == 1 else f"projects-{number}"
            self.page(
                path,
                "projects.html",
                lambda view, some=some, number=number: {  # type: ignore[misc]
                    "rows": [overview.line(record, view) for record in some],
                    "total": len(projects),
                    "number_of": number,
                    "pages": len(pages),
                },
                ("projects",) if number > 1 else (),
            )
        for lang, view in self._views.items():
            rows = [overview.line(record, view) for record in projects]
            self._file(f"{_folder(lang)}projects.json").write_text(
                overview.index(rows, projects), encoding="utf-8", newline="\n"
            )
        for path, kind in _LISTS.items():
            records = things.of_class(kind)
            self.page(
                path,
                "list.html",
                lambda view, records=records: {"items": overview.entries(records, view)},  # type: ignore[misc]
            )

    def overview(self) -> None:
        """Write the front page."""
        projects = self._contents.things.of_class("Project")
        states = Counter(state for record in projects for state in record.get("benefitingState", ()))
        self.page(
            "index",
            "index.html",
            lambda view: {
                "numbers": overview.numbers(view, projects, len(states)),
                "charts": overview.charts(view, projects),
                "states": overview.choropleth(view, states, self._contents.outlines),
                "structured": structured.dataset(self._contents.base_iri),
            },
        )

    def questions(self, folder: Path) -> None:
        """Write the questions with their answers."""
        answers = asked.answers(folder, self._contents.questions, self._contents.things.context.prefixes)
        for answer in answers:
            name = answer.question.name
            self._file(f"queries/{name}.csv").write_bytes(answer.csv)
            self._file(f"queries/{name}.rq").write_text(answer.question.text, encoding="utf-8", newline="\n")
            self.page(
                f"queries/{name}",
                "question.html",
                lambda view, answer=answer: {"answer": answer},  # type: ignore[misc]
                ("queries",),
            )
        self.page("queries", "questions.html", lambda view: {"answers": answers})

    def reference(self, ontology: Path) -> None:
        """Write the reference of the ontology's terms."""
        terms = words.terms(ontology)
        used = Counter(kind for record in self._contents.things.records.values() for kind in record["type"])
        self.page("reference", "reference.html", lambda view: {"terms": terms, "used": used})

    def sitemap(self) -> None:
        """Write the sitemap, in parts where it is large."""
        addresses = [self._address(lang, path) for path in self._written for lang in LANGUAGES]
        parts = [addresses[at : at + _SITEMAP] for at in range(0, len(addresses), _SITEMAP)]
        if len(parts) == 1:
            self._file("sitemap.xml").write_text(_sitemap("urlset", "url", parts[0]), encoding="utf-8")
            return
        named = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        for name, part in zip(named, parts, strict=True):
            self._file(name).write_text(_sitemap("urlset", "url", part), encoding="utf-8")
        whole = _sitemap("sitemapindex", "sitemap", [self._contents.base_iri + name for name in named])
        self._file("sitemap.xml").write_text(whole, encoding="utf-8")


def _sitemap(outer: str, inner: str, addresses: Iterable[str]) -> str:
    lines = "".join(f"<{inner}><loc>{escape(address)}</loc></{inner}>\n" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{space}">\n{lines}</{outer}>\n'


def _folder(lang: str) -> str:
    return "" if lang == LANGUAGES[0] else f"{lang}/"


def _asset(root: str, name: str) -> str:
    return root + quote(name, safe="/~")


def _url(root: str, lang: str, path: str) -> str:
    return f"{root}{_folder(lang)}{quote(path, safe='/~')}.html"


def _names(record: Record) -> list[str]:
    return [
        name
        for value in record.values()
        for name in (value if isinstance(value, list | tuple) else [value])
        if isinstance(name, str)
    ]


def _states(record: Record) -> list[str]:
    if "State" in record["type"]:
        return [record["id"]]
    return [*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())]


def _environment(view: View, said: words.Words, contents: Contents) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates/site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.update(
        w=said.words,
        lang=view.lang,
        languages={lang: name for lang, name in zip(LANGUAGES, words.AUTONYMS, strict=True)},
        version=contents.version,
        day=view.date(contents.day),
        number=view.number,
        money=view.money,
        label=view.label,
        shown=SHOWN,
        width=WIDTH,
        height=HEIGHT,
    )
    return made
