"""Pages into projects: by project ID, PRIMA ID, node and slug; grants of one ID kept apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iomgraph.claims.claim import Page
from iomgraph.claims.pages import spooled
from iomgraph.findings import Finding
from iomgraph.records.grouping import group
from iomgraph.sources.rules import Reporter, Rules

Claimed = Callable[..., tuple[list[Page], list[Finding]]]
Grouped = Callable[..., tuple[dict[str, list[str]], list[Finding]]]

SITE = "https://iom.int"
FORMER = "https://developmentfund.iom.int"


@pytest.fixture
def grouped(claimed: Claimed, rules: Rules) -> Grouped:
    """Group pages given as path, project ID and PRIMA ID; give each key's paths, and the findings."""

    def run(*pages: tuple[str, str, str]) -> tuple[dict[str, list[str]], list[Finding]]:
        rows = []
        for path, project, prima in pages:
            site = FORMER if path.startswith("former/") else SITE
            lang = path.split("/")[0] if path[2:3] == "/" else "en"
            url = f"{site}/{path.removeprefix('former/')}"
            rows.append({"url": url, "lang": lang, "project_id": project, "prima_id": prima})
        read, findings = claimed(*rows)
        groups = group(spooled(read), Reporter(rules, findings))
        assert [found.key for found in groups] == sorted(found.key for found in groups)
        paths = {
            found.key: [
                ("former/" if page.former else "")
                + page.url.removeprefix(FORMER).removeprefix(SITE).strip("/")
                for page in found.pages
            ]
            for found in groups
        }
        return paths, findings

    return run


def test_one_project_id_makes_one_project_the_present_site_first(grouped: Grouped) -> None:
    groups, findings = grouped(
        ("former/project/a", "LM.0001", ""), ("fr/node/1", "LM.0001", ""), ("project/x", "LM.0001", "")
    )
    assert groups == {"LM.0001": ["fr/node/1", "project/x", "former/project/a"]}
    assert findings == []


def test_a_page_without_project_id_joins_by_its_prima_id(grouped: Grouped) -> None:
    groups, _ = grouped(("project/a", "LM.0001", "GE10P0001"), ("fr/node/1", "", "GE10P0001"))
    assert groups == {"LM.0001": ["fr/node/1", "project/a"]}


def test_a_page_without_any_id_joins_by_its_node(grouped: Grouped) -> None:
    groups, _ = grouped(("fr/node/1", "LM.0001", ""), ("es/node/1", "", ""))
    assert groups == {"LM.0001": ["es/node/1", "fr/node/1"]}


def test_nodes_of_the_former_site_are_other_nodes(grouped: Grouped) -> None:
    groups, _ = grouped(("fr/node/1", "LM.0001", ""), ("former/es/node/1", "", ""))
    assert groups == {"LM.0001": ["fr/node/1"], "es-node-1": ["former/es/node/1"]}


def test_pages_without_project_id_join_each_other_by_prima_id(grouped: Grouped) -> None:
    groups, _ = grouped(("project/a", "", "GE10P0001"), ("fr/node/1", "", "GE10P0001"), ("es/node/1", "", ""))
    assert groups == {"GE10P0001": ["es/node/1", "fr/node/1", "project/a"]}


def test_pages_without_any_id_join_each_other_by_node_or_slug(grouped: Grouped) -> None:
    groups, _ = grouped(
        ("fr/node/1", "", ""),
        ("es/node/1", "", ""),
        ("project/a", "", ""),
        ("former/project/a", "", ""),
        ("project/b", "", ""),
    )
    assert groups == {
        "node-1": ["es/node/1", "fr/node/1"],
        "a": ["project/a", "former/project/a"],
        "b": ["project/b"],
    }


def test_a_prima_id_of_two_projects_is_reported_and_joins_neither(grouped: Grouped) -> None:
    groups, findings = grouped(
        ("project/a", "LM.0001", "GE10P0001"),
        ("project/b", "LM.0002", "GE10P0001"),
        ("project/c", "", "GE10P0001"),
    )
    assert groups == {"LM.0001": ["project/a"], "LM.0002": ["project/b"], "GE10P0001": ["project/c"]}
    (found,) = findings
    assert (found.rule, found.value) == ("prima-shared", "GE10P0001")
    assert "LM.0001, LM.0002" in found.text()
    assert found.place
    assert found.place.column == "prima_id"


def test_a_node_of_two_projects_joins_neither(grouped: Grouped) -> None:
    groups, _ = grouped(("fr/node/1", "LM.0001", ""), ("es/node/1", "LM.0002", ""), ("node/1", "", ""))
    assert groups == {"LM.0001": ["fr/node/1"], "LM.0002": ["es/node/1"], "node-1": ["node/1"]}


def test_no_two_projects_share_a_name_whatever_their_pages_are_called(claimed: Claimed, rules: Rules) -> None:
    first = {"project_id": "LM.0001", "budget": "100", "funding_year": "2001"}
    second = {"project_id": "LM.0001", "budget": "200", "funding_year": "2002"}
    pages, findings = claimed(
        first | {"url": f"{SITE}/project/a", "lang": "en"},
        second | {"url": f"{SITE}/fr/node/1", "lang": "fr"},
        {"url": f"{FORMER}/project/a", "lang": "en"},
        {"url": f"{SITE}/project/b", "prima_id": "LM.0002"},
        {"url": f"{SITE}/project/c", "project_id": "LM.0002"},
    )
    assert [found.key for found in group(spooled(pages), Reporter(rules, findings))] == [
        "LM.0002",
        "developmentfund.iom.int-project-a",
        "fr-node-1",
        "iom.int-project-a",
        "iom.int-project-b",
    ]
    assert [found.rule for found in findings] == ["identifier-clash"]
    assert "fr-node-1, iom.int-project-a" in findings[0].text()


def test_without_an_address_a_page_is_named_by_its_file(claimed: Claimed, rules: Rules) -> None:
    pages, findings = claimed({"file": "a page.txt"}, {"file": "b.txt", "captured": "2026-01-01"})
    assert [found.key for found in group(spooled(pages), Reporter(rules, findings))] == [
        "a-page.txt",
        "b.txt.2026-01-01",
    ]


def test_the_real_portfolio_makes_201_projects_of_264_pages(
    portfolio_pages: tuple[list[Page], list[Finding]], rules: Rules
) -> None:
    findings: list[Finding] = []
    groups = group(spooled(portfolio_pages[0]), Reporter(rules, findings))
    assert (len(groups), sum(len(found.pages) for found in groups)) == (201, 264)
    assert [found.rule for found in findings] == ["identifier-clash"]
    assert {found.key for found in groups if found.clash} == {
        "es-node-175791",
        "technical-assistance-government-zambia-border-management-preliminary-actions",
    }
