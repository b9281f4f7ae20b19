"""The use of terms, added up over parts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.publication.tables.usage import Usage, Usages, decoded, encoded, merge, merged

DEFINITIONS = {
    "title": {"@id": "dct:title", "@container": "@language"},
    "budget": {"@id": "iom:budget", "@type": "@id"},
    "value": {"@id": "schema:value", "@type": "xsd:decimal"},
}


@st.composite
def usages(draw: st.DrawFn, depth: int = 1) -> Usages:
    found: Usages = {}
    for term in draw(st.sets(st.sampled_from(sorted(DEFINITIONS)))):
        found[term] = usage = Usage(DEFINITIONS[term])
        usage.languages = draw(st.sets(st.sampled_from(["en", "fr", "es"])))
        usage.targets = draw(st.sets(st.sampled_from(["", "State", "Project"])))
        usage.labelled, usage.places = draw(st.booleans()), draw(st.integers(0, 30))
        if depth:
            usage.nested = draw(usages(depth=depth - 1))
    return found


@given(usages())
def test_uses_survive_json(used: Usages) -> None:
    said = json.loads(json.dumps(encoded(used)))
    assert encoded(decoded(said, DEFINITIONS)) == encoded(used)


@given(st.lists(usages(), max_size=4))
def test_the_order_of_parts_does_not_matter(parts: list[Usages]) -> None:
    said = [encoded(part) for part in parts]
    forward, backward = (
        merged({"Project": decoded(one, DEFINITIONS)} for one in some) for some in (said, said[::-1])
    )
    assert encoded(forward.get("Project", {})) == encoded(backward.get("Project", {}))


def test_what_one_part_knows_of_a_term_is_added_to_what_others_know() -> None:
    first, second = Usage(DEFINITIONS["title"]), Usage(DEFINITIONS["title"])
    first.languages, second.languages, second.places = {"en"}, {"fr"}, 2
    whole = {"title": first}
    merge(whole, {"title": second})
    assert (whole["title"].languages, whole["title"].places) == ({"en", "fr"}, 2)
