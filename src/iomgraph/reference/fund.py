"""The funds that pay for projects, and their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iomgraph import iris
from iomgraph.claims.fund_names import COLUMNS
from iomgraph.records.record import Record
from iomgraph.reference.concepts import labels
from iomgraph.reference.evidence import doubtful, remarks
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables


def read(tables: Tables) -> dict[str, Row]:
    """The table of funds, by CURIE.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("idf/funds.csv", COLUMNS)
    return {iris.curie("funds", row["id"]): row for row in rows}


def funds(rows: Mapping[str, Row], facts: Mapping[str, Record], reporter: Reporter) -> Iterator[Record]:
    """The funds; a line is part of its fund.

    Args:
        rows: the table of funds, by CURIE.
        facts: CURIE of a fund to more terms of its record.
        reporter: takes findings on doubts.
    """
    for name, row in rows.items():
        doubtful(row, name, reporter)
        yield {
            "id": name,
            "type": ["Fund"],
            "prefLabel": labels(row),
            **({"isPartOf": iris.curie("funds", row["parent"])} if row["parent"] else {}),
            **facts.get(name, {}),
            **remarks(row),
        }
