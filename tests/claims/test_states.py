"""Lists of states taken apart, with anything between their names."""

from __future__ import annotations

import csv
import shutil
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims import states
from iomgraph.claims.states import Split, StateNames
from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources.tables import Tables


@pytest.fixture(scope="module")
def names(settings: Settings) -> StateNames:
    return states.read(Tables(settings.data))


def _spelt(settings: Settings) -> list[dict[str, str]]:
    with (settings.data / "vocabulary/state_names.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_name_in_the_table_is_read_as_its_state(settings: Settings, names: StateNames) -> None:
    rows = _spelt(settings)
    assert len(rows) > 600
    for row in rows:
        assert names.split(row["name"], row["lang"]) == Split((row["iso3"],)), row


@pytest.mark.parametrize("separator", [" ", "\n", ", ", " ; ", " / ", "", "\u00a0", "  "])
def test_states_are_told_apart_whatever_stands_between_them(names: StateNames, separator: str) -> None:
    printed = separator.join(["Côte d’Ivoire", "South Africa", "Viet Nam", "Timor-Leste"])
    assert names.split(printed, "en") == Split(("CIV", "ZAF", "VNM", "TLS"))


@pytest.mark.parametrize("text", ["CÔTE D'IVOIRE", "côte d’ivoire", "Co\u0302te d’Ivoire"])
def test_case_apostrophes_and_unicode_forms_do_not_matter(names: StateNames, text: str) -> None:
    assert names.split(text, "fr").states == ("CIV",)


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("Atlantis", (), ("Atlantis",)),
        ("Georgian", (), ("Georgian",)),
        ("MaliAtlantis", ("MLI",), ("Atlantis",)),
        ("Georgia and Armenia", ("GEO", "ARM"), ("and",)),
        ("Yugoslavia Chad", ("TCD",), ("Yugoslavia",)),
        ("xChad", ("TCD",), ("x",)),
        ("Chad?", ("TCD",), ("?",)),
        ("", (), ()),
        (" ,;/\n", (), ()),
    ],
)
def test_what_names_no_state_is_left_over(
    names: StateNames, text: str, codes: tuple[str, ...], rest: tuple[str, ...]
) -> None:
    assert names.split(text, "en") == Split(codes, (), rest)


def test_a_repeated_state_is_kept_once_and_reported(names: StateNames) -> None:
    assert names.split("Chad Mali Chad Mali Chad Niger", "en") == Split(("TCD", "MLI", "NER"), ("TCD", "MLI"))


def test_two_names_of_one_state_are_the_state_twice(names: StateNames) -> None:
    assert names.split("Cabo Verde Cape Verde", "en").twice in {("CPV",), ()}
    assert names.split("Allemagne Germany", "fr").twice == ("DEU",)


def test_a_name_of_two_states_in_one_language_is_refused(settings: Settings, tmp_path: Path) -> None:
    data = Path(shutil.copytree(settings.data, tmp_path / "data"))
    with (data / "vocabulary/state_names.csv").open("a", encoding="utf-8") as file:
        file.write("COG,en,GEORGIA,a slip\n")
    with pytest.raises(SourceError, match="the name 'GEORGIA' stands for two states"):
        states.read(Tables(data))


def test_a_name_of_two_states_in_two_languages_is_read_by_the_pages_language(
    settings: Settings, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(settings.data, tmp_path / "data"))
    with (data / "vocabulary/state_names.csv").open("a", encoding="utf-8") as file:
        file.write("COG,en,Ambiguland,made up\nCOD,fr,Ambiguland,made up\n")
    names = states.read(Tables(data))
    assert [names.split("Ambiguland", lang).states for lang in ("en", "fr", "es", "")] == [
        ("COG",),
        ("COD",),
        ("COG",),
        ("COG",),
    ]


def test_a_cell_as_long_as_a_table_may_hold_is_split_in_seconds(names: StateNames) -> None:
    start = time.process_time()
    names.split("Guinea-Bissau Papua New Guinea Atlantis " * 2_500, "en")
    assert time.process_time() - start < 5


@given(st.data())
def test_any_states_run_together_are_told_apart(
    settings: Settings, names: StateNames, data: st.DataObject
) -> None:
    # Names that start with a capital and end in a small letter, as the pages print them.
    usual = [row for row in _spelt(settings) if row["name"][0].isupper() and row["name"][-1].islower()]
    rows = data.draw(
        st.lists(st.sampled_from(usual), min_size=1, max_size=6, unique_by=lambda row: row["iso3"])
    )
    lang = rows[0]["lang"]
    rows = [row for row in rows if row["lang"] == lang]
    spaced = names.split(" ".join(row["name"] for row in rows), lang)
    together = names.split("".join(row["name"] for row in rows), lang)
    assert spaced.rest == together.rest == ()
    assert set(spaced.states) == set(together.states) == {row["iso3"] for row in rows}


@given(st.text(max_size=60))
def test_no_text_raises_and_nothing_but_separators_vanishes(names: StateNames, text: str) -> None:
    split = names.split(text, "en")
    if not split.states:
        assert _letters("".join(split.rest)) == _letters(text)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).replace("’", "'")
    return "".join(char for char in plain if not char.isspace() and char not in ",;/")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("PérouIran (République islamique d’)Pakistan", ("PER", "IRN", "PAK")),
        ("Bolivia (Plurinational State of)Brazil", ("BOL", "BRA")),
        ("Pays-Bas (Royaume des)Chili", ("NLD", "CHL")),
    ],
)
def test_a_name_in_parentheses_may_touch_the_next_one(
    names: StateNames, text: str, codes: tuple[str, ...]
) -> None:
    assert names.split(text) == Split(codes)
