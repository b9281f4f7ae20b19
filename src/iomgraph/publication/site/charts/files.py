"""Charts on pages and as files: the drawing, its table, and links to the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from iomgraph.publication.site.charts import bars, columns, marks
from iomgraph.publication.site.charts.figure import Figure, unique
from iomgraph.publication.site.pages import Pages, folder_of
from iomgraph.publication.site.sums import Note
from iomgraph.settings import LANGUAGES

FOLDER = "charts"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a page shows it.

    Args:
        figure: what it shows.
        uid: what its ids begin with.
        svg: the drawing as a part of the page.
        sheet: the drawing as a file of its own.
    """

    figure: Figure
    uid: str
    svg: Markup
    sheet: str


def chart(figure: Figure, words: Mapping[str, str], lang: str, source: str) -> Chart:
    """Draw a chart.

    Args:
        figure: what it shows.
        words: of the site.
        lang: of them.
        source: where the file says that it comes from.
    """
    drawing = _LAYOUTS[figure.layout](figure)
    told = description(figure, words)
    below = [words["scope"], *(said(note, words) for note in figure.notes), source]
    uid = unique(figure.name)
    svg = Markup(marks.inline(uid, drawing, figure.title, told))  # noqa: S704 (every text in it is escaped)
    return Chart(figure, uid, svg, marks.sheet(drawing, lang, figure.title, told, [*filter(None, below)]))


_LAYOUTS = {"columns": columns.stacked, "panels": columns.panels, "bars": bars.drawn}


def written(pages: Pages, figures: Mapping[str, Sequence[Figure]], path: str) -> dict[str, list[Chart]]:
    """Draw charts, and write their files.

    Args:
        pages: to write them beside.
        figures: language to the charts.
        path: of the page that shows them.
    """
    found = {}
    for lang, some in figures.items():
        source = f"iomgraph \N{MIDDLE DOT} {pages.address(path, lang)}"
        found[lang] = [chart(figure, pages.words(lang), lang, source) for figure in some]
        for one in found[lang]:
            pages.text(f"{folder_of(lang)}{FOLDER}/{one.figure.name}.svg", one.sheet)
    for figure in figures[LANGUAGES[0]]:
        pages.text(f"{FOLDER}/{figure.name}.csv", figure.csv())
    return found


def said(note: Note, words: Mapping[str, str]) -> str:
    """A note in words."""
    return words[note.key].format(**note.values)


def description(figure: Figure, words: Mapping[str, str]) -> str:
    """Describe a drawing in words by its largest row."""
    at = len(figure.columns) - 1
    largest = max(figure.drawn, key=lambda row: row.cells[at])
    value = figure.columns[at].measure.full(largest.cells[at])
    return words["chart_told"].format(name=largest.item.text, value=value)
