"""Data for search engines: schema.org in JSON-LD, safe inside HTML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from iomgraph import terms
from iomgraph.publication.site.things import Text, natural
from iomgraph.publication.site.view import View
from iomgraph.publication.templates import safe
from iomgraph.records.record import Record

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

_MEASURED = ("budget", "fundingYear", "startYear", "endYear", "benefitingState", "theme", "relatedGoal")
"""The terms of a project that are useful for computing."""

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


def thing(record: Record, view: View, address: str, name: Text) -> Markup:
    """Describe a thing (https://schema.org/).

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
        name: of the thing.
    """
    kind = "DefinedTerm" if "Concept" in record["type"] else _KINDS.get(record["type"][0], "Thing")
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


def dataset(described: Mapping[str, Any], states: Iterable[str], view: View) -> Markup:
    """Describe the dataset in the language of a page, with what it measures and where.

    Args:
        described: the description that is a file of the release.
        states: CURIEs of the states that its projects benefit.
        view: in the language of the page.
    """
    said = {term: _spoken(value, view.lang) for term, value in described.items()}
    files = [{term: _spoken(value, view.lang) for term, value in one.items()} for one in said["distribution"]]
    countries = ({"@type": "Country", "name": view.thing(state).text} for state in states)
    known = view.things.context.document["@context"]
    measured = (
        {
            "@type": "PropertyValue",
            "name": view.label(term),
            "propertyID": view.things.context.expand(known[term]["@id"]),
        }
        for term in _MEASURED
    )
    return script(
        said
        | {
            "@context": terms.SCHEMA,
            "spatialCoverage": sorted(countries, key=lambda one: natural(one["name"])),
            "variableMeasured": list(measured),
            "distribution": files,
        }
    )


def _spoken(value: Any, lang: str) -> Any:
    """The texts of a value in a language, if it has them in several."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict) and "@value" in value[0]):
        return value
    texts = [text["@value"] for text in value if text["@language"] == lang] or [value[0]["@value"]]
    return texts[0] if len(texts) == 1 else texts


def script(document: Any) -> Markup:
    r"""A JSON document in a script element that its contents can't end early (HTML, section 4.12.1.3).

    Example:
        >>> print(script({"a": "</script>"}))
        {"a": "\u003c/script\u003e"}
    """
    text = _ENCODE(document)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return safe(text)
