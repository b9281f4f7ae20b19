"""The table of formats, and what every format says of what was not evaluated."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from iomgraph.errors import SettingsError
from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports import formats
from iomgraph.validation.shacl import Coverage

AT = Place("data/shapes.ttl", line=5, offset=3)
NOTE = Finding("unknown-term", Severity.MUST, {"en": "sh:mincount is unknown"}, ":Person", place=AT)
Validated = Callable[..., Report]
Written = Callable[..., str]


@pytest.mark.parametrize("name", [name for name in formats.WRITERS if name != "ttl"])
def test_constraints_that_were_not_evaluated_are_in_every_format(
    validated: Validated, written: Written, name: str
) -> None:
    text = written(name, replace(validated(), notes=(NOTE,)))
    assert "sh:mincount is unknown" in text
    assert "sh:mincount is unknown" not in written(name, validated())


@pytest.mark.parametrize("name", formats.WRITERS)
def test_a_path_that_is_not_utf_8_stops_no_format(name: str, tmp_path: Path) -> None:
    found = Finding("r", Severity.MUST, {"en": "m"}, place=Place("caf\udce9.ttl", line=1))
    formats.to_file(name, Report(False, (found,), ()), tmp_path / "report", "en")
    text = (tmp_path / "report").read_text(encoding="utf-8")
    assert ("caf" in text) == (name != "ttl")


def test_an_annotation_of_github_has_the_file_from_the_repository_and_the_line(
    validated: Validated, written: Written
) -> None:
    text = written("github", replace(validated(), notes=(NOTE,)))
    lines = [line for line in text.splitlines() if line.startswith("::")]
    assert lines[0] == (
        "::error file=data/shapes.ttl,line=6,col=15,title=%3APerson/%3Aname::"
        "http://e/register: A person has a name."
    )
    assert lines[-1] == (
        "::error file=data/shapes.ttl,line=5,col=3,title=unknown-term::sh:mincount is unknown"
    )


def test_json_keeps_notes_apart_from_findings(validated: Validated, written: Written) -> None:
    report = json.loads(written("json", replace(validated(), notes=(NOTE,))))
    assert [found["rule"] for found in report["findings"]].count(":Person/:name") == 2
    assert [(note["rule"], note["place"]["line"]) for note in report["notes"]] == [("unknown-term", 5)]


def test_a_note_is_a_row_of_the_table(validated: Validated, written: Written) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", replace(validated(), notes=(NOTE,))))))
    assert (rows[-1]["rule"], rows[-1]["file"], rows[-1]["line"]) == ("unknown-term", "data/shapes.ttl", "5")


def test_a_summary_is_in_one_language(validated: Validated, written: Written) -> None:
    text = written("markdown", replace(validated(), notes=(NOTE,)), "es")
    assert text.startswith(
        "## 2 Bloqueante (sh:Violation), 1 Por corregir (sh:Warning), 0 Por revisar (sh:Info)\n"
    )
    assert "| Regla | Gravedad | Hallazgos |" in text
    assert "### No evaluado u omitido\n\n- data/shapes.ttl:5:3: sh:mincount is unknown" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("json", '"evaluated": {"shapes": 2, "focus_nodes": 3, "constraints": 4, "seconds": 0.051}'),
        ("sarif", '"properties": {"shapes": 2, "focus_nodes": 3, "constraints": 4, "seconds": 0.051}'),
        ("junit", '<property name="focus_nodes" value="3"/>'),
        ("github", "Evaluated in 0.05 s: shapes 2, focus nodes 3, constraints 4\n"),
        ("markdown", "Evaluated in 0.05 s: shapes 2, focus nodes 3, constraints 4\n"),
    ],
)
def test_a_report_says_what_was_evaluated(
    validated: Validated, written: Written, name: str, said: str
) -> None:
    assert said in written(name, replace(validated(), coverage=Coverage(2, 3, 4, 0.0512)))


def test_the_text_of_a_report_ends_with_what_was_evaluated(validated: Validated) -> None:
    report = replace(validated(), coverage=Coverage(1_200, 3, 4, 0.0512))
    assert report.text("fr").endswith(
        "\nÉvalué en 0,05 s\xa0: formes 1\u202f200, nœuds focaux 3, contraintes 4"
    )


def test_an_unknown_format_stops_with_the_list_of_known_ones() -> None:
    with pytest.raises(SettingsError, match="unknown report format") as stopped:
        formats.to_stdout("docx", Report(True, (), ()), "en")
    assert "sarif, junit, github, gitlab" in stopped.value.step
