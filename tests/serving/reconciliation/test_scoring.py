"""Scores behave: who is found by what, how sure the service is, and when it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.release import Release

BASE = "https://w3id.org/iomgraph/id/"
ZAMBIA = "project/technical-assistance-government-zambia-border-management-preliminary-actions"


def told(found: list[dict[str, Any]]) -> list[tuple[str, float, bool]]:
    return [(one["id"].removeprefix(BASE), one["score"], one["match"]) for one in found]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("LM.0024", "project/LM.0024"),
        ("lm.0024", "project/LM.0024"),
        (" LM 0024 ", "project/LM.0024"),
        ("XM-DAC-47066-LM.0024", "project/LM.0024"),
        ("https://w3id.org/iomgraph/id/project/LM.0024", "project/LM.0024"),
        ("projects:LM.0024", "project/LM.0024"),
        ("WS10P0504", "project/WS10P0504"),
        ("GEO", "state/GEO"),
        ("GE", "state/GEO"),
        ("268", "state/GEO"),
        ("Q230", "state/GEO"),
        ("http://www.wikidata.org/entity/Q230", "state/GEO"),
        ("labour-migration", "theme/labour-migration"),
        ("10.7", "http://metadata.un.org/sdg/10.7"),
    ],
)
def test_an_exact_id_scores_100_and_is_a_match(match: Any, text: str, thing: str) -> None:
    first, *others = match(query=text)
    assert told([first]) == [(thing, 100, True)]
    assert {"id": "id_match", "value": 1.0} in first["features"]
    assert not any(one["match"] for one in others)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Georgia", "state/GEO"),
        ("Géorgie", "state/GEO"),
        ("georgie", "state/GEO"),
        ("GEORGIA", "state/GEO"),
        ("Tanzania", "state/TZA"),
        ("Tanzanie", "state/TZA"),
        ("United Republic of Tanzania", "state/TZA"),
        ("Tanzania, United Republic of", "state/TZA"),
        ("Côte d'Ivoire", "state/CIV"),
        ("Cote d’Ivoire", "state/CIV"),
        ("COTE D IVOIRE", "state/CIV"),
        ("Ivory Coast", "state/CIV"),
        ("Costa de Marfil", "state/CIV"),
        ("DR Congo", "state/COD"),
        ("RDC", "state/COD"),
        ("Congo (Brazzaville)", "state/COG"),
        ("Guinea", "state/GIN"),
        ("Niger", "state/NER"),
        ("Swaziland", "state/SWZ"),
        ("Cape Verde", "state/CPV"),
        ("Europe", "region/europe"),
        ("Labour Migration", "theme/labour-migration"),
        ("migration, labour", "theme/labour-migration"),
        ("Migración laboral", "theme/labour-migration"),
        ("No Poverty", "http://metadata.un.org/sdg/1"),
        (
            "Capacity-building of Georgian Government Structures to Establish a Labour Migration Policy",
            "project/LM.0024",
        ),
    ],
)
def test_a_name_in_any_language_or_spelling_is_a_match(match: Any, text: str, thing: str) -> None:
    assert told(match(query=text))[0] == (thing, 100, True)


@pytest.mark.parametrize(
    ("text", "kind", "thing", "least"),
    [
        ("Goergia", "State", "state/GEO", 80),
        ("Tanznaia", "State", "state/TZA", 80),
        ("CotedIvoire", "State", "state/CIV", 85),
        ("Burk ina Faso", "State", "state/BFA", 85),
        ("Lavour Migraton", "Theme", "theme/labour-migration", 85),
        (
            "Zambia border management",
            "Project",
            ZAMBIA,
            55,
        ),
        ("Piloting Temporary Migration Georgian Workers Estonia", "Project", "project/LM.0286", 75),
    ],
)
def test_what_is_misspelt_or_cut_short_comes_first_and_is_not_a_match(
    match: Any, text: str, kind: str, thing: str, least: int
) -> None:
    found = told(match(query=text, type=kind))
    assert found[0][0] == thing
    assert least <= found[0][1] < 100
    assert not any(one[2] for one in found)


def test_a_name_that_two_states_share_in_use_matches_neither(match: Any) -> None:
    found = told(match(query="Congo", type="State"))
    assert {thing for thing, _, _ in found[:2]} == {"state/COG", "state/COD"}
    assert not any(matched for _, _, matched in found)


def test_a_number_of_several_things_matches_none_until_the_type_is_given(match: Any) -> None:
    found = told(match(query="10"))
    assert {thing for thing, score, _ in found if score == 100} == {"gcm/10", "http://metadata.un.org/sdg/10"}
    assert not any(matched for _, _, matched in found)
    assert told(match(query="10", type="Goal"))[0] == ("http://metadata.un.org/sdg/10", 100, True)


@pytest.mark.parametrize("text", ["xyzzy plugh", "", "   ", "?!", "\x00", "国际移民组织", "q" * 900])
def test_nothing_is_found_where_nothing_comes_close(match: Any, text: str) -> None:
    assert match(query=text) == []


def test_candidates_are_in_order_of_score_within_the_limit_and_the_type(match: Any) -> None:
    found = match(query="migration management", type="Project", limit=5)
    assert len(found) == 5
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert {one["type"][0]["id"] for one in found} == {"Project"}


def test_a_type_that_should_be_raises_its_own_and_leaves_the_others(match: Any) -> None:
    found = match(query="Georgia", type="Region", type_strict="should")
    assert told(found)[0][:1] == ("state/GEO",)
    assert found[0]["score"] < 100
    assert not found[0]["match"]


def test_a_property_decides_between_namesakes(match: Any) -> None:
    found = told(match(query="Congo", type="State", properties=[{"pid": "alpha3", "v": "COD"}]))
    assert found[0][0] == "state/COD"
    assert {thing: score for thing, score, _ in found}["state/COG"] < 70


def test_a_property_that_says_otherwise_takes_the_match_away(match: Any) -> None:
    agreeing, contradicting = ([{"pid": "startYear", "v": year}] for year in (2008, 1999))
    assert told(match(query="LM.0024", properties=agreeing))[0] == ("project/LM.0024", 100, True)
    thing, score, matched = told(match(query="LM.0024", properties=contradicting))[0]
    assert (thing, matched) == ("project/LM.0024", False)
    assert score < 70


@pytest.mark.parametrize(
    "value", ["Georgia", "Géorgie", "GEO", {"id": f"{BASE}state/GEO"}, {"id": "GEO", "name": "x"}]
)
def test_a_property_takes_names_codes_and_entities(match: Any, value: Any) -> None:
    found = match(
        properties=[{"pid": "benefitingState", "v": value}, {"pid": "theme", "v": "Labour migration"}]
    )
    assert {thing for thing, score, _ in told(found) if score == 100} == {
        "project/LM.0024",
        "project/LM.0286",
    }


def test_a_property_that_identifies_makes_a_match_by_itself(match: Any) -> None:
    assert told(match(properties=[{"pid": "primaId", "v": "WS10P0504"}])) == [
        ("project/WS10P0504", 100, True)
    ]


def test_a_misspelt_name_matches_where_a_property_agrees_and_nothing_else_comes_close(match: Any) -> None:
    title = "Piloting Temporary Labor Migration of Georgian Workers to Poland and Estonia"
    assert not match(query=title)[0]["match"]
    found = told(match(query=title, properties=[{"pid": "benefitingState", "v": "Georgia"}]))
    assert found[0][0] == "project/LM.0286"
    assert found[0][2]


def test_every_title_finds_its_project_and_every_name_its_state(loaded: Release, match: Any) -> None:
    catalogue = Catalogue(loaded)
    asked = 0
    for one in catalogue.entities.values():
        if one.types[-1] in ("Project", "State", "Region", "Theme", "Goal"):
            for name in (*one.names.values(), *one.others):
                found = match(query=name, type=one.types[-1])
                assert one.iri in [each["id"] for each in found if each["score"] >= 95], name
                asked += 1
    assert asked > 1_500


@pytest.fixture
def draft(post: Any) -> Any:
    """The candidates for conditions, in the draft of version 1.0."""

    def ask(*conditions: Any, **query: Any) -> list[dict[str, Any]]:
        said = {
            "queries": [{"conditions": [dict(zip(FIELDS, one, strict=False)) for one in conditions], **query}]
        }
        told = post("/reconcile/1.0-draft/match", said)
        assert told.status == 200, told.body
        found: list[dict[str, Any]] = json.loads(told.body)["results"][0]["candidates"]
        return found

    return ask


FIELDS = ("matchType", "propertyValue", "propertyId", "matchQuantifier", "required", "matchQualifier")


def test_conditions_say_any_all_or_none_of_their_values(draft: Any) -> None:
    both = ["Armenia", "Georgia"]
    every = draft(("property", both, "benefitingState", "all"), type="Project", limit=100)
    some = draft(("property", both, "benefitingState", "any"), type="Project", limit=100)
    one = draft(
        ("property", "Georgia", "benefitingState"),
        ("property", "Armenia", "benefitingState", "none"),
        limit=100,
    )
    full = [{each["id"] for each in found if each["score"] == 100} for found in (every, some, one)]
    assert f"{BASE}project/CD.0085" in full[0]
    assert full[0] < full[1]
    assert f"{BASE}project/LM.0024" in full[2]
    assert not full[0] & full[2]


def test_a_condition_that_is_required_leaves_out_what_does_not_fit(draft: Any) -> None:
    name = ("name", "migration management")
    found = draft(name, ("property", "Benin", "benefitingState", "any", True), type="Project")
    assert found
    assert all({"id": "benefitingState", "value": 1.0} in _valued(one) for one in found)


def _valued(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": feature["id"], "value": feature["value"]} for feature in one["features"]]


def test_an_exact_condition_takes_nothing_that_only_comes_close(draft: Any) -> None:
    assert told(draft(("name", "Lavour Migration", None, "any", False)))[0][0] == "theme/labour-migration"
    assert draft(("name", "Lavour Migration", None, "any", False, "ExactMatch")) == []


def test_an_id_is_not_a_name_and_none_of_a_name_finds_nothing_by_itself(draft: Any) -> None:
    assert told(draft(("id", "GEO"))) == [("state/GEO", 100, True)]
    assert draft(("id", "Georgia")) == []
    assert draft(("name", "Georgia", None, "none")) == []
    assert draft(("property", 2008, "startYear", "none")) == []
    found = draft(("property", "Georgia", "benefitingState"), ("name", "Capacity", None, "none"))
    assert found
    assert not any(one["match"] for one in found)


@pytest.mark.parametrize(
    "text", ["Palestine", "Palestina", "PSE", "275", "Bahrain", "Macao", "Netherlands Antilles"]
)
def test_no_state_is_offered_for_one_that_is_not_in_this_data(match: Any, text: str) -> None:
    assert match(query=text, type="State") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Zaire", "COD"),
        ("zar", "COD"),
        ("Burma", "MMR"),
        ("Upper Volta", "BFA"),
        ("4", "AFG"),
        ("004", "AFG"),
    ],
)
def test_former_names_and_codes_of_states_are_matches(match: Any, text: str, code: str) -> None:
    (first, *_) = match(query=text, type="State")
    assert (first["id"].rpartition("/")[2], first["match"]) == (code, True)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("5.2", "Target", "5.2"),
        ("2.5", "Target", "2.5"),
        ("1.1", "Target", "1.1"),
        ("11", "Goal", "11"),
        ("SDG 8.8", "Target", "8.8"),
        ("ODD 8.8", "Target", "8.8"),
        ("Goal 10", "Goal", "10"),
        ("ODS 8", "Goal", "8"),
        ("Goal 10: Reduced inequalities", "Goal", "10"),
    ],
)
def test_codes_of_goals_and_targets_keep_their_order_and_bear_words(
    match: Any, text: str, kind: str, code: str
) -> None:
    found = match(query=text, type=kind)
    assert [one["id"] for one in found if one["match"]] == [f"http://metadata.un.org/sdg/{code}"]
    other = ".".join(reversed(code.split(".")))
    assert other == code or all(not one["id"].endswith(f"/{other}") for one in found)
