"""Headers as people write them, and their most likely terms."""

from __future__ import annotations

import pytest

from iomgraph.claims import columns
from iomgraph.claims.cell_words import read as read_words
from iomgraph.claims.columns import ColumnNames, guess
from iomgraph.claims.table_options import target
from iomgraph.settings import Settings
from iomgraph.sources.tables import Tables


@pytest.fixture(scope="module")
def names(settings: Settings) -> ColumnNames:
    return columns.read(Tables(settings.data))


@pytest.mark.parametrize(
    ("header", "term"),
    [
        ("Project ID", "identifier"),
        ("project_id", "identifier"),
        ("ProjectID*", "identifier"),
        ("Pays bénéficiaire(s)", "benefitingState"),
        ("País", "benefitingState"),
        ("Beneficiary country", "benefitingState"),
        ("Total budget (USD)", "budget:USD"),
        ("Presupuesto (EUR)", "budget:EUR"),
        ("Budget in CHF", None),
        ("TITLE", "title"),
        ("Title (French)", "title@fr"),
        ("Título en español", "title@es"),
        ("title_en", "title@en"),
        ("Start Date", "startDate"),
        ("Fecha de inicio", "startDate"),
        ("Implementing Partner", "participation:4"),
        ("Bailleur de fonds", "participation:1"),
        ("ODD", "statedGoal"),
        ("SDG targets", "statedTarget"),
        ("Implementng partner", "participation:4"),
        ("Comments", None),
        ("", None),
    ],
)
def test_usual_headers_are_known_in_three_languages(
    names: ColumnNames, header: str, term: str | None
) -> None:
    found = names.guess(header)
    assert (found.term if found else None) == term


def test_every_header_of_the_table_is_guessed_as_its_term(settings: Settings, names: ColumnNames) -> None:
    words = read_words(Tables(settings.data))
    rows = Tables(settings.data).read(
        "vocabulary/columns.csv", ("target", "lang", "header", "certainty", "source")
    )
    assert len(rows) > 350
    headers = [row for row in rows if not row["target"].startswith("@")]
    assert {row["certainty"] for row in rows} <= set(columns.CERTAINTIES)
    for row in headers:
        found = names.guess(row["header"])
        assert found, row
        # The plural and the singular, or two languages, may share a header: then the first row counts.
        assert target(found.term, words).term == target(row["target"], words).term, row


def test_cells_tell_where_the_header_does_not(names: ColumnNames) -> None:
    links = names.guess("More", ["https://example.org/a", "https://example.org/b"])
    assert links
    assert (links.term, links.certainty) == ("sourceLink", "possible")
    assert names.guess("More", ["https://example.org/a", "no", "nor here"]) is None


def test_one_term_goes_to_the_column_that_is_surest_of_it() -> None:
    found = guess(["Code", "Project ID", "Name", "Title", "Country", "Partner", "Implementing partner"])
    assert {header: one.term for header, one in found.items()} == {
        "Project ID": "identifier",
        "Title": "title",
        "Country": "benefitingState",
        "Partner": "participation:4",
        "Implementing partner": "participation:4",
    }
