"""`iomgraph words`: lists unknown words and the rows that teach them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from iomgraph.cli.output import echo, progress, visible
from iomgraph.cli.own_files import OwnFiles
from iomgraph.cli.parameters import DATA
from iomgraph.settings import Settings
from iomgraph.words import SCHEMES, Word, teach, unknown

_CELLS = 5
"""The number of cells to show for a word; the others are counted."""


@click.command(short_help="List words that are in no table, and the rows to add.")
@DATA
@click.option("--write", is_flag=True, help="Add the rows to the portfolio's table of words.")
def words(data: Path, write: bool) -> None:
    """List words that are in no table: their cells, what they probably mean, and the row to add.

    Their values are withheld until a row of vocabulary/words.csv defines them. A row that --write adds
    is a guess: check it before you publish.
    """
    named = OwnFiles.typed(data)
    with progress("read"), named.in_stops():
        found = unknown(Settings(data=data))
    for word in found:
        _show(word, named)
    echo(f"unknown words: {len(found)}", err=True)
    if not write:
        return
    table = teach(found, data)
    rows = sum(word.row is not None for word in found)
    echo(visible(f"rows added to {table}: {rows}" if table else "rows added: 0"), err=True)
    if left := len(found) - rows:
        echo(f"words left, because nothing tells what they mean: {left}", err=True)


def _show(word: Word, named: OwnFiles) -> None:
    echo(visible(f"{word.scheme}: {word.word!r} (in {len(word.places)} cells)"))
    for place in word.places[:_CELLS]:
        echo(visible(f"  in {named.place(place)}"))
    if len(word.places) > _CELLS:
        echo(f"  and {len(word.places) - _CELLS:,} more")
    if word.row:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(word.row.values())
        echo(visible(f"  likely {word.likely}, by {word.why}"))
        echo(visible(f"  row: {line.getvalue()}"))
    elif word.likely:
        echo(
            visible(f"  like it: {word.likely}; correct the cell, or add a row to vocabulary/state_names.csv")
        )
    elif word.scheme in SCHEMES:
        echo("  nothing is like it: add a row to vocabulary/words.csv, and for a new concept to concepts.csv")
    else:
        echo("  no state is like it: correct the cell")
