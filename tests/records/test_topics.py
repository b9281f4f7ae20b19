"""Topics that titles speak of: by the terms of the table, in the language of the title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from iomgraph.build import Gathered, gather
from iomgraph.mapping.dataset import PROVENANCE
from iomgraph.records import topics
from iomgraph.records.topics import Terms
from iomgraph.settings import Settings, resources
from iomgraph.sources.tables import Tables

TITLES = [
    ({"en": "Technical Assistance to Improve Border Management in Chad"}, {"borders"}),
    ({"fr": "Lutte contre la traite interne"}, {"trafficking"}),
    ({"es": "Trata de personas y tráfico de migrantes"}, {"trafficking", "smuggling"}),
    ({"fr": "Migration de main-d'œuvre sûre"}, {"labour-migration"}),
    (
        {"en": "Climate Change and Disaster-Induced Displacement"},
        {"climate-and-human-mobility", "disasters", "displacement"},
    ),
    ({"en": "Borderless Art"}, {"borders"}),
    ({"en": "Laboratories and Portraits"}, set()),
    ({"es": "Traite"}, set()),
    ({"und": "Diaspora"}, set()),
]


@pytest.fixture(scope="module")
def terms() -> Terms:
    return topics.read(Tables(resources() / "data"))


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    return gather(Settings())


@pytest.fixture(scope="module")
def projects(gathered: Gathered) -> list[dict[str, Any]]:
    return [record for record in gathered.data.records() if record["type"][0] == "Project"]


@pytest.mark.parametrize(("titles", "expected"), TITLES)
def test_a_title_speaks_of_a_topic_by_the_terms_of_its_language(
    terms: Terms, titles: Mapping[str, str], expected: set[str]
) -> None:
    assert set(terms.told(titles)) == {f"topics:{name}" for name in expected}


def test_the_languages_that_mention_a_topic_are_listed(terms: Terms) -> None:
    told = terms.told({"en": "Open Regions", "fr": "Frontières", "es": "Fronteras"})
    assert told == {"topics:borders": ("fr", "es")}


def test_a_topic_is_on_the_captures_whose_title_it_is_and_is_not_a_theme(
    gathered: Gathered, projects: list[dict[str, Any]]
) -> None:
    with_topics = {record["id"] for record in projects if "topic" in record}
    facts = [
        record
        for record in gathered.data.records(PROVENANCE)
        if record["type"][0] == "Fact" and record["property"] == "topic"
    ]
    assert {fact["project"][0] for fact in facts} == with_topics
    assert len(with_topics) > 150
    assert {(fact["basis"], fact["decidedBy"]) for fact in facts} == {("bases:title", "rules:title-terms")}
    assert all(fact["wasDerivedFrom"] for fact in facts)
    assert not any(topic.startswith("themes:") for record in projects for topic in record.get("topic", ()))


def test_the_notes_on_the_review_of_diaspora_projects_fit_the_titles(projects: list[dict[str, Any]]) -> None:
    themed = [record for record in projects if "theme" in record]
    every = Counter(record["theme"] for record in themed)
    some = Counter(record["theme"] for record in themed if "topics:diaspora" in record.get("topic", ()))
    share = {theme: some[theme] / every[theme] for theme in some}
    assert share["themes:transfer-of-knowledge"] == 1
    assert share["themes:community-and-economic-development"] > 1 / 2
    assert share["themes:community-development"] == 1 / 2
    assert sum(some.values()) - sum(some[theme] for theme in share if share[theme] >= 1 / 2) <= 1
