"""Pages in both layouts into fields: values, places and doubts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iomgraph.sources import html, invisible, pages
from iomgraph.sources.pages import Fields
from iomgraph.sources.vocabulary import FIELDS, Vocabulary

TextPage = Callable[..., str]

LABELS = {
    "en": [
        "Start Date",
        "End Date",
        "Project Status",
        "Project Type",
        "Budget Amount (USD)",
        "Coverage",
        "Year",
        "IDF Region",
        "Other Countries Benefiting at Time of Allocation",
        "Prima ID",
        "Projects ID",
        "Benefiting Member States",
    ],
    "fr": [
        "Date de début",
        "Date de fin",
        "Statut du projet",
        "Type de projet",
        "Budget Amount (USD)",
        "Couverture",
        "Année",
        "IDF Region",
        "Other Countries Benefiting at Time of Allocation",
        "Prima ID",
        "Projet ID",
        "Etat(s) membre(s) beneficiaires remplissant les conditions requises",
    ],
    "es": [
        "Fecha de inicio",
        "Fecha de finalización",
        "Tipo de proyecto",
        "Tipo de proyecto",
        "Budget Amount (USD)",
        "Cobertura geográfica",
        "Año",
        "IDF Region",
        "Other Countries Benefiting at Time of Allocation",
        "Prima ID",
        "Proyecto ID",
        "Estados Miembros Beneficiarios que Reúnen los Requisitos",
    ],
}
FORMER = ("Africa", "LM.0001", "KE10P0001", "150,000", "Kenya", "Labour Migration", "National", "Completed")


def _text(text: str, words: Vocabulary) -> Fields:
    fields = pages.read(pages.text_lines(text), words)
    assert fields is not None
    return fields


def _html(text: str, words: Vocabulary) -> Fields:
    fields = pages.read(html.read(text).lines, words)
    assert fields is not None
    return fields


@pytest.mark.parametrize("lang", LABELS)
def test_a_whole_page_of_text_gives_each_field_its_value_and_its_line(
    words: Vocabulary, text_page: TextPage, lang: str
) -> None:
    page = _text(text_page("Roads", [(label, f"v{n}") for n, label in enumerate(LABELS[lang])]), words)
    assert page.title == "Roads"
    assert page.values == {name: f"v{n}" for n, name in enumerate(FIELDS)}
    assert page.lines == {"title": 5} | {name: 8 + 3 * n for n, name in enumerate(FIELDS)}
    assert (page.unknown, page.repeated) == ([], [])


def test_the_two_spanish_fields_of_one_label_are_recognised_by_their_order(
    words: Vocabulary, text_page: TextPage
) -> None:
    page = _text(text_page("T", [("Tipo de proyecto", "Finalizado"), ("Tipo de proyecto", "Nada")]), words)
    assert page.values == {"status": "Finalizado", "theme": "Nada"}


@pytest.mark.parametrize(
    ("value", "field"), [("Finalizado", "status"), ("Migración laboral", "theme"), ("TCMMCB", "theme")]
)
def test_one_spanish_field_of_that_label_is_recognised_by_its_word(
    words: Vocabulary, text_page: TextPage, value: str, field: str
) -> None:
    page = _text(text_page("T", [("Año", "2008"), ("Tipo de proyecto", value)]), words)
    assert page.values == {"funding_year": "2008", field: value}


def test_one_spanish_field_with_an_unknown_word_is_taken_for_the_first_and_can_be_reported(
    words: Vocabulary, text_page: TextPage
) -> None:
    page = _text(text_page("T", [("Tipo de proyecto", "Palabra nueva")]), words)
    assert page.values == {"status": "Palabra nueva"}


def test_three_spanish_fields_of_that_label_keep_the_second_and_report_the_third(
    words: Vocabulary, text_page: TextPage
) -> None:
    label = "Tipo de proyecto"
    page = _text(text_page("T", [(label, "Activo"), (label, "TCMMCB"), (label, "Migración laboral")]), words)
    assert page.values == {"status": "Activo", "theme": "TCMMCB"}
    assert [(name, line.text) for name, line in page.repeated] == [("theme", "Migración laboral")]


@pytest.mark.parametrize("at", [0, 1, 2], ids=["start", "middle", "end"])
def test_an_unknown_label_is_reported_anywhere(words: Vocabulary, text_page: TextPage, at: int) -> None:
    fields = [("Start Date", "2008"), ("End Date", "2009")]
    fields.insert(at, ("Donor", "Nobody"))
    page = _text(text_page("Roads", fields), words)
    assert page.title == "Roads"
    assert page.values == {"start_year": "2008", "end_year": "2009"}
    assert [(label.text, label.number) for label, _ in page.unknown] == [("Donor", 7 + 3 * at)]
    assert page.unknown[0][1].startswith("Nobody")


@pytest.mark.parametrize("at", [0, 1, 2], ids=["start", "middle", "end"])
def test_an_unknown_label_in_html_is_reported_anywhere(words: Vocabulary, at: int) -> None:
    fields = [("Start Date", "2008"), ("End Date", "2009")]
    fields.insert(at, ("Donor", "Nobody"))
    page = _html(f"<h1>Roads</h1>{_classed(fields)}<p>Prose</p>", words)
    assert (page.title, page.values) == ("Roads", {"start_year": "2008", "end_year": "2009"})
    assert [(label.text, value) for label, value in page.unknown] == [("Donor", "Nobody")]


def _classed(fields: list[tuple[str, str]]) -> str:
    field = "<div class=field><div class=field__label>{}</div><div class=field__item>{}</div></div>"
    return "\n".join(field.format(label, value) for label, value in fields)


def test_a_label_that_no_value_follows_gives_no_value(words: Vocabulary, text_page: TextPage) -> None:
    page = _text("Roads\n-\nStart Date\n-\nEnd Date\n2009\n-\nYear\n", words)
    assert page.values == {"end_year": "2009"}
    assert _html(_classed([("Start Date", ""), ("End Date", "2009")]), words).values == {"end_year": "2009"}


def test_the_same_value_twice_is_silent_and_another_value_is_reported(
    words: Vocabulary, text_page: TextPage
) -> None:
    page = _text(text_page("T", [("Year", "2008"), ("Year", "2008"), ("Year", "2009")]), words)
    assert page.values == {"funding_year": "2008"}
    assert [(name, line.text, line.number) for name, line in page.repeated] == [("funding_year", "2009", 14)]


PROSE = """The project speaks of Coverage.
Coverage
of the press, in 2024
-
Year
after year
-
Project Status
Active
- and a list
-
-
End Date
2030
"""


def test_prose_that_holds_labels_and_lone_hyphens_is_not_read_as_fields(
    words: Vocabulary, text_page: TextPage
) -> None:
    fields = [("Start Date", "2008"), ("Projects ID", "LM.0001"), ("Benefiting Member States", "Georgia")]
    page = _text(text_page("Roads", fields, PROSE), words)
    assert page.values == {"start_year": "2008", "project_id": "LM.0001", "states": "Georgia"}
    assert (page.unknown, page.repeated) == ([], [])


def test_prose_in_html_is_not_read_as_fields(words: Vocabulary) -> None:
    prose = "".join(f"<p>{line}</p>" for line in PROSE.splitlines())
    page = _html(
        f"<h1>Roads</h1>{_classed([('Start Date', '2008'), ('Projects ID', 'LM.0001')])}{prose}", words
    )
    assert page.values == {"start_year": "2008", "project_id": "LM.0001"}


def test_html_without_classes_is_read_by_its_labels(words: Vocabulary) -> None:
    fields = "".join(f"<dt>{label}:</dt><dd>{n}</dd>" for n, label in enumerate(LABELS["en"]))
    prose = "<p>Prose.</p><p>Coverage</p><p>of the press</p>"
    page = _html(f"<nav>Year</nav><h1>Roads</h1><dl>{fields}</dl>{prose}", words)
    assert page.title == "Roads"
    assert page.values == {name: str(n) for n, name in enumerate(FIELDS)}


def test_several_items_of_one_field_are_several_lines(words: Vocabulary) -> None:
    states = (
        "<div class=field__items><div class=field__item>Fiji</div><div class=field__item>Tonga</div></div>"
    )
    label = "<div class=field__label>Benefiting Member States</div>"
    page = _html(f"<h1>Roads</h1><div class=field>{label}{states}</div><p>Prose</p>", words)
    assert page.values == {"states": "Fiji\nTonga"}


def test_the_title_is_the_last_heading_above_the_fields(words: Vocabulary) -> None:
    fields = _classed([("Year", "2008")])
    assert _html(f"<h1>Site</h1><h1>Roads</h1>{fields}<h1>More</h1>", words).title == "Roads"
    assert _html(f"<p>Site</p><h2>Roads</h2>{fields}", words).title == "Roads"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "-\n-\n-",
        "Coverage of the press",
        "Year in review\n2024",
        "Home\nNews\n-\nStart\nnow",
        "Africa\nLM.0001",
    ],
)
def test_what_is_not_a_project_page_gives_nothing(words: Vocabulary, text: str) -> None:
    assert pages.read(pages.text_lines(text), words) is None


@pytest.mark.parametrize(
    ("left_out", "values"),
    [
        ((), {}),
        (("KE10P0001",), {"prima_id": None}),
        (("Kenya",), {"states": None}),
        (("Completed",), {"status": None}),
        (("Africa",), {"region": None}),
        (("LM.0001",), {"project_id": None}),
        (("National",), {"coverage": None}),
        (("KE10P0001", "Kenya", "Completed"), {"prima_id": None, "states": None, "status": None}),
        (("National", "Completed"), {"coverage": None, "status": None}),
        (("150,000",), {"budget": None}),
        (
            ("Africa", "LM.0001", "National", "Completed"),
            {"region": None, "project_id": None, "coverage": None, "status": None},
        ),
    ],
)
def test_the_former_site_is_read_whatever_it_leaves_out(
    words: Vocabulary, left_out: tuple[str, ...], values: dict[str, None]
) -> None:
    whole = ("region", "project_id", "prima_id", "budget", "states", "theme", "coverage", "status")
    lines = [value for value in FORMER if value not in left_out]
    page = _text("\n".join(["Home", "Roads", *lines, "Prose about National Roads.", "Active"]), words)
    assert page.title == "Roads"
    assert page.values == {n: v for n, v in zip(whole, FORMER, strict=True) if n not in values}
    assert page.lines["title"] == 2


@pytest.mark.parametrize(
    "lines",
    [
        ["KE10P0001", "Labour Migration"],
        ["100,000", "Kenya", "Labour Migration", "National"],
        ["Africa", "Kenya", "Labour Migration"],
        ["LM.0001", "100,000", "Kenya", "Prose that no theme is in."],
    ],
)
def test_values_without_labels_that_are_too_few_are_not_project(words: Vocabulary, lines: list[str]) -> None:
    assert pages.read(pages.text_lines("\n".join(["Home", "Roads", *lines])), words) is None


def test_the_former_site_prints_states_one_per_line_and_calls_a_region_asia(
    words: Vocabulary,
) -> None:
    lines = [
        "Roads",
        "Asia",
        "TC.0001",
        "1,500,000",
        "Nepal",
        "Sri Lanka",
        "Viet Nam",
        "TCMMCB",
        "Regional",
        "Active",
    ]
    page = _text("\n".join(lines), words)
    assert page.values["states"] == "Nepal\nSri Lanka\nViet Nam"
    assert (page.values["region"], page.values["theme"], page.lines["states"]) == ("Asia", "TCMMCB", 5)


def test_a_former_page_in_html_is_read_like_one_in_text(words: Vocabulary) -> None:
    page = _html("<h1>Roads</h1>" + "".join(f"<div>{value}</div>" for value in FORMER), words)
    assert (page.title, len(page.values)) == ("Roads", 8)


# A page made from random values reads back to the same values.

VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


def _as_text(value: str) -> str:
    """Draw a line of text that a page can print: no line ends, no space around, no lone hyphen."""
    return "".join(value.splitlines()).replace("\r", "").replace("\n", "").strip()


@st.composite
def _made(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    lang = draw(st.sampled_from(sorted(LABELS)))
    names = draw(st.lists(st.sampled_from(FIELDS), unique=True, min_size=1))
    values = {name: _as_text(draw(VALUES)) for name in FIELDS if name in names}
    title = _as_text(draw(VALUES))
    assume(all(value and value != "-" for value in (title, *values.values())))
    assume(not title.startswith("- "))
    assume(not any(invisible.clean(value)[1] for value in (title, *values.values())))
    # One Spanish label stands for two fields: which, only a known word tells.
    assume(lang != "es" or ("status" in values) == ("theme" in values))
    return lang, title, values


@given(_made())
def test_a_text_page_of_any_values_reads_back_to_them(
    words: Vocabulary, text_page: TextPage, made: tuple[str, str, dict[str, str]]
) -> None:
    lang, title, values = made
    fields = [(LABELS[lang][FIELDS.index(name)], value) for name, value in values.items()]
    page = _text(text_page(title, fields), words)
    assert (page.title, page.values) == (title, values)


@given(_made())
def test_an_html_page_of_any_values_reads_back_to_them(
    words: Vocabulary, made: tuple[str, str, dict[str, str]]
) -> None:
    lang, title, values = made
    assume(all(value == " ".join(value.split()) for value in (title, *values.values())))
    fields = [(LABELS[lang][FIELDS.index(name)], _escaped(value)) for name, value in values.items()]
    page = _html(f"<nav>menu</nav><h1>{_escaped(title)}</h1>{_classed(fields)}<p>Prose</p>", words)
    assert (page.title, page.values) == (title, values)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


SNIPPETS = st.sampled_from(
    [
        "-",
        "Year",
        "Coverage",
        "Tipo de proyecto",
        "Africa",
        "LM.0001",
        "150,000",
        "National",
        "- x",
        "Prose",
        "",
        " ",
    ]
)


@given(st.lists(SNIPPETS, max_size=40))
def test_no_order_of_labels_marks_and_values_raises(words: Vocabulary, lines: list[str]) -> None:
    pages.read(pages.text_lines("\n".join(lines)), words)
    pages.read(html.read("<p>".join(lines)).lines, words)
    pages.read(html.read("<p class=field__label>".join(lines)).lines, words)


@given(st.text(max_size=200))
def test_no_text_raises(words: Vocabulary, text: str) -> None:
    pages.read(pages.text_lines(text), words)


TAGS = st.sampled_from(
    [
        "<div",
        ">",
        "</div>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<![",
        "<!",
        "<?",
        "</",
        "<script>",
        "<title>",
        "<a href='",
        "=",
        '"',
        "'",
        "&",
        "&#",
        "&#x",
        ";",
        "<h1>",
        "class=field__label>",
        "class=field__item>",
        "Year",
        "2008",
        "\n",
        "<",
    ]
)


@given(st.lists(TAGS | st.text(max_size=5), max_size=60))
def test_no_markup_raises(words: Vocabulary, parts: list[str]) -> None:
    document = html.read("".join(parts))
    pages.read(document.lines, words)
    assert all(line.text and line.number >= 1 for line in document.lines)
