"""Every page that is known, laid out in every common structure, reads back to the same values."""

from __future__ import annotations

import csv
import html as escapes
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomgraph.settings import resources
from iomgraph.sources import html, label_lines, pages, pairing
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.pages import Fields
from iomgraph.sources.vocabulary import FIELDS, Vocabulary

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]
Pair = tuple[str, Sequence[str]]
Layout = Callable[[Sequence[Pair]], str]

PAGES = [*csv.DictReader((resources() / "data/idf/pages.csv").open(encoding="utf-8"))]
PROSE = (
    "<p>A paragraph of the description: it ends in 2024.</p><h3>More</h3><p>Coverage of the press, USD 1.</p>"
)
DONOR = ("Donor", ["Government of Nowhere"])


def _labels() -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for row in csv.DictReader((resources() / "data/vocabulary/fields.csv").open(encoding="utf-8")):
        labels.setdefault(row["lang"], {})[row["field"]] = row["label"]
    return labels


LABELS = _labels()


def _each(form: str, item: str, around: str = "{}") -> Layout:
    """Lay out each field by a form; `item` is that of each of its values."""

    def lay(fields: Sequence[Pair]) -> str:
        laid = [
            form.format(label, "".join(item.format(value) for value in values)) for label, values in fields
        ]
        return around.format("\n".join(laid))

    return lay


def _rows(fields: Sequence[Pair], head: str = "th") -> str:
    """A table with the labels in its first row, and a row of values below."""
    labels = "".join(f"<{head}>{label}</{head}>" for label, _ in fields)
    values = "".join(f"<td>{'<br>'.join(values)}</td>" for _, values in fields)
    return f"<table><tr>{labels}</tr><tr>{values}</tr></table>"


def _two_in_a_row(fields: Sequence[Pair]) -> str:
    cells = [f"<td>{label}</td><td>{'<br>'.join(values)}</td>" for label, values in fields]
    pairs = itertools.zip_longest(cells[::2], cells[1::2], fillvalue="")
    return f"<table>{''.join(f'<tr>{one}{other}</tr>' for one, other in pairs)}</table>"


def _spanning(fields: Sequence[Pair]) -> str:
    """A table with a row for each value: the label's cell spans them."""
    rows = []
    for label, values in fields:
        head = f"<th rowspan={len(values)}>{label}</th>"
        rows += [f"<tr>{'' if number else head}<td>{value}</td></tr>" for number, value in enumerate(values)]
    return f"<table>{''.join(rows)}</table>"


MANY: dict[str, Layout] = {
    "definition list": _each("<dt>{}</dt>{}", "<dd>{}</dd>", "<dl>{}</dl>"),
    "definition list, no end tags": _each("<dt>{}{}", "<dd>{}", "<dl>{}</dl>"),
    "definition list with groups": _each("<div><dt>{}</dt>{}</div>", "<dd>{}</dd>", "<dl>{}</dl>"),
    "table": _each("<tr><th>{}</th><td>{}</td></tr>", "<p>{}</p>", "<table><tbody>{}</tbody></table>"),
    "table of two cells": _each("<tr><td>{}:</td><td>{}</td></tr>", "<div>{}</div>", "<table>{}</table>"),
    "table, no end tags": _each("<tr><td><b>{}</b><td>{}", "<p>{}", "<table>{}</table>"),
    "table, two pairs in a row": _two_in_a_row,
    "table, labels in the first row": _rows,
    "table, labels in the first row of plain cells": partial(_rows, head="td"),
    "table, cells that span rows": _spanning,
    "pairs of boxes": _each("<div><div>{}</div>{}</div>", "<div>{}</div>"),
    "pairs of boxes, many values in one": _each("<div><div>{}</div><div>{}</div></div>", "<p>{}</p>"),
    "pairs of boxes, each wrapped": _each(
        "<div><div><span>{}</span></div><div><div>{}</div></div></div>", "<div><a href=#>{}</a></div>"
    ),
    "boxes side by side": _each("<div class=a>{}</div>{}", "<div class=b>{}</div>"),
    "boxes that are called the other way round": _each(
        "<div><div class=field__item>{}</div>{}</div>", "<div class=field__label>{}</div>"
    ),
    "boxes that are all called labels": _each(
        "<div><div class=field__label>{}</div>{}</div>", "<div class=field__label>{}</div>"
    ),
    "sections": _each("<section><h3>{}</h3>{}</section>", "<p>{}</p>"),
    "headings and lists": _each("<h3>{}</h3><ul>{}</ul>", "<li>{}</li>"),
    "headings and text": _each("<h4>{}</h4>{}", "<p>{}</p>"),
    "list with lists": _each("<li><strong>{}</strong><ul>{}</ul></li>", "<li>{}</li>", "<ul>{}</ul>"),
    "paragraphs with breaks": _each("<p><strong>{}</strong>{}</p>", "<br>{}"),
    "labels and outputs": _each("<div><label>{}</label>{}</div>", "<output>{}</output>"),
    "articles in a grid": _each("<article><header></header><h5>{}</h5><div>{}</div></article>", "<p>{}</p>"),
}
ONE: dict[str, Layout] = {
    "paragraphs, label in bold": _each("<p><strong>{}</strong> {}</p>", "{}"),
    "paragraphs, colon in bold": _each("<p><b>{}:</b> {}</p>", "{}"),
    "paragraphs, colon behind": _each("<p><b>{}</b>: {}</p>", "{}"),
    "paragraphs of plain text": _each("<p>{}: {}</p>", "{}"),
    "paragraphs, French spacing": _each("<p>{}\u00a0: {}</p>", "{}"),
    "paragraphs, narrow space": _each("<p>{}\u202f:\u00a0{}</p>", "{}"),
    "list items": _each("<li><strong>{}</strong> {}</li>", "{}", "<ul>{}</ul>"),
    "lines in one paragraph": _each("{}: {}<br>", "{}", "<p>{}</p>"),
    "pairs of spans": _each("<div><span>{}</span><span>{}</span></div>", "{}"),
    "spans within spans": _each(
        "<div><span><span><i>{}</i></span></span> <span><b>{}</b></span></div>", "{}"
    ),
    "one paragraph": _each("<b>{}:</b> {}", "{}", "<p>{}</p>"),
    "one paragraph with bars": _each("<b>{}:</b> {} | ", "{}", "<p>{}</p>"),
    "one cell": _each("<td><b>{}</b> {}</td>", "{}", "<table><tr>{}</tr></table>"),
    "boxes of one kind in a row": _each("<div>{}</div><div>{}</div>", "{}"),
    "paragraphs of one kind": _each("<p>{}</p><p>{}</p>", "{}"),
    "lines of one box": _each("{}<br>{}<br>", "{}", "<div>{}</div>"),
}
"""Layouts in which a field has one line."""


def _fields(row: Mapping[str, str]) -> list[Pair]:
    labels = LABELS[row["lang"]]
    return [(labels[name], row[name].split("\n")) for name in FIELDS if row[name]]


def _page(row: Mapping[str, str], layout: Layout, fields: Sequence[Pair] | None = None) -> str:
    given = _fields(row) if fields is None else fields
    escaped = [
        (escapes.escape(label), [escapes.escape(value) for value in values]) for label, values in given
    ]
    head = f"<html lang={row['lang']}><body><nav><ul><li>Year</li><li>Projects</li></ul></nav><main>"
    return f"{head}<h1>{escapes.escape(row['title'])}</h1>{layout(escaped)}{PROSE}</main></body></html>"


def _read(text: str, words: Vocabulary) -> Fields:
    fields = pages.read(pairing.arranged(html.read(text).lines, words), words)
    assert fields is not None
    return fields


def _printed(row: Mapping[str, str]) -> dict[str, str]:
    return {name: row[name] for name in FIELDS if row[name]}


def _told_apart(row: Mapping[str, str]) -> bool:
    """Tell if the Spanish label of two fields can be told apart: it is repeated, or has a known word."""
    return row["lang"] != "es" or bool(row["status"]) == bool(row["theme"])


SEVERAL = [row for row in PAGES if "\n" in row["states"]]
KNOWN = [row for row in (*SEVERAL, *PAGES[::8]) if len(_fields(row)) >= 3 and _told_apart(row)]
"""One page in eight, and those with states one per line."""
PLAIN = [row for row in KNOWN if not any("\n" in row[name] for name in FIELDS)]


def test_there_are_pages_enough_to_lay_out() -> None:
    assert (len(KNOWN) >= 40, len(PLAIN) >= 30, len(SEVERAL) >= 9) == (True, True, True)
    assert {row["lang"] for row in PLAIN} == set(LABELS)


@pytest.mark.parametrize("name", MANY)
def test_each_page_reads_back_from_each_structure(words: Vocabulary, name: str) -> None:
    for row in KNOWN:
        page = _read(_page(row, MANY[name]), words)
        assert (page.title, page.values, page.repeated) == (row["title"], _printed(row), [])
        assert all(label.text == "More" for label, _ in page.unknown)


@pytest.mark.parametrize("name", ONE)
def test_each_page_with_one_line_a_field_reads_back_from_each_structure(words: Vocabulary, name: str) -> None:
    for row in PLAIN:
        page = _read(_page(row, ONE[name]), words)
        assert (page.title, page.values, page.repeated) == (row["title"], _printed(row), [])


@pytest.mark.parametrize("name", [*MANY, *ONE])
@pytest.mark.parametrize("at", [1, 3])
def test_a_label_of_no_field_is_reported_and_no_value_takes_it_up(
    words: Vocabulary, name: str, at: int
) -> None:
    row = PLAIN[at]
    fields = [*_fields(row)]
    fields.insert(at, DONOR)
    page = _read(_page(row, {**MANY, **ONE}[name], fields), words)
    assert page.values == _printed(row)
    told = [(label.text.rstrip(":"), value) for label, value in page.unknown if label.text != "More"]
    assert told == [("Donor", "Government of Nowhere")]


@pytest.mark.parametrize("name", [*MANY, *ONE])
def test_a_field_without_a_value_takes_no_other(words: Vocabulary, name: str) -> None:
    row = PLAIN[0]
    for at, (label, _) in enumerate(_fields(row)):
        fields = [pair if number != at else (label, [""]) for number, pair in enumerate(_fields(row))]
        page = _read(_page(row, {**MANY, **ONE}[name], fields), words)
        given = {name for name, value in page.values.items() if value != row[name]}
        assert given <= {"states"} or page.values == {}, (label, page.values)


@pytest.mark.parametrize("lang", LABELS)
def test_text_with_a_label_and_a_value_on_each_line_is_read(words: Vocabulary, lang: str) -> None:
    colon = "\u00a0: " if lang == "fr" else ": "
    for row in (row for row in PLAIN if row["lang"] == lang and row["coverage"]):
        lines = [f"{label}{colon}{values[0]}" for label, values in _fields(row)]
        text = "\n".join([row["title"], "", *lines, "", "Coverage: it speaks of the press."])
        page = pages.read(pairing.arranged(pages.text_lines(text), words), words)
        assert page
        assert (page.title, page.values) == (row["title"], _printed(row))


COLUMNS = (
    "<h1>Roads</h1><div class=labels><p>Start Date</p><p>End Date</p><p>Projects ID</p></div>"
    "<div class=values><p>2015</p><p>2017</p><p>LM.9911</p></div>"
)
SPANS = (
    "<h1>Roads</h1><table><tr><th colspan=2>Start Date<th>End Date<th>Year"
    "<tr><td>2015<td>2017<td>2014</table>"
)


@pytest.mark.parametrize("text", [COLUMNS, SPANS], ids=["columns", "cells that span columns"])
def test_values_that_may_belong_to_several_labels_belong_to_none(words: Vocabulary, text: str) -> None:
    assert _read(text, words).values == {}


def test_prose_that_begins_with_the_word_of_a_label_is_not_split(words: Vocabulary) -> None:
    row = next(row for row in PLAIN if row["coverage"] and row["funding_year"])
    prose = "<p><b>Coverage</b> of the press</p><p>Year: it was a good one</p><p>Coverage</p><p>of nobody</p>"
    for layout in (MANY["definition list"], ONE["paragraphs of plain text"]):
        page = _read(_page(row, layout).replace("</main>", prose + "</main>"), words)
        assert page.values == _printed(row)


def test_a_table_of_several_projects_is_refused(harvested: Harvested) -> None:
    head = "<tr><th>Project</th><th>Projects ID</th><th>Year</th></tr>"
    body = "".join(f"<tr><td>Road {n}</td><td>LM.000{n}</td><td>201{n}</td></tr>" for n in (1, 2))
    rows, done = harvested({"p.html": f"<h1>Roads</h1><table>{head}{body}</table>"})
    assert rows == []
    assert "several-pages" in {found.rule for found in done.findings}


def test_collected_pages_read_as_before_whatever_their_classes_are_called(
    harvested: Harvested, shared: Path
) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (shared / "captures").glob("*.html")}
    rows, _ = harvested([shared / "captures" / name for name in kept])
    catalogue = (shared / "captures/captures.csv").read_text(encoding="utf-8")
    renamed = {name: re.sub(r"class='[^']*'", "class='x'", text) for name, text in kept.items()}
    _, done = harvested({**renamed, "captures.csv": catalogue})
    assert len(rows) == len(kept) == done.changes.unchanged == 27


def test_the_collected_case_with_colons_is_read(harvested: Harvested, shared: Path) -> None:
    (row,), _ = harvested([shared / "cases/pages/colon"])
    assert [row[name] for name in ("title", "start_year", "budget", "project_id", "states")] == [
        "Roads to invented towns",
        "2015",
        "200000.00",
        "LM.9911",
        "Kenya",
    ]


NAMES = st.sampled_from(["div", "section", "p", "span", "li", "dd", "h3", "td", "x-y"])
CLASSES = st.sampled_from(["", "field__label", "field__item", "field", "a b"])


@given(
    st.integers(0, len(PLAIN) - 1),
    st.lists(st.tuples(NAMES, CLASSES), max_size=4),
    st.lists(st.tuples(NAMES, CLASSES), max_size=4),
    st.tuples(NAMES, CLASSES),
)
@settings(max_examples=150)
def test_a_page_reads_back_from_boxes_of_any_names_and_depths(
    words: Vocabulary,
    number: int,
    label: list[tuple[str, str]],
    value: list[tuple[str, str]],
    around: tuple[str, str],
) -> None:
    row = PLAIN[number]

    def wrapped(text: str, boxes: Sequence[tuple[str, str]]) -> str:
        # Elements that end each other, as one paragraph another, would not be boxes within boxes.
        names = [(name if name in {"section", "span", "x-y"} else "div", kind) for name, kind in boxes]
        for name, kind in names:
            text = f"<{name} class='{kind}'>{text}</{name}>"
        return text

    form = wrapped("<div>" + wrapped("{}", label) + "</div><div>" + wrapped("{}", value) + "</div>", [around])
    page = _read(_page(row, _each(form if around[0] != "span" else f"<div>{form}</div>", "{}")), words)
    assert (page.title, page.values) == (row["title"], _printed(row))


TAGS = [
    "<tr>",
    "<td>",
    "</td>",
    "<dl>",
    "<dt>",
    "</dl>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<br>",
    "<table>",
    "</table>",
]
TEXTS = [
    "Year",
    "2008",
    "Projects ID: LM.0001",
    "Start Date",
    ":",
    "Donor",
    "End Date: 2009",
    "<td rowspan=3>",
    "Prose.",
]


@given(st.lists(st.sampled_from(TAGS + TEXTS), max_size=50))
def test_no_structure_raises_or_loses_text(words: Vocabulary, parts: list[str]) -> None:
    lines = html.read("".join(parts)).lines
    found = pairing.arranged(lines, words)
    pages.read(found, words)
    assert {line.number for line in found} == {line.number for line in lines}


@pytest.mark.parametrize(
    "piece",
    [
        "<div>Year",
        "<p>Year",
        "<tr><td>Year<td>x",
        "<div><div>Year</div><b>x",
        "<td>Year",
        "<p><b>Year</b> 1</p>",
    ],
)
def test_many_labels_cost_no_more_than_their_number(words: Vocabulary, piece: str) -> None:
    lines = html.read(piece * 10_000).lines
    assert len(pairing.arranged(lines, words)) >= len(lines)
    split, _ = label_lines.split(html.read(f"<p>{piece * 300}").lines, words)
    assert split
