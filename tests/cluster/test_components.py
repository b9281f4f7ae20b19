"""Pages that share tokens form parts; each part is grouped as it would be among all pages."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims.claim import Claim, Page, Part
from iomgraph.claims.pages import spooled
from iomgraph.findings import Findings, Place
from iomgraph.records.grouping import group, tokens
from iomgraph.settings import Settings
from iomgraph.sources import rules
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

RULES = rules.read(Tables(Settings().data))
PUBLISHER = "XM-1"
HERE = Place("pages.csv", row=1)
NAMES = st.sampled_from(["", "a", "A", "b", "c"])


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    """Pages that share identifiers, nodes, slugs and keys in many ways."""
    made = []
    for number in range(draw(st.integers(1, 9))):
        path = draw(st.sampled_from(["node/1", "node/2", "a", "b", "projects/c"]))
        kind = draw(st.sampled_from(["pages", "iati", "table"]))
        url = f"https://example.org/{path}" if kind == "pages" else ""
        page = Page(f"k{number}", url, "en", "", draw(st.booleans()), HERE, kind=kind)
        said: dict[str, str | int] = {
            "identifier": draw(NAMES),
            "primaId": draw(NAMES),
            "iatiIdentifier": draw(st.sampled_from(["", "XM-1-a", "XM-1-b", "c"])),
            "fundingYear": draw(st.sampled_from([0, 2001, 2002])),
        }
        for term, value in said.items():
            if value:
                page.claim(Claim(term, value, HERE, HERE))
        if amount := draw(st.sampled_from(["", "5", "6"])):
            page.claim(Claim("budget", (Part.of(value=amount, currency="USD"),), HERE, HERE))
        made.append(page)
    return made


def parted(tokens_of: Mapping[int, Iterable[str]]) -> list[set[int]]:
    """Join numbers that share a token, by a method of its own: one set is merged after another."""
    found: list[tuple[set[int], set[str]]] = []
    for number, some in tokens_of.items():
        numbers, joined, rest = {number}, set(some), []
        for others, told in found:
            if told & joined:
                numbers |= others
                joined |= told
            else:
                rest.append((others, told))
        # A joined set may share tokens with earlier sets.
        again = [one for one in rest if one[1] & joined]
        while again:
            for one in again:
                numbers |= one[0]
                joined |= one[1]
                rest.remove(one)
            again = [one for one in rest if one[1] & joined]
        found = [*rest, (numbers, joined)]
    return [numbers for numbers, _ in found]


def grouped(some: Sequence[Page]) -> tuple[list[tuple[str, list[str], tuple[str, ...]]], list[str]]:
    findings = Findings()
    groups = group(spooled(some), Reporter(RULES, findings), PUBLISHER)
    found = [(one.key, [page.key for page in one.pages], one.clash) for one in groups]
    return sorted(found), sorted(f"{one.rule} {one.value} {one.text()}" for one in findings)


@given(pages())
def test_parts_that_share_no_token_are_grouped_as_all_are(some: list[Page]) -> None:
    shared = {number: tokens(ref, PUBLISHER) for number, ref in enumerate(spooled(some))}
    groups, findings = [], []
    for numbers in parted(shared):
        there, told = grouped([some[number] for number in sorted(numbers)])
        groups += there
        findings += told
    assert (sorted(groups), sorted(findings)) == grouped(some)


def test_spark_finds_the_same_parts(spark_here: Any) -> None:
    from iomgraph.cluster.components import labelled

    chance = random.Random(1)
    shared = {number: {f"t{chance.randrange(60)}" for _ in range(2)} for number in range(60)}
    # A long chain: each shares a token with the next alone.
    shared |= {number: {f"c{number}", f"c{number + 1}"} for number in range(100, 106)}
    rows = [(number, token) for number, some in shared.items() for token in some]
    labels = dict(labelled(spark_here.sparkContext.parallelize(rows, 2), 2).collect())
    found: dict[int, set[int]] = {}
    for number in shared:
        found.setdefault(labels.get(number, number), set()).add(number)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, parted(shared)))
