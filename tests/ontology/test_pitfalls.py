"""The known pitfalls of ontologies: ours has none, and each check finds a flaw that is planted for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from iomgraph.settings import LANGUAGES, resources

IOM = Namespace("https://w3id.org/iomgraph/ontology#")
ONTOLOGY = URIRef("https://w3id.org/iomgraph/ontology")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
ORDERS = (RDFS.subClassOf, RDFS.subPropertyOf)
TIES = (*ORDERS, RDFS.domain, RDFS.range, RDF.first)
WORDS = (RDFS.label, SKOS.definition)
TYPEWRITTEN = re.compile(r"""['"]|  |^\s|\s$""")
CURIE_COLON = re.compile(r"(?<=\w):(?=\w)")
# In French, these marks keep a no-break space between themselves and the words.
CRAMPED = re.compile(r"(?<!\u00a0)[:;?!»]|«(?!\u00a0)")


def terms(graph: Graph, *kinds: Node) -> list[URIRef]:
    """Our terms of some kinds, all kinds if none is given."""
    found = {term for kind in kinds or KINDS for term in graph.subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term.startswith(IOM))


def properties(graph: Graph) -> list[URIRef]:
    return terms(graph, *KINDS[1:])


def texts(graph: Graph, term: Node, wording: URIRef) -> list[Literal]:
    return [text for text in graph.objects(term, wording) if isinstance(text, Literal)]


def not_worded_in_each_language(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        for wording in WORDS:
            languages = sorted(str(text.language) for text in texts(graph, term, wording))
            if languages != sorted(LANGUAGES):
                yield f"{term} {wording} {languages}"


def copied_from_language_to_language(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        for wording, distinct in zip(WORDS, (2, len(LANGUAGES)), strict=True):
            if len({str(text).casefold() for text in texts(graph, term, wording)}) < distinct:
                yield f"{term} {wording}"


def definition_that_is_no_sentence(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        for text in texts(graph, term, SKOS.definition):
            if not (text.endswith(".") and text[0].isupper() and len(text.split()) >= 4):
                yield f"{term} {text}"


def careless_typography(graph: Graph) -> Iterator[str]:
    for subject, wording, text in graph:
        if isinstance(text, Literal) and text.language:
            prose = CURIE_COLON.sub("", text)
            if TYPEWRITTEN.search(prose) or (text.language == "fr" and CRAMPED.search(prose)):
                yield f"{subject} {wording} {text}"


def words_shared_by_two_terms(graph: Graph) -> Iterator[str]:
    holders: dict[tuple[str, str | None], set[URIRef]] = defaultdict(set)
    for term in terms(graph):
        for wording in WORDS:
            for text in texts(graph, term, wording):
                holders[str(text).casefold(), text.language].add(term)
    yield from (f"{text} {sorted(sharing)}" for (text, _), sharing in holders.items() if len(sharing) > 1)


def property_without_one_domain_and_one_range(graph: Graph) -> Iterator[str]:
    for term in properties(graph):
        for end in (RDFS.domain, RDFS.range):
            if len(list(graph.objects(term, end))) != 1:
                yield f"{term} {end}"


def circle_of_terms(graph: Graph) -> Iterator[str]:
    for order in ORDERS:
        for lower, upper in graph.subject_objects(order):
            if lower in graph.transitive_objects(upper, order):
                yield f"{lower} {order} {upper}"


def term_that_nothing_is_tied_to(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        if not any((term, tie, None) in graph or (None, tie, term) in graph for tie in TIES):
            yield str(term)


def name_out_of_style(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        style = "[A-Z]" if (term, RDF.type, OWL.Class) in graph else "[a-z]"
        if not re.fullmatch(rf"{style}[a-z0-9]*([A-Z][a-z0-9]+)*", term.removeprefix(IOM)):
            yield str(term)


def term_that_does_not_say_who_defines_it(graph: Graph) -> Iterator[str]:
    for term in terms(graph):
        if list(graph.objects(term, RDFS.isDefinedBy)) != [ONTOLOGY]:
            yield str(term)


def term_used_but_not_declared(graph: Graph) -> Iterator[str]:
    declared = set(terms(graph))
    for node in {node for triple in graph for node in triple}:
        if isinstance(node, URIRef) and node.startswith(IOM) and node not in declared:
            yield str(node)


Check = Callable[[Graph], Iterator[str]]

# Each check, with changes to the ontology of which every single one must alarm it.
CHECKS: dict[Check, tuple[str, ...]] = {
    not_worded_in_each_language: (
        "DELETE { iom:Fund rdfs:label ?o } WHERE { iom:Fund rdfs:label ?o FILTER(LANG(?o) = 'es') }",
        "INSERT DATA { iom:Fund skos:definition 'A second definition of the fund.'@en }",
        "INSERT DATA { iom:Fund rdfs:label 'Fund' }",
        "INSERT DATA { iom:grant a owl:Class }",
    ),
    copied_from_language_to_language: (
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 'The one.'@en, 'The one.'@fr, 'El uno.'@es }"
        " WHERE { VALUES (?s ?p) { (iom:Fund skos:definition) } ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 'Fund'@en, 'Fund'@fr, 'fund'@es }"
        " WHERE { VALUES (?s ?p) { (iom:Fund rdfs:label) } ?s ?p ?o }",
    ),
    definition_that_is_no_sentence: (
        "INSERT DATA { iom:Fund skos:definition 'Money set aside for projects'@en }",
        "INSERT DATA { iom:Fund skos:definition 'money set aside for projects.'@en }",
        "INSERT DATA { iom:Fund skos:definition 'A fund.'@en }",
    ),
    careless_typography: (
        'INSERT DATA { iom:Fund rdfs:label "IOM\'s Fund"@en }',
        "INSERT DATA { iom:Fund rdfs:label 'Fund '@en }",
        "INSERT DATA { iom:Fund rdfs:label 'le Fonds : argent'@fr }",
        "INSERT DATA { iom:Fund rdfs:label 'le Fonds: argent'@fr }",
        "INSERT DATA { iom:Fund rdfs:label '« Fonds »'@fr }",
    ),
    words_shared_by_two_terms: (
        "INSERT DATA { iom:Fund rdfs:label 'project'@en }",
        "INSERT { iom:Fund skos:definition ?o } WHERE { iom:Project skos:definition ?o }",
    ),
    property_without_one_domain_and_one_range: (
        "DELETE WHERE { iom:theme rdfs:domain ?o }",
        "DELETE WHERE { iom:property rdfs:range ?o }",
        "INSERT DATA { iom:theme rdfs:domain iom:Fund }",
    ),
    circle_of_terms: (
        "INSERT DATA { iom:State rdfs:subClassOf iom:MemberState }",
        "INSERT DATA { iom:subject rdfs:subPropertyOf iom:project }",
        "INSERT DATA { iom:Evidence rdfs:subClassOf iom:AgendaLink }",
        "INSERT DATA { iom:Fund rdfs:subClassOf iom:Fund }",
    ),
    term_that_nothing_is_tied_to: ("INSERT DATA { iom:Grant a owl:Class }",),
    name_out_of_style: (
        "INSERT DATA { iom:grant a owl:Class }",
        "INSERT DATA { iom:HasGrant a owl:ObjectProperty }",
        "INSERT DATA { iom:has_grant a owl:ObjectProperty }",
    ),
    term_that_does_not_say_who_defines_it: (
        "DELETE WHERE { iom:Fund rdfs:isDefinedBy ?o }",
        "INSERT DATA { iom:Fund rdfs:isDefinedBy skos:Concept }",
    ),
    term_used_but_not_declared: (
        "INSERT DATA { iom:Fund rdfs:subClassOf iom:Grant }",
        "INSERT DATA { iom:Fund iom:paidBy iom:Project }",
        "DELETE WHERE { iom:Fund a owl:Class }",
    ),
}
PLANTED = [(check, flaw) for check, flaws in CHECKS.items() for flaw in flaws]


def ontology() -> Graph:
    return Graph().parse(resources() / "ontology" / "iomgraph.ttl")


def test_the_terms_are_counted_by_kind() -> None:
    graph = ontology()
    counts = Counter(kind for kind in KINDS for _ in terms(graph, kind))
    assert [counts[kind] for kind in KINDS] == [26, 47, 43, 1]
    assert len(terms(graph)) == 117


def test_the_checks_and_the_flaws_they_are_tried_on_are_counted() -> None:
    assert (len(CHECKS), len(PLANTED)) == (11, 32)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_ontology_has_no(check: Check) -> None:
    assert list(check(ontology())) == []


@pytest.mark.parametrize(("check", "flaw"), PLANTED)
def test_a_planted_flaw_is_found(check: Check, flaw: str) -> None:
    graph = ontology()
    before = set(graph)
    graph.update(flaw)
    assert set(graph) != before, "the change changes nothing"
    assert list(check(graph)) != []


@pytest.mark.parametrize("term", [IOM.relatedGoal, IOM.relatedTarget, IOM.relatedObjective])
def test_a_relation_to_a_framework_says_that_it_is_derived_and_stated_by_no_page(term: URIRef) -> None:
    wording = {str(text.language): str(text) for text in texts(ontology(), term, SKOS.definition)}
    assert "is derived from the published links of the theme" in wording["en"]
    assert "never stated by a page" in wording["en"]
    assert "des liens publiés du thème" in wording["fr"]
    assert "n’est jamais énoncé" in wording["fr"]
    assert "Se deduce de los vínculos publicados del tema" in wording["es"]
    assert "ninguna página del proyecto l" in wording["es"]
