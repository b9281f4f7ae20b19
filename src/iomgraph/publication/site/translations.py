"""The words of the site, and the labels of terms in records, in each language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.errors import OntologyError
from iomgraph.mapping.context import Context
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import tables
from iomgraph.terms import RDFS_COMMENT, RDFS_LABEL, SKOS_DEFINITION

COLUMNS = ("key", *LANGUAGES)
AUTONYMS = ("English", "Français", "Español")
"""The name of each language in itself, in the order of `LANGUAGES`."""

_TABLE = "vocabulary/site.csv"
_TERM = "term:"
FROM_THE_OTHER_END = "of:"
"""The name of a property on the page of its value."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the site in one language.

    Args:
        words: key to text.
        labels: term of the context to what it is called.
    """

    words: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the ontology.

    Args:
        name: the end of its IRI.
        iri: of the term.
        labels: language to label.
        definitions: language to definition.
    """

    name: str
    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)


def read(data: Path, ontology: Path) -> dict[str, Words]:
    """Read the words of every language: those of the table, and the labels of the ontology's terms.

    Raises:
        SourceError: if the table can't be read.
        OntologyError: if the ontology can't be.
    """
    own = terms(ontology)
    said = {lang: Words({}, {term.name: term.labels.get(lang, "") for term in own}) for lang in LANGUAGES}
    # A table of the portfolio's own may be from before the site had all of its words.
    for path in dict.fromkeys((resources() / "data" / _TABLE, tables.located(data, _TABLE))):
        for row in tables.read(path, COLUMNS):
            for lang in LANGUAGES:
                if row["key"].startswith((_TERM, FROM_THE_OTHER_END)):
                    said[lang].labels[row["key"].removeprefix(_TERM)] = row[lang]
                else:
                    said[lang].words[row["key"]] = row[lang]
    return said


def completions(context: Context, labels: Mapping[str, str]) -> str:
    """Return the completions for the editor of queries as JSON: prefixes, and our terms with their labels."""
    found = {}
    for term, definition in context.document["@context"].items():
        name = definition.get("@id", "") if isinstance(definition, Mapping) else definition
        if (
            isinstance(name, str)
            and name.partition(":")[0] in context.prefixes
            and term not in context.prefixes
        ):
            found[name] = labels.get(term, "")
    listed = [{"name": name, "label": found[name]} for name in sorted(found)]
    return json.dumps({"prefixes": context.prefixes, "terms": listed}, ensure_ascii=False)


def terms(ontology: Path) -> list[Term]:
    """The terms that the ontology defines, in order of name.

    Raises:
        OntologyError: if it can't be read.
    """
    path = ontology / "iomgraph.ttl"
    found: dict[str, Term] = {}
    try:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            _take(quad, found)
    except (OSError, SyntaxError, ValueError) as error:
        raise OntologyError(
            f"the ontology can't be read ({error})", where=path, step="restore the file"
        ) from error
    return [found[name] for name in sorted(found)]


def _take(quad: ox.Quad, found: dict[str, Term]) -> None:
    subject: Any = quad.subject
    value: Any = quad.object
    if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.Literal) or not value.language:
        return
    space, _, name = subject.value.rpartition("#")
    if not space.endswith("/ontology") or "iomgraph" not in space:
        return
    term = found.setdefault(name, Term(name, subject.value))
    if quad.predicate.value == RDFS_LABEL:
        term.labels[value.language] = value.value
    elif quad.predicate.value in (SKOS_DEFINITION, RDFS_COMMENT):
        term.definitions[value.language] = value.value
