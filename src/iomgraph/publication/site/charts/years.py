"""The years of a state, theme or goal: how many of its projects began in each, and their budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from iomgraph.publication.shares import STATES, named
from iomgraph.publication.site.charts.counts import NOTHING, Counts
from iomgraph.publication.site.charts.figure import PROJECTS, Column, Figure, Measure, Row, total
from iomgraph.publication.site.sums import Note, Sums
from iomgraph.publication.site.view import Item, View
from iomgraph.queries.library import Query
from iomgraph.records.record import Record

TERMS = {"State": STATES, "Theme": "theme", "Goal": "relatedGoal"}
"""Class of a thing to the term by which projects name it."""

_YEAR = "startYear"
_CURRENCY = "USD"


def figure(
    record: Record,
    projects: Sequence[Record],
    view: View,
    words: Mapping[str, str],
    queries: Mapping[str, Query],
) -> Figure | None:
    """Make the chart of the years of a thing; None where its projects have no two years.

    Args:
        record: of the thing.
        projects: that point to it, in order.
        view: in the language of the page.
        words: of the site, in that language.
        queries: name to query.
    """
    kind = record["type"][0]
    if kind not in TERMS:
        return None
    term, name = TERMS[kind], record["id"]
    sums = Sums(view, [one for one in projects if name in named(one, term)])
    counts = Counts(sums, _YEAR)
    rows = sorted(_rows(counts, words), key=lambda row: (not row.key, row.key))
    if len([row for row in rows if row.parts]) < 2:
        return None
    labels = (words[PROJECTS], f"{words['total_whole']} ({sums.currency})")
    measures = (Measure(view), Measure(view, sums.currency))
    columns = zip((PROJECTS, "budget"), labels, measures, strict=True)
    query = queries.get(f"start-years-of-{kind.casefold()}") if sums.currency == _CURRENCY else None
    return Figure(
        name="/".join((kind.casefold(), name.partition(":")[2])),
        title=words["chart_years"],
        by=view.label(_YEAR),
        head="year",
        columns=tuple(Column(*column) for column in columns),
        series=labels,
        rows=tuple(rows),
        layout="panels",
        queries=(query.name,) if query else (),
        bound=_bound(query, view.things.context.expand(name)) if query else "",
        notes=tuple(_notes(sums, term)),
    )


def _bound(query: Query, iri: str) -> str:
    (parameter,) = query.parameters
    return query.bound({parameter.name: ox.NamedNode(iri)})


def _rows(counts: Counts, words: Mapping[str, str]) -> Iterator[Row]:
    for key in counts.projects:
        cells = tuple(total([*counts.of(what)[key].values()]) for what in (PROJECTS, "budget"))
        if key == NOTHING:
            yield Row("", Item(words["not_known"]), cells)
        else:
            yield Row(str(key), Item(str(key)), cells, cells)


def _notes(sums: Sums, term: str) -> Sequence[Note]:
    shared = sum(1 for record in sums.projects if len(named(record, term)) > 1)
    notes = [*sums.scope(), *sums.lacking(_YEAR)]
    if shared:
        notes.append(Note("note_whole", {"count": sums.view.number(shared)}))
    return notes
