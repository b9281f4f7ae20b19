"""The dictionary of tables, field by field: those of a release, and those that a portfolio is made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from documentation.markdown import code, prose, table
from iomgraph.mapping import context
from iomgraph.mapping.context import Context
from iomgraph.settings import resources

_FOLDER = "tables/"
_OWN = "https://w3id.org/iomgraph/ontology#"


def published(release: Path) -> str:
    """Write the dictionary of the tables of a release, as its `datapackage.json` describes them.

    Args:
        release: folder of the release.
    """
    home = _package(release)["homepage"]
    return _page(
        release,
        "Tables of a release",
        "Every table of `tables/` with its fields, from the `datapackage.json` of a release. An empty cell is"
        " a missing value; the values of a list have `|` between them. The property is the one that the"
        " [ontology](ontology.md) or another vocabulary defines; the published site has"
        f" [the files]({home}downloads.html) and [examples of each term]({home}reference.html).",
    )


def users(release: Path) -> Mapping[str, Sequence[str]]:
    """Return the IRIs of properties and classes, each with the names of the tables of a release that use it.

    Args:
        release: folder of the release.
    """
    found: dict[str, list[str]] = {}
    for resource in _package(release)["resources"]:
        fields = resource["schema"]["fields"]
        for iri in {f"{_OWN}{resource['title']}", *(one.get("property", "") for one in fields)}:
            found.setdefault(iri, []).append(resource["title"])
    return found


def kept(data: Path) -> str:
    """Write the dictionary of the tables that a portfolio is made from.

    Args:
        data: folder of the tables, with their `datapackage.json`.

    Example:
        >>> from iomgraph.settings import resources
        >>> "## states/states.csv" in kept(resources() / "data")
        True
    """
    return _page(
        data,
        "Tables of the portfolio",
        "The tables of `data/`: facts, reference data and words. A table of the same path in the folder of a"
        " portfolio takes the place of one of these; a table below `additions/` adds its rows to it.",
    )


def _page(folder: Path, title: str, lead: str) -> str:
    package = _package(folder)
    known = context.read(resources() / "ontology")
    said = [f"# {title}", "", lead, ""]
    for resource in package["resources"]:
        said += _resource(resource, known)
    return "\n".join(said)


def _package(folder: Path) -> Mapping[str, Any]:
    package: Mapping[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return package


def _term(iri: str, known: Context) -> str:
    """Write a property; one of our own leads to its definition."""
    name = known.compact(iri)
    return (
        f"[{code(name)}](ontology.md#{name.replace(':', '').lower()})" if iri.startswith(_OWN) else code(name)
    )


def _resource(resource: Mapping[str, Any], known: Context) -> Iterator[str]:
    named = f" {{ #{resource['name']} }}" if resource["path"].startswith(_FOLDER) else ""
    yield f"## {resource['path'].removeprefix(_FOLDER)}{named}"
    yield ""
    if "description" in resource:
        yield prose(resource["description"])
        yield ""
    fields = resource["schema"]["fields"]
    headers = ["Field", "Type", "Meaning"]
    if any("property" in one for one in fields):
        headers.append("Property")
    keys = resource["schema"].get("foreignKeys", ())
    refers = {_only(key["fields"]): key["reference"]["resource"] for key in keys}
    rows = ([*_field(one, refers), _term(one.get("property", ""), known)] for one in fields)
    yield table(headers, (row[: len(headers)] for row in rows))


def _only(fields: str | list[str]) -> str:
    return fields if isinstance(fields, str) else fields[0]


def _field(field: Mapping[str, Any], refers: Mapping[str, str]) -> list[str]:
    limits = field.get("constraints", {})
    said = [field["description"]]
    said += [f"A row of {refers[field['name']]}."] if field["name"] in refers else []
    said += [f"{name.capitalize()}." for name in ("required", "unique") if limits.get(name)]
    kind = f"list of {field['itemType']}" if field["type"] == "list" else field["type"]
    return [code(field["name"]), kind, prose(" ".join(said))]
