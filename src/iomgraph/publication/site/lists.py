"""The lists of projects and of other things, and the index for the search in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from iomgraph.publication.site import overview
from iomgraph.publication.site.pages import Pages, folder_of
from iomgraph.publication.site.things import Text, Things
from iomgraph.publication.site.view import View
from iomgraph.settings import LANGUAGES

PAGED, LISTED = 100, 200
"""Rows on a page of the projects, and of other lists, whose rows are short."""

KINDS = {
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


def projects(pages: Pages, things: Things) -> None:
    """Write the list of projects and the index for the search, with the projects of one page in memory."""
    names = things.names("Project")
    indexes = {lang: overview.Index(view) for lang, view in pages.views.items()}

    def shown(view: View, some: slice) -> dict[str, Any]:
        return {"rows": indexes[view.lang].added(things.records[name] for name in names[some])}

    _paged(pages, "projects", "projects.html", (len(names), PAGED), shown)
    for lang, index in indexes.items():
        pages.packed(f"{folder_of(lang)}projects.json.gz", index.text())


def others(pages: Pages, things: Things) -> None:
    """Write the lists of other things than projects."""
    for path, kind in KINDS.items():
        names = things.names(kind)
        rows = {
            lang: overview.entries(map(things.records.__getitem__, names), view)
            for lang, view in pages.views.items()
        }
        _listed(pages, path, rows)


def _listed(pages: Pages, path: str, rows: Mapping[str, Sequence[overview.Entry]]) -> None:
    """Write a list, with the columns of codes and of numbers of projects if there are any."""
    columns = [any(row[at] for row in rows[LANGUAGES[0]]) for at in (1, 2)]

    def shown(view: View, some: slice) -> dict[str, Any]:
        return {"rows": rows[view.lang][some], "columns": columns}

    _paged(pages, path, "list.html", (len(rows[LANGUAGES[0]]), LISTED), shown)


def _paged(
    pages: Pages,
    path: str,
    template: str,
    sizes: tuple[int, int],
    rows: Callable[[View, slice], dict[str, Any]],
) -> None:
    """Write a list, on as many pages as it takes.

    Args:
        pages: to write them.
        path: of the first page, and the key of the heading.
        template: shows the rows.
        sizes: numbers of rows of the list and of a page.
        rows: gives what a page shows beside its number; it is called once for each page, in order.
    """
    total, size = sizes
    count = max(1, -(-total // size))
    for number in range(1, count + 1):

        def shown(view: View, number: int = number) -> dict[str, Any]:
            return {
                "heading": Text(pages.word(path, view.lang)),
                "total": total,
                "first": path,
                "page_number": number,
                "pages": count,
                **rows(view, slice((number - 1) * size, number * size)),
            }

        name = path if number == 1 else f"{path}-{number}"
        pages.page(name, template, shown, () if number == 1 else (path,))
