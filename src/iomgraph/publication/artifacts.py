"""The parts of a release, shared among the processors. Start reading here.

Each part reads records, pages and findings from disk and writes its files, with only a bounded piece of the
data in memory. Descriptions of the files come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path

from iomgraph.portfolio import Portfolio
from iomgraph.processes import JSON, Say, Task, paused_collection, run_parallel, silent
from iomgraph.publication import (
    copies,
    dcat,
    description,
    dumped,
    geojson,
    pieces,
    places,
    report,
    schemaorg,
    service,
    void,
)
from iomgraph.publication.changes import feed
from iomgraph.publication.cube import cells
from iomgraph.publication.cube import write as cube
from iomgraph.publication.cube.structure import structure
from iomgraph.publication.draft import Draft
from iomgraph.publication.iati import write as iati
from iomgraph.publication.site import points
from iomgraph.publication.site import write as site
from iomgraph.publication.site.reuse import Before, Written
from iomgraph.publication.site.things import Things
from iomgraph.publication.tables import datapackage, labels
from iomgraph.publication.tables.dictionary import Dictionary, dictionary
from iomgraph.publication.tables.rows import LaidOut, lay_out
from iomgraph.publication.tables.write import write as write_tables
from iomgraph.queries import library
from iomgraph.release import dumps, manifest
from iomgraph.settings import LANGUAGES


def write(folder: Path, draft: Draft, say: Say = silent) -> Mapping[str, int]:
    """Write every file of a release.

    Args:
        folder: the staged release, empty.
        draft: the draft of the release.
        say: takes the number of parts written; also called in other processes.

    Returns:
        the numbers of IATI activities, statements and files.

    Raises:
        PublicationError: if it can't be written.
    """
    context, settings = draft.data.context, draft.settings
    copies.write(folder, settings, context.document)
    # Their objects go with their last reference, so a search for cycles would be in vain.
    with paused_collection():
        written = _parts(folder, draft, say)
        info = draft.info if (folder / iati.FILE).exists() else draft.info.without(iati.FILE)
        dcat.write(folder, info)
        schemaorg.write(folder, info)
        site_written = _site(folder, draft, say) if settings.site else Written()
    quads = next(number for number in written if isinstance(number, int))
    activities = next(counts for counts in written if isinstance(counts, Mapping))
    listed = manifest.write(folder, draft.edition.version, draft.edition.previous, site_written.entries)
    reused = {"things with reused pages": site_written.reused} if site_written.reused else {}
    files = len(listed) + len((manifest.NAME, manifest.SUMS))
    return {**activities, "quads": quads, "files": files, **reused}


def _parts(folder: Path, draft: Draft, say: Say) -> list[int | Mapping[str, int] | None]:
    """Write the files made from records, in parallel; return the counts of quads and activities."""
    context, parts = draft.data.context, draft.data.parts
    shared = dumped.shared(parts, context)
    base_iri, has_cache = draft.settings.base_iri, draft.memo.store is not None
    makers = [
        *dumped.makers(parts, context, shared),
        iati.maker(draft.data, draft.portfolio, draft.now),
        labels.maker(parts, context, base_iri, targets=has_cache),
        geojson.Points(parts, geojson.points(draft.settings.data), context),
        cells.Maker(parts),
    ]
    found = pieces.make("writing dumps by part", parts, makers, draft.memo, say)
    known = dictionary(draft.settings.data, draft.settings.ontology, context)
    named = labels.of(found, base_iri)
    laid_out = lay_out(draft.data, named, known, draft.memo, say)
    return run_parallel(
        [
            Task("writing the tables", partial(_tables, folder, draft, laid_out, known)),
            Task("writing N-Quads and the changes", partial(_statements, folder, draft, found)),
            Task("writing the reports", partial(_reports, folder, draft)),
            Task("writing the cube and the maps", partial(_sums, folder, draft, found, named)),
            Task("writing IATI", partial(iati.write, folder, found, draft.now)),
            Task("writing N-Triples and the statistics", partial(_statistics, folder, draft, found)),
            Task("writing Turtle and TriG", partial(dumped.write_readable, folder, context, found, shared)),
            Task(
                "writing JSON-LD",
                partial(dumped.write_jsonld, folder / "iomgraph.jsonld", context, found, shared),
            ),
        ],
        say=say,
        step="write",
    )


def _tables(folder: Path, draft: Draft, laid_out: LaidOut, known: Dictionary) -> None:
    datapackage.write(folder, write_tables(folder, laid_out), draft.info, known)


def _sums(folder: Path, draft: Draft, found: pieces.Pieces, known: labels.Labels) -> None:
    """Write the cube and the maps: projects summed up in cells and shown as points."""
    context, data = draft.data.context, draft.settings.data
    made = cells.merged(found.of(cells.Maker.kind))
    cube.write_csv(folder / cube.CSV, made, known.texts)
    made_of = structure(data, draft.settings.base_iri)
    cube.write_turtle(folder / cube.TURTLE, made, made_of, draft.info, context, memo=draft.memo)
    geojson.write(folder / geojson.PROJECTS, found.of(geojson.PROJECTS))
    states = sorted(chain.from_iterable(map(JSON.read, found.of(geojson.RECORDS))), key=itemgetter("id"))
    totals = geojson.Totals.read(found.of(geojson.TOTALS))
    features = geojson.states(states, totals, geojson.points(data), context)
    geojson.write(folder / geojson.STATES, [geojson.joined(features)])


def _statements(folder: Path, draft: Draft, found: pieces.Pieces) -> int:
    """Write the N-Quads, then the changes, which name cells and therefore need the places first."""
    quads = dumps.write_nquads(folder, found.of(dumped.QUADS), draft.memo)
    draft.memo.flush()
    places.write(folder / places.JSON, draft.pages)
    maker = feed.Maker(folder, draft.settings.data, draft.data.context, draft.about)
    maker.write(draft.edition.version, draft.now, quads, draft.findings.rules, draft.before)
    return quads


def _reports(folder: Path, draft: Draft) -> None:
    base, prefixes = draft.settings.base_iri, draft.data.context.prefixes
    report.ShaclReport(prefixes, base).write(folder / report.TURTLE, draft.results)
    report.write_findings(folder / report.JSON, draft.findings)


def _statistics(folder: Path, draft: Draft, found: pieces.Pieces) -> None:
    """Write the default graph as N-Triples, and its counts for VoID and the description of the service."""
    about = draft.about
    dumps.write_ntriples(folder, found.of(dumped.FACTS), draft.memo)
    draft.memo.flush()
    statistics = void.count(dumps.default_graph(folder), void.uri_space(about))
    service.write(folder, about, statistics.triples)
    void.write(folder, draft.info, statistics, draft.linksets, draft.data.context.prefixes)


def _words(portfolio: Portfolio) -> dict[str, dict[str, str]]:
    """The words of the site that are the portfolio's own, by language."""
    return {
        lang: {
            "title": _spoken(portfolio.title, lang),
            "tagline": _spoken(portfolio.headline or portfolio.title, lang),
            "unofficial": _spoken(portfolio.rights, lang) if portfolio.rights else "",
            "scope": _spoken(portfolio.scope, lang) if portfolio.scope else "",
        }
        for lang in LANGUAGES
    }


def _spoken(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or description.text_of(texts)


def _site(folder: Path, draft: Draft, say: Say) -> Written:
    settings = draft.settings
    contents = site.Contents(
        Things(draft.data, settings.base_iri),
        points.read(settings.data),
        list(library.read_all(settings.queries).values()),
        draft.findings,
        draft.shapes,
        settings.base_iri,
        draft.edition.version,
        draft.issued.isoformat(),
        draft.portfolio.contact,
        _words(draft.portfolio),
        draft.portfolio.documentation,
        say,
    )
    before = Before(settings.out, draft.memo.store)
    return site.write(folder, contents, settings.data, settings.ontology, before)
