"""Links to other people's things: their records and their faults."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.build import gather
from iomgraph.findings import Finding
from iomgraph.reference.links import Links, links
from iomgraph.settings import Settings
from iomgraph.sources import mappings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

Read = Callable[..., tuple[Links, list[Finding]]]
KNOWN = frozenset({"states:GEO", "states:ARM", "states:NAM"})
LINE = "{subject}\tGeorgia\t{predicate}\t{object}\t{how}\t{source}\t{sure}\t{why}\n"
GOOD = {
    "subject": "states:NAM",
    "predicate": "owl:sameAs",
    "object": "wd:Q1030",
    "how": "semapv:LexicalMatching",
    "source": "github:datasets/country-codes",
    "sure": "0.9",
    "why": "Matched on the code.",
}


@pytest.fixture
def read(settings: Settings, rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read one set: links of Georgia and Armenia, and those that are given."""
    # The sets that a portfolio borrows are left out: their links are counted elsewhere.
    own = tmp_path / "data/links"
    monkeypatch.setattr(mappings, "files", lambda _: {path.name: path for path in own.iterdir()})

    def run(*changes: dict[str, str]) -> tuple[Links, list[Finding]]:
        data = tmp_path / "data"
        shutil.copytree(settings.data / "vocabulary", data / "vocabulary")
        (data / "links").mkdir()
        text = (settings.data / "links/states_wikidata.sssom.tsv").read_text(encoding="utf-8")
        kept = [
            line
            for line in text.splitlines(keepends=True)
            if line.startswith(("#", "subject_id", "states:GEO", "states:ARM"))
        ]
        lines = "".join([*kept, *(LINE.format(**GOOD | change) for change in changes)])
        (data / "links/states_wikidata.sssom.tsv").write_text(lines, encoding="utf-8")
        findings: list[Finding] = []
        return links(Tables(data), KNOWN, Reporter(rules, findings)), findings

    return run


def test_a_link_is_a_triple_and_a_statement_with_its_source(read: Read) -> None:
    found, findings = read({})
    assert findings == []
    assert found.matches["states:NAM"] == {"sameAs": ["http://www.wikidata.org/entity/Q1030"]}
    assert found.statements[-1] == {
        "id": "links:states_wikidata/NAM/Q1030",
        "type": ["Mapping", "Statement"],
        "subject": ["states:NAM"],
        "property": "sameAs",
        "statedResource": ["http://www.wikidata.org/entity/Q1030"],
        "basis": "bases:stated",
        "confidence": "0.9",
        "mappingJustification": "semapv:LexicalMatching",
        "isPartOf": "linksets:states_wikidata",
        "source": ["https://github.com/datasets/country-codes"],
        "justification": {"en": ["Matched on the code."]},
    }
    assert [(one.key, one.predicate, one.triples) for one in found.linksets] == [
        ("states_wikidata", "owl:sameAs", 3)
    ]


@pytest.mark.parametrize("change", [{"source": ""}, {"how": "semapv:ManualMappingCuration"}])
def test_a_link_that_no_source_states_is_inferred(read: Read, change: dict[str, str]) -> None:
    assert read(change)[0].statements[-1]["basis"] == "bases:inferred"


def test_a_set_with_two_predicates_is_two_linksets(read: Read) -> None:
    found, _ = read({"predicate": "skos:closeMatch"})
    assert [(one.key, one.triples) for one in found.linksets] == [
        ("states_wikidata-sameAs", 2),
        ("states_wikidata-closeMatch", 1),
    ]


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"subject": "states:XXX"}, "dangling-link", "subject_id"),
        ({"predicate": "skos:narrower"}, "bad-identifier", "predicate_id"),
        ({"object": "wd:P31"}, "bad-identifier", "object_id"),
        ({"object": "wd:Q1030>"}, "bad-identifier", "object_id"),
        ({"object": "nowhere:1"}, "bad-identifier", "object_id"),
        ({"how": "a guess"}, "bad-identifier", "mapping_justification"),
        ({"source": "my notes"}, "bad-identifier", "mapping_source"),
        ({"sure": "1.5"}, "bad-identifier", "confidence"),
        ({"sure": "high"}, "bad-identifier", "confidence"),
        ({"object": "wd:Q230"}, "contradictory-link", "object_id"),
        ({"subject": "states:GEO"}, "contradictory-link", "subject_id"),
        ({"subject": "states:GEO", "object": "wd:Q230"}, "duplicate-link", ""),
    ],
)
def test_a_faulty_link_is_found_at_its_cell_and_left_out(
    read: Read, change: dict[str, str], rule: str, column: str
) -> None:
    found, findings = read(change)
    assert {(one.rule, one.severity.word) for one in findings} == {(rule, "must")}
    places = {str(one.place) for one in findings}
    where = f"data/links/states_wikidata.sssom.tsv:15 (row 3{f', column {column}' if column else ''})"
    assert places == {where}
    assert len(found.statements) == 2


def test_the_real_sets_have_553_links_and_each_is_a_triple(settings: Settings) -> None:
    gathered = gather(settings)
    links = [r for r in gathered.data.records("graphs:provenance") if "Mapping" in r["type"]]
    assert sum(linkset.triples for linkset in gathered.linksets) == len(links) == 553
    assert len({link["id"] for link in links}) == 553
    records = {record["id"]: record for record in gathered.data.records()}
    for link in links:
        assert link["statedResource"][0] in records[link["subject"][0]][link["property"]]
