"""The history as a Linked Data Event Stream (https://w3id.org/ldes/specification), one node per page.

Members are the releases, each a version object of the dataset; their positions distinguish releases of one
day, since the time of a release is the day of its data. Followers read the root node, and the nodes that its
relations lead to as long as these have new members. Pages are written as Turtle.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iomgraph.publication.description import Description, write_turtle
from iomgraph.records.record import Record
from iomgraph.release.history import FEED, History, Version, archive

EXTENSION = ".ttl"
STREAM = "feed:stream"
_CREATED = "dct:created"
_POSITION = "schema:position"


def write(path: Path, page: History, older: History | None, description: Description) -> None:
    """Write a page of the history.

    Args:
        path: the file, a node of the tree.
        page: the page.
        older: the previous page, if there is one.
        description: the dataset.
    """
    write_turtle(path, description.context, list(records(path.name, page, older, description)))


def records(name: str, page: History, older: History | None, description: Description) -> Iterator[Record]:
    """Make the records of a page; `name` is that of its file, else arguments as for `write`."""
    root = f"feed:{FEED}{EXTENSION}"
    yield {
        "id": STREAM,
        "type": ["EventStream"],
        "view": root,
        "timestampPath": _CREATED,
        "sequencePath": _POSITION,
        "versionOfPath": "dcat:isVersionOf",
        "member": [f"versions:{entry.version}" for entry in page.entries],
    }
    node: dict[str, Any] = {"id": f"feed:{name}", "type": ["Node"]}
    if older:
        node["relation"] = [
            {
                "id": f"feed:{name}#older",
                "type": ["LessThanOrEqualToRelation"],
                "node": f"feed:{archive(page.archives)}{EXTENSION}",
                "path": _CREATED,
                "latest": max(entry.created for entry in older.entries),
            }
        ]
    yield node
    for position, entry in enumerate(page.entries, page.first):
        yield _member(entry, position, description)


def _member(version: Version, position: int, description: Description) -> Record:
    record: dict[str, Any] = {
        "id": f"versions:{version.version}",
        "type": ["Dataset"],
        "isVersionOf": description.dataset["id"],
        "version": version.version,
        "created": version.created,
        "position": position,
    }
    if version.previous:
        name = version.files["patch"]
        record["previousVersion"] = f"versions:{version.previous}"
        record["distribution"] = [
            {
                "id": f"feed:{name}",
                "type": ["Distribution"],
                "downloadURL": f"feed:{name}",
                "byteSize": str(version.bytes),
                "checksum": {
                    "id": f"checksums:changes/{name}",
                    "type": ["Checksum"],
                    "algorithm": "spdx:checksumAlgorithm_sha256",
                    "checksumValue": version.sha256,
                },
            }
        ]
    return record
