"""The ontology and what uses it agree: context, alignments, shapes, queries, data and code."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, Graph, URIRef

from iomgraph.settings import resources

IOM = "https://w3id.org/iomgraph/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
ROOT = resources()
FOLDERS = ("data", "ontology", "queries", "shapes", "src")
SUFFIXES = {".csv", ".json", ".jsonld", ".md", ".py", ".rq", ".ttl"}
TERM = re.compile(rf"(?:(?<![\w:-])iom:|{re.escape(IOM)})(\w[\w-]*)")
OTHER_PREFIX = re.compile(rf"\b(?!iom\b)[\w-]+:\s*<{re.escape(IOM)}>")
TURTLE = sorted((ROOT / "ontology").glob("*.ttl"))
TIES = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)


def ontology() -> Graph:
    return Graph().parse(ROOT / "ontology" / "iomgraph.ttl")


def declared() -> set[str]:
    return {str(term) for term in ontology().subjects(RDF.type) if str(term).startswith(IOM)}


def files() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    return sorted(found)


def context() -> Mapping[str, str | Mapping[str, str]]:
    document: dict[str, dict[str, str | Mapping[str, str]]] = json.loads(
        (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    )
    return document["@context"]


def context_terms() -> Iterator[tuple[URIRef, str]]:
    """Our terms that the context names, with the type that it coerces their values to."""
    for meaning in context().values():
        detail = {"@id": meaning} if isinstance(meaning, str) else meaning
        if isinstance(meaning, str | Mapping) and str(detail.get("@id")).startswith("iom:"):
            coerced = "@language" if detail.get("@container") == "@language" else detail.get("@type", "")
            yield URIRef(IOM + detail["@id"].removeprefix("iom:")), coerced


@pytest.mark.parametrize("text", ["a iom:Grant", "$x iom:grant|iom:theme ?y", f'"{IOM}grant"', '"iom:grant"'])
def test_a_term_is_seen_in_any_syntax(text: str) -> None:
    assert [name for name in TERM.findall(text) if name.casefold() == "grant"]


@pytest.mark.parametrize(
    "text", ["https://iom.int/", "XM-iom:x", "iom: <https://w3id.org/iomgraph/ontology#>"]
)
def test_what_only_looks_like_a_term_is_passed_over(text: str) -> None:
    assert TERM.findall(text) == []


def test_no_file_uses_a_term_that_the_ontology_does_not_define() -> None:
    known, used = declared(), set()
    for path in files():
        for name in TERM.findall(path.read_text(encoding="utf-8")):
            used.add(name)
            assert IOM + name in known, f"{path} uses iom:{name}"
    assert len(used) >= 64
    assert len(files()) > 60


def test_every_file_calls_the_namespace_iom() -> None:
    assert [path for path in files() if OTHER_PREFIX.search(path.read_text(encoding="utf-8"))] == []


def test_every_term_is_tied_to_one_that_the_context_names_or_describes_a_class_of_others() -> None:
    graph, named = ontology(), {term for term, _ in context_terms()}
    abroad = {
        term
        for term, domain in graph.subject_objects(RDFS.domain)
        if str(domain).startswith("http://www.w3.org/")
    }
    reached, waiting = named | abroad, [*named, *abroad]
    while waiting:
        term = waiting.pop()
        ends = {end for tie in TIES for end in (*graph.objects(term, tie), *graph.subjects(tie, term))}
        new = {end for end in ends if str(end).startswith(IOM)} - reached
        reached |= new
        waiting += new
    assert len(named) >= 43
    deprecated = {str(term) for term in graph.subjects(OWL.deprecated) if str(term).startswith(IOM)}
    assert {str(term) for term in reached} | deprecated == declared()


def test_a_deprecated_term_says_what_replaces_it() -> None:
    graph = ontology()
    deprecated = set(graph.subjects(OWL.deprecated))
    assert {str(term).removeprefix(IOM) for term in deprecated} == {
        "ExternalLink",
        "confidence",
        "justification",
        "tenureDate",
    }
    assert all((term, DCTERMS.isReplacedBy, None) in graph for term in deprecated)


def test_the_context_coerces_values_as_the_ontology_says() -> None:
    graph = ontology()
    literals = {
        "": {URIRef(f"{XSD}string"), RDFS.Literal},
        "@language": {RDF.PlainLiteral},
        "xsd:integer": {URIRef(f"{XSD}integer"), RDFS.Literal},
        "xsd:decimal": {URIRef(f"{XSD}decimal")},
        "xsd:boolean": {URIRef(f"{XSD}boolean")},
        **{name: {RDFS.Literal} for name in ("xsd:date", "xsd:gYearMonth", "xsd:gYear")},
    }
    counted = 0
    for term, coerced in context_terms():
        if (term, RDF.type, OWL.Class) in graph:
            assert coerced == ""
        elif coerced in ("@id", "@vocab"):
            expected = OWL.AnnotationProperty if coerced == "@vocab" else OWL.ObjectProperty
            assert (term, RDF.type, expected) in graph, term
        else:
            assert (term, RDF.type, OWL.DatatypeProperty) in graph, term
            assert graph.value(term, RDFS.range) in literals[coerced], term
        counted += 1
    assert counted >= 43


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.name)
def test_two_parsers_read_the_same_graph(path: Path) -> None:
    assert len(TURTLE) == 2
    ours = ox.Dataset(ox.parse(path=path))
    theirs = ox.Dataset(ox.parse(Graph().parse(path).serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert len(ours) >= 60
    assert ours == theirs


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.name)
def test_a_file_is_in_order_for_people(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prefixes = re.findall(r"^@prefix (\w+):", text, re.MULTILINE)
    body = re.sub(r"^@prefix .*$", "", text, flags=re.MULTILINE)
    assert prefixes == sorted(prefixes)
    assert [prefix for prefix in prefixes if not re.search(rf"\b{prefix}:", body)] == []
    assert text == unicodedata.normalize("NFC", text)
    assert text.endswith(" .\n")
    assert "\t" not in text
