"""The places of the facts: for each capture, the row of the table that it was read from, and its columns.

A patch or a page of changes can then name the cell. Rows move whenever a table is sorted anew, so
they stand beside the graph and not in it: a moved row changes no statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from iomgraph import iris
from iomgraph.claims.claim import Page
from iomgraph.release.lines import ordered

JSON = "places.json"


def write(path: Path, pages: Iterable[Page]) -> None:
    """Write where each page stands, as JSON: capture to file, row, line, and property to column.

    Args:
        path: the file.
        pages: in any order; read once, and no more than a part is held at a time.
    """
    members = (f"{_text(iris.curie('captures', page.key))}: {_text(_place(page))}\n" for page in pages)
    separator = "\n"
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("{")
        for member in ordered(members):
            out.write(f"{separator}{member[:-1]}")
            separator = ",\n"
        out.write("\n}\n")


def _place(page: Page) -> dict[str, object]:
    columns = {claim.term: claim.place.column for claim in page}
    return {"file": page.place.file, "row": page.place.row, "line": page.place.line, "columns": columns}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
