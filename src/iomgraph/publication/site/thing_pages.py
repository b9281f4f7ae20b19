"""The pages of things, with the documents and the charts beside them: made, or taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iomgraph.publication.site import thing
from iomgraph.publication.site.charts import files, years
from iomgraph.publication.site.documents import Documents
from iomgraph.publication.site.pages import Pages
from iomgraph.publication.site.reuse import Reuse, Written
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.settings import LANGUAGES


@dataclass(frozen=True, slots=True)
class ThingPages:
    """Writes the pages of things.

    Args:
        pages: takes the files.
        things: every record.
        documents: makes the documents beside the pages.
        sources: the parts of pages that records do not hold.
        lists: class of a thing to the path of the list that leads to its page.
        reuse: takes over what did not change; None without a cache.
    """

    pages: Pages
    things: Things
    documents: Documents
    sources: thing.Sources
    lists: Mapping[str, str]
    reuse: Reuse | None = None

    def write(self, some: Iterable[tuple[str, str]]) -> Written:
        """Write the pages of some things, each given by its path and its CURIE."""
        if self.reuse is None:
            for path, name in some:
                self._write(path, name)
            return Written()
        reused = 0
        for path, name in some:
            if self.pages.reused(path, self.reuse):
                reused += 1
            else:
                with self.pages.noting(path, self.reuse):
                    self._write(path, name)
        self.reuse.store.flush()
        return Written(reused=reused)

    def _write(self, path: str, name: str) -> None:
        # Looked up rather than handed on, so that it counts among what the page is made from.
        record = self.things.records[name]
        kind, pages = record["type"][0], self.pages
        described = [record, *self.things.described_with(record)]
        for suffix, content in self.documents.of(described):
            pages.bytes(path + suffix, content)
        common = thing.common(record, pages.views[LANGUAGES[0]], self.sources.places)
        drawn = {
            lang: years.figure(record, common.projects, view, pages.words(lang), self.sources.queries)
            for lang, view in pages.views.items()
        }
        charts = files.written(pages, {lang: [one] if one else [] for lang, one in drawn.items()}, path)

        def shown(view: View) -> dict[str, Any]:
            found = thing.shown(record, view, pages.address(path, view.lang), common, self.sources)
            # What a chart says of itself need not stand beside the totals, too.
            beside = [note for chart in charts[view.lang] for note in chart.figure.notes]
            notes = [note for note in found["notes"] if note not in beside]
            return found | {"charts": charts[view.lang], "notes": notes}

        template = "project.html" if kind == "Project" else "thing.html"
        pages.page(path, template, shown, (self.lists[kind],) if kind in self.lists else (), True)
