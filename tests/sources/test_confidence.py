"""A layout that was not recognised for certain gives no row: not a false value, not a false title."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iomgraph.sources import acceptance, confidence, html, pages
from iomgraph.sources.acceptance import Saved
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.pages import Fields
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.vocabulary import Vocabulary

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

FIELDS = {
    "Start Date": "2015",
    "End Date": "2017",
    "Project Status": "Completed",
    "Project Type": "Labour Migration",
    "Budget Amount (USD)": "200000.00",
    "Coverage": "National",
    "Year": "2016",
    "IDF Region": "Africa",
    "Prima ID": "KE10P0099",
    "Projects ID": "LM.9911",
}
NAMES = {
    "Start Date": "start_year",
    "End Date": "end_year",
    "Project Status": "status",
    "Project Type": "theme",
    "Budget Amount (USD)": "budget",
    "Coverage": "coverage",
    "Year": "funding_year",
    "IDF Region": "region",
    "Prima ID": "prima_id",
    "Projects ID": "project_id",
}


def _beside(pairs: list[tuple[str, str]], width: int, gap: str) -> str:
    """Labels side by side, their values side by side below: what `pdftotext -layout` writes."""
    blocks = [pairs[at : at + width] for at in range(0, len(pairs), width)]
    return "\n".join(
        f"{gap.join(k for k, _ in block)}\n{gap.join(v for _, v in block)}\n" for block in blocks
    )


def _after(pairs: list[tuple[str, str]], width: int, _: str) -> str:
    """Labels one per line, then their values: what a PDF gives by columns."""
    blocks = [pairs[at : at + width] for at in range(0, len(pairs), width)]
    return "\n".join("\n".join([*(k for k, _ in block), *(v for _, v in block)]) for block in blocks)


def _before(pairs: list[tuple[str, str]], _: int, gap: str) -> str:
    """Values before their labels, on one line."""
    return "\n".join(f"{value}{gap}{label}" for label, value in pairs)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.permutations(sorted(FIELDS.items())),
    count=st.integers(2, len(FIELDS)),
    width=st.integers(2, 4),
    gap=st.sampled_from(["  ", "\t", " " * 20, " \u00a0 ", " "]),
    make=st.sampled_from([_beside, _after, _before]),
    head=st.sampled_from(["Roads", "11/3/26, 10:00 AM   Roads | Fund\n\nRoads", ""]),
)
def test_text_in_columns_gives_no_value_to_a_label_that_is_not_its_own(
    words: Vocabulary,
    rules: Rules,
    pairs: list[tuple[str, str]],
    count: int,
    width: int,
    gap: str,
    make: Callable[[list[tuple[str, str]], int, str], str],
    head: str,
) -> None:
    lines = pages.text_lines(f"{head}\n\n{make(pairs[:count], width, gap)}\n\nAn invented project.")
    fields = pages.read(lines, words)
    saved = Saved("p.txt", html.Document(lines=lines), fields)
    if not acceptance.accepts(saved, words, Reporter(rules, [])):
        return
    assert fields is not None
    right = {NAMES[label]: value for label, value in FIELDS.items()}
    for name in confidence.fitting_fields(fields, words):
        assert fields.values[name] == right[name]
    assert "Roads" in fields.title


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("make", [_beside, _after])
def test_a_whole_page_in_columns_is_refused(
    harvested: Harvested, make: Callable[[list[tuple[str, str]], int, str], str], width: int
) -> None:
    rows, done = harvested({"p.txt": f"Roads\n\n{make([*FIELDS.items()], width, '   ')}"})
    assert rows == []
    (found,) = done.findings
    assert found.rule in {"label-columns", "doubtful-layout", "no-project-page"}
    assert found.severity.word == "should"


@pytest.mark.parametrize("count", range(1, 6))
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_a_page_is_taken_from_three_labels_with_fitting_values_on(
    harvested: Harvested, suffix: str, count: int
) -> None:
    pairs = [*FIELDS.items()][-count:]
    text = "".join(f"-\n{label}\n{value}\n" for label, value in pairs)
    table = "".join(f"<tr><th>{label}<td>{value}" for label, value in pairs)
    page = f"Roads\n{text}" if suffix == "txt" else f"<h1>Roads</h1><table>{table}</table>"
    rows, done = harvested({f"p.{suffix}": page})
    assert len(rows) == (count >= 3)
    assert ("doubtful-layout" in {found.rule for found in done.findings}) == (count < 3)


@pytest.mark.parametrize("label", ["Project Type", "Project Status", "IDF Region", "Coverage"])
def test_a_new_word_costs_no_page(words: Vocabulary, label: str) -> None:
    values = {"start_year": "2015", "end_year": "2017", "budget": "1", NAMES[label]: "Something New"}
    assert confidence.is_certain(Fields("Roads", values), words)


def test_more_values_of_another_kind_than_of_their_own_are_a_layout_that_was_not_understood(
    words: Vocabulary,
) -> None:
    right = {"start_year": "2015", "end_year": "2017", "status": "Completed"}
    wrong = {"budget": "National", "prima_id": "Africa, 2015", "coverage": "200000.00"}
    assert confidence.is_certain(Fields("Roads", right), words)
    assert confidence.is_certain(Fields("Roads", right | {"budget": "National"}), words)
    assert not confidence.is_certain(Fields("Roads", right | wrong), words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KE10P0099 LM.9911",
        "LM.9911",
        "Project Type",
        "Completed",
        "2015",
        "200,000.00",
        "Africa",
        "–",
        "T97-805",
    ],
)
def test_what_is_a_label_or_a_value_is_not_a_title(words: Vocabulary, text: str) -> None:
    assert not confidence.is_title(text, words)


@pytest.mark.parametrize(
    "text", ["Roads", "Migración 2030", "LM.9911: Roads", "مشروع الطرق", "Дороги", "道路 计划"]
)
def test_a_text_with_a_word_may_be_a_title(words: Vocabulary, text: str) -> None:
    assert confidence.is_title(text, words)


@pytest.mark.parametrize(
    "text", ["Start Date", "Start Date:", "Year of Coverage", "Coverage of the Year", "Prima ID LM"]
)
def test_one_label_or_a_sentence_with_labels_is_not_a_row_of_columns(words: Vocabulary, text: str) -> None:
    assert confidence.columns([html.Line(text, 1)], words) is None


def test_the_real_pages_are_certain(shared: Path, words: Vocabulary) -> None:
    files = sorted(file for file in shared.glob("captures*/*") if file.suffix in {".html", ".txt"})
    counts = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        lines = html.read(text).lines if file.suffix == ".html" else pages.text_lines(text)
        fields = pages.read(lines, words)
        assert fields is not None
        assert confidence.is_certain(fields, words)
        counts.append(len(confidence.fitting_fields(fields, words)))
    assert (len(counts), min(counts)) == (264, 4)
