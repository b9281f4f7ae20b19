"""The alignments of our terms with those of others claim nothing false."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef

from iomgraph.settings import resources

IOM = "https://w3id.org/iomgraph/ontology#"
DG = Namespace("https://w3id.org/dingo#")
EURIO = Namespace("http://data.europa.eu/s66#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
FRAPO = Namespace("http://purl.org/cerif/frapo/")
ORG = Namespace("http://www.w3.org/ns/org#")
SCHEMA = Namespace("https://schema.org/")

# Every foreign term was seen in its vocabulary or, EURIO's, in queries that its users run.
SEEN = {
    DG.Project, DG.FundingScheme, DG.budget, DG.funded_by, DG.start_time, DG.end_time,
    EURIO.Project, EURIO.isFundedBy, EURIO.projectStatus, EURIO.startDate, EURIO.endDate,
    FOAF.Project,
    FRAPO.FundingProgramme, FRAPO.hasProjectIdentifier, FRAPO.isFundedBy,
    FRAPO.hasStartDate, FRAPO.hasEndDate,
    ORG.memberDuring,
    SCHEMA.Project, SCHEMA.FundingScheme, SCHEMA.funder,
}  # fmt: skip
RELATIONS = (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, RDFS.seeAlso)
FOLDER = resources() / "ontology"


@pytest.fixture(scope="module")
def alignments() -> Graph:
    return Graph().parse(FOLDER / "alignments.ttl")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(FOLDER / "iomgraph.ttl")


def test_each_leads_from_a_term_of_ours_to_one_that_was_seen_elsewhere(
    alignments: Graph, ontology: Graph
) -> None:
    pairs = [
        (ours, theirs) for relation in RELATIONS for ours, theirs in alignments.subject_objects(relation)
    ]
    assert len(pairs) == 21 + 1  # two of our properties identify a project
    assert {theirs for _, theirs in pairs} == SEEN
    assert all((ours, RDFS.isDefinedBy, URIRef(IOM.rstrip("#"))) in ontology for ours, _ in pairs)


def test_our_terms_are_declared_there_as_the_ontology_declares_them(
    alignments: Graph, ontology: Graph
) -> None:
    ours = [(term, kind) for term, kind in alignments.subject_objects(RDF.type) if str(term).startswith(IOM)]
    assert len(ours) == 10
    assert all((term, RDF.type, kind) in ontology for term, kind in ours)


def test_a_project_is_not_made_an_organization_nor_one_of_the_european_union(alignments: Graph) -> None:
    kinds = set(alignments.transitive_objects(URIRef(IOM + "Project"), RDFS.subClassOf))
    assert kinds == {URIRef(IOM + "Project"), DG.Project, FOAF.Project}


def test_nothing_is_held_to_be_equivalent(alignments: Graph) -> None:
    assert not set(alignments.predicates()) & {OWL.equivalentClass, OWL.equivalentProperty, OWL.sameAs}


def test_only_classes_are_matched_as_if_they_were_concepts(alignments: Graph) -> None:
    matched = {term for pair in alignments.subject_objects(SKOS.closeMatch) for term in pair}
    assert len(matched) == 7
    assert all((term, RDF.type, OWL.Class) in alignments for term in matched)


def test_the_two_files_have_one_version(alignments: Graph, ontology: Graph) -> None:
    assert set(alignments.objects(None, OWL.versionInfo)) == set(ontology.objects(None, OWL.versionInfo))
