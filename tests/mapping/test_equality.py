"""The compiled mapping gives what general JSON-LD processors give, on all real records and many invented."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iomgraph import iris
from iomgraph.build import gather
from iomgraph.mapping.context import BY_LANGUAGE, Context, compile_context, read
from iomgraph.mapping.dataset import Dataset
from iomgraph.records.record import Record
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.sources.iati import activity_table

pytestmark = pytest.mark.filterwarnings("ignore:Parsing weird boolean")

Processor = Callable[[Context, Iterable[Record], str], set[ox.Quad]]

CONTEXT = read(Settings().ontology)
TERMS: dict[str, Any] = {
    term: value for term, value in CONTEXT.document["@context"].items() if isinstance(value, dict)
}
CLASSES = sorted(
    term
    for term, value in CONTEXT.document["@context"].items()
    if isinstance(value, str) and term[0].isupper()
)


@pytest.fixture(scope="module")
def real() -> Dataset:
    """Every record of the real portfolio."""
    return gather(Settings()).data


def graphs(dataset: Dataset) -> Iterator[tuple[str, list[Record]]]:
    """Every graph with its records, the default graph first."""
    for name in ("", *dataset.names):
        yield name, list(dataset.records(name))


def first_classes(dataset: Dataset) -> Counter[str]:
    return Counter(record["type"][0] for _, records in graphs(dataset) for record in records)


def test_the_real_portfolio_has_records_of_every_kind(real: Dataset) -> None:
    counts = first_classes(real)
    pages = tables.read(Settings().data / "idf/pages.csv", page_table.COLUMNS)
    activities = tables.read(Settings().data / "iom/activities.csv", activity_table.COLUMNS)
    number = len({row["activity"] for row in activities})
    projects = sum("Project" in record["type"] for record in real.records())
    assert counts["Capture"] == len(pages) + len(["the file of activities"]) >= 265
    assert counts["Project"] == projects + len(pages) + number
    assert len(list(graphs(real))) == counts["Capture"] + len(["default graph", "provenance", "quality"])
    assert set(counts) == {
        "AgendaLink",
        "Basis",
        "BibliographicResource",
        "Capture",
        "ChangeEvent",
        "Concept",
        "ConceptScheme",
        "Coverage",
        "Discrepancy",
        "Mapping",
        "Fact",
        "Finding",
        "FormalOrganization",
        "Fund",
        "Goal",
        "Identifier",
        "Membership",
        "Objective",
        "Organization",
        "OrganizationalUnit",
        "Person",
        "Post",
        "Project",
        "ProjectStatus",
        "Region",
        "Rule",
        "Site",
        "State",
        "Statement",
        "Target",
        "Theme",
    }
    assert (projects, number) == (473, 277)
    assert counts["Fact"] > 10 * projects
    assert counts["Discrepancy"] >= 15
    assert counts["Finding"] >= 30


def test_it_gives_the_quads_of_a_general_processor_on_every_record_of_the_real_portfolio(
    real: Dataset, compiled: Processor, general: Processor
) -> None:
    quads = 0
    for graph, records in graphs(real):
        ours = compiled(real.context, records, graph)
        assert ours == general(real.context, records, graph), graph
        quads += len(ours)
    assert quads == len(set(real.lines())) > 20_000


def test_a_moved_base_gives_the_quads_of_a_general_processor_that_reads_the_moved_context(
    real: Dataset, compiled: Processor, general: Processor
) -> None:
    moved = read(Settings().ontology, "http://localhost:7878/base/")
    records = list(real.records())
    ours = compiled(moved, records, "")
    assert ours == general(moved, records, "")
    assert len(ours) == len(compiled(real.context, records, ""))


def test_the_dataset_description_gives_the_quads_of_a_general_processor(
    compiled: Processor, general: Processor
) -> None:
    document = json.loads((Settings().data / "dataset.json").read_text(encoding="utf-8"))
    context = compile_context(document)
    records = document["@graph"]
    assert len(records) > 5
    assert compiled(context, records, "") == general(context, records, "")


# What follows makes records of every term, with values that no portfolio has had so far.

ODD = ['"', "\\", "\n", "\r", "\t", "\b", "\f", "\x00", "\x1f", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff"]
ODD += [
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\U0001fffe",
    "\U0010ffff",
    "😀",
    "👩\u200d👧",
    "é",
    "e\u0301",
    "<",
    ">",
    "@",
    "^^",
]
ODD += ["שלום", "\u202eabc\u202c", "مرحبا", "\ue000", "`", "{}", "%zz", " ."]
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.lists(st.sampled_from([*ODD, "a"]), max_size=6).map("".join),
)
# What RFC 3987 lets stand in a path, a query or a fragment.
KEYS = [*"azAZ09-._~!$&'()*+,;=:@/?", "%20", "%E2%82%AC", "é", "שׁ", "😀", "\u200d", ".."]
keys = st.one_of(
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=8).map("".join),
    texts.filter(bool).map(lambda text: iris.curie("x", text).removeprefix("x:")),
)
prefixes = st.sampled_from(sorted(CONTEXT.prefixes))
absolute = st.sampled_from(
    [
        "https://iom.int/fr/node/1?a=b&c#d",
        "urn:x:y",
        "mailto:a@b.int",
        "http://[::1]/",
        "Theme:x",
        "title:y",
        "a:",
    ]
)


def is_name(name: str) -> bool:
    """Tell whether a CURIE stands for an IRI: `projects://` does not."""
    prefix, _, rest = name.partition(":")
    base = "" if rest.startswith("//") else CONTEXT.prefixes.get(prefix)
    try:
        ox.NamedNode(name if not base else base + rest)
    except ValueError:
        return False
    return True


names = st.one_of(st.builds("{}:{}".format, prefixes, keys), absolute).filter(is_name)
languages = st.sampled_from(["en", "fr", "es", "ar", "zh-hant", "pt-br", "x-a1"])
scalars = st.one_of(texts, st.integers(-(2**53), 2**53), st.booleans())


def one_or_many(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, st.lists(values, max_size=3))


def values(definition: dict[str, str], nodes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    if definition.get("@container") in BY_LANGUAGE:
        return st.dictionaries(languages, one_or_many(texts), max_size=3)
    kind = definition.get("@type")
    if kind == "@id":
        return one_or_many(st.one_of(names, nodes))
    if kind == "@vocab":
        return one_or_many(st.one_of(st.sampled_from([*sorted(TERMS), *CLASSES, "iom"]), names))
    return one_or_many(scalars)


def nodes_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {term: values(definition, inner) for term, definition in TERMS.items()}
    some = st.lists(st.sampled_from(sorted(TERMS)), max_size=6, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({term: optional[term] for term in chosen})
    )
    types = st.fixed_dictionaries({"id": names}, optional={"type": one_or_many(st.sampled_from(CLASSES))})
    return st.builds(lambda head, rest: {**head, **rest}, types, some)


nodes = st.recursive(st.fixed_dictionaries({"id": names}), nodes_of, max_leaves=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=nodes_of(nodes), graph=st.one_of(st.just(""), names))
def test_it_gives_the_quads_of_a_general_processor_on_any_record(
    record: dict[str, Any], graph: str, compiled: Processor, general: Processor
) -> None:
    assert compiled(CONTEXT, [record], graph) == general(CONTEXT, [record], graph)


@pytest.mark.parametrize("term", sorted(TERMS))
def test_every_term_gives_the_quads_of_a_general_processor(
    term: str, compiled: Processor, general: Processor
) -> None:
    @settings(max_examples=12, deadline=None, database=None)
    @given(value=values(TERMS[term], nodes))
    def holds(value: Any) -> None:
        records = [{"id": "projects:x", term: value}]
        assert compiled(CONTEXT, records, "") == general(CONTEXT, records, "")

    holds()


@settings(max_examples=300, deadline=None)
@given(record=nodes_of(nodes), graph=st.one_of(st.just(""), names))
def test_every_line_is_in_canonical_form(record: dict[str, Any], graph: str) -> None:
    for line in CONTEXT.quads(record, graph):
        parsed = list(ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS))
        assert ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) == line.encode()
