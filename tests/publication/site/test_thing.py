"""The pages of states, themes and goals: totals, and a table of their projects."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


@pytest.mark.parametrize("path", ["id/state/GEO", "id/theme/labour-migration", "id/goal/8", "id/fund/idf"])
@pytest.mark.parametrize("folder", ["", "fr/", "es/"])
def test_totals_come_first_and_every_project_in_a_table_that_sorts(
    site: Path, folder: str, path: str
) -> None:
    text = (site / f"{folder}{path}.html").read_text(encoding="utf-8")
    assert text.index('id="totals"') < text.index('id="facts"')
    counted = int(re.search(r"<dd>(\d+)</dd>", text[text.index('id="totals"') :])[1])  # type: ignore[index]
    table = text[text.index('<table class="sortable">') :]
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', table[: table.index("</table>")])
    assert len(rows) == min(counted, 200)
    assert counted > 2
    for row in rows:
        assert re.search(r'data-sort="(\d[\d.]*)?"', row), row


def test_a_capture_lists_what_was_read_from_it_without_a_table(site: Path) -> None:
    (path, *_) = sorted((site / "id/capture").glob("*.html"))
    assert "sortable" not in path.read_text(encoding="utf-8")


def test_numbers_of_an_answer_have_separators_and_years_have_none(site: Path) -> None:
    text = (site / "fr/queries/budget-by-year.html").read_text(encoding="utf-8")
    assert re.search(r'<td class="number">\d{1,3}[\u202f\xa0]\d{3}', text)
    assert re.search(r"<td>20\d\d</td>", text)


def test_no_list_repeats_a_code_that_its_name_begins_with(site: Path) -> None:
    rows = re.findall(
        r'<tr><th scope="row"><a[^>]*>([^<]*)</a></th><td>([^<]*)</td>',
        (site / "targets.html").read_text(encoding="utf-8"),
    )
    assert [row for row in rows if row[1] and row[0].split(" ")[0] == row[1]] == []
