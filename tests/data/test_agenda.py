"""Goals, targets, frameworks, and the links of topics and themes to them."""

from __future__ import annotations

import csv
import re
from collections import Counter

from iomgraph.settings import LANGUAGES, resources

DATA = resources() / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


GOALS = rows("agenda/goals.csv")
TARGETS = rows("agenda/targets.csv")
TOPIC_LINKS = {(row["topic"], row["object"]): row for row in rows("agenda/topic_links.csv")}
THEME_LINKS = rows("agenda/theme_links.csv")
OBJECTS = (
    {f"sdg:{row['code']}" for row in GOALS + TARGETS}
    | {f"gcm:{row['number']}" for row in rows("agenda/gcm.csv")}
    | {f"migof:{row['id']}" for row in rows("agenda/migof.csv")}
)


def test_goals_and_targets_have_the_iris_of_the_united_nations() -> None:
    assert [row["code"] for row in GOALS] == [str(number) for number in range(1, 18)]
    assert [row for row in GOALS + TARGETS if row["iri"] != f"http://metadata.un.org/sdg/{row['code']}"] == []


def test_a_target_belongs_to_the_goal_that_its_code_starts_with() -> None:
    assert [
        row for row in TARGETS if not re.fullmatch(rf"{row['goal']}\.(\d{{1,2}}|[a-d])", row["code"])
    ] == []
    assert {row["goal"] for row in TARGETS} == {row["code"] for row in GOALS}


def test_the_global_compact_has_23_objectives_and_the_framework_three_principles_and_three_objectives() -> (
    None
):
    assert [row["number"] for row in rows("agenda/gcm.csv")] == [str(number) for number in range(1, 24)]
    assert [row["id"] for row in rows("agenda/migof.csv")] == ["O1", "O2", "O3", "P1", "P2", "P3"]
    assert Counter(row["kind"] for row in rows("agenda/migof.csv")) == {"objective": 3, "principle": 3}


def test_goals_objectives_and_topics_have_names_in_three_languages() -> None:
    for name in ("goals", "gcm", "migof", "topics"):
        for lang in LANGUAGES:
            names = [row[f"name_{lang}"] for row in rows(f"agenda/{name}.csv")]
            assert all(names), name
            assert len(set(names)) == len(names), name


def test_a_link_leads_from_a_known_topic_or_theme_to_a_known_object() -> None:
    themes = {row["id"] for row in rows("vocabulary/concepts.csv") if row["scheme"] == "theme"}
    told = {row["topic"] for row in rows("agenda/topic_terms.csv")}
    assert {topic for topic, _ in TOPIC_LINKS} | told == {row["id"] for row in rows("agenda/topics.csv")}
    assert {row["theme"] for row in THEME_LINKS} <= themes
    assert {target for _, target in TOPIC_LINKS} | {row["object"] for row in THEME_LINKS} <= OBJECTS


def test_what_is_stated_names_who_states_it_and_what_is_inferred_is_ours() -> None:
    assert Counter(row["basis"] for row in TOPIC_LINKS.values()) == {"stated": 36, "inferred": 6}
    assert [
        row
        for row in TOPIC_LINKS.values()
        if ("iomgraph" in row["source"].split("; ")) != (row["basis"] == "inferred")
    ] == []


def test_no_source_states_the_link_of_a_theme() -> None:
    assert {row["basis"] for row in THEME_LINKS} == {"inferred"}


def test_the_link_of_a_theme_leads_to_the_statement_behind_it_or_says_that_there_is_none() -> None:
    behind = [row for row in THEME_LINKS if row["stated_for"]]
    assert len(behind) == 43
    for row in behind:
        statement = TOPIC_LINKS[row["stated_for"], row["object"]]
        assert statement["source"] == row["source"]
    inferred = {row["stated_for"] for row in behind} - {
        topic for (topic, _), row in TOPIC_LINKS.items() if row["basis"] == "stated"
    }
    assert inferred == {"orderly-migration"}
    assert {row["source"] for row in THEME_LINKS if not row["stated_for"]} == {"iomgraph"}


def test_every_statement_of_a_source_can_be_found_again() -> None:
    sources = {part for row in TOPIC_LINKS.values() for part in row["source"].split("; ")} - {"iomgraph"}
    assert len(sources) == 12
    assert {part for part in sources if not part.startswith("http")} == {
        "A/HRC/35/25, p. 9",
        "IATI/IATI-Codelists-NonEmbedded@7aeece77, Sector 15190",
    }


def test_a_theme_is_linked_to_a_framework_or_listed_as_unlinked() -> None:
    themes = {row["id"] for row in rows("vocabulary/concepts.csv") if row["scheme"] == "theme"}
    linked = {(row["theme"], row["object"].partition(":")[0]) for row in THEME_LINKS}
    unlinked = {(row["theme"], row["framework"]) for row in rows("agenda/unlinked_themes.csv")}
    assert len(themes) == 23
    assert linked | unlinked == {(theme, one) for theme in themes for one in ("sdg", "gcm", "migof")}
    assert linked & unlinked == set()


def test_what_the_review_of_diaspora_projects_states_holds_of_the_themes_that_hold_them() -> None:
    reviewed = {object_ for topic, object_ in TOPIC_LINKS if topic == "idf-diaspora-projects"}
    assert len(reviewed) == 6
    for theme in ("community-and-economic-development", "community-development", "transfer-of-knowledge"):
        through = {
            row["object"]
            for row in THEME_LINKS
            if row["theme"] == theme and row["stated_for"] == "idf-diaspora-projects"
        }
        assert through == reviewed, theme


def test_a_topic_that_titles_tell_has_terms_in_each_language() -> None:
    told = {(row["topic"], row["lang"]) for row in rows("agenda/topic_terms.csv")}
    assert told == {(topic, lang) for topic, _ in told for lang in LANGUAGES}
    assert len(told) == 18 * 3


def test_return_is_linked_under_either_of_its_names() -> None:
    links = {
        theme: {row["object"] for row in THEME_LINKS if row["theme"] == theme}
        for theme in ("return-assistance", "return-and-reintegration")
    }
    assert links["return-assistance"] == links["return-and-reintegration"]
