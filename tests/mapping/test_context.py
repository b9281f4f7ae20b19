"""The context compiles if it is plain, moves with the base IRI, and refuses what it does not know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iomgraph.errors import OntologyError
from iomgraph.mapping.context import Context, compile_context, read
from iomgraph.settings import BASE_IRI, Settings

ONTOLOGY = f"{BASE_IRI}ontology#"
MOVED = "http://localhost:7878/"
PLAIN: dict[str, Any] = {
    "@version": 1.1,
    "iom": ONTOLOGY,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
}


def compiled(**terms: Any) -> Context:
    return compile_context({"@context": {**PLAIN, **terms}})


# What a record says.


def test_a_nested_node_is_written_with_its_link(context: Context) -> None:
    budget = {"id": "projects:a/budget", "type": ["MonetaryAmount"], "value": "5"}
    lines = context.quads({"id": "projects:a", "budget": budget}, "graphs:quality")
    end = f" <{BASE_IRI}graph/quality> .\n"
    about = f"<{BASE_IRI}id/project/a/budget>"
    assert set(lines) == {
        f"<{BASE_IRI}id/project/a> <{ONTOLOGY}budget> {about}{end}",
        f"{about} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/MonetaryAmount>{end}",
        f'{about} <https://schema.org/value> "5"^^<http://www.w3.org/2001/XMLSchema#decimal>{end}',
    }


def test_a_record_that_says_nothing_gives_no_line(context: Context) -> None:
    assert context.quads({"id": "projects:a", "status": [], "title": {}, "type": []}) == []


def test_one_value_and_a_list_of_one_say_the_same(context: Context) -> None:
    one = {
        "id": "projects:a",
        "type": "Project",
        "title": {"en": "x"},
        "status": "statuses:active",
        "m49": "1",
    }
    many = {
        "id": "projects:a",
        "type": ["Project"],
        "title": {"en": ["x"]},
        "status": ("statuses:active",),
        "m49": ["1"],
    }
    assert context.quads(one) == context.quads(many)


def test_a_curie_expands_and_comes_back(context: Context) -> None:
    for curie in (
        "projects:LM.0024",
        "claims:a.2026",
        "graphs:quality",
        "iom:endYear",
        "sdg:8.5",
        "sdgo:Goal",
    ):
        assert context.compact(context.expand(curie)) == curie
    assert context.compact("https://iom.int/") == "https://iom.int/"


def test_the_longest_of_several_prefixes_shortens_an_iri_and_the_last_of_equals() -> None:
    bases = {"a": "http://x/", "b": "http://x/y#", "c": "http://x/y#", "d": "http://x/y#z/"}
    keywords = {"@version": 1.1, "id": "@id", "type": "@type"}
    context = compile_context({"@context": {**keywords, **bases}})
    for text in (
        "http://x/y#z/1",
        "http://x/y#1",
        "http://x/y#z/",
        "http://x/y#",
        "http://x/y",
        "http://x/",
        "urn:z",
        "",
    ):
        fitting = [
            (len(base), name) for name, base in bases.items() if text.startswith(base) and text != base
        ]
        length, name = max(fitting, default=(0, ""))
        assert context.compact(text) == (f"{name}:{text[length:]}" if length else text)


# The base IRI.


def test_what_belongs_to_a_portfolio_moves_with_the_base_and_reference_data_stays() -> None:
    here, there = read(Settings().ontology), read(Settings().ontology, MOVED)
    ours = {prefix for prefix, base in here.prefixes.items() if base.startswith(BASE_IRI)}
    assert len(ours) > 20
    own = {
        "captures", "changes", "claims", "discrepancies", "facts", "findings", "funds", "graphs", "links",
        "linksets", "organizations", "persons", "posts", "projects", "sites", "statements", "units",
    }  # fmt: skip
    assert own < ours
    for prefix, base in here.prefixes.items():
        moves = prefix in own
        assert there.prefixes[prefix] == (MOVED + base.removeprefix(BASE_IRI) if moves else base)


def test_the_published_context_is_that_of_the_moved_base() -> None:
    there = read(Settings().ontology, MOVED)
    assert there.document["@context"]["projects"] == f"{MOVED}id/project/"
    assert there.document["@context"]["iom"] == ONTOLOGY
    here = read(Settings().ontology).document["@context"]
    assert there.document["@context"].keys() == here.keys()


def test_terms_of_the_ontology_stay_when_the_base_moves() -> None:
    terms = {**PLAIN, "Thing": f"{ONTOLOGY}Thing", "say": f"{ONTOLOGY}say", "x": f"{BASE_IRI}id/project/"}
    line = compile_context({"@context": terms}, MOVED).quads({"id": "x:1", "type": "Thing", "say": "a"})
    assert "".join(line).count(ONTOLOGY) == 2
    assert "".join(line).count(f"<{MOVED}id/project/1>") == 2


# What a record may not say.


def test_an_unknown_term_stops_and_is_named(context: Context) -> None:
    for term in ("colour", "@id", "@graph", "iom:endYear", "iom", "Project", "", "\ud800"):
        with pytest.raises(OntologyError, match="no such term") as stop:
            context.quads({"id": "projects:a", term: "x"})
        assert stop.value.where == ascii(term)
        assert "ontology/context.jsonld" in stop.value.step


@pytest.mark.parametrize("name", ["Colour", "endYear", "iom", "iom:Project", "", 5, None, {"id": "a:b"}])
def test_an_unknown_class_stops_and_is_named(context: Context, name: object) -> None:
    with pytest.raises(OntologyError, match="no such class") as stop:
        context.quads({"id": "projects:a", "type": [name]})
    assert stop.value.where == ascii(name)


@pytest.mark.parametrize("node", [{}, {"type": ["Project"]}, [], ["id"], None, 5, 1.5, True])
def test_a_node_without_id_stops_anywhere(context: Context, node: Any) -> None:
    for record in (
        node,
        {"id": "projects:a", "budget": [node]},
        {"id": "projects:a", "rival": [{"id": "a:b"}, node]},
    ):
        with pytest.raises(OntologyError, match="not a node with an id"):
            context.quads(record)


@pytest.mark.parametrize("name", [None, 5, ["projects:a"], {"id": "projects:a"}, True])
def test_an_id_that_is_not_text_stops(context: Context, name: object) -> None:
    with pytest.raises(OntologyError, match="an id is not text"):
        context.quads({"id": name, "startYear": 2008})


@pytest.mark.parametrize(
    "name", ["projects:a b", "projects:a>", "x", "_:b", "projects:\n", 'projects:"', "a:\ud800"]
)
def test_a_hostile_name_stops_anywhere(context: Context, name: str) -> None:
    for record in (
        {"id": name, "startYear": 2008},
        {"id": "projects:a", "status": name},
        {"id": "projects:a", "status": [name]},
        {"id": "projects:a", "property": name},
        {"id": "projects:a", "budget": {"id": name}},
    ):
        with pytest.raises(OntologyError, match=r"this is not an IRI|a name has no prefix") as stop:
            context.quads(record)
        assert stop.value.where.endswith(ascii(name.removeprefix("projects:")).strip("'") + "'")
    with pytest.raises(OntologyError, match=r"this is not an IRI|a name has no prefix"):
        context.quads({"id": "projects:a", "startYear": 2008}, name)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("title", "no language"),
        ("title", ["no language"]),
        ("title", {"en": None}),
        ("title", {"en": [5]}),
        ("title", {"en": {"@value": "x"}}),
        ("startYear", 2008.5),
        ("startYear", None),
        ("startYear", [[2008]]),
        ("identifier", {"@value": "x"}),
        ("identifier", 2**53 + 1),
        ("identifier", float("nan")),
        ("property", 5),
        ("property", None),
        ("property", [{"id": "a:b"}]),
    ],
)
def test_a_value_that_does_not_fit_its_term_stops_and_is_shown(
    context: Context, term: str, value: Any
) -> None:
    with pytest.raises(OntologyError, match="does not fit its term") as stop:
        context.quads({"id": "projects:a", term: value})
    assert stop.value.step.startswith("write a")


@pytest.mark.parametrize("language", ["", "@none", "e n", 'en" .'])
def test_a_text_in_no_language_stops(context: Context, language: str) -> None:
    with pytest.raises(OntologyError, match="not a language tag"):
        context.quads({"id": "projects:a", "title": {language: "x"}})


def test_half_a_character_stops(context: Context) -> None:
    for record in ({"title": {"en": "\ud83d"}}, {"identifier": "\ud83d"}, {"claimedValue": ["\ud83d"]}):
        with pytest.raises(OntologyError, match="half a surrogate pair"):
            context.quads({"id": "projects:a", **record})


# What a context may not be.


def test_a_missing_context_stops(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="can't be read") as stop:
        read(tmp_path)
    assert stop.value.where.endswith("context.jsonld")


@pytest.mark.parametrize("content", [b"", b"{", b"no JSON", b"\xff\xfe", b"[" * 100_000], ids=repr)
def test_a_context_that_is_not_a_json_stops(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "context.jsonld").write_bytes(content)
    with pytest.raises(OntologyError, match="can't be read") as stop:
        read(tmp_path)
    assert stop.value.step == "restore the file"


@pytest.mark.parametrize(
    "document",
    [
        [],
        "x",
        None,
        {},
        {"@context": None},
        {"@context": "https://w3id.org/iomgraph/context.jsonld"},
        {"@context": [PLAIN]},
        {"@context": [PLAIN, "https://schema.org/"]},
    ],
)
def test_a_context_that_is_not_a_plain_object_stops(tmp_path: Path, document: Any) -> None:
    (tmp_path / "context.jsonld").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(OntologyError, match="the context is not an object"):
        read(tmp_path)


@pytest.mark.parametrize(
    "terms",
    [
        {"@vocab": ONTOLOGY},
        {"@base": BASE_IRI},
        {"@language": "en"},
        {"@direction": "rtl"},
        {"@import": "https://schema.org/"},
        {"@propagate": False},
        {"@protected": True},
        {"@version": 1.0},
        {"id": "iom:id"},
        {"id": {"@id": "@id"}},
        {"type": "iom:type"},
        {"type": {"@id": "@type", "@container": "@set"}},
        {"key": "@id"},
        {"graph": "@graph"},
        {"nest": "@nest"},
        {"a": None},
        {"a": 5},
        {"a": ["iom:a"]},
        {"a": {}},
        {"a": {"@id": None}},
        {"a": {"@id": "@json"}},
        {"a": {"@reverse": "iom:a"}},
        {"a": {"@id": "iom:a", "@reverse": "iom:b"}},
        {"a": {"@id": "iom:a", "@container": "@list"}},
        {"a": {"@id": "iom:a", "@container": "@index"}},
        {"a": {"@id": "iom:a", "@container": "@id"}},
        {"a": {"@id": "iom:a", "@container": "@graph"}},
        {"a": {"@id": "iom:a", "@container": ["@set"]}},
        {"a": {"@id": "iom:a", "@container": "@language", "@type": "@id"}},
        {"a": {"@id": "iom:a", "@container": "@language", "@type": "xsd:string"}},
        {"a": {"@id": "iom:a", "@language": "en"}},
        {"a": {"@id": "iom:a", "@direction": "rtl"}},
        {"a": {"@id": "iom:a", "@prefix": True}},
        {"a": {"@id": "iom:a", "@protected": True}},
        {"a": {"@id": "iom:a", "@nest": "b"}},
        {"a": {"@id": "iom:a", "@index": "iom:b"}},
        {"a": {"@id": "iom:a", "@context": {"b": "iom:b"}}},
        {"a": {"@id": "iom:a", "@context": "https://schema.org/"}},
        {"a": {"@id": "iom:a", "@type": "@json"}},
        {"a": {"@id": "iom:a", "@type": "@none"}},
        {"a": {"@id": "iom:a", "@type": None}},
        {"a": {"@id": "iom:a", "@type": ["@id"]}},
        {"a": {"@id": "iom:a", "@type": "xsd:double"}},
        {"p": "iom:"},
        {"p": "urn:x:"},
        {"p": "http://host:"},
        {"p": "http://host/?"},
    ],
    ids=lambda terms: json.dumps(terms),
)
def test_a_feature_that_the_compiler_does_not_know_is_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(OntologyError, match="does not support this feature") as stop:
        compiled(**terms)
    assert stop.value.where.startswith(next(iter(terms)))
    assert "@container" in stop.value.step


def test_a_context_without_version_or_id_is_refused() -> None:
    for missing in ("@version", "id", "type"):
        with pytest.raises(OntologyError, match="does not support this feature"):
            compile_context({"@context": {term: value for term, value in PLAIN.items() if term != missing}})


@pytest.mark.parametrize("name", ["a", "", "b c", "unknown:a b", "iom:a>"])
def test_a_term_that_stands_for_no_iri_is_refused(name: str) -> None:
    for terms in ({"a": name}, {"a": {"@id": name}}, {"a": {"@id": "iom:a", "@type": name}}):
        with pytest.raises(OntologyError, match=r"this is not an IRI|a name has no prefix"):
            compiled(**terms)
