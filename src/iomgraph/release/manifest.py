"""The manifest: every file of a release with its media type, size and SHA-256.

`SHA256SUMS` beside it has the same checksums for `sha256sum --check`. The manifest has the format number of
the release: readers refuse a newer format with a message that names it, and a manifest without a number has
format 1.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from iomgraph.errors import PublicationError
from iomgraph.formats import GZIP, media_type
from iomgraph.processes import Task, run_parallel

NAME = "manifest.json"
SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.sig"
OWN = (NAME, SUMS, SIGNATURE)
"""The files about a release, which its manifest does not list."""
FORMAT = 2
"""The format number; it is raised when older readers would misread new releases."""
KEPT = (".git", ".nojekyll", "CNAME")
"""Names that hosts and version control put into the folder of a release; they are never removed."""

_MARK = "iomgraph release"
_CHUNK = 1 << 20
_File = tuple[str, "os.DirEntry[str]"]
"""The path of a file below a folder, with its directory entry."""

_PART, _LEAST = 1000, 2
"""Files per part of the work, and the number of parts that are worth a process of their own."""

_LIMIT = 50_000_000
"""The largest size of a manifest of ours, which would list some 200,000 files."""

_NO_STEPS = frozenset({"", ".", ".."})
"""Parts that the path of a file below a folder can't have."""

_STEP = "name the folder of a release, or run iomgraph build"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a release.

    Args:
        name: path below the release's folder, with forward slashes.
        mediaType: media type of the stored bytes.
        bytes: number of stored bytes.
        sha256: SHA-256 of the stored bytes, in lower-case hexadecimal digits.
        contentBytes: number of bytes after decompression; None if the file is not compressed.
    """

    name: str
    mediaType: str  # noqa: N815 (the key as published)
    bytes: int
    sha256: str
    contentBytes: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a manifest.

    Args:
        version: of the release; empty if it is from before releases had versions.
        previous: version of the previous release; empty if there is none.
        entries: the files, in order of name.
    """

    version: str
    previous: str
    entries: tuple[Entry, ...]


_FIELDS = [field.name for field in fields(Entry)]
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def entry(folder: Path, name: str) -> Entry:
    """Describe one file below a folder.

    Raises:
        PublicationError: if it is compressed and damaged.
    """
    path = folder / name
    kind = media_type(name)
    return Entry(name, kind, path.stat().st_size, digest(path), _content(path) if kind == GZIP else None)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _content(path: Path) -> int:
    try:
        with gzip.open(path) as stream:
            return sum(map(len, iter(lambda: stream.read(_CHUNK), b"")))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise PublicationError(
            f"a compressed file is damaged ({error})", where=path, step="build the release again"
        ) from error


def names(folder: Path, keep: Collection[str] = KEPT) -> list[str]:
    """List, in order, the files for a manifest: without those about it and the user's.

    Args:
        folder: of a release.
        keep: names in it that do not belong to the release.

    Raises:
        PublicationError: if the folder has anything but plain files, such as a symbolic link.
    """
    found = []
    for name, item in _files(folder, keep):
        if not item.is_file(follow_symlinks=False):
            raise PublicationError(
                "a release may contain only plain files",
                where=Path(item.path),
                step="replace the link with a copy of the file",
            )
        if name not in OWN:
            found.append(name)
    return sorted(found)


def _files(folder: str | Path, keep: Collection[str], above: str = "") -> Iterator[_File]:
    """Yield everything below a folder except folders; a site has too many files for `Path`."""
    with os.scandir(folder) as items:
        for item in items:
            if item.name not in keep:
                name = f"{above}{item.name}"
                if item.is_dir(follow_symlinks=False):
                    yield from _files(item.path, (), f"{name}/")
                else:
                    yield name, item


def below(folder: Path, keep: Collection[str] = KEPT) -> Iterator[Path]:
    """Yield the files below the folder of a release, except the user's."""
    for path in folder.iterdir():
        if path.name not in keep:
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from path.rglob("*")


def strangers(folder: Path, keep: Collection[str] = KEPT) -> list[str]:
    """Name the files of a release's folder that its manifest does not list, or lists with another size.

    Args:
        folder: of a release.
        keep: names in it that do not belong to the release, and are not reported.

    Raises:
        PublicationError: if the folder has no manifest of ours.
    """
    sizes = {item.name: item.bytes for item in read(folder)}
    found = []
    for path in below(folder, keep):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_dir():
            expected = sizes.get(name)
            if name not in OWN and (path.is_symlink() or path.stat().st_size != expected):
                found.append(name)
    return sorted(found)


def listed(folder: Path) -> list[str]:
    """Name the files that a release lists; empty without a release."""
    return [item.name for item in read(folder)] if is_release(folder) else []


def entries(folder: Path, known: Iterable[Entry] = ()) -> list[Entry]:
    """Describe the files that `names` lists, on all processors.

    Args:
        folder: of a release.
        known: files that were described already, and are not read.

    Raises:
        PublicationError: if the folder has anything but plain files.
    """
    there, found = names(folder), {item.name: item for item in known}
    left = [name for name in there if name not in found]
    parts = [
        Task("digesting files", partial(_described, folder, left[at : at + _PART]))
        for at in range(0, len(left), _PART)
    ]
    found.update((item.name, item) for part in run_parallel(parts, least=_LEAST) for item in part)
    return [found[name] for name in there]


def _described(folder: Path, some: Sequence[str]) -> list[Entry]:
    return [entry(folder, name) for name in some]


def write(folder: Path, version: str = "", previous: str = "", known: Iterable[Entry] = ()) -> list[Entry]:
    """Write the manifest and the checksums into a folder: the last files of a release.

    Args:
        folder: the staged release.
        version: of the release.
        previous: version of the previous release; empty if there is none.
        known: as for `entries`.

    Returns:
        the entries of the manifest, in order of name.

    Raises:
        PublicationError: if the folder has anything but plain files.
    """
    listed = entries(folder, known)
    document = {
        "type": _MARK,
        "format": FORMAT,
        **({"version": version} if version else {}),
        **({"previous": previous} if previous else {}),
        "files": [],
    }
    head, _, foot = json.dumps(document, indent=2, ensure_ascii=False).partition("[]")
    # File by file: the encoder takes ten times as long for all of a site, and as much memory.
    with (folder / NAME).open("w", encoding="utf-8", newline="\n") as out:
        out.write(f"{head}[")
        out.writelines(f"{',' if at else ''}\n{_member(item)}" for at, item in enumerate(listed))
        out.write(f"\n  ]{foot}\n")
    with (folder / SUMS).open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(map(sum_line, sorted([*listed, entry(folder, NAME)], key=attrgetter("name"))))
    return listed


def _member(item: Entry) -> str:
    """Write an entry as a member of the list of files, without what is not known."""
    known = ((field, getattr(item, field)) for field in _FIELDS)
    lines = (f'      "{field}": {_ENCODE(value)}' for field, value in known if value is not None)
    return "    {\n" + ",\n".join(lines) + "\n    }"


def sum_line(item: Entry) -> str:
    r"""Write a line of `SHA256SUMS` as coreutils does: lines with escaped names begin with a backslash.

    Example:
        >>> sum_line(Entry("a.txt", "text/plain", 0, "e3b0"))
        'e3b0  a.txt\n'
    """
    name = item.name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if name == item.name else chr(92)}{item.sha256}  {name}\n"


def load(folder: Path) -> Manifest:
    """Read the manifest of a release.

    Raises:
        PublicationError: if the folder has no manifest of ours, or the manifest names a file outside the
            folder or has a newer format than this program knows.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise PublicationError("no such folder", where=folder, step=_STEP)
    if not path.is_file():
        raise PublicationError(f"the folder is not a release (it has no {NAME})", where=folder, step=_STEP)
    try:
        if path.is_symlink() or path.stat().st_size > _LIMIT:
            raise ValueError("it is a link, or too large")
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        if document["type"] != _MARK:
            raise ValueError(f"its type is not {_MARK!r}")
        _known(document.get("format", 1), path)
        version, previous = (str(document.get(key, "")) for key in ("version", "previous"))
        return Manifest(version, previous, tuple(map(_entry, document["files"])))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PublicationError(
            f"this is not a manifest of a release ({error})", where=path, step=_STEP
        ) from error


def read(folder: Path) -> list[Entry]:
    """Read the entries of a release's manifest; raises as `load` does."""
    return list(load(folder).entries)


def _known(number: object, path: Path) -> None:
    if not isinstance(number, int):
        raise ValueError("its format is not a number")
    if number > FORMAT:
        raise PublicationError(
            f"the release is of format {number}, newer than the {FORMAT} that this program supports",
            where=path,
            step="install a newer iomgraph",
        )


def _entry(item: Any) -> Entry:
    listed = Entry(**item)
    odd = listed.name in OWN or "\\" in listed.name or "\0" in listed.name
    # Names that could lead out of the folder are not even looked up.
    if odd or not _NO_STEPS.isdisjoint(listed.name.split("/")):
        raise ValueError(f"it names {listed.name!r}, which is not a path below the folder")
    sizes = [listed.bytes, listed.contentBytes or 0]
    if not all(type(size) is int and size >= 0 for size in sizes) or not isinstance(listed.sha256, str):
        raise ValueError(f"the size or digest of {listed.name!r} is not valid")
    return listed


def is_release(folder: Path) -> bool:
    """Tell whether a folder is a release of ours, with a manifest that can be read."""
    try:
        read(folder)
    except PublicationError:
        return False
    return True


def differences(folder: Path) -> list[str]:
    """Name the files that were changed, added or removed since the release was published.

    Raises:
        PublicationError: if the folder has no manifest of ours, or holds a link.
    """
    return sorted({item.name for item in set(read(folder)) ^ set(entries(folder))})
