"""The description of the tables: `datapackage.json`, by Data Package v2 (https://datapackage.org)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from iomgraph.formats import media_type
from iomgraph.publication.description import text_of
from iomgraph.publication.info import ReleaseInfo
from iomgraph.publication.tables.columns import Column
from iomgraph.publication.tables.csv_tables import DELIMITER
from iomgraph.publication.tables.dictionary import Dictionary
from iomgraph.publication.tables.table import FOLDER, Table
from iomgraph.release.manifest import entry

FILE = "datapackage.json"


def write(folder: Path, tables: Sequence[Table], info: ReleaseInfo, known: Dictionary | None = None) -> None:
    """Write the description of the exact CSV of each table; its other forms are named as `files`.

    The `property` of a field gives the meaning of its column in RDF.

    Args:
        folder: the staged release, with the tables.
        tables: the written tables.
        info: the release.
        known: has the meanings of columns; without it, they are not described.
    """
    names = {table.name for table in tables}
    dataset, version = info.description.dataset, info.edition.version
    document = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "iomgraph",
        "title": text_of(dataset["title"]),
        "description": text_of(dataset["description"]),
        "homepage": info.description.context.expand(dataset["landingPage"]),
        **({"version": version} if version else {}),
        "created": f"{info.issued.isoformat()}T00:00:00Z",
        "licenses": [{"path": info.license_iri}],
        "sources": [{"title": source, "path": source} for source in dataset.get("wasDerivedFrom", ())],
        "resources": [_resource(folder, table, names, known or Dictionary()) for table in tables],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _resource(folder: Path, table: Table, names: Collection[str], known: Dictionary) -> Mapping[str, Any]:
    exact, *others = (f"{FOLDER}/{name}" for name in table.files)
    described = entry(folder, exact)
    return {
        "name": table.name.lower(),
        "title": table.name,
        **({"description": about} if (about := known.about(table)) else {}),
        "path": exact,
        "format": "csv",
        "mediatype": media_type(exact),
        "encoding": "utf-8",
        "bytes": described.bytes,
        "hash": f"sha256:{described.sha256}",
        "rows": table.rows,
        "files": others,
        "dialect": {"lineTerminator": "\n"},
        "schema": {
            "fields": [_field(column, known.of(table, column)) for column in table.columns],
            "primaryKey": ["id"],
            **({"foreignKeys": keys} if (keys := _foreign_keys(table, names)) else {}),
            "missingValues": [""],
        },
    }


def _foreign_keys(table: Table, names: Collection[str]) -> list[Mapping[str, Any]]:
    """The columns that hold the id of a row; the standard has no terms for lists of ids."""
    return [
        {"fields": [column.name], "reference": {"resource": column.refers.lower(), "fields": ["id"]}}
        for column in table.columns
        if column.refers in names and not column.many
    ]


def _field(column: Column, description: str) -> Mapping[str, Any]:
    listed = {"type": "list", "delimiter": DELIMITER, "itemType": column.kind.value}
    return {
        "name": column.name,
        **(listed if column.many else {"type": column.kind.value}),
        **({"description": description} if description else {}),
        **({"property": column.means} if column.means else {}),
        **({"constraints": {"required": True, "unique": True}} if column.name == "id" else {}),
    }
