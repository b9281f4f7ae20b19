"""The RDF files of a folder, and the unreadable files in it, which are reported."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from iomgraph import formats

_ANYTHING = (".xml", ".json")
"""Extensions of RDF that are ambiguous in a folder, and left out."""

OBSTACLES: Mapping[str, Mapping[str, str]] = {
    "link": {
        "en": "the link leads nowhere, and nothing was read",
        "es": "el enlace no lleva a ninguna parte y no se leyó nada",
        "fr": "le lien ne mène nulle part et rien n’a été lu",
    },
    "folder": {
        "en": "the folder was not entered: it is a link to another place, or can't be listed",
        "es": "no se entró en la carpeta: es un enlace a otro lugar o no se puede leer",
        "fr": "le dossier n’a pas été parcouru\u00a0: c’est un lien vers un autre lieu, ou il est illisible",
    },
    "special": {
        "en": "a pipe, a socket or a device can't be read twice, and was not read",
        "es": "una tubería, un socket o un dispositivo no se puede leer dos veces y no se leyó",
        "fr": "un tube, un socket ou un périphérique ne se lit pas deux fois et n’a pas été lu",
    },
}
"""Reasons why a path can't be read, in words."""


def members(folder: Path) -> list[Path]:
    """List the RDF files of a folder and those below it, sorted.

    The list includes unreadable paths: pipes, sockets and broken links that are named as RDF, folders that
    can't be listed, and links to folders elsewhere that hold RDF. `obstacle` tells the reason for each.

    Args:
        folder: the folder.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "a.ttl").touch(); (folder / "b.md").touch(); (folder / "c.ttl").symlink_to("nowhere")
        >>> [(path.name, obstacle(path)) for path in members(folder)]
        [('a.ttl', ''), ('c.ttl', 'link')]
    """
    return sorted(_walked(folder))


def _walked(folder: Path) -> Iterator[Path]:
    closed = list[OSError]()
    for above, folders, names in os.walk(folder, onerror=closed.append):
        for name in names:
            if _is_plain(path := Path(above, name)):
                yield path
        for name in folders:
            path = Path(above, name)
            # A walk does not follow links, because they may form cycles.
            if path.is_symlink() and _is_elsewhere(path, folder) and _has_rdf(path):
                yield path
    yield from (Path(error.filename) for error in closed)


def _has_rdf(folder: Path) -> bool:
    walk = os.walk(folder.resolve())
    return any(_is_plain(Path(name)) for _, _, names in walk for name in names)


def _is_plain(path: Path) -> bool:
    """Tell whether the name of a path is certainly that of RDF."""
    return extension(path) in formats.rdf_extensions() and extension(path) not in _ANYTHING


def _is_elsewhere(link: Path, folder: Path) -> bool:
    """Tell whether a link leads outside the walk, to a folder that does not contain it."""
    target, walked = link.resolve(), folder.resolve()
    return not target.is_relative_to(walked) and not walked.is_relative_to(target)


def is_rdf(path: Path) -> bool:
    """Tell whether a path is named as RDF and is not a folder.

    Example:
        >>> is_rdf(Path("a.nt.gz")), is_rdf(Path("notes.md"))
        (True, False)
    """
    return extension(path) in formats.rdf_extensions() and not path.is_dir()


def extension(path: Path) -> str:
    """Give the extension of a path in lower case; of a compressed file, that of its content.

    Example:
        >>> extension(Path("A.TTL.gz"))
        '.ttl'
    """
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def obstacle(path: Path) -> str:
    """Tell the reason why a path can't be read as a file.

    Args:
        path: a path from `members`.

    Returns:
        `link` for a link that leads nowhere, `folder` for a folder that was not entered, `special` for a
        pipe, a socket or a device; empty for a file, and for a path that does not exist.

    Example:
        >>> obstacle(Path("/dev/null")), obstacle(Path("/"))
        ('special', 'folder')
    """
    if path.is_file():
        return ""
    if path.is_dir():
        return "folder"
    if not path.exists():
        return "link" if path.is_symlink() else ""
    return "special"
