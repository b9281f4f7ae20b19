"""Heads of queries: parsing, and refusals with their lines."""

from __future__ import annotations

import pytest

from iomgraph.errors import QueryError
from iomgraph.queries import metadata
from iomgraph.queries.metadata import Column, Parameter

HEAD = """\
# title: A
# title@fr: B: avec deux-points
# title@es: C
# purpose: Says a thing.
# purpose@fr: Dit une chose.
# purpose@es: Dice una cosa.
# param state states = GEO: the state: by its code
# param word text: what to look for
# column state: the state
"""


def test_a_head_says_titles_purpose_parameters_and_columns() -> None:
    head = metadata.read(HEAD + "\nSELECT", "a.rq")
    assert head.titles == {"en": "A", "fr": "B: avec deux-points", "es": "C"}
    assert head.purposes == {"en": "Says a thing.", "fr": "Dit une chose.", "es": "Dice una cosa."}
    assert list(head.parameters.values()) == [
        Parameter("state", "states", "GEO", "the state: by its code", 7),
        Parameter("word", "text", None, "what to look for", 8),
    ]
    assert list(head.columns.values()) == [Column("state", "the state")]


def test_the_head_ends_where_the_first_comment_does() -> None:
    assert metadata.read(HEAD + "\n# nonsense: here it is not a head\nSELECT", "a.rq").facts["title"] == "A"


@pytest.mark.parametrize(
    "line",
    [
        "# titel: A",
        "# title: again",
        "# title@de: A",
        "# title@fr:",
        "# purpose Says a thing.",
        "# purpose@de: Sagt etwas.",
        "# purpose@fr: encore",
        "# param state: no type",
        "# param a-b text: no name",
        "# param state states = KEN: again",
        "# param x text = : no default",
        "# column: no name",
        "# column state: again",
        "# column other",
        "#",
        "# just a remark",
    ],
)
def test_a_malformed_or_repeated_line_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(QueryError) as stop:
        metadata.read(f"{HEAD}{line}\n\nSELECT", "queries/a.rq")
    assert stop.value.where == "queries/a.rq:10"
    assert line.removeprefix("#").strip() in stop.value.what


@pytest.mark.parametrize("key", ["title", "title@fr", "title@es", "purpose", "purpose@fr", "purpose@es"])
def test_missing_parts_of_a_head_are_reported(key: str) -> None:
    text = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(f"# {key}:"))
    with pytest.raises(QueryError, match=f"the head lacks {key}:") as stop:
        metadata.read(text, "a.rq")
    assert f"# {key}: …" in stop.value.step
