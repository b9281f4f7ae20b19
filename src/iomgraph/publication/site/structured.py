"""What search engines read of a page: schema.org in JSON-LD, safe inside HTML."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from iomgraph import terms
from iomgraph.publication.site.view import View
from iomgraph.records.record import Record

_KINDS = {
    "Project": "Project",
    "State": "Country",
    "Capture": "WebPage",
    "ConceptScheme": "DefinedTermSet",
    "FormalOrganization": "Organization",
    "OrganizationalUnit": "Organization",
    "Person": "Person",
    "Site": "Place",
}


def thing(record: Record, view: View, address: str) -> Markup:
    """Describe a thing (https://schema.org/).

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
    """
    kind = "DefinedTerm" if "Concept" in record["type"] else _KINDS.get(record["type"][0], "Thing")
    name = view.name(record["id"])
    document: dict[str, Any] = {
        "@context": terms.SCHEMA,
        "@id": view.things.context.expand(record["id"]),
        "@type": kind,
        "name": {"@value": name.text, "@language": name.lang or view.lang},
        "mainEntityOfPage": address,
    }
    if isinstance(record.get("identifier"), str):
        document["identifier"] = record["identifier"]
    return script(document)


def dataset(base_iri: str) -> Markup:
    """Point to the description of the dataset, which is a file of the release."""
    return script({"@context": terms.SCHEMA, "@type": "Dataset", "@id": base_iri, "url": base_iri})


def script(document: Any) -> Markup:
    r"""A JSON document that nothing in it can end early (HTML, section 4.12.1.3).

    Example:
        >>> print(script({"a": "</script>"}))
        {"a": "\u003c/script\u003e"}
    """
    text = json.dumps(document, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (all that means something in HTML is escaped)
