"""The knowledge that a release carries along: the ontology, the context in force, and the shapes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iomgraph.errors import PublicationError

_CONTEXT = "context.jsonld"


def write(folder: Path, ontology: Path, shapes: Path, context: Mapping[str, Any]) -> None:
    """Copy the ontology and the shapes into a release.

    Args:
        folder: the staged release.
        ontology: folder of the ontology; of its files, the context is not copied.
        shapes: folder of the shapes.
        context: the JSON-LD document of the context under the base IRI in force.

    Raises:
        PublicationError: if one of the two folders holds a symbolic link.
    """
    _copy(ontology, folder / "ontology", ".ttl")
    _copy(shapes, folder / "shapes", ".ttl")
    text = json.dumps(context, indent=2, ensure_ascii=False)
    (folder / "ontology" / _CONTEXT).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _copy(source: Path, target: Path, suffix: str) -> None:
    target.mkdir()
    for path in sorted(source.rglob("*")):
        if path.is_symlink():
            raise PublicationError(
                "a folder that is published holds a link", where=path, step="replace it by a copy of the file"
            )
        if path.suffix == suffix and path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
