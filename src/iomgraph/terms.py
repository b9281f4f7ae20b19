"""Terms of other people's vocabularies that the code itself names; the context holds all others.

IRIs are plain text. Code that needs a library's type, or `<…>`, makes it from them.
"""

from __future__ import annotations

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
QB = "http://purl.org/linked-data/cube#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

RDF_TYPE = f"{RDF}type"
RDFS_LABEL = f"{RDFS}label"
RDFS_COMMENT = f"{RDFS}comment"
OWL_VERSION_IRI = f"{OWL}versionIRI"
SKOS_PREF_LABEL = f"{SKOS}prefLabel"
SKOS_DEFINITION = f"{SKOS}definition"
DCT_TITLE = f"{DCT}title"
DCT_SOURCE = f"{DCT}source"
PROV_DERIVED = f"{PROV}wasDerivedFrom"
