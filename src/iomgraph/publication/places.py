"""The places of facts: for each capture, its row in the table that it was read from, and its columns.

If a capture holds several projects, like a file of activities, each project has a place in it; its key is the
capture, a space, and the project. Patches and pages of changes can then name the cell. Rows move when a table
is sorted again, so places are beside the graph and not in it, and moving a row does not change any statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from iomgraph import iris
from iomgraph.claims.pages import PageRef
from iomgraph.release.lines import ordered

JSON = "places.json"


def write(path: Path, pages: Mapping[str, Iterable[PageRef]]) -> None:
    """Write the place of each page as JSON: capture to file, row, line, and property to column.

    Args:
        path: the file.
        pages: CURIE of each project to its pages.
    """
    members = (
        f"{_text(_key(project, page))}: {_text(_place(page))}\n"
        for project, some in pages.items()
        for page in some
    )
    separator, before = "\n", ""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write("{")
        for member in ordered(members):
            key = member.partition('": ')[0]
            # A file may state something about a project twice; the first place counts.
            if key != before:
                out.write(f"{separator}{member[:-1]}")
                separator, before = ",\n", key
        out.write("\n}\n")


def read(path: Path) -> dict[str, str]:
    """Read where each page stands: key to its place, as JSON.

    Args:
        path: the file, as `write` has written it: a place a line.
    """
    found, decoder = dict[str, str](), json.JSONDecoder()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('"'):
                key, end = decoder.raw_decode(line)
                found[key] = line[end + len(": ") :].rstrip(",\n")
    return found


def _key(project: str, page: PageRef) -> str:
    capture = iris.curie("captures", page.capture_key)
    return shared(capture, project) if page.capture else capture


def shared(capture: str, project: str) -> str:
    """The key of a project's place in a capture with several projects.

    Example:
        >>> shared("captures:activities.xml", "projects:DR.0042")
        'captures:activities.xml projects:DR.0042'
    """
    return f"{capture} {project}"


def _place(page: PageRef) -> dict[str, object]:
    """A row of a table with its columns, or an element of XML with the paths within it."""
    place = page.place
    found: dict[str, object] = {"file": place.file, "row": place.row, "line": place.line}
    if place.sheet:
        found["sheet"] = place.sheet
    return {**found, "columns": page.columns}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
