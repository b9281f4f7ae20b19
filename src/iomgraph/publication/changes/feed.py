"""The feed of changes in a release: the changes of each version, copied from release to release.

`changes/` holds, for each version, the RDF Patch, the summary as JSON and as a page; and the history as JSON
(`index.json`), as Atom (`feed.atom`) and as an event stream (`feed.ttl`), with full pages under `archive-1`,
`archive-2` and so on. A static host can serve it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from iomgraph.errors import PublicationError
from iomgraph.mapping.context import Context
from iomgraph.publication.changes import atom, lookup, page, stream, summary
from iomgraph.publication.changes.predecessor import Predecessor
from iomgraph.publication.description import Description
from iomgraph.release import history, lines, patch
from iomgraph.release.content import is_inside
from iomgraph.release.difference import difference
from iomgraph.release.dumps import NQUADS
from iomgraph.release.history import FEED, FOLDER, INDEX, History, Version, archive
from iomgraph.release.manifest import entry

_EXTENSIONS = (".json", atom.EXTENSION, stream.EXTENSION)


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker of the feed of a release.

    Args:
        folder: the staged release, with its dumps, ontology and places.
        data: folder of the tables.
        context: context of the release.
        description: the dataset.
    """

    folder: Path
    data: Path
    context: Context
    description: Description

    def write(
        self,
        version: str,
        created: datetime,
        quads: int,
        findings: Mapping[str, int],
        before: Predecessor | None,
    ) -> None:
        """Write the feed.

        Args:
            version: version of this release.
            created: the time of this release; the feed never goes back behind the previous release.
            quads: number of its statements.
            findings: rule to the number of its findings.
            before: the previous release; None if this is the first.

        Raises:
            PublicationError: if the previous release is damaged.
        """
        target = self.folder / FOLDER
        target.mkdir()
        found = dict(sorted(findings.items()))
        past = before.history if before else History()
        time = max([created.strftime("%Y-%m-%dT%H:%M:%SZ"), *(one.created for one in past.entries)])
        new = Version(version, time, quads, findings=found)
        if before:
            _carry(before, target)
            new = self._changed(new, before)
        else:
            new = self._first(new)
        self._pages(past, past.with_next(new), target)

    def _first(self, new: Version) -> Version:
        name = f"{new.version}.json"
        _write_json(self.folder / FOLDER / name, {"version": new.version, "quads": new.quads})
        return replace(new, files={"json": name})

    def _changed(self, new: Version, before: Predecessor) -> Version:
        names = {"patch": f"{new.version}{patch.EXTENSION}.gz"}
        names |= {kind: f"{new.version}.{kind}" for kind in ("json", "html")}
        target = self.folder / FOLDER
        expand = self.description.context.expand
        rows = patch.rows(
            difference(before.statements(), self._statements()),
            expand(f"versions:{new.version}"),
            expand(f"versions:{before.version}"),
        )
        lines.write(rows, target / names["patch"])
        said = self._summary(before, new.version)
        _write_json(target / names["json"], said.document())
        (target / names["html"]).write_text(
            page.render(said, "html", "en", self.data), encoding="utf-8", newline="\n"
        )
        known = entry(target, names["patch"])
        fates = (summary.NEW, summary.GONE, summary.CHANGED)
        projects = {fate: len(said.chosen(fate, projects=True)) for fate in fates}
        return replace(
            new,
            previous=before.version,
            added=said.added,
            removed=said.removed,
            projects=projects,
            files=names,
            bytes=known.bytes,
            sha256=known.sha256,
        )

    def _statements(self) -> Iterator[str]:
        return lines.read(self.folder / NQUADS)

    def _summary(self, before: Predecessor, version: str) -> summary.Summary:
        places = lookup.places_of(self.folder)
        names = lookup.names(self.data, self.folder / "ontology", self.context, places)
        between = (before.version, version)
        statements: Callable[[], Iterator[str]] = self._statements
        return summary.summarize(before.statements, statements, self.context, names, between)

    def _pages(self, past: History, now: History, target: Path) -> None:
        """Write the current page, and the previous one if it has just been filled."""
        if now.archives > past.archives:
            self._page(past, target, archive(now.archives))
        self._page(now, target, FEED)

    def _page(self, shown: History, target: Path, name: str) -> None:
        older = history.read(target / f"{archive(shown.archives)}.json") if shown.archives else None
        shown.write(target / f"{INDEX if name == FEED else name}.json")
        stream.write(target / f"{name}{stream.EXTENSION}", shown, older, self.description)
        publisher = self.description.dataset["publisher"]
        author = next(record["name"] for record in self.description.records if record["id"] == publisher)
        words = page.words_of(self.data, "en")
        path = target / f"{name}{atom.EXTENSION}"
        atom.write(path, shown, self.description.context.expand, words, author)


def _carry(before: Predecessor, target: Path) -> None:
    """Copy the full pages of the history, and the files of every version in it."""
    source = before.folder / FOLDER
    names = [f"{archive(n + 1)}{end}" for n in range(before.history.archives) for end in _EXTENSIONS]
    for version in history.all_versions(source, before.history):
        names += version.files.values()
    for name in names:
        if "/" in name or not is_inside(before.folder, f"{FOLDER}/{name}"):
            raise PublicationError(
                "the history names a file that it does not have",
                where=source / name,
                step="run iomgraph verify",
            )
        shutil.copyfile(source / name, target / name)


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")
