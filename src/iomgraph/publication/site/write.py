"""The site of a release: which pages there are, in what order. Start reading here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iomgraph.findings import Finding, Severity
from iomgraph.mapping.context import Record
from iomgraph.mapping.writers import several
from iomgraph.publication import manifest
from iomgraph.publication.places import JSON as PLACES
from iomgraph.publication.questions import Question
from iomgraph.publication.site import asked, documents, overview, rules, structured, thing, words
from iomgraph.publication.site.outlines import Outline
from iomgraph.publication.site.pages import Pages
from iomgraph.publication.site.things import Text, Things
from iomgraph.publication.site.view import View
from iomgraph.settings import LANGUAGES, resources
from iomgraph.validation.shapes import Shape

FOLDER = "site"
PAGED = 250
"""Projects on a page of the list."""

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


@dataclass(frozen=True, slots=True)
class Contents:
    """What the site is made of.

    Args:
        things: the records.
        outlines: of states, for the maps.
        questions: to be asked and shown with their answers.
        findings: of the build.
        shapes: that the build checked.
        base_iri: where the site stands.
        version: of the release.
        day: of the data, as YYYY-MM-DD.
    """

    things: Things
    outlines: Mapping[str, Outline]
    questions: Sequence[Question]
    findings: Sequence[Finding]
    shapes: Sequence[Shape]
    base_iri: str
    version: str
    day: str


def write(folder: Path, contents: Contents, data: Path, ontology: Path, before: Path | None = None) -> None:
    """Write the site of a release into it, with the files of the release beside the pages.

    Args:
        folder: the staged release; its other files are all there.
        contents: what the site is made of.
        data: folder of the tables, which have the words.
        ontology: folder of the ontology, which has the labels of our own terms.
        before: the release that stands in the place of this one; pages that did not change are kept.

    Raises:
        SourceError: if the words can't be read.
        OntologyError: if the ontology can't be.
    """
    said = words.read(data, ontology)
    views = {lang: View(contents.things, lang, said[lang].labels) for lang in LANGUAGES}
    there = before / FOLDER if before else None
    about = {"version": contents.version, "day": contents.day, "scripts": bool(scripts())}
    pages = Pages(folder / FOLDER, contents.base_iri, views, said, there, **about)
    files = [entry for entry in manifest.entries(folder) if entry.name != PLACES]
    for entry in files:
        pages.link(entry.name, folder / entry.name)
    _assets(pages, contents)
    _things(pages, contents, json.loads((folder / PLACES).read_text(encoding="utf-8")))
    _projects(pages, contents.things, said)
    _lists(pages, contents.things)
    _overview(pages, contents)
    _questions(pages, contents, folder)
    _reference(pages, contents.things, ontology)
    pages.page("quality", "quality.html", lambda view: overview.quality(view, contents.findings))
    _rules(pages, contents)
    _changes(pages, folder)
    pages.page("downloads", "downloads.html", lambda _: {"files": files})
    pages.page("about", "about.html", lambda _: {})
    pages.sitemap(_paths(pages.folder))


def _paths(folder: Path) -> list[str]:
    """The pages of a site, each without its suffix; those of the feed of changes are none of its own."""
    found = (path.relative_to(folder) for path in folder.rglob("*.html"))
    others = {"changes", *LANGUAGES[1:]}
    return sorted(path.as_posix().removesuffix(".html") for path in found if path.parts[0] not in others)


def scripts() -> list[Path]:
    """The scripts of the site, and their engine, in order of name; none where they were not built."""
    folder = Path(__file__).with_name("browser") / "built"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _assets(pages: Pages, contents: Contents) -> None:
    for asset in (*sorted((resources() / "templates/site/assets").iterdir()), *scripts()):
        pages.bytes(f"assets/{asset.name}", asset.read_bytes())
    shapes = {name.partition(":")[2]: (one.path, one.x, one.y) for name, one in contents.outlines.items()}
    pages.text("assets/outlines.json", json.dumps(shapes))
    for lang, view in pages.views.items():
        pages.text(f"assets/sparql-{lang}.json", words.completions(contents.things.context, view.labels))
    land = "".join(outline.path for outline in contents.outlines.values())
    pages.drawn("assets/world.svg", "world.svg", land=land)


def _things(pages: Pages, contents: Contents, places: Mapping[str, Any]) -> None:
    things, outlines = contents.things, contents.outlines
    lists = {kind: path for path, kind in _LISTS.items()}
    for path, _, record in things.paged():
        kind = record["type"][0]
        inside = [one for name in _names(record) if (one := things.inside(name))]
        for suffix, content in documents.made([record, *inside], things.context):
            pages.bytes(path + suffix, content)
        listed = "projects" if kind == "Project" else lists.get(kind)

        def shown(view: View, path: str = path, record: Record = record) -> dict[str, Any]:
            return thing.shown(record, view, pages.address(path, view.lang), outlines, places)

        template = "project.html" if kind == "Project" else "thing.html"
        pages.page(path, template, shown, (listed,) if listed else (), True)


def _names(record: Record) -> Iterator[str]:
    for value in record.values():
        yield from (name for name in several(value) if isinstance(name, str))


def _projects(pages: Pages, things: Things, said: Mapping[str, words.Words]) -> None:
    """Write the list of projects in pages, and what the search in the browser reads."""
    projects = things.of_class("Project")
    lines = {lang: [overview.line(record, view) for record in projects] for lang, view in pages.views.items()}
    count = max(1, -(-len(projects) // PAGED))
    for number in range(1, count + 1):
        some = slice((number - 1) * PAGED, number * PAGED)

        def shown(view: View, number: int = number, some: slice = some) -> dict[str, Any]:
            return {
                "heading": Text(said[view.lang].words["projects"]),
                "rows": lines[view.lang][some],
                "total": len(projects),
                "index": "projects.json",
                "page_number": number,
                "pages": count,
            }

        first = number == 1
        path = "projects" if first else f"projects-{number}"
        pages.page(path, "projects.html", shown, () if first else ("projects",))
    for lang in LANGUAGES:
        name = "projects.json" if lang == LANGUAGES[0] else f"{lang}/projects.json"
        pages.text(name, overview.index(lines[lang], projects, pages.views[lang]))


def _lists(pages: Pages, things: Things) -> None:
    for path, kind in _LISTS.items():
        records = things.of_class(kind)

        def shown(view: View, records: list[Record] = records) -> dict[str, Any]:
            return {"items": overview.entries(records, view)}

        pages.page(path, "list.html", shown)


def _overview(pages: Pages, contents: Contents) -> None:
    projects = contents.things.of_class("Project")
    states = Counter(state for record in projects for state in record.get("benefitingState", ()))

    def shown(view: View) -> dict[str, Any]:
        return {
            "numbers": overview.numbers(view, projects, len(states)),
            "charts": overview.charts(view, projects),
            "states": overview.choropleth(view, states, contents.outlines),
            "structured": structured.dataset(contents.base_iri),
        }

    pages.page("index", "index.html", shown)


def _questions(pages: Pages, contents: Contents, release: Path) -> None:
    """Write the questions with their answers."""
    answers = asked.answers(release, contents.questions, contents.things.context.prefixes)
    for answer in answers:
        name = answer.question.name
        pages.bytes(f"queries/{name}{answer.suffix}", answer.body)
        pages.text(f"queries/{name}.rq", answer.question.text)

        def shown(view: View, answer: asked.Asked = answer) -> dict[str, Any]:
            rows = [[view.answer(cell) for cell in row] for row in answer.rows]
            return {"heading": Text(answer.question.titles[view.lang]), "answer": answer, "rows": rows}

        pages.page(f"queries/{name}", "question.html", shown, ("queries",))
    pages.page("queries", "questions.html", lambda _: {"answers": answers})
    pages.page("sparql", "sparql.html", lambda _: {"answers": answers})


def _reference(pages: Pages, things: Things, ontology: Path) -> None:
    terms = words.terms(ontology)
    used = Counter(kind for record in things.records.values() for kind in record["type"])
    pages.page("reference", "reference.html", lambda _: {"terms": terms, "used": used})


def _rules(pages: Pages, contents: Contents) -> None:
    """Write the shapes in words, a page a severity."""
    counts = Counter(finding.rule for finding in contents.findings)
    many = Counter(shape.severity for shape in contents.shapes)
    for severity in Severity:

        def shown(view: View, severity: Severity = severity) -> dict[str, Any]:
            heading = Text(view.thing(f"severities:{severity.word}").text)
            return {"heading": heading, "shapes": rules.of(contents.shapes, severity, view.lang, counts)}

        pages.page(f"rules/{severity.word}", "rules.html", shown, ("rules",))

    def listed(view: View) -> dict[str, Any]:
        return {
            "severities": [(view.thing(f"severities:{one.word}"), one.word, many[one]) for one in Severity]
        }

    pages.page("rules", "rules.html", listed)


def _changes(pages: Pages, release: Path) -> None:
    """Write what changed, version by version, the newest first."""
    feed = json.loads((release / "changes/index.json").read_text(encoding="utf-8"))
    pages.page("changes", "changes.html", lambda _: {"versions": feed["entries"][::-1]})
