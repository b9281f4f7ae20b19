"""The dictionary of the tables: the meanings of columns, and the columns of identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iomgraph.mapping.context import Context
from iomgraph.mapping.writers import as_list
from iomgraph.publication.site import translations
from iomgraph.publication.tables.columns import Column, Kind, each
from iomgraph.publication.tables.table import Table
from iomgraph.records.record import Record
from iomgraph.sources.tables import Row, located, read

COLUMNS = ("table", "column", "terms", "start", "description")
_LABEL = "_label"
_LISTED = "Several values in a cell, separated by |."
_COUNTED = (
    "A row that is taken apart by them repeats its other values: amounts then count once for each value."
    " Divide them by the number of values, or add up the shares of cube.csv and allocations.csv."
)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The meanings of columns.

    Args:
        rows: rows of the table of columns, by table (empty for all) and column.
        meanings: IRI of a property to its definition, or else its label, in English.
        kinds: class of our own to its definition, in English.
    """

    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def about(self, table: Table) -> str:
        """Describe the rows of a table by the class of its name; empty if unknown."""
        row = self.rows.get((table.name, ""))
        return row["description"] if row else self.kinds.get(table.name, "")

    def of(self, table: Table, column: Column) -> str:
        """Describe a column of a table; empty if unknown."""
        row = self.rows.get((table.name, column.name)) or self.rows.get(("", column.name))
        base = column.name.removesuffix(_LABEL)
        if row:
            said = row["description"]
        elif base != column.name:
            said = f"What the values of {base} are called, in English or else in another language."
        else:
            said = self.meanings.get(column.means, "")
        language = f"In the language {column.language}." if column.language else ""
        refers = f"Each is an id of the table {column.refers}." if column.refers and column.many else ""
        said = f"{said}." if said and said[-1] not in ".!?" else said
        listed = _LISTED if column.many else ""
        amounts = column.many and any(one.kind is Kind.NUMBER for one in table.columns)
        return " ".join(filter(None, (said, language, refers, listed, _COUNTED if amounts else "")))

    def identifiers(self, used: Mapping[str, Any]) -> Iterator[Column]:
        """Yield a column for each scheme of identifiers that records use.

        Args:
            used: the terms that the records of a table use.
        """
        for (_, name), row in self.rows.items():
            terms = row["terms"].split()
            if any(term in used for term in terms):
                yield Column(name, Kind.STRING, False, "", each(_identifier(terms, row["start"])))


def _identifier(terms: list[str], start: str) -> Callable[[Record], str | None]:
    def identify(record: Record) -> str | None:
        values = (str(value) for term in terms for value in as_list(record.get(term, ())))
        found = {value.removeprefix(start).rstrip("/") for value in values if value.startswith(start)}
        return found.pop() if len(found) == 1 else None

    return identify


def dictionary(data: Path, ontology: Path, context: Context) -> Dictionary:
    """Read the dictionary.

    Args:
        data: folder of the portfolio.
        ontology: folder of the ontology, which defines our own properties.
        context: names the properties of others, whose labels the words of the site have.

    Raises:
        SourceError: if a table can't be read.
        OntologyError: if the ontology can't be.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> known = Settings()
        >>> found = dictionary(known.data, known.ontology, context.read(known.ontology))
        >>> found.meanings["https://schema.org/value"]
        'Amount'
    """
    rows = read(located(data, "vocabulary/table_columns.csv"), COLUMNS)
    labels = translations.read(data, ontology)["en"].labels
    meanings, kinds = dict[str, str](), dict[str, str]()
    for term, definition in context.document["@context"].items():
        if isinstance(definition, Mapping) and "@id" in definition and labels.get(term):
            meanings.setdefault(context.expand(definition["@id"]), labels[term])
    for own in translations.terms(ontology):
        meanings[own.iri] = own.definitions.get("en") or own.labels.get("en", "")
        kinds[own.name] = meanings[own.iri]
    return Dictionary({(row["table"], row["column"]): row for row in rows}, meanings, kinds)
