"""Queries of claims, states, goals and the organisation, compared with the real portfolio."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.queries.library import Query

from .asking import BASE, LANGUAGE, asked, projects_of, rows, values


def test_a_title_comes_in_the_language_asked_for_or_says_which_it_is_in(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["projects-in-year"], store, release, {"language": "fr"})
    tags = Counter((row[1] or "").rpartition("@")[2] for row in found)
    assert set(tags) <= {"en", "fr", "es"}
    assert tags["fr"] > tags["es"]
    english = asked(known["projects-in-year"], store, release, {"language": "en"})
    assert len(english) == len(found)
    assert english != found


def test_labels_and_messages_follow_the_language(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    for name, at in (("rejected-claims", 5), ("findings-by-rule", 2), ("findings-of-project", 2)):
        spanish = [row[at] for row in asked(known[name], store, release, {"language": "es"}) if row[at]]
        assert spanish, name
        assert all(str(cell).endswith("@es") for cell in spanish), name


def test_no_rejected_claim_is_published(known: Mapping[str, Query], store: ox.Store, release: Path) -> None:
    found = asked(known["rejected-claims"], store, release)
    assert len(found) > 10
    assert set(values(found, 6)) == {"false"}


def test_the_false_end_year_of_a_french_page_is_a_claim_and_not_published(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["claims-of-project"], store, release, {"project": "LM.0024"})
    ends = [
        (values([row], 1)[0], values([row], 3)[0], values([row], 4)[0])
        for row in found
        if row[2] == f"<{BASE}ontology#endYear>"
    ]
    assert sorted(ends) == [
        (f"<{LANGUAGE}ENG>", "2009", "true"),
        (f"<{LANGUAGE}FRA>", "2024", "false"),
    ]


def test_a_derived_value_is_not_called_stated(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["grounds-of-facts"], store, release)
    grounds = {((row[0] or "").strip("<>").rpartition("#")[2], values([row], 1)[0]) for row in found}
    assert ("inferredIatiIdentifier", "derived") in grounds
    assert ("endYear", "stated") in grounds
    assert ("endYear", "derived") not in grounds


def test_one_filter_leaves_out_all_that_is_derived(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    kept = {row[0] for row in asked(known["stated-values-of-project"], store, release)}
    every = {row[0] for row in rows(store, f"SELECT DISTINCT ?p {{ <{BASE}id/project/LM.0024> ?p ?o }}")}
    names = {re.split("[#/]", str(one).strip("<>"))[-1] for one in every - kept}
    assert names == {
        "relatedGoal",
        "relatedTarget",
        "relatedObjective",
        "subject",
        "inferredIatiIdentifier",
    }
    grounds = asked(known["grounds-of-facts"], store, release)
    assert every - kept <= {row[0] for row in grounds if values([row], 1) == ["derived"]}


def test_a_graph_of_a_project_has_no_blank_node_and_tells_its_budget(
    known: Mapping[str, Query], store: ox.Store
) -> None:
    found = rows(store, known["project"].text)
    assert not any(cell.startswith("_:") for row in found for cell in row if cell)
    assert any("schema.org/value" in (row[1] or "") for row in found)


def test_there_are_175_members_and_georgia_is_one_of_them(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["member-states"], store, release)
    assert len(found) == 175
    georgia = next(row for row in found if '"GEO"' in (row[2] or ""))
    assert values([georgia], 3) == ["268"]
    assert len([row for row in found if row[4] or row[5]]) == 28


def test_projects_are_for_members_for_others_or_for_no_state_that_is_named(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = len(projects_of(release))
    found = asked(known["projects-by-membership"], store, release)
    counted = [(values([row], 0)[0], int(values([row], 1)[0])) for row in found]
    assert counted == [("members", 410), ("none", 50), ("others", 13)]
    assert sum(count for _, count in counted) == projects


def test_the_merger_of_2024_is_the_one_change_that_a_source_dates(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["units-changed"], store, release)
    assert len(found) == 13
    dated = [row for row in found if row[3]]
    assert [(row[0] or "").rpartition("/")[2] for row in dated] == ["ro-buenos-aires>", "ro-san-jose>"]
    assert {(row[4] or "").rpartition("/")[2] for row in dated} == {"ro-panama>"}


def test_the_south_caucasus_is_in_europe_for_the_fund_and_in_asia_for_m49(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["regions-and-m49"], store, release)
    assert len(found) == 103
    apart = {(row[0] or "")[-4:-1] for row in found if "false" in (row[4] or "")}
    assert apart == {"ARM", "AZE", "GEO"}


def test_the_members_that_a_year_had_are_set_beside_what_was_claimed_of_it(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["members-claimed-and-counted"], store, release)
    assert values(found, 1) == ["122", "146", "157", "165", "173", "175", "175", "175"]
    assert values(found, 2) == ["120", "143", "155", "158", "158", "159", "159", "159"]
    # The count of today and those whose years no source gives are what is claimed today.
    assert int(values(found, 2)[-1]) + int(values(found, 3)[-1]) == 175


def test_the_structure_leads_each_part_to_the_organization(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    wholes = {row[0]: row[3] for row in asked(known["structure"], store, release)}
    top = f"<{BASE}id/organization/iom>"
    for part in wholes:
        line = [part]
        while line[-1] != top:
            assert wholes[line[-1]] not in line
            line.append(wholes[line[-1]])
    assert len(wholes) == 51


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("org:Membership", 175 + 1),
        ("iom:MemberState", 175),
        ("sdgo:Goal", 17),
        ("sdgo:Target", 169),
    ],
)
def test_there_are_as_many_as_there_should_be(store: ox.Store, kind: str, number: int) -> None:
    prefixes = (
        f"PREFIX iom: <{BASE}ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
        "PREFIX sdgo: <http://metadata.un.org/sdg/ontology#> "
    )
    assert rows(store, f"{prefixes} SELECT ?thing WHERE {{ ?thing a {kind} }}").__len__() == number


def test_the_global_compact_has_23_objectives_and_some_have_projects(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["objectives-by-projects"], store, release)
    assert [(row[0] or "").rpartition("/")[2] for row in found] == [f"{n}>" for n in range(1, 24)]
    assert 0 < len([row for row in found if values([row], 2) != ["0"]]) < 23


def test_a_goal_counts_the_projects_whose_themes_lead_to_it(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    expected = Counter(goal for project in projects_of(release) for goal in project.get("relatedGoal", ()))
    found = asked(known["goals-by-projects"], store, release)
    assert len(found) == 17
    for row in found:
        goal = f"sdg:{(row[0] or '').strip('<>').rpartition('/')[2]}"
        assert int(values([row], 2)[0]) == expected[goal], goal


@pytest.mark.parametrize(
    ("pattern", "state"),
    [
        ("?state owl:sameAs <http://www.wikidata.org/entity/Q230>", "GEO"),
        ('?state iom:isoAlpha3 "GEO"', "GEO"),
        ('?state iom:m49 "268"', "GEO"),
    ],
)
def test_a_partner_finds_a_state_in_one_triple_pattern(store: ox.Store, pattern: str, state: str) -> None:
    prefixes = f"PREFIX iom: <{BASE}ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    assert rows(store, f"{prefixes} SELECT ?state WHERE {{ {pattern} }}") == [(f"<{BASE}id/state/{state}>",)]


def test_every_statement_and_every_link_leads_to_its_source(store: ox.Store) -> None:
    text = f"""
      PREFIX dct: <http://purl.org/dc/terms/> PREFIX iom: <{BASE}ontology#>
      SELECT ?statement WHERE {{
        GRAPH ?graph {{
          ?statement iom:basis ?basis FILTER NOT EXISTS {{ ?statement a iom:Fact }}
          FILTER NOT EXISTS {{ ?statement dct:source ?source }}
        }}
      }}"""
    assert rows(store, text) == []
    sourced = text.replace("NOT EXISTS { ?statement dct", "EXISTS { ?statement dct")
    assert len(rows(store, sourced)) == 19 + 30 + 181 + 206 + 130 + 553
