"""Messages name properties, values and rules in words; the term list is what ontology and site keep to."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from iomgraph.publication.site import translations
from iomgraph.queries import library
from iomgraph.records import titles
from iomgraph.settings import LANGUAGES, Settings, resources
from iomgraph.sources.rules import Reporter, read
from iomgraph.sources.tables import Tables
from iomgraph.sources.wording import Wording

DATA = resources() / "data"
NOTES = (
    "states/memberships",
    "organization/headlines",
    "organization/units",
    "organization/sites",
    "idf/regions_eligibility",
    "idf/funds",
)
SEVERITIES = ("must", "should", "may")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def words() -> Wording:
    """The words of the tables."""
    return Wording(Tables(Settings().data))


@pytest.mark.parametrize(
    ("value", "french", "spanish"),
    [
        (2024, "2024", "2024"),
        ("statuses:completed", "Achevé", "Finalizado"),
        (("states:COD", "states:GEO"), "République démocratique du Congo, Géorgie", None),
        ("399999.81 USD budget-types:1", "399\u202f999,81 USD Original", None),
        ("projects:LM.0024", "LM.0024", "LM.0024"),
        ("projects:unknown-word", "unknown-word", "unknown-word"),
    ],
)
def test_a_value_is_worded_by_its_name(
    words: Wording, value: object, french: str, spanish: str | None
) -> None:
    said = words.value(value)
    assert said["fr"] == french
    assert spanish is None or said["es"] == spanish


def test_a_text_is_named_with_its_language(words: Wording) -> None:
    assert words.term("title@fr") == {
        "en": "title (French)",
        "fr": "titre (français)",
        "es": "título (francés)",
    }


def test_without_tables_keys_stay_as_they_are() -> None:
    assert Wording().term("endYear")["fr"] == "endYear"
    assert Wording().value("states:GEO")["fr"] == "GEO"


def test_every_note_and_doubt_of_the_tables_is_in_three_languages(words: Wording) -> None:
    texts = {
        row[column] for name in NOTES for row in rows(name) for column in ("note", "doubt") if row.get(column)
    }
    assert len(texts) > 80
    assert [text for text in sorted(texts) if words.remark(text)["fr"] == words.remark(text)["en"]] == []


def test_every_correction_of_a_title_is_worded_in_three_languages(words: Wording) -> None:
    assert len(titles.STEPS) > 8
    told = {step: set(words.remark(f"title: {step}").values()) for step in titles.STEPS}
    assert [step for step, texts in told.items() if f"title: {step}" in texts] == []


def test_a_doubt_is_worded_in_each_language() -> None:
    reporter = Reporter(read(Tables(Settings().data)), [])
    text = "The CIA World Factbook still lists the state as an observer."
    doubt = reporter.rules.words.remark(text)
    found = reporter.rules.finding("doubtful", value=text, doubt=doubt)
    assert "Le World Factbook de la CIA" in found.text("fr")
    assert "observador" in found.text("es")


def test_the_site_and_the_ontology_call_things_as_the_term_list_does() -> None:
    settings = Settings()
    said = translations.read(settings.data, settings.ontology)
    listed = [row for row in rows("vocabulary/terms") if row["term"] not in SEVERITIES]
    labels = {
        row["term"]: [said[lang].labels.get(row["term"], row[lang]) for lang in LANGUAGES] for row in listed
    }
    wrong = [
        (row["term"], label, row[lang])
        for row in listed
        for lang, label in zip(LANGUAGES, labels[row["term"]], strict=True)
        if label.casefold() != row[lang].casefold()
    ]
    assert wrong == []
    assert len(listed) > 30


def test_severities_are_called_as_the_term_list_says() -> None:
    listed = {row["term"]: [row[lang] for lang in LANGUAGES] for row in rows("vocabulary/terms")}
    listed = {word: listed[word] for word in SEVERITIES}
    severities = rows("vocabulary/severities")
    assert {row["id"]: [row[f"name_{lang}"] for lang in LANGUAGES] for row in severities} == listed
    phrases = {row["id"]: [row[lang] for lang in LANGUAGES] for row in rows("vocabulary/phrases")}
    assert {word: phrases[word] for word in SEVERITIES} == listed


@pytest.mark.parametrize(
    "word",
    ["membresía", "état d’avancement", "Estados admisibles", "Trouvé dans :", "devise", "Constatacion"],
)
def test_words_that_the_term_list_avoids_stand_nowhere(word: str) -> None:
    files = [
        *(resources() / "shapes").rglob("*.ttl"),
        resources() / "ontology/iomgraph.ttl",
        *(path for path in (DATA / "vocabulary").glob("*.csv") if path.name != "terms.csv"),
    ]
    assert len(files) > 50
    assert [path.name for path in files if re.search(rf"\b{word}", _read(path))] == []


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def french() -> dict[str, list[str]]:
    """Our French texts by file; the UN’s names of the goals are not ours."""
    found: dict[str, list[str]] = {}
    folders = [*(DATA / "vocabulary").glob("*.csv"), *(DATA / "agenda").glob("*.csv")]
    for path in sorted([*folders, DATA / "rules.csv", *(DATA / "idf").glob("*.csv")]):
        if path.stem == "goals":
            continue
        for row in rows(path.relative_to(DATA).with_suffix("").as_posix()):
            found.setdefault(path.name, []).extend(
                text for name, text in row.items() if (name == "fr" or name.endswith("_fr")) and text
            )
    for path in sorted([*(resources() / "shapes").rglob("*.ttl"), resources() / "ontology/iomgraph.ttl"]):
        text = path.read_text(encoding="utf-8")
        found[path.relative_to(resources()).as_posix()] = re.findall(r'"((?:[^"\\]|\\.)*)"@fr', text)
    for name, query in library.read_all(resources() / "queries").items():
        found[f"{name}.rq"] = [query.titles["fr"], query.purposes["fr"]]
    return found


def test_a_space_before_french_punctuation_does_not_break() -> None:
    texts = french()
    assert sum(map(len, texts.values())) > 1500
    plain = re.compile(r"\S [:;?!](?:[\s»)]|$)")
    assert [(name, text) for name, some in texts.items() for text in some if plain.search(text)] == []
