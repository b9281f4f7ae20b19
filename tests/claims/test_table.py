"""Tables of projects read into claims: every cell is claimed, or withheld with a finding at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from iomgraph.claims import table_options
from iomgraph.claims.claim import Page, Part, parts
from iomgraph.claims.lexicon import CellContext, Lexicon
from iomgraph.claims.rows import RowSource
from iomgraph.claims.table import TableFile, TableReader
from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

COLUMNS = {
    "ID": "identifier",
    "IATI": "iatiIdentifier",
    "Title": "title@en",
    "Titre": "title@fr",
    "Name": "title",
    "Country": "benefitingState",
    "Share": "percentage",
    "Start": "startDate",
    "End": "endDate",
    "Planned": "plannedStartDate",
    "Status": "status",
    "Theme": "theme",
    "Coverage": "coverage",
    "Budget": "budget",
    "Budget (EUR)": "budget:EUR",
    "Currency": "currency",
    "SDG": "statedGoal",
    "Link": "sourceLink",
    "Partner": "participation:implementing",
    "Donor": "participation:funding",
    "Summary": "description@en",
    "Remarks": "ignore",
}
Value = str | int | float | bool | date | None


@dataclass(frozen=True)
class Outcome:
    """The pages of a table, and its findings."""

    pages: Sequence[Page]
    findings: Sequence[Finding] = field(default_factory=list)

    @property
    def rules(self) -> list[str]:
        return [one.rule for one in self.findings if one.rule != "table-detected"]

    def claims(self, row: int = 0) -> dict[str, object]:
        return {name: claim.value for name, claim in self.pages[row].claims.items() if name != "identifier"}


@dataclass(frozen=True)
class Bench:
    """Reads small tables."""

    lexicon: Lexicon
    rules: Rules
    folder: Path

    currency: str = "USD"

    def read(self, path: Path, columns: Mapping[str, object] = COLUMNS, **options: object) -> Outcome:
        findings: list[Finding] = []
        read = table_options.read(options, columns, self.lexicon.words, "portfolio.toml")
        context = CellContext(self.lexicon, read, self.currency)
        reader = TableReader(context, Reporter(self.rules, findings))
        pages = list(reader.pages(TableFile(path, path.name, RowSource("projects"))))
        return Outcome(pages, findings)

    def text(self, content: str, columns: Mapping[str, str] = COLUMNS, **options: object) -> Outcome:
        path = self.folder / "projects.csv"
        path.write_text(content, encoding="utf-8")
        return self.read(path, {name: columns[name] for name in columns if name in content}, **options)

    def cell(self, header: str, value: Value, **options: object) -> Outcome:
        """Read one cell of a workbook, in a row with an identifier."""
        return self.sheet([["ID", header], ["A.1", value]], **options)

    def sheet(self, rows: Sequence[Sequence[Value]], **options: object) -> Outcome:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "Projects"
        for row in rows:
            sheet.append(list(row))
        book.save(self.folder / "projects.xlsx")
        heads = {str(cell) for row in rows for cell in row}
        columns = {name: target for name, target in COLUMNS.items() if name in heads}
        return self.read(self.folder / "projects.xlsx", columns, **options)


@pytest.fixture(scope="module")
def lexicon(settings: Settings) -> Lexicon:
    return Lexicon(Tables(settings.data))


@pytest.fixture
def bench(lexicon: Lexicon, rules: Rules, tmp_path: Path) -> Bench:
    return Bench(lexicon, rules, tmp_path)


def _budget(value: str, currency: str) -> tuple[Part, ...]:
    return (Part.of(value=value, currency=currency),)


def _share(code: str, percentage: str) -> Part:
    return Part.of(allocatedTo=f"states:{code}", percentage=percentage, basis="bases:stated")


@pytest.mark.parametrize(
    ("header", "value", "claims"),
    [
        ("Start", date(2024, 2, 1), {"startYear": 2024, "startDate": "2024-02-01"}),
        ("Start", 2024, {"startYear": 2024}),
        ("End", "1 February 2024", {"endYear": 2024, "endDate": "2024-02-01"}),
        ("End", "1er févr. 2024", {"endYear": 2024, "endDate": "2024-02-01"}),
        ("Planned", "2024", {"plannedStartDate": "2024"}),
        ("Status", "Completed", {"status": "statuses:completed"}),
        ("Status", "Achevé", {"status": "statuses:completed"}),
        ("Theme", "immigration and borders", {"theme": "themes:immigration-and-borders"}),
        ("Coverage", "Regional", {"coverage": "coverages:regional"}),
        ("Country", "Kenya; Uganda", {"benefitingState": ("states:KEN", "states:UGA")}),
        ("Country", "Bosnia and Herzegovina, Serbia", {"benefitingState": ("states:BIH", "states:SRB")}),
        ("Country", "KE", {"benefitingState": ("states:KEN",)}),
        ("Country", "Congo, Democratic Republic of the", {"benefitingState": ("states:COD",)}),
        ("Budget", 1500, {"budget": _budget("1500", "USD")}),
        ("Budget", "1500.00", {"budget": _budget("1500", "USD")}),
        ("Budget", "€ 1.500,00", {"budget": _budget("1500", "EUR")}),
        ("Budget", "1,234,567 CHF", {"budget": _budget("1234567", "CHF")}),
        ("Budget (EUR)", "1 500 €", {"budget": _budget("1500", "EUR")}),
        ("SDG", "8.8; SDG 10", {"statedGoal": ("sdg:10",), "statedTarget": ("sdg:8.8",)}),
        ("SDG", 8, {"statedGoal": ("sdg:8",)}),
        ("SDG", 8.8, {"statedTarget": ("sdg:8.8",)}),
        ("SDG", "Goal 16: Peace, Justice and Strong Institutions", {"statedGoal": ("sdg:16",)}),
        ("IATI", " XM-DAC-47066-DR.0042 ", {"iatiIdentifier": "XM-DAC-47066-DR.0042"}),
        ("Link", "https://example.org/a", {"sourceLink": ("https://example.org/a",)}),
        (
            "Partner",
            "Red Cross, Kenya; IOM",
            {
                "participation": (
                    Part.of(name=(("en", "Red Cross, Kenya"),), role="roles:4"),
                    Part.of(name=(("en", "IOM"),), role="roles:4"),
                )
            },
        ),
        ("Title", "Roads\nof  Kenya", {"title@en": "Roads of Kenya"}),
        (
            "Name",
            "Renforcement de la gestion des frontières et des routes",
            {"title@fr": "Renforcement de la gestion des frontières et des routes"},
        ),
        ("Country", "n/a", {}),
        ("Summary", "Not published, unless the portfolio says so", {}),
        ("Remarks", "#whatever", {}),
    ],
)
def test_cells_that_have_one_reading_are_claimed(
    bench: Bench, header: str, value: Value, claims: Mapping[str, object]
) -> None:
    outcome = bench.cell(header, value)
    assert outcome.claims() == claims
    assert outcome.rules == []


@pytest.mark.parametrize(
    ("header", "value", "rule", "word"),
    [
        ("Budget", "1.500", "ambiguous-amount", "1.5, 1500"),
        ("Budget", "USD 1,200", "ambiguous-amount", "1.2, 1200"),
        ("Budget", "about 5 million", "unreadable-amount", "5 million"),
        ("Budget", "-5", "unreadable-amount", "-5"),
        ("Budget", 0, "unreadable-amount", "0"),
        ("Budget", date(2024, 2, 1), "cell-kind", "date"),
        ("Budget (EUR)", "$ 1500", "currency-clash", "EUR"),
        ("Start", "01/02/2024", "ambiguous-date", "2024-02-01, 2024-01-02"),
        ("Start", 45323, "unreadable-date", "45323"),
        ("Start", "soon", "unreadable-date", "soon"),
        ("Country", "Congo DRC", "state-not-matched", "Democratic Republic of the Congo (COD)"),
        ("Country", "Keniya", "state-not-matched", "Kenya (KEN)"),
        ("Country", "Serbia and Montenegro", "state-not-matched", "Montenegro"),
        ("Country", "NA", "state-not-matched", "NA"),
        ("Country", "Regional", "state-not-matched", "–"),
        ("Country", "Congo, DRC", "state-not-matched", "Congo"),
        ("Status", "Complete", "unknown-status", "completed"),
        ("Theme", "Imigration and Borders", "unknown-theme", "immigration-and-borders"),
        ("SDG", 8.1, "goal-not-matched", "8.1"),
        ("SDG", date(2024, 8, 8), "cell-kind", "date"),
        ("SDG", "8,8", "goal-not-matched", "8,8"),
        ("SDG", "18", "goal-not-matched", "18"),
        ("SDG", "8-10", "goal-not-matched", "10"),
        ("IATI", "no identifier", "unreadable-iati-identifier", "no identifier"),
        ("Link", "see the web", "unreadable-link", "see"),
        ("Titre", "Strengthening of the management of borders and the roads", "text-language", "en"),
        ("Partner", True, "cell-kind", "boolean"),
    ],
)
def test_cells_with_several_readings_or_none_are_withheld_and_reported(
    bench: Bench, header: str, value: Value, rule: str, word: str
) -> None:
    outcome = bench.cell(header, value)
    assert set(outcome.rules) == {rule}
    assert not {"budget", "startYear", "benefitingState", "status", "theme"} & outcome.claims().keys()
    found = outcome.findings[0]
    assert str(found.place) == f"projects.xlsx (Projects!B2, {header})"
    assert word in found.text("en")
    assert found.text("fr") != found.text("en") != found.text("es")
    assert found.about == "captures:projects"


@pytest.mark.parametrize(
    ("header", "value", "options", "claims"),
    [
        ("Budget", "1.500", {"decimal": ","}, {"budget": _budget("1500", "USD")}),
        ("Budget", "1.500", {"decimal": "."}, {"budget": _budget("1.5", "USD")}),
        ("Budget", "USD 1,200", {"decimal": "."}, {"budget": _budget("1200", "USD")}),
        ("Budget", "1500", {"currency": "EUR"}, {"budget": _budget("1500", "EUR")}),
        ("Start", "01/02/2024", {"dates": "dd/mm/yyyy"}, {"startYear": 2024, "startDate": "2024-02-01"}),
        ("Start", "1/2/24", {"dates": "m/d/yy"}, {"startYear": 2024, "startDate": "2024-01-02"}),
        ("Country", "Kenya + Uganda", {"separator": "+"}, {"benefitingState": ("states:KEN", "states:UGA")}),
    ],
)
def test_what_a_source_declares_decides(
    bench: Bench, header: str, value: Value, options: Mapping[str, object], claims: Mapping[str, object]
) -> None:
    outcome = bench.cell(header, value, **options)
    assert outcome.claims() == claims
    assert outcome.rules == []


def test_stated_shares_become_allocations_and_an_odd_sum_is_reported(bench: Bench) -> None:
    outcome = bench.cell("Country", "Kenya 25.55%; Uganda (74,45 %)")
    assert outcome.claims()["allocation"] == (_share("KEN", "25.55"), _share("UGA", "74.45"))
    assert outcome.rules == []
    outcome = bench.cell("Country", "Kenya 60%; Uganda 30%; Somalia")
    assert outcome.claims()["benefitingState"] == ("states:KEN", "states:UGA", "states:SOM")
    assert outcome.claims()["allocation"] == (_share("KEN", "60"), _share("UGA", "30"))
    assert outcome.rules == ["shares-sum"]
    assert "allocation" not in bench.cell("Country", "Kenya").claims()


def test_shares_in_a_column_of_their_own_go_to_the_states_in_order(bench: Bench) -> None:
    rows: list[list[Value]] = [
        ["ID", "Country", "Share"],
        ["A.1", "Kenya; Uganda", "60; 40"],
        ["A.2", "Kenya; Uganda", "60"],
    ]
    outcome = bench.sheet(rows)
    assert outcome.claims(0)["allocation"] == (_share("KEN", "60"), _share("UGA", "40"))
    assert "allocation" not in outcome.claims(1)
    assert outcome.rules == ["bad-share"]


def test_the_currency_of_a_row_holds_for_its_budgets_and_must_not_contradict_them(bench: Bench) -> None:
    rows: list[list[Value]] = [
        ["ID", "Budget", "Currency"],
        ["A.1", 5, "CHF"],
        ["A.2", "5 EUR", "CHF"],
        ["A.3", 5, "$"],
        ["A.4", "$5", "CAD"],
    ]
    outcome = bench.sheet(rows)
    assert [parts(page.says("budget")) for page in outcome.pages] == [
        _budget("5", "CHF"),
        (),
        (),
        _budget("5", "CAD"),
    ]
    assert outcome.rules == ["currency-clash", "unknown-currency"]


def test_an_amount_without_any_currency_is_withheld(bench: Bench) -> None:
    outcome = replace(bench, currency="").cell("Budget", 1500)
    assert outcome.claims() == {}
    assert outcome.rules == ["no-currency"]


def test_places_are_sheet_and_cell_in_workbooks_row_and_line_in_text(bench: Bench) -> None:
    in_book = bench.cell("Country", "Kenya").pages[0].claims["benefitingState"]
    assert str(in_book.place) == "projects.xlsx (Projects!B2, Country)"
    in_text = bench.text('ID,Country\nA.1,"Kenya"\n').pages[0].claims["benefitingState"]
    assert str(in_text.place) == "projects.csv:2 (row 1, column Country)"


def test_rows_that_are_not_projects_are_left_out_and_reported(bench: Bench) -> None:
    rows: list[list[Value]] = [
        ["Our projects", None, None],
        [None],
        ["ID", "Title", "Budget"],
        ["A.1", "Roads", 5],
        [None, "a note", None],
        ["ID", "Title", "Budget"],
        ["A 2", "Bridges", 7],
        ["A.1", "Roads, second phase", 9],
        ["Total", None, 21],
    ]
    outcome = bench.sheet(rows)
    assert [page.text("title@en") for page in outcome.pages] == ["Roads", "Roads, second phase"]
    assert len({page.key for page in outcome.pages}) == 2
    assert outcome.rules == [
        "header-found",
        "row-without-identifier",
        "header-again",
        "unreadable-identifier",
        "row-without-identifier",
        "row-again",
        "total-row",
    ]


def test_tables_without_identifiers_name_projects_by_their_titles(bench: Bench) -> None:
    outcome = bench.text("Title,Budget\nRoads of Kenya,5\nRoads of Kenya,6\n,7\n")
    assert [page.key for page in outcome.pages] == ["roads-of-kenya", "roads-of-kenya-2"]
    assert outcome.rules == ["row-again", "row-without-title"]


def test_rows_of_text_that_are_too_wide_are_not_read_and_short_ones_are_reported(bench: Bench) -> None:
    outcome = bench.text("ID,Title,Budget\nA.1,Roads, and bridges,5\nA.2,Roads\nA.3,Roads,5\n", delimiter=",")
    assert [page.text("identifier") for page in outcome.pages] == ["A.2", "A.3"]
    assert outcome.rules == ["row-too-wide", "row-too-short"]


def test_columns_that_are_missing_unknown_or_repeated_are_reported(bench: Bench) -> None:
    path = bench.folder / "projects.csv"
    path.write_text("ID,Title,Title,Pays,Mood\nA.1,a,b,Kenya,fine\n", encoding="utf-8")
    outcome = bench.read(path, {"ID": "identifier", "Title": "title@en", "Budget": "budget"})
    assert outcome.rules == ["duplicate-column"] * 2 + ["unmapped-column"] * 2 + ["missing-column"]
    assert "benefitingState" in outcome.findings[3].text()
    assert outcome.claims() == {}


def test_hidden_rows_and_sheets_are_read_only_when_declared(bench: Bench) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Projects"
    for row in (["ID", "Title"], ["A.1", "Roads"], ["A.2", "Secret"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Notes").append(["nothing here"])
    hidden = book.create_sheet("Old")
    hidden.append(["ID", "Title"])
    hidden.append(["A.3", "Gone"])
    hidden.sheet_state = "hidden"
    path = bench.folder / "a.xlsx"
    book.save(path)
    columns = {"ID": "identifier", "Title": "title@en"}
    outcome = bench.read(path, columns)
    assert [page.text("identifier") for page in outcome.pages] == ["A.1"]
    assert outcome.rules == ["sheet-hidden", "hidden-row", "sheet-without-columns"]
    outcome = bench.read(path, columns, hidden="read", sheets=["Projects", "Old"])
    assert [page.text("identifier") for page in outcome.pages] == ["A.1", "A.2", "A.3"]
    assert outcome.rules == []
    with pytest.raises(SourceError, match="no sheet 'New'"):
        bench.read(path, columns, sheets=["New"])


def test_merged_cells_give_their_value_to_the_first_unless_declared(bench: Bench) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["ID", "Country"], ["A.1", "Kenya"], ["A.2", None], ["A.3", "Chad"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    path = bench.folder / "a.xlsx"
    book.save(path)
    columns = {"ID": "identifier", "Country": "benefitingState"}
    outcome = bench.read(path, columns)
    assert [page.says("benefitingState") for page in outcome.pages] == [
        ("states:KEN",),
        None,
        ("states:TCD",),
    ]
    assert [str(one.place) for one in outcome.findings] == ["a.xlsx (Sheet!B2, Country)"]
    outcome = bench.read(path, columns, merged="repeat")
    assert [page.says("benefitingState") for page in outcome.pages] == [("states:KEN",)] * 2 + [
        ("states:TCD",)
    ]
    assert outcome.rules == []


def test_formulas_without_results_and_errors_are_withheld(bench: Bench) -> None:
    outcome = bench.sheet([["ID", "Title", "Budget"], ["A.1", "#N/A", "=1+1"]])
    assert outcome.claims() == {}
    assert outcome.rules == ["error-cell", "formula-without-value"]


LONG = 30_000
HOSTILE = {
    "Country": ("Kenya" + " " * LONG + "x", "(" * LONG, ", " * LONG + "x", "a," * LONG, "9" * LONG + "%"),
    "SDG": ("sdg goal " * (LONG // 9), "8 " * (LONG // 2) + "x", "#" * LONG),
    "Budget": ("'" * LONG, "1," * (LONG // 2), "x" * LONG + "1", " 1" * (LONG // 2)),
    "Start": ("1" * LONG, "a " * (LONG // 2) + "2024", "1 a" * (LONG // 3)),
    "Theme": ("x " * (LONG // 2),),
    "Link": ("http://" * (LONG // 7),),
    "IATI": ("A" * LONG,),
}


@pytest.mark.parametrize(
    ("header", "value"), [(header, value) for header, values in HOSTILE.items() for value in values]
)
def test_hostile_cells_are_read_fast_and_claim_nothing(bench: Bench, header: str, value: str) -> None:
    outcome = bench.text(f'ID,{header}\nA.1,"{value}"\n', delimiter=",")
    assert outcome.rules
    assert not outcome.claims().keys() & {"benefitingState", "budget", "startYear", "theme", "iatiIdentifier"}


def test_a_file_without_any_mapped_column_stops_with_the_next_step(bench: Bench) -> None:
    with pytest.raises(SourceError, match="none of the mapped columns") as stop:
        bench.read(_written(bench.folder, "x,y\n1,2\n"), {"ID": "identifier"})
    assert "[sources.columns]" in stop.value.step
    with pytest.raises(SourceError, match="row 2 of the table has none of the mapped columns"):
        bench.read(_written(bench.folder, "ID,y\n1,2\n"), {"ID": "identifier"}, header=2)


def _written(folder: Path, content: str) -> Path:
    path = folder / "t.csv"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({}, {}, "are not mapped"),
        ({"a": "titel@en"}, {}, "unknown term 'titel' \\(is it 'title'"),
        ({"a": "title@de"}, {}, "known language"),
        ({"a": "participation:chair"}, {}, "unknown role 'chair'"),
        ({"a": "budget:euros"}, {}, "more than its term allows"),
        ({"a": "startDate", "b": "startDate"}, {}, "two columns"),
        ({"a b": "startDate", "A  B": "endDate"}, {}, "the same header"),
        ({"a": 5}, {}, "not a text"),
        ({"a": "title"}, {"decimals": ","}, "unknown option 'decimals' \\(is it 'decimal'"),
        ({"a": "title"}, {"decimal": ";"}, "can't be ';'"),
        ({"a": "title"}, {"header": "2"}, "not a number"),
        ({"a": "title"}, {"dates": "european"}, "not a date format"),
    ],
)
def test_options_that_mean_nothing_stop_with_those_that_exist(
    bench: Bench, columns: Mapping[str, object], options: Mapping[str, object], message: str
) -> None:
    with pytest.raises(SourceError, match=message) as stop:
        bench.read(_written(bench.folder, "a,b\n1,2\n"), columns, **options)
    assert stop.value.where.startswith("portfolio.toml")
