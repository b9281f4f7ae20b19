"""Summaries of changes: by project, with sources and cells, in three languages and four forms."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from iomgraph.publication.changes import comparison, page
from iomgraph.publication.changes.summary import Alteration, Named, Note, Summary, Thing
from iomgraph.settings import Settings

DATA = Settings().data


@pytest.fixture(scope="module")
def told(releases: tuple[Path, Path]) -> Summary:
    """The summary of the two tiny releases."""
    return comparison.summary_of(*releases, DATA)


def test_a_project_that_was_taken_away_is_gone(told: Summary) -> None:
    gone = told.chosen("gone", projects=True)
    assert len(gone) == 1
    assert gone[0].name.id.startswith("projects:")
    assert gone[0].name.label
    assert gone[0].alterations == ()


def test_backwards_it_is_new(releases: tuple[Path, Path], told: Summary) -> None:
    back = comparison.summary_of(releases[1], releases[0], DATA)
    assert [t.name for t in back.chosen("new", projects=True)] == [
        t.name for t in told.chosen("gone", projects=True)
    ]
    assert (back.added, back.removed) == (told.removed, told.added)


def test_an_end_year_that_changed_is_shown_with_its_page_and_cell(
    told: Summary, releases: tuple[Path, Path]
) -> None:
    (changed,) = told.chosen("changed", projects=True)
    assert changed.name.id == "projects:LM.9901"
    (year,) = [part for part in changed.alterations if part.property.id == "iom:endYear"]
    assert [value.id for value in (*year.removed, *year.added)] == ["2008", "2009"]
    assert year.property.label["en"] == "end year"
    assert year.after == ("https://iom.int/project/bridges-between-harbour-towns",)
    (cell,) = year.cells
    file, row, column = re.fullmatch(r"(\S+) row (\d+) column (\w+)", cell).groups()  # type: ignore[union-attr]
    assert (file, column) == ("data/idf/pages.csv", "end_year")
    places = json.loads((releases[1] / "places.json").read_text(encoding="utf-8"))
    assert int(row) in {place["row"] for place in places.values()}


def test_dates_that_only_repeat_a_year_are_not_shown(told: Summary) -> None:
    told_of = {part.property.id for thing in told.things for part in thing.alterations}
    assert "iom:endYear" in told_of
    assert not told_of & {"schema:endDate", "foaf:page", "prov:wasDerivedFrom"}


def test_every_statement_of_the_patch_is_counted(told: Summary, releases: tuple[Path, Path]) -> None:
    signs = [row[0] for row in comparison.patch_of(*releases) if row[:2] in ("A ", "D ")]
    assert (told.added, told.removed) == (signs.count("A"), signs.count("D"))
    assert sum(count["added"] for count in told.graphs.values()) == told.added


def test_findings_of_the_project_that_is_gone_are_fixed(told: Summary, releases: tuple[Path, Path]) -> None:
    keys = [
        {f["key"] for f in json.loads((folder / "findings.json").read_text(encoding="utf-8"))["findings"]}
        for folder in releases
    ]
    assert {note.id for note in told.findings if note.fate == "fixed"} == keys[0] - keys[1]
    assert {note.id for note in told.findings if note.fate == "new"} == keys[1] - keys[0]
    assert keys[0] - keys[1]


@pytest.mark.parametrize("form", page.TEMPLATES)
@pytest.mark.parametrize(("lang", "word"), [("en", "end year"), ("fr", "année de fin"), ("es", "año de fin")])
def test_a_page_is_in_its_language(told: Summary, form: str, lang: str, word: str) -> None:
    text = page.render(told, form, lang, DATA)
    assert word in text.lower()
    assert "2008" in text
    assert "2009" in text


@pytest.mark.parametrize("form", page.TEMPLATES)
def test_a_source_that_changed_is_shown_with_both_pages(form: str) -> None:
    year = Alteration(
        Named("iom:endYear", {"en": "end year"}),
        (Named("2024"),),
        (Named("2009"),),
        before=("https://iom.int/fr",),
        after=("https://iom.int/en",),
        cells=("pages.csv row 17 column end",),
    )
    thing = Thing(Named("projects:LM.0024"), "projects", "changed", (year,))
    text = page.render(Summary("1", "2", 1, 1, {}, (thing,), ()), form, "en", DATA)
    assert "source changed from https://iom.int/fr to https://iom.int/en" in text
    assert "cell pages.csv row 17 column end" in text.replace("cell:", "cell")
    assert re.search("end year.*2024.*→.*2009", text)


HOSTILE = "<script>alert(1)</script> [x](javascript:x) | \x1b[2J ‮ {{ 7*7 }} \n# head"


def hostile() -> Summary:
    """A summary whose every text is hostile."""
    thing = Thing(Named(HOSTILE, {"en": HOSTILE}), "projects", "new")
    note = Note("1", "new", "must", HOSTILE, {"en": HOSTILE}, HOSTILE, HOSTILE)
    return Summary(HOSTILE, HOSTILE, 1, 0, {"default": {"added": 1, "removed": 0}}, (thing,), (note,))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_html_holds_no_tag_of_a_hostile_text_and_no_script() -> None:
    parser = _Tags()
    parser.feed(page.render(hostile(), "html", "en", DATA))
    assert "script" not in parser.tags
    assert parser.tags.count("h1") == 1


def test_text_sends_a_terminal_no_command() -> None:
    text = page.render(hostile(), "text", "en", DATA)
    assert "\x1b" not in text
    assert "‮" not in text
    assert "\n# head" not in text


def test_markdown_finds_no_markup_in_a_hostile_text() -> None:
    text = page.render(hostile(), "markdown", "en", DATA)
    assert r"\<script\>" in text
    assert r"\[x\](javascript:x)" in text
    assert "{{ 7\\*7 }}" in text


def test_a_page_of_nothing_says_so(releases: tuple[Path, Path]) -> None:
    same = comparison.summary_of(releases[0], releases[0], DATA)
    assert same.things == ()
    assert "say the same" in page.render(same, "text", "en", DATA)


def test_every_word_is_there_in_every_language() -> None:
    with (DATA / "vocabulary/changes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 30
    hidden = {row["key"] for row in rows if not any(row[lang] for lang in ("en", "fr", "es"))}
    assert hidden == {"schema:startDate", "schema:endDate", "foaf:page", "prov:wasDerivedFrom"}
    assert [
        r["key"] for r in rows if r["key"] not in hidden and not all(r[x] for x in ("en", "fr", "es"))
    ] == []
