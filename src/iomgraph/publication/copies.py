"""The knowledge that a release includes: ontology, context in force, shapes, and sets of links."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.errors import PublicationError
from iomgraph.publication import class_shapes
from iomgraph.settings import Settings
from iomgraph.sources import mappings
from iomgraph.validation import profiles

_CONTEXT = "context.jsonld"
SHAPES = "shapes.ttl"
"""All rules in one file, outside their folder, so that each is in the folder only once."""


def write(folder: Path, settings: Settings, context: Mapping[str, Any]) -> None:
    """Copy the ontology, the shapes and the sets of links into a release.

    Args:
        folder: the staged release.
        settings: name the folders; the context in that of the ontology is not copied.
        context: the JSON-LD document of the context under the base IRI in force.

    Raises:
        PublicationError: if a folder has a symbolic link.
    """
    _copy(settings.ontology, folder / "ontology", ".ttl")
    _copy(settings.shapes, folder / "shapes", ".ttl")
    _write_shapes(folder, settings.shapes)
    for name, path in mappings.files(settings.data).items():
        _copy_file(path, folder / mappings.FOLDER / name, settings.base_iri)
    text = json.dumps(context, indent=2, ensure_ascii=False)
    (folder / "ontology" / _CONTEXT).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _write_shapes(folder: Path, shapes: Path) -> None:
    """Write all rules into one file, to which the IRI of the shapes leads."""
    paths = [shapes / profiles.HEAD, *sorted(shapes.glob("*/*.ttl"))]
    texts = (
        f"# {path.relative_to(shapes.parent).as_posix()}\n\n{path.read_text(encoding='utf-8').strip()}\n"
        for path in paths
        if path.exists()
    )
    (folder / SHAPES).write_text(class_shapes.gathered(texts), encoding="utf-8", newline="\n")


def _copy(source: Path, target: Path, suffix: str) -> None:
    """Copy the files of a folder with a suffix."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        if path.is_symlink() or (path.suffix == suffix and path.is_file()):
            _copy_file(path, target / path.relative_to(source))


def _copy_file(path: Path, copy: Path, base_iri: str = "") -> None:
    """Copy a file, moving things of the portfolio under the base IRI in force."""
    if path.is_symlink():
        raise PublicationError(
            "a published folder contains a symbolic link",
            where=path,
            step="replace it with a copy of the file",
        )
    copy.parent.mkdir(parents=True, exist_ok=True)
    content = path.read_bytes()
    copy.write_bytes(iris.moved(content.decode(), base_iri).encode() if base_iri else content)
