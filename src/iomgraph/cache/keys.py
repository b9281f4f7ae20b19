"""Keys of the cache: digests of everything that a result is made from, including the program."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

_SIZE = 16
_LIBRARIES = (
    "babel",
    "Jinja2",
    "lxml",
    "MarkupSafe",
    "msgspec",
    "pyarrow",
    "pyoxigraph",
    "rdflib",
    "regex",
    "elementpath",
)
"""The libraries whose versions may change results."""


def digest(*parts: object) -> bytes:
    """Digest some parts: bytes as they are, anything else as its text.

    Example:
        >>> digest("a", "bc") == digest("a", "bc"), digest("a", "bc") == digest("ab", "c")
        (True, False)
    """
    made = hashlib.blake2b(digest_size=_SIZE)
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        made.update(len(data).to_bytes(8, "little") + data)
    return made.digest()


def of_folder(folder: Path, pattern: str = "*") -> bytes:
    """Digest the files below a folder, their names and bytes.

    Args:
        folder: with the files.
        pattern: of the names of those that count.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> before = of_folder(folder)
        >>> _ = (folder / "a.txt").write_text("a")
        >>> of_folder(folder) == before
        False
    """
    return digest(*_contents(folder, pattern))


def _contents(folder: Path, pattern: str) -> Iterator[bytes]:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            yield path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
            yield path.read_bytes()


@cache
def of_program() -> bytes:
    """Digest the program: its source code, and the versions of Python and of what it stands on.

    Example:
        >>> of_program() == of_program()
        True
    """
    # In a checkout, the code changes while the version stays.
    return digest(sys.version, of_folder(Path(str(files("iomgraph"))), "*.py"), *map(_version, _LIBRARIES))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
