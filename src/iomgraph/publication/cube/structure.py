"""The structure of the cube, from its table: dimensions, measures, attributes and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from iomgraph import terms
from iomgraph.mapping.nquads import iri, quoted
from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Row, located, read

COLUMNS = (
    "name",
    "kind",
    "range",
    "broader",
    *(f"name_{lang}" for lang in LANGUAGES),
    *(f"definition_{lang}" for lang in LANGUAGES),
)
DIMENSION, MEASURE, ATTRIBUTE = "dimension", "measure", "attribute"
_CLASSES = {DIMENSION: "DimensionProperty", MEASURE: "MeasureProperty", ATTRIBUTE: "AttributeProperty"}
_CONCEPT = f"{terms.SKOS}Concept"
_known = lru_cache(iri)
"""Cached, because properties and datatypes recur all the time."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The rows of the table, and the base of the cube's names.

    Args:
        base: base IRI of the cube, with a number sign at its end.
        rows: rows of the table, by name.
    """

    base: str
    rows: Mapping[str, Row]

    def name(self, key: str) -> str:
        """The IRI of a part of the cube, in angle brackets."""
        return iri(self.base + key)

    def of(self, *kinds: str) -> list[str]:
        """The names of some kinds, in the order of the table."""
        return [name for name, row in self.rows.items() if row["kind"] in kinds]

    def code(self, key: str, scheme: str) -> Iterator[str]:
        """Yield the statements that make a name a code: its class, its list, its labels."""
        yield line(self.name(key), terms.RDF_TYPE, iri(_CONCEPT))
        yield line(self.name(key), f"{terms.SKOS}inScheme", self.name(scheme))

    def words(self, key: str, label: str, definition: str) -> Iterator[str]:
        """Yield the label and the definition of a row, in each language."""
        row = self.rows[key]
        for lang in LANGUAGES:
            yield line(self.name(key), label, f"{quoted(row[f'name_{lang}'])}@{lang}")
            yield line(self.name(key), definition, f"{quoted(row[f'definition_{lang}'])}@{lang}")


def structure(data: Path, base_iri: str) -> Structure:
    """Read the table of the cube.

    Args:
        data: folder of the portfolio; without a table there, that of the package is used.
        base_iri: the beginning of our IRIs.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = read(located(data, "vocabulary/cube.csv"), COLUMNS)
    return Structure(f"{base_iri}cube#", {row["name"]: row for row in rows})


def lines(made: Structure) -> Iterator[str]:
    """Yield the statements of the structure: properties, components, code lists and their codes."""
    definition = made.name("structure")
    yield line(definition, terms.RDF_TYPE, iri(f"{terms.QB}DataStructureDefinition"))
    for order, key in enumerate(made.of(DIMENSION, MEASURE, ATTRIBUTE), 1):
        row, component = made.rows[key], made.name(f"component-{key}")
        yield line(definition, f"{terms.QB}component", component)
        yield line(component, terms.RDF_TYPE, iri(f"{terms.QB}ComponentSpecification"))
        yield line(component, f"{terms.QB}{row['kind']}", made.name(key))
        yield line(component, f"{terms.QB}order", typed(str(order), "integer"))
        if row["kind"] == ATTRIBUTE:
            yield line(component, f"{terms.QB}componentRequired", typed("true", "boolean"))
        yield from _property(made, key, row)
    for key in (*made.of("basis"), "unknown"):
        yield from made.words(key, terms.SKOS_PREF_LABEL, terms.SKOS_DEFINITION)
    for key in made.of("basis"):
        yield from made.code(key, "list-basis")


def _property(made: Structure, key: str, row: Row) -> Iterator[str]:
    name = made.name(key)
    yield line(name, terms.RDF_TYPE, iri(f"{terms.RDF}Property"))
    yield line(name, terms.RDF_TYPE, iri(terms.QB + _CLASSES[row["kind"]]))
    yield line(name, f"{terms.RDFS}range", iri(row["range"]))
    if row["broader"]:
        yield line(name, f"{terms.RDFS}subPropertyOf", iri(row["broader"]))
    if row["range"] == _CONCEPT:
        listed = made.name(f"list-{key}")
        yield line(name, terms.RDF_TYPE, iri(f"{terms.QB}CodedProperty"))
        yield line(name, f"{terms.QB}codeList", listed)
        yield line(listed, terms.RDF_TYPE, iri(f"{terms.SKOS}ConceptScheme"))
        for lang in LANGUAGES:
            yield line(listed, terms.SKOS_PREF_LABEL, f"{quoted(row[f'name_{lang}'])}@{lang}")
        if row["kind"] == DIMENSION:
            yield from made.code("unknown", f"list-{key}")
    yield from made.words(key, terms.RDFS_LABEL, terms.RDFS_COMMENT)


def line(subject: str, predicate: str, value: str) -> str:
    """A statement as a line of N-Triples, from a written subject and value."""
    return f"{subject} {_known(predicate)} {value} .\n"


def typed(text: str, name: str) -> str:
    """A literal with a datatype of XML Schema.

    Example:
        >>> typed("1", "integer")
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    return f"{quoted(text)}^^{_known(terms.XSD + name)}"
