"""The description of the dataset as a whole, and the writing of such records.

The template, `data/dataset.json`, is JSON-LD like everything else here: a context, and records
with their fixed properties. Titles and names are the portfolio’s. Dates, sizes and counts are
added by `dcat` and `void`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iomgraph.errors import OntologyError, PublicationError
from iomgraph.mapping.context import Context, compile_context
from iomgraph.portfolio import Portfolio
from iomgraph.records.record import Record
from iomgraph.release import turtle
from iomgraph.release.lines import ordered
from iomgraph.settings import BASE_IRI
from iomgraph.sources.tables import located

RIGHTS, PROVENANCE, HOME = "dataset:disclaimer", "dataset:provenance", "iomgraph:"
LANGUAGES = {"en": "ENG", "fr": "FRA", "es": "SPA"}
"""Language to its code in the list of the EU Publications Office."""


@dataclass(frozen=True, slots=True)
class Description:
    """The dataset's description from its file, under the base IRI in force.

    Args:
        context: gives the meaning of records.
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
        """Return the address where readers report errors: the dataset's contact point."""
        point = next(record for record in self.records if record["id"] == self.dataset["contactPoint"])
        return self.context.expand(point["hasURL"])

    def without(self, distribution: str) -> Description:
        """The description without one of the distributions, named by CURIE."""
        kept = (record for record in self.records if record["id"] != distribution)
        return Description(self.context, [_less(record, distribution) for record in kept])


def read(portfolio: Portfolio, base_iri: str = BASE_IRI) -> Description:
    """Describe a portfolio: `dataset.json` is the template, `portfolio.toml` has the words.

    Args:
        portfolio: the portfolio.
        base_iri: the beginning of every minted IRI.

    Raises:
        PublicationError: if the template is missing, is not JSON, does not describe a dataset, or has a
            context that the compiler does not know.

    Example:
        >>> from iomgraph import portfolio
        >>> from iomgraph.settings import Settings
        >>> read(portfolio.read(Settings().data)).dataset["publisher"]
        'iomgraph:publisher'
    """
    path = located(portfolio.folder, "dataset.json")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        records = [_told(record, portfolio) for record in document["@graph"]]
        description = Description(compile_context(document, base_iri), (*records, *_surroundings(portfolio)))
        _ = description.contact
    except (OntologyError, OSError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        raise PublicationError(
            f"the description of the dataset can't be read ({error!r})", where=path, step="restore the file"
        ) from error
    return description


def _less(record: Record, distribution: str) -> Record:
    if "distribution" not in record:
        return record
    return record | {"distribution": [name for name in record["distribution"] if name != distribution]}


def _told(record: Record, portfolio: Portfolio) -> Record:
    """Add the settings of the portfolio to the record of the dataset."""
    if "Dataset" not in record["type"]:
        return record
    urls = [url for source in portfolio.sources for url in source.urls]
    said = {
        "title": dict(portfolio.title),
        "description": _described(portfolio),
        "keyword": {lang: list(words) for lang, words in portfolio.keywords.items()},
        "publisher": _publisher(portfolio),
        "language": [f"languages:{LANGUAGES[lang]}" for lang in portfolio.languages],
        "rights": RIGHTS if portfolio.rights else "",
        "provenance": PROVENANCE if portfolio.provenance else "",
        "wasDerivedFrom": list(dict.fromkeys(urls)),
    }
    return record | {term: value for term, value in said.items() if value}


def _described(portfolio: Portfolio) -> dict[str, str]:
    """The description of the dataset, and the scope of its totals."""
    texts = portfolio.description or portfolio.title
    return {lang: " ".join(filter(None, (text, portfolio.scope.get(lang)))) for lang, text in texts.items()}


def _surroundings(portfolio: Portfolio) -> Iterator[Record]:
    """Yield the things that the dataset points to: rights, provenance, publisher, contact and home page."""
    for name, kind, texts in (
        (RIGHTS, "RightsStatement", portfolio.rights),
        (PROVENANCE, "ProvenanceStatement", portfolio.provenance),
    ):
        if texts:
            yield {"id": name, "type": [kind], "label": dict(texts)}
    publisher, contact = portfolio.publisher, portfolio.contact
    home = publisher.homepage or HOME
    yield {"id": _publisher(portfolio), "type": ["Agent"], "name": publisher.name, "homepage": home}
    email = {"hasEmail": f"mailto:{contact.email}"} if contact.email else {}
    told = {"fn": contact.name, "hasURL": contact.homepage or HOME, **email}
    yield {"id": "iomgraph:contact", "type": ["Kind"], **told}
    yield {"id": HOME, "type": ["Document"], "title": {"en": publisher.name}}


def _publisher(portfolio: Portfolio) -> str:
    return portfolio.publisher.iri or "iomgraph:publisher"


def text_of(texts: Mapping[str, str]) -> str:
    """The English text, or else the first one.

    Example:
        >>> text_of({"fr": "Routes", "es": "Caminos"})
        'Routes'
    """
    return texts.get("en") or next(iter(texts.values()))


def lines_of(context: Context, records: Iterable[Record]) -> list[str]:
    """Make the statements of records, as sorted lines of N-Quads."""
    return list(ordered(line for record in records for line in context.quads(record)))


def write_turtle(
    path: Path, context: Context, records: Iterable[Record], prefixes: Mapping[str, str] | None = None
) -> None:
    """Write records as Turtle, with properties in the order of the context.

    Args:
        path: the file.
        context: gives the meaning of records.
        records: in any order.
        prefixes: more prefixes than those of the context, for terms of other vocabularies.
    """
    terms: Mapping[str, Any] = context.document["@context"]
    ranks = turtle.ranks(turtle.properties_of(terms, context.prefixes))
    with path.open("wb") as out:
        writer = turtle.Writer({**(prefixes or {}), **context.prefixes}, out)
        writer.write(lines_of(context, records), ranks)
