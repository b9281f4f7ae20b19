"""The records of a site are read from disk, and pages note their lookups."""

from __future__ import annotations

import pytest

from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import PROVENANCE, Dataset, claims
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View

BASE = "https://w3id.org/iomgraph/"
FILE = claims("activities.xml")


def things(context: Context, title: str = "Wells") -> Things:
    data = Dataset(context)
    named = [("a", title), ("b", "Roads"), ("c", "Bridges")]
    data.add(
        {"id": f"projects:{key}", "type": ["Project"], "title": {"en": [text]}, "theme": "themes:water"}
        for key, text in named
    )
    data.add([{"id": "themes:water", "type": ["Theme", "Concept"], "prefLabel": {"en": "Water"}}])
    data.add([{"id": "projects:a/x", "type": ["Identifier"], "notation": "x"}])
    facts = [
        {"id": f"facts:a-{term}", "type": ["Fact"], "project": ["projects:a"], "property": term}
        for term in "xy"
    ]
    data.add(facts, PROVENANCE)
    data.add([{"id": f"projects:{key}", "startYear": 2020} for key in "ab"], FILE)
    data.add([{"id": "projects:c", "startYear": 2021}], claims("page"))
    return Things(data, BASE)


def test_records_are_found_by_name_class_and_project(context: Context) -> None:
    found = things(context)
    assert [one["id"] for one in found.of_class("Project")] == ["projects:a", "projects:b", "projects:c"]
    assert found.records["projects:b"]["title"] == {"en": ["Roads"]}
    assert [one["property"] for one in found.facts["projects:a"]] == ["x", "y"]
    assert found.pointing("themes:water") == {"theme": ["projects:a", "projects:b", "projects:c"]}
    assert found.described_with(found.records["projects:a"]) == [found.inside["projects:a/x"]]


def test_what_a_file_says_of_several_things_is_claimed_of_each(context: Context) -> None:
    found = things(context)
    assert found.claims[f"{FILE} projects:b"]["startYear"] == 2020
    assert found.sole.get(FILE) is None
    assert found.sole[claims("page")]["startYear"] == 2021


@pytest.mark.parametrize(
    ("looked_up", "differs"),
    [
        ({"record": ["projects:a"]}, True),
        ({"record": ["projects:b", "projects:z", "themes:water"]}, False),
        ({"class": ["Project"]}, True),
        ({"class": ["Theme"]}, False),
        ({"pointing": ["themes:water"], "facts": ["projects:a"], "sole": ["page"]}, False),
    ],
)
def test_a_lookup_tells_when_what_it_gives_is_another(
    context: Context, looked_up: dict[str, list[str]], differs: bool
) -> None:
    before, after = things(context).watch, things(context, "Wells and pumps").watch
    assert before.digest(looked_up) == things(context).watch.digest(looked_up)
    assert (before.digest(looked_up) != after.digest(looked_up)) == differs


def test_a_thing_that_was_shown_before_is_noted_again(context: Context) -> None:
    found = things(context)
    view = View(found, "en", {})
    view.thing("projects:a")
    with found.watch.noting() as seen:
        view.thing("projects:a")
    assert seen == {("record", "projects:a")}
