"""What is said of the dataset as a whole: `data/dataset.json`, and how such records are written.

The file is JSON-LD like everything else here: a context, and records whose titles, texts and
fixed properties are kept there. Dates, sizes and counts are added by `dcat` and `void`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iomgraph.errors import OntologyError, PublicationError
from iomgraph.mapping.context import Context, compile_context
from iomgraph.records.record import Record
from iomgraph.release import turtle
from iomgraph.release.lines import ordered
from iomgraph.settings import BASE_IRI


@dataclass(frozen=True, slots=True)
class Description:
    """The dataset's description as its file has it, under the base IRI in force.

    Args:
        context: says what the records mean.
        records: the dataset, its distributions, its publisher and so on.
    """

    context: Context
    records: Sequence[Record]

    @property
    def dataset(self) -> Record:
        """The record of the dataset itself."""
        return next(record for record in self.records if "Dataset" in record["type"])

    @property
    def contact(self) -> str:
        """Where errors are told: the address of the dataset's contact point."""
        point = next(record for record in self.records if record["id"] == self.dataset["contactPoint"])
        return self.context.expand(point["hasURL"])


def read(data: Path, base_iri: str = BASE_IRI) -> Description:
    """Read `dataset.json`.

    Args:
        data: folder of the tables.
        base_iri: what every minted IRI starts with.

    Raises:
        PublicationError: if it is missing, no JSON, describes no dataset, or has a context that
            the compiler does not know.

    Example:
        >>> from iomgraph.settings import Settings
        >>> read(Settings().data).dataset["publisher"]
        'iomgraph:publisher'
    """
    path = data / "dataset.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        description = Description(compile_context(document, base_iri), tuple(document["@graph"]))
        _ = description.contact
    except (OntologyError, OSError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        raise PublicationError(
            f"the description of the dataset can't be read ({error!r})", where=path, step="restore the file"
        ) from error
    return description


def lines_of(context: Context, records: Iterable[Record]) -> list[str]:
    """Make the statements of records, as sorted lines of N-Quads."""
    return list(ordered(line for record in records for line in context.quads(record)))


def write_turtle(
    path: Path, context: Context, records: Iterable[Record], prefixes: Mapping[str, str] | None = None
) -> None:
    """Write records as Turtle, in the order in which the context has its properties.

    Args:
        path: the file.
        context: says what the records mean.
        records: in any order.
        prefixes: more prefixes than those of the context, if the records name terms of others.
    """
    terms: Mapping[str, Any] = context.document["@context"]
    properties = turtle.properties_of(terms, context.prefixes)
    with path.open("wb") as out:
        writer = turtle.Writer({**(prefixes or {}), **context.prefixes}, out)
        writer.write(list(turtle.in_reading_order(lines_of(context, records), properties)))
