"""Rows into claims: every cell is used or reported, at its exact place in the table and on its page."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims import read
from iomgraph.claims.claim import Page, Part
from iomgraph.findings import Finding
from iomgraph.mapping import context
from iomgraph.records.project import Reconciler
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.vocabulary import FIELDS

from .. import reconciling

Claimed = Callable[..., tuple[list[Page], list[Finding]]]

ROW = {
    "url": "https://iom.int/project/roads",
    "lang": "en",
    "captured": "2026-01-01",
    "title": "Roads of the Region",
    "project_id": "LM.0001",
    "file": "roads.txt",
    "lines": " ".join(f"{name}={n}" for n, name in enumerate(("title", *FIELDS), 10)),
}
LINES = {name: n for n, name in enumerate(("title", *FIELDS), 10)}


def test_a_whole_row_gives_a_claim_a_cell(claimed: Claimed) -> None:
    pages, findings = claimed(
        ROW
        | {
            "start_year": "2008",
            "end_year": "2009",
            "status": "Completed",
            "theme": "Labour Migration",
            "budget": "64240.00",
            "coverage": "National",
            "funding_year": "2008",
            "region": "Europe",
            "other_states": "ChileUruguay",
            "prima_id": "GE10P0001",
            "states": "Georgia",
        }
    )
    (page,) = pages
    assert {claim.term: claim.value for claim in page} == {
        "title": "Roads of the Region",
        "startYear": 2008,
        "endYear": 2009,
        "status": "statuses:completed",
        "theme": "themes:labour-migration",
        "budget": (Part.of(value="64240", currency="USD"),),
        "coverage": "coverages:national",
        "fundingYear": 2008,
        "region": "regions:europe",
        "otherBenefitingState": ("states:CHL", "states:URY"),
        "primaId": "GE10P0001",
        "identifier": "LM.0001",
        "benefitingState": ("states:GEO",),
    }
    assert findings == []
    assert (page.key, page.former) == ("iom.int-project-roads.2026-01-01", False)
    assert len(page.claims) == len(FIELDS) + 1


BAD = [
    *[
        (column, value, "bad-year")
        for column in read.YEARS
        for value in ("20244", "2008.0", "２００８", "soon")
    ],
    *[("budget", value, "bad-budget") for value in ("abc", "-5", "1,50,000", "0", "1e9", "١٢٣")],
    *[("project_id", value, "bad-project-id") for value in ("LM.0024> <x", "LM 0024", "../x", "x" * 300)],
    *[("prima_id", value, "bad-prima-id") for value in ("GE10P0001> <x", "GE10 P0001", "../x", "x" * 300)],
    ("status", "Suspended", "unknown-status"),
    ("theme", "Space Travel", "unknown-theme"),
    ("region", "Atlantis", "unknown-region"),
    ("coverage", "Nationale", "unknown-coverage"),
    ("states", "Atlantis", "unknown-state"),
    ("other_states", "Georgia Atlantis", "unknown-state"),
]


@pytest.mark.parametrize(("column", "value", "rule"), BAD)
def test_a_bad_cell_is_a_finding_at_its_place_and_on_its_page(
    claimed: Claimed, column: str, value: str, rule: str
) -> None:
    pages, findings = claimed({"url": "https://iom.int/other"}, ROW | {column: value})
    (found,) = findings
    assert (found.rule, found.severity.word) == (rule, "should" if rule.startswith("unknown") else "must")
    assert str(found.place) == f"pages.csv:3 (row 2, column {column})"
    assert str(found.source) == f"roads.txt:{LINES[column]}"
    assert found.value == ("Atlantis" if rule == "unknown-state" else value)
    assert all(found.text(lang) for lang in ("en", "fr", "es"))
    assert len({found.text(lang) for lang in ("en", "fr", "es")}) == 3
    # The rest of the row is read.
    assert pages[1].says("title@en") == "Roads of the Region"


def test_there_is_a_bad_cell_for_every_rule_on_cells(claimed: Claimed) -> None:
    assert {rule for _, _, rule in BAD} == {
        *read._BAD.values(),
        "unknown-state",
        *(f"unknown-{name}" for name in read.PREFIXES),
    }
    assert len(BAD) == 32


def test_a_half_known_list_is_withheld_whole(claimed: Claimed) -> None:
    pages, _ = claimed(ROW | {"states": "Georgia Atlantis Armenia"})
    assert pages[0].says("benefitingState") is None


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"url": "iom.int/x"}, ["bad-url column url"]),
        ({"url": "javascript:alert(1)"}, ["bad-url column url"]),
        ({"url": "http://["}, ["bad-url column url"]),
        ({"url": "https://iom.int/a b"}, ["bad-url column url"]),
        ({"url": 'https://iom.int/"><x'}, ["bad-url column url"]),
        ({"lang": "de"}, ["unknown-language column lang"]),
        ({"captured": "2026-02-30"}, ["bad-day column captured"]),
        ({"captured": "2026-01-01T00:00"}, ["bad-day column captured"]),
        ({"url": "", "file": ""}, ["no-key column url"]),
        ({"url": "://[", "file": "//["}, ["no-key column url"]),
    ],
)
def test_a_bad_head_of_a_row_is_a_finding(claimed: Claimed, cells: dict[str, str], told: list[str]) -> None:
    pages, findings = claimed(ROW | cells)
    assert [f"{found.rule} column {found.place.column}" for found in findings if found.place] == told
    for page in pages:
        assert page.says("identifier") == "LM.0001"
        assert page.url in {"", ROW["url"]}
    assert len(pages) == (told != ["no-key column url"])


@pytest.mark.parametrize(
    "again",
    [
        "https://iom.int/project/roads",
        "https://www.iom.int/project/roads",
        "http://IOM.int/project/roads",
        "https://iom.int/project/roads/",
    ],
)
def test_a_second_row_of_one_page_is_reported_and_the_first_kept(claimed: Claimed, again: str) -> None:
    pages, findings = claimed(ROW, ROW | {"url": again, "title": "Bridges"})
    assert [page.text("title@en") for page in pages] == ["Roads of the Region"]
    (found,) = findings
    assert (found.rule, str(found.place)) == ("duplicate-url", "pages.csv:3 (row 2, column url)")
    assert "the first is row 1" in found.text()


@pytest.mark.parametrize(
    "host", ["developmentfund.iom.int", "www.developmentfund.iom.int", "DevelopmentFund.IOM.int"]
)
def test_the_former_site_is_recognised_by_its_host(claimed: Claimed, host: str) -> None:
    pages, _ = claimed(ROW | {"url": f"https://{host}/project/roads"})
    assert pages[0].former


@pytest.mark.parametrize(
    "lines", ["", "title", "title=", "title=x", "title=-1", "title=" + "9" * 5_000, "=5", "title=٣"]
)
def test_a_spoiled_record_of_lines_costs_the_line_and_no_more(claimed: Claimed, lines: str) -> None:
    pages, findings = claimed(ROW | {"lines": lines})
    assert pages[0].claims["title@en"].source.line is None
    assert findings == []


TITLES = [
    "<script>alert('x')</script> of the region",
    'The """ of the region',
    "of the \\ \" ' ` region\t",
    "\u202eof the region\u202c",
    "مشروع of the region",
    "of the \U0001f6a2 region",
    "of the {value} region %s",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_hostile_title_is_text_all_the_way_into_the_graph(
    claimed: Claimed, reconciler: Reconciler, settings: Settings, rules: Rules, title: str
) -> None:
    pages, findings = claimed(ROW | {"title": title})
    assert pages[0].says("title@en") == title.strip()
    (project,) = reconciling.projects(reconciler, pages, Reporter(rules, findings))
    compiled = context.read(settings.ontology)
    for record in (project.record, *(record for _, record in project.claims)):
        for quad in compiled.quads(record):
            assert quad.count("\n") == 1
            if "/terms/title>" in quad:
                text = json.loads(quad.split("> ", 2)[2].rpartition("@")[0])
                assert text in {title.strip(), record["title"]["en"][0]}


# Every range of characters that XML 1.0 leaves out, by its ends.
CONTROLS = ["\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"]


@pytest.mark.parametrize("control", CONTROLS, ids=[f"U+{ord(control):04X}" for control in CONTROLS])
@pytest.mark.parametrize("column", ["title", "status", "states", "project_id", "file"])
def test_a_cell_with_a_character_that_xml_cannot_hold_is_withheld_and_reported(
    claimed: Claimed, column: str, control: str
) -> None:
    (page,), findings = claimed(ROW | {"status": "Completed", "states": "Georgia", column: f"A{control}B"})
    (found,) = findings
    assert (found.rule, found.severity.word) == ("control-character", "should")
    assert str(found.place) == f"pages.csv:2 (row 1, column {column})"
    assert all(f"U+{ord(control):04X}" in found.text(lang) for lang in ("en", "fr", "es"))
    # The finding is published, and can be written as XML itself.
    assert found.value == "A" + control.encode("unicode_escape", "surrogatepass").decode() + "B"
    left = {"title", "identifier", "status", "benefitingState"}
    assert {claim.term for claim in page} == left - {
        term for term, name in read.COLUMNS.items() if name == column
    }


@pytest.mark.parametrize("kept", ["\t", "\n", "\r", "\x7f", "\x85", "\ue000", "\ufffd", "\U0010ffff"])
def test_a_character_that_xml_can_hold_is_read(claimed: Claimed, kept: str) -> None:
    pages, findings = claimed(ROW | {"title": f"Roads{kept}of the Region"})
    assert pages[0].says("title@en") == f"Roads{kept}of the Region"
    assert findings == []


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(page_table.COLUMNS, CELLS)), max_size=3))
def test_no_row_raises_and_every_cell_is_claimed_or_reported(
    reader: read.Reader,
    reconciler: Reconciler,
    settings: Settings,
    rules: Rules,
    rows: list[dict[str, str]],
) -> None:
    findings: list[Finding] = []
    whole = [tables.Row(row, "t.csv", number, number + 1) for number, row in enumerate(rows, 1)]
    pages = list(reader.pages(whole, Reporter(rules, findings)))
    read_rows = {page.place.row for page in pages}
    reported = {(found.place.row, found.place.column) for found in findings if found.place}
    for number, row in enumerate(rows, 1):
        assert number in read_rows or (number, "url") in reported
        for column in ("title", *FIELDS) if number in read_rows else ():
            claims = [claim for page in pages for claim in page if claim.place.row == number]
            used = any(claim.place.column == column for claim in claims)
            assert used or (number, column) in reported or not _says(row[column], column)
    compiled = context.read(settings.ontology)
    for project in reconciling.projects(reconciler, pages, Reporter(rules, findings)):
        for record in (project.record, *(record for _, record in project.claims), *project.captures):
            compiled.quads(record)


def _says(text: str, column: str) -> bool:
    """Tell whether a cell says anything; a list of states may be nothing but separators."""
    return bool(text.strip(" ,;/\n" if "states" in column else None).strip())
