"""Words of reports: severities, counts and what was evaluated, in three languages."""

from __future__ import annotations

import csv

import pytest

from iomgraph.findings import Finding, Severity
from iomgraph.settings import LANGUAGES, resources
from iomgraph.validation.reports import phrases


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Blocking (sh:Violation)", "Fix (sh:Warning)", "Note (sh:Info)"]),
        ("fr", ["Bloquant (sh:Violation)", "À corriger (sh:Warning)", "À noter (sh:Info)"]),
        ("es", ["Bloqueante (sh:Violation)", "Por corregir (sh:Warning)", "Por revisar (sh:Info)"]),
    ],
)
def test_a_severity_says_what_to_do_beside_the_term_of_shacl(lang: str, words: list[str]) -> None:
    assert [phrases.severity(level, lang) for level in sorted(Severity, reverse=True)] == words


def test_every_phrase_is_in_every_language_with_the_same_blanks() -> None:
    with (resources() / "data/vocabulary/phrases.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 15
    for row in rows:
        blanks = [sorted(part.partition("}")[0] for part in row[lang].split("{")[1:]) for lang in LANGUAGES]
        assert all(row[lang] for lang in LANGUAGES)
        assert blanks[0] == blanks[1] == blanks[2]


def test_a_sentence_names_what_no_place_tells() -> None:
    found = Finding("r", Severity.MAY, {"en": "no title"}, about="ex:a", value="")
    assert phrases.sentence(found, "fr") == "ex:a: no title"
