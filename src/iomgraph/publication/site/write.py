"""The site of a release: its pages and their order. Start reading here."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from iomgraph.cache import digest, of_folder, of_program
from iomgraph.findings import Finding, Findings, Severity
from iomgraph.portfolio import Agent
from iomgraph.processes import Say, Task, run_isolated, run_parallel, silent
from iomgraph.publication import places, schemaorg
from iomgraph.publication.places import JSON as PLACES
from iomgraph.publication.site import (
    asked,
    lists,
    overview,
    quality,
    reference,
    rules,
    structured,
    thing,
    translations,
)
from iomgraph.publication.site.charts import files, statistics
from iomgraph.publication.site.documents import Documents
from iomgraph.publication.site.lookups import Watched
from iomgraph.publication.site.pages import Pages
from iomgraph.publication.site.points import HEIGHT, WIDTH, WorldMap
from iomgraph.publication.site.reuse import FOLDER, Before, Reuse, Written
from iomgraph.publication.site.thing_pages import ThingPages
from iomgraph.publication.site.things import Text, Things
from iomgraph.publication.site.view import View
from iomgraph.queries.library import Query
from iomgraph.release import history, manifest
from iomgraph.settings import LANGUAGES, resources
from iomgraph.validation.shapes import Shape

SHARE = 50
"""Number of things whose pages are one part of the work."""

_LEAST = 20
"""Number of parts from which on the work is done by several processes."""

_PLACES = 64
"""Number of places that stay in memory after they were read."""

_TOTALS = frozenset({"projects", "budget", "share"})
"""Columns of answers with totals, which are shown with their scope."""

COMPARED = 6
"""Number of versions whose findings are shown side by side."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a site is made from.

    Args:
        things: the records.
        world: the land and the points of states, for the maps.
        queries: to be asked and shown with their answers.
        findings: of the build.
        shapes: that the build checked.
        base_iri: where the site stands.
        version: of the release.
        day: of the data, as YYYY-MM-DD.
        contact: whom to tell of errors, as far as the portfolio says.
        words: language to the words that are the portfolio's own.
        documentation: address of the documentation; empty if there is none.
        say: takes the number of parts written.
    """

    things: Things
    world: WorldMap
    queries: Sequence[Query]
    findings: Findings
    shapes: Sequence[Shape]
    base_iri: str
    version: str
    day: str
    contact: Agent
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    documentation: str = ""
    say: Say = silent

    @property
    def about(self) -> dict[str, Any]:
        """The facts that every page is given."""
        return {
            "version": self.version,
            "day": self.day,
            "contact": self.contact,
            "documentation": self.documentation,
            # The address below which the documentation has its reference.
            "dictionary": f"{self.documentation.rstrip('/')}/reference/" if self.documentation else "",
            "scripts": bool(scripts()),
        }

    @property
    def named(self) -> dict[str, Query]:
        """Name to query."""
        return {query.name: query for query in self.queries}


def write(
    folder: Path, contents: Contents, data: Path, ontology: Path, before: Before | None = None
) -> Written:
    """Write the site of a release into it, with the files of the release beside the pages.

    Args:
        folder: the staged release; its other files are all there.
        contents: what the site is made of.
        data: folder of the tables, which have the words.
        ontology: folder of the ontology, which has the labels of our own terms.
        before: what stands in the place of this site; pages that did not change are kept.

    Returns:
        the files whose checksums are known, and how many things have pages that were not made again.

    Raises:
        SourceError: if the words can't be read.
        OntologyError: if the ontology can't be.
    """
    said = _words(contents, data, ontology)
    views = {lang: View(contents.things, lang, said[lang].labels) for lang in LANGUAGES}
    there = before.site if before and manifest.is_release(before.release) else None
    pages = Pages(folder / FOLDER, contents.base_iri, views, said, there, **contents.about)
    released = [name for name in manifest.names(folder) if name != PLACES]
    for name in released:
        pages.link(name, folder / name)
    _assets(pages, contents)
    made = _thing_pages(pages, contents, folder, _reuse(before, contents, said))
    found = contents.things.paged()
    parts: dict[str, Callable[[], Written | None]] = {
        "queries": partial(_questions, pages, contents, folder),
        "overview": partial(_overview, pages, contents, folder),
        "projects": partial(lists.projects, pages, contents.things),
        "reference": partial(_reference, pages, contents.things, ontology),
        "lists": partial(lists.others, pages, contents.things),
        **{
            f"things from {at}": partial(made.write, found[at : at + SHARE])
            for at in range(0, len(found), SHARE)
        },
        "quality": partial(_quality, pages, contents, folder),
        "rules": partial(_rules, pages, contents),
        "changes": partial(_changes, pages, folder),
        "downloads": partial(_downloads, pages, folder, released),
        "about": partial(pages.page, "about", "about.html", lambda _: {}),
    }
    tasks = [Task(f"writing the site ({name})", partial(_noted, pages, part)) for name, part in parts.items()]
    written = run_parallel(tasks, least=_LEAST, say=contents.say, step="site")
    pages.sitemap(_paths(pages.folder))
    return Written.joined(written)


def _noted(pages: Pages, part: Callable[[], Written | None]) -> Written:
    """Write a part of the site, and note the checksums of its files."""
    pages.sums = {}
    found = part() or Written()
    return Written.joined([found, Written(pages.sums)])


def _words(contents: Contents, data: Path, ontology: Path) -> dict[str, translations.Words]:
    """The words of each language, those of the portfolio among them."""
    said = translations.read(data, ontology)
    for lang, own in contents.words.items():
        said[lang].words.update(own)
    return said


def _thing_pages(pages: Pages, contents: Contents, folder: Path, reuse: Reuse | None) -> ThingPages:
    """Prepare the pages of things."""
    watch = contents.things.watch
    findings: Watched[list[Finding]] = Watched("findings", _by_project(contents.findings), watch)
    cells = Watched("place", places.read(folder / PLACES), watch, lru_cache(_PLACES)(json.loads))
    sources = thing.Sources(contents.world.points, cells, findings, contents.named)
    leading = {"Project": "projects", **{kind: path for path, kind in lists.KINDS.items()}}
    documents = Documents(contents.things.context)
    return ThingPages(pages, contents.things, documents, sources, leading, reuse)


def _reuse(before: Before | None, contents: Contents, said: Mapping[str, translations.Words]) -> Reuse | None:
    """Prepare to take pages over; None without a cache."""
    if before is None or before.store is None:
        return None
    common = digest(
        of_program(),
        of_folder(resources() / "templates"),
        said,
        contents.about,
        contents.base_iri,
        json.dumps(contents.things.context.document),
        contents.world.points,
        contents.named,
    )
    return Reuse(before.store, contents.things.watch, before.site, common)


def _paths(folder: Path) -> list[str]:
    """The pages of a site, each without its suffix; those of the feed of changes are none of its own."""
    found = list[str]()
    for place, inner, names in os.walk(folder):
        if place == str(folder):
            inner[:] = {*inner}.difference({"changes", *LANGUAGES[1:]})
        below = Path(place).relative_to(folder)
        found += ((below / name).as_posix() for name in names if name.endswith(".html"))
    return sorted(name.removesuffix(".html") for name in found)


def scripts() -> list[Path]:
    """The scripts of the site, and their engine, in order of name; none where they were not built."""
    folder = Path(__file__).with_name("browser") / "built"
    # The bill of materials beside them is for the wheel.
    return sorted(one for one in folder.iterdir() if one.suffix != ".json") if folder.is_dir() else []


def _assets(pages: Pages, contents: Contents) -> None:
    for asset in (*sorted((resources() / "templates/site/assets").iterdir()), *scripts()):
        pages.bytes(f"assets/{asset.name}", asset.read_bytes())
    points = {name.partition(":")[2]: (one.x, one.y) for name, one in contents.world.points.items()}
    drawn = {"width": WIDTH, "height": HEIGHT, "states": points}
    pages.text("assets/points.json", json.dumps(drawn))
    for lang, view in pages.views.items():
        pages.text(
            f"assets/sparql-{lang}.json", translations.completions(contents.things.context, view.labels)
        )
    pages.drawn("assets/world.svg", "world.svg", land=contents.world.land)


def _by_project(findings: Findings) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.about.startswith("projects:"):
            found.setdefault(finding.about, []).append(finding)
    return found


def _overview(pages: Pages, contents: Contents, release: Path) -> None:
    described = json.loads((release / schemaorg.FILE).read_text(encoding="utf-8"))
    projects = contents.things.of_class("Project")
    states = Counter(state for record in projects for state in record.get("benefitingState", ()))
    made = {lang: statistics.figures(view, projects, pages.words(lang)) for lang, view in pages.views.items()}
    charts = files.written(pages, made, "statistics")

    def shown(view: View) -> dict[str, Any]:
        return {
            "numbers": overview.numbers(view, projects, len(states)),
            "notes": overview.scope(view, projects),
            "charts": [one for one in charts[view.lang] if one.figure.name.startswith(statistics.FRONT)],
            "states": overview.choropleth(view, states, contents.world.points),
            "shades": overview.shades(states),
            "heading": Text(contents.words[view.lang]["title"]),
            "structured": structured.dataset(described, states, view),
        }

    def counted(view: View) -> dict[str, Any]:
        return {"charts": charts[view.lang], "notes": overview.scope(view, projects)}

    pages.page("index", "index.html", shown)
    pages.page("statistics", "statistics.html", counted)


def _questions(pages: Pages, contents: Contents, release: Path) -> None:
    """Write the queries with their answers."""
    asking = partial(asked.answers, release, contents.queries, contents.things.context.prefixes)
    # The store takes most of the memory of a site, which ends with its process.
    answers = run_isolated(Task("answering the queries", asking))
    projects = contents.things.of_class("Project")
    scopes = {lang: overview.scope(view, projects) for lang, view in pages.views.items()}
    for answer in answers:
        name = answer.query.name
        pages.bytes(f"queries/{name}{answer.suffix}", answer.body)
        pages.text(f"queries/{name}.rq", answer.query.text)

        def shown(view: View, answer: asked.Asked = answer) -> dict[str, Any]:
            rows = [[view.answer(*cell) for cell in row] for row in answer.rows]
            notes = scopes[view.lang] if _TOTALS & {*answer.columns} else []
            heading = Text(answer.query.titles[view.lang])
            counting = {at for row in rows for at, one in enumerate(row) if one.number}
            shown = {"heading": heading, "answer": answer, "rows": rows, "notes": notes}
            return {**shown, "counting": counting}

        pages.page(f"queries/{name}", "query.html", shown, ("queries",))
    pages.page("queries", "queries.html", lambda _: {"answers": answers})
    pages.page("sparql", "sparql.html", lambda _: {"answers": answers})


def _reference(pages: Pages, things: Things, ontology: Path) -> None:
    terms, usage = translations.terms(ontology), reference.Usage(things)

    def shown(view: View) -> dict[str, Any]:
        return {"own": usage.own(terms, view), "others": usage.others(view)}

    pages.page("reference", "reference.html", shown)


def _rules(pages: Pages, contents: Contents) -> None:
    """Write the shapes in words, a page a severity."""
    counts = contents.findings.rules
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
    versions = history.read(release / history.FOLDER / f"{history.INDEX}.json").entries[::-1]
    pages.page("changes", "changes.html", lambda _: {"versions": versions})


def _downloads(pages: Pages, release: Path, names: Iterable[str]) -> Written:
    """List the files of a release, each with its checksum; they are the same in the site."""
    listed = [manifest.entry(release, name) for name in names]
    pages.page("downloads", "downloads.html", lambda _: {"files": listed})
    return Written(released=listed)


def _quality(pages: Pages, contents: Contents, release: Path) -> None:
    """Write the findings by rule, beside those of the versions before."""
    versions = history.read(release / history.FOLDER / f"{history.INDEX}.json").entries[-COMPARED:]
    names = {f"shapes:{shape.iri.rpartition('#')[2]}": shape.names for shape in contents.shapes}

    def shown(view: View) -> dict[str, Any]:
        return quality.shown(view, contents.findings, versions, names)

    pages.page("quality", "quality.html", shown)
