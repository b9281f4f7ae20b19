"""Two pages in one file are refused with both places, in every layout; one page never is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import html, pages, several_pages
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.vocabulary import Vocabulary

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]
Printed = list[tuple[str, str]]

FIRST: Printed = [
    ("Start Date", "2015"),
    ("End Date", "2017"),
    ("Project Status", "Completed"),
    ("Budget Amount (USD)", "200000.00"),
    ("Prima ID", "KE10P0099"),
    ("Projects ID", "LM.9911"),
]
CHANGES = {
    "another project": {"Projects ID": "LM.9912"},
    "an older project": {"Projects ID": "T97-805"},
    "no ID, other years": {"Projects ID": "", "Start Date": "2003", "End Date": "2004"},
    "no ID, other budget and status": {
        "Projects ID": "",
        "Budget Amount (USD)": "90000.00",
        "Project Status": "Active",
    },
}
FRENCH = {
    "Start Date": "Date de début",
    "End Date": "Date de fin",
    "Project Status": "Statut du projet",
    "Projects ID": "Projet ID",
}
PROSE = "An invented project, of which nothing is known."


def _marked(title: str, fields: Printed) -> str:
    return "\n".join([title, *(f"-\n{label}\n{value}" for label, value in fields), PROSE]) + "\n"


def _plain(title: str, fields: Printed) -> str:
    return "\n".join([title, *(f"{label}\n{value}" for label, value in fields), PROSE]) + "\n"


def _in_line(title: str, fields: Printed) -> str:
    return "\n".join([title, *(f"{label}: {value}" for label, value in fields), PROSE]) + "\n"


def _classed(title: str, fields: Printed) -> str:
    field = "<div class=field__label>{}</div><div class=field__item>{}</div>\n"
    return f"<h1>{title}</h1>\n{''.join(field.format(*pair) for pair in fields)}<p>{PROSE}</p>\n"


def _listed(title: str, fields: Printed) -> str:
    pairs = "".join(f"<dt>{label}</dt>\n<dd>{value}</dd>\n" for label, value in fields)
    return f"<h2>{title}</h2><dl>{pairs}</dl><p>{PROSE}</p>\n"


def _tabular(title: str, fields: Printed) -> str:
    rows = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>\n" for label, value in fields)
    return f"<h1>{title}</h1><table>{rows}</table><p>{PROSE}</p>\n"


LAYOUTS: dict[str, tuple[str, Callable[[str, Printed], str]]] = {
    "marked": ("p.txt", _marked),
    "plain": ("p.txt", _plain),
    "in-line": ("p.txt", _in_line),
    "classed": ("p.html", _classed),
    "listed": ("p.html", _listed),
    "tabular": ("p.html", _tabular),
}


def _document(name: str, text: str) -> html.Document:
    return html.read(text) if name.endswith("html") else html.Document(lines=pages.text_lines(text))


def _changed(change: Mapping[str, str]) -> tuple[Printed, Printed]:
    """The fields of two pages; a field that is empty in the change stands on neither."""
    first = [(label, value) for label, value in FIRST if change.get(label) != ""]
    return first, [(label, change.get(label, value)) for label, value in first]


@pytest.mark.parametrize(("layout", "change"), [*product(LAYOUTS, CHANGES)])
def test_a_second_page_in_a_file_is_found_with_both_places(
    words: Vocabulary, layout: str, change: str
) -> None:
    name, make = LAYOUTS[layout]
    first, other = _changed(CHANGES[change])
    one = make("Roads", first)
    found = several_pages.second(_document(name, one + make("Bridges", other)), words)
    assert found is not None
    assert found[0].number <= one.count("\n") < found[1].number
    assert several_pages.second(_document(name, one), words) is None


@pytest.mark.parametrize(
    ("layout", "other"),
    [pair for pair in product(LAYOUTS, LAYOUTS) if len({LAYOUTS[n][0] for n in pair}) == 1],
)
def test_two_layouts_in_one_file_are_two_pages(words: Vocabulary, layout: str, other: str) -> None:
    name, make = LAYOUTS[layout]
    fields = [(label, value.replace("LM.9911", "LM.9912")) for label, value in FIRST]
    text = make("Roads", FIRST) + LAYOUTS[other][1]("Bridges", fields)
    found = several_pages.second(_document(name, text), words)
    assert found is not None
    assert [line.text.rpartition(" ")[2] for line in found] == ["LM.9911", "LM.9912"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_and_its_translation_are_two_pages(words: Vocabulary, layout: str) -> None:
    name, make = LAYOUTS[layout]
    french = [(FRENCH.get(label, label), value.replace("Completed", "Achevé")) for label, value in FIRST]
    text = make("Roads", FIRST) + make("Des routes", french)
    assert several_pages.second(_document(name, text), words)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_that_is_printed_twice_over_is_one_page(words: Vocabulary, layout: str) -> None:
    name, make = LAYOUTS[layout]
    assert several_pages.second(_document(name, make("Roads", FIRST) * 2), words) is None


FORMER = ["Africa", "LM.9911", "150,000", "Kenya", "Labour Migration", "National", "Completed"]
FORMERS = {
    "ID": (FORMER, ["Africa", "LM.9912", *FORMER[2:]]),
    "ID and PRIMA ID": (FORMER, ["Africa", "LM.9912", "KE10P0100", *FORMER[2:]]),
    "PRIMA ID": (["KE10P0099", *FORMER[2:5]], ["KE10P0100", *FORMER[2:5]]),
}


@pytest.mark.parametrize("kind", FORMERS)
def test_two_pages_of_the_former_site_are_two_pages(words: Vocabulary, kind: str) -> None:
    first, other = FORMERS[kind]
    lines = pages.text_lines("\n".join(["Roads", *first, PROSE, "Bridges", *other]))
    found = several_pages.second(html.Document(lines=lines), words)
    assert [line.text[-1] for line in found or ()] in (["1", "2"], ["9", "0"])
    for page in (first, other):
        lines = pages.text_lines("\n".join(["Roads", *page, PROSE]))
        assert several_pages.second(html.Document(lines=lines), words) is None


@pytest.mark.parametrize(
    "ids", ["LM.9911, LM.9912", "LM.9911 LM.9912", "LM.9911</div><div class=field__item>LM.9912"]
)
def test_two_project_ids_in_one_field_are_two_projects(words: Vocabulary, ids: str) -> None:
    found = several_pages.second(html.read(_classed("Roads", [*FIRST[:-1], ("Projects ID", ids)])), words)
    assert [line.text for line in found or ()] == ["LM.9911", "LM.9912"]


def test_fields_below_each_of_two_headings_are_two_pages_even_where_none_is_given_twice(
    words: Vocabulary,
) -> None:
    text = _classed("Roads", FIRST[:2]) + _classed("Bridges", FIRST[3:])
    found = several_pages.second(html.read(text), words)
    assert [line.text for line in found or ()] == ["Roads", "Bridges"]


def test_two_titles_of_documents_are_two_pages_and_the_title_of_a_picture_does_not_count(
    words: Vocabulary,
) -> None:
    head = "<html><head><title>{}</title></head>{}</html>\n"
    both = head.format("Roads", _classed("Roads", FIRST)) + head.format("News", "<p>News.")
    found = several_pages.second(html.read(both), words)
    assert [(line.text, line.number) for line in found or ()] == [("Roads", 1), ("News", 10)]
    picture = head.format("Roads", "<svg><title>A lamp</title></svg>" + _classed("Roads", FIRST))
    assert several_pages.second(html.read(picture), words) is None


MENTIONS = st.lists(
    st.sampled_from(
        [
            "LM.9912",
            "It follows LM.9912, of 2009.",
            "Year",
            "2003",
            "Coverage",
            "of the press",
            "Kenya",
            "150,000",
        ]
    ),
    max_size=6,
)


@given(layout=st.sampled_from(sorted(LAYOUTS)), count=st.integers(3, len(FIRST)), mentions=MENTIONS)
def test_prose_that_mentions_another_project_is_of_the_same_page(
    words: Vocabulary, layout: str, count: int, mentions: list[str]
) -> None:
    name, make = LAYOUTS[layout]
    prose = "".join(f"<p>{text}</p>\n" if name.endswith("html") else f"{text}\n" for text in mentions)
    assert several_pages.second(_document(name, make("Roads", FIRST[-count:]) + prose), words) is None


def test_a_file_of_two_pages_is_the_only_loss_and_says_what_to_do(harvested: Harvested) -> None:
    second = _classed("Bridges", [(label, value.replace("9911", "9912")) for label, value in FIRST])
    rows, done = harvested(
        {"two.html": _classed("Roads", FIRST) + second, "one.txt": _marked("Roads", FIRST)}
    )
    assert [row["file"] for row in rows] == ["one.txt"]
    (found,) = [found for found in done.findings if found.rule == "several-pages"]
    assert (str(found.place), found.severity.word) == ("two.html:15", "should")
    assert "'LM.9911' on line 7" in found.text()
    assert "save each page as a separate file" in found.text()


def test_the_real_pages_are_each_one_page(shared: Path, words: Vocabulary) -> None:
    files = sorted(file for file in shared.glob("captures*/*") if file.suffix in {".html", ".txt"})
    found = [
        several_pages.second(_document(file.name, file.read_text(encoding="utf-8")), words) for file in files
    ]
    assert (len(files), set(found)) == (264, {None})
