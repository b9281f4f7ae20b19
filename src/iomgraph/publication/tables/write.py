"""The tables of a release as files: CSV twice, JSON Lines and, with its library, Parquet."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from iomgraph.publication import pieces
from iomgraph.publication.tables import csv_tables, parquet
from iomgraph.publication.tables.rows import LaidOut
from iomgraph.publication.tables.table import CSV, FOLDER, JSON_LINES, PARQUET, SPREADSHEET, Table


def write(folder: Path, laid_out: LaidOut) -> list[Table]:
    """Write the tables of facts, provenance and quality into a release, one for each class.

    A record is in the table of the first of its classes; projects come in order of key, other things in the
    order in which they were read. A list of nested records, such as the rival claims of a discrepancy, has a
    table of its own. One more table divides the money of projects by country and by sector (`allocations`).

    Args:
        folder: the staged release.
        laid_out: the tables; the claims of pages, in their own graphs, are not among them.

    Returns:
        the tables, in order of name.
    """
    (folder / FOLDER / "spreadsheet").mkdir(parents=True)
    return [_table(folder / FOLDER, name, laid_out) for name in laid_out.columns]


def _table(folder: Path, name: str, laid_out: LaidOut) -> Table:
    columns = laid_out.columns[name]
    exact, guarded = csv_tables.head(columns)
    files = {CSV.format(name): exact, SPREADSHEET.format(name): guarded, JSON_LINES.format(name): b""}
    for file, head in files.items():
        pieces.write(folder / file, chain([head], laid_out.texts.of(file)))
    names = [*files]
    if parquet.is_possible():
        names.append(PARQUET.format(name))
        parquet.write(folder / names[-1], columns, folder / JSON_LINES.format(name))
    return Table(name, columns, laid_out.counts[name], tuple(names))
