"""Text that a browser does not show is not read, and machine translations are not taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from iomgraph.sources import html
from iomgraph.sources.harvest import Harvest

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

FIELDS = [("Start Date", "2015"), ("Project Status", "Completed"), ("Projects ID", "LM.9911")]


def _field(label: str, value: str) -> str:
    return f"<div class=field__label>{label}</div><div class=field__item>{value}</div>\n"


PAGE = "".join(_field(*field) for field in FIELDS)
FALSE = _field("Budget Amount (USD)", "999.00")

HIDING = [
    "hidden",
    "hidden=until-found",
    "HIDDEN=''",
    "aria-hidden=true",
    "aria-hidden=' TRUE '",
    "style='display:none'",
    "style='color:red; DISPLAY : NONE !important;'",
    "style='/* x */ display:none'",
    "style='visibility:hidden'",
    "style='visibility: collapse'",
    "style='content-visibility: hidden'",
    "role=dialog",
    "role='alertdialog'",
]
SHOWN = [
    "",
    "aria-hidden=false",
    "style='display:block'",
    "style='color:none'",
    "class=hidden-price",
    "role=main",
]
CODE = ["template", "script", "noscript", "style", "textarea", "select", "iframe", "dialog", "svg", "video"]


@pytest.mark.parametrize("hiding", HIDING)
@pytest.mark.parametrize("element", ["div", "section", "span", "p", "li", "td"])
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "not closed"])
def test_a_hidden_element_is_not_read_and_what_follows_is(hiding: str, element: str, closed: bool) -> None:
    inner = "<b>x</b><br>999" if closed else "999"
    after = {"li": "<li>seen", "td": "<td>seen", "p": "<p>seen"}.get(element, "<p>seen</p>")
    end = f"</{element}>" if closed or element in {"div", "section", "span"} else ""
    page = html.read(f"<div>before</div><{element} {hiding}>{inner}{end}{after}<p>last")
    assert [line.text for line in page.lines] == ["before", "seen", "last"]
    assert "999" in [line.text for line in page.hidden]


@pytest.mark.parametrize("shown", SHOWN)
def test_an_element_that_only_looks_hidden_is_read(shown: str) -> None:
    assert [line.text for line in html.read(f"<div {shown}>seen</div>").lines] == ["seen"]


@pytest.mark.parametrize("root", ["html", "body"])
@pytest.mark.parametrize("hiding", HIDING)
def test_a_page_that_a_script_had_not_shown_yet_is_read(root: str, hiding: str) -> None:
    assert [line.text for line in html.read(f"<{root} {hiding}><p>seen</{root}>").lines] == ["seen"]


@pytest.mark.parametrize("name", CODE)
def test_code_controls_and_spares_are_not_text(name: str) -> None:
    assert [line.text for line in html.read(f"<p>a<{name}>999</{name}>b<p>c").lines] == ["ab", "c"] or (
        [line.text for line in html.read(f"<p>a</p><{name}><p>999</p></{name}><p>c").lines] == ["a", "c"]
    )


def test_a_head_that_does_not_close_hides_no_body() -> None:
    assert [line.text for line in html.read("<head><title>T</title><body><p>seen").lines] == ["seen"]


@pytest.mark.parametrize("wrapper", [*(f"<div {hiding}>|</div>" for hiding in HIDING), "<dialog>|</dialog>"])
@pytest.mark.parametrize("at", ["before", "between", "after"])
def test_a_hidden_field_is_not_published_and_its_label_is_reported(
    harvested: Harvested, wrapper: str, at: str
) -> None:
    false = wrapper.replace("|", FALSE)
    before, between, after = (false * (at == place) for place in ("before", "between", "after"))
    (row,), done = harvested({"p.html": f"<h1>Roads</h1>{before}{PAGE}{between}<p>Prose.{after}"})
    assert (row["title"], row["budget"], row["project_id"]) == ("Roads", "", "LM.9911")
    (found,) = [found for found in done.findings if found.rule == "hidden-field"]
    assert found.value == "Budget Amount (USD)"


def test_a_hidden_link_is_not_a_link_of_the_page(harvested: Harvested) -> None:
    links = "<a href=https://a.example>a</a><div hidden><a href=https://b.example>b</a></div>"
    (row,), _ = harvested({"p.html": f"<h1>Roads</h1>{PAGE}{links}"})
    assert row["links"] == "https://a.example"


# Machine translation

FRENCH = "".join(
    [_field("Date de début", "2015"), _field("Couverture", "Regional"), _field("Projet ID", "LM.9911")]
)
FONT = '<font style="vertical-align: inherit;"><font style="vertical-align:inherit">{}</font></font>'
TRANSLATED = {
    "source language": "<html lang=fr-x-mtfrom-en><h1>Des routes</h1>{}",
    "class": "<html lang=fr class=translated-ltr><h1>Des routes</h1>{}",
    "class among others": "<html lang=ar class='js translated-rtl x'><h1>Des routes</h1>{}",
    "title alone": "<html lang=fr><h1>" + FONT.format("Des routes") + "</h1>{}",
    "an element": "<html lang=en><main lang=fr-x-mtfrom-en><h1>Des routes</h1>{}</main>",
    "Edge": "<html lang=fr><h1 _msttexthash=1 _msthash=2>Des routes</h1>{}",
    "Edge, within": "<html lang=fr><h1><font _mstmutation=1>Des routes</font></h1>{}",
    "Firefox": "<html lang=fr><h1 data-moz-translations-id=3>Des routes</h1>{}",
}


@pytest.mark.parametrize("kind", TRANSLATED)
def test_a_page_that_a_machine_translated_is_not_taken_as_a_page_in_that_language(
    harvested: Harvested, kind: str
) -> None:
    rows, done = harvested({"p.html": TRANSLATED[kind].format(FRENCH), "q.html": f"<h1>Roads</h1>{PAGE}"})
    assert [row["file"] for row in rows] == ["q.html"]
    (found,) = [found for found in done.findings if found.rule == "machine-translated"]
    assert (str(found.place), found.value, found.severity.word) == ("p.html:1", "Des routes", "should")
    assert "save the page again without translation" in found.text()


@pytest.mark.parametrize("label", [True, False], ids=["labels", "values"])
def test_a_field_that_a_machine_translated_spoils_its_page(harvested: Harvested, label: bool) -> None:
    name, value = "Statut du projet", "Achevé"
    pair = (FONT.format(name), value) if label else (name, FONT.format(value))
    rows, done = harvested({"p.html": f"<html lang=fr><h1>Des routes</h1>{FRENCH}{_field(*pair)}"})
    assert rows == []
    assert "machine-translated" in {found.rule for found in done.findings}


def test_prose_that_an_author_pasted_from_a_translator_does_not_matter(harvested: Harvested) -> None:
    rows, done = harvested(
        {"p.html": f"<html lang=fr><h1>Des routes</h1>{FRENCH}<p>{FONT.format('Un texte.')}"}
    )
    assert [row["title"] for row in rows] == ["Des routes"]
    assert "machine-translated" not in {found.rule for found in done.findings}
