"""The files that a user names: listed with their formats, and opened as UTF-8 from any encoding."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import IO, TYPE_CHECKING

from iomgraph import formats
from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.formats import Format, Kind
from iomgraph.validation.documents import folders, limits
from iomgraph.validation.documents.limits import DocumentError, TripleTermDepth

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_DECLARED = re.compile(rb"""^<\?xml[^>]*?(\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._\-]*)["'])""")
_TEXT = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|shift_jis\w*|euc_\w+|gb\w+|big5\w*"
)
_HEAD = 1024
_XML_START = re.compile(rb"\s*<(\?xml|!|[\w.\-]+(:[\w.\-]+)?[\s>])")


@dataclass(frozen=True, slots=True)
class File:
    """A file of RDF.

    Args:
        path: its path.
        format: its format.
        name: its name in findings, as the user typed it, with forward slashes.
        background: it is only used, and not checked.
    """

    path: Path
    format: Format
    name: str
    background: bool = False

    @property
    def base(self) -> str:
        """The base of relative IRIs in it."""
        return self.path.resolve().as_uri()


def expand(
    paths: Sequence[str | Path | File], data_format: str = "", option: str = "--data-format"
) -> list[File]:
    """List the files that paths stand for, each once: files, folders (all RDF in them), and patterns.

    Entries of a folder or pattern that are named as RDF and can't be read are listed, too; `opened` refuses
    them.

    Args:
        paths: paths of files and folders, or patterns such as `data/**/*.ttl`; instances of `File` are kept.

        data_format: the format of all files whose extensions do not tell it.
        option: the option by which users name that format.

    Raises:
        SourceError: if a path does not exist, or a folder or a pattern has no RDF.
        SettingsError: if no format has a file's extension, or there is no such format.
    """
    chosen = formats.find(data_format, Kind.RDF) if data_format else None
    files = dict[Path, File]()
    for path in paths:
        if isinstance(path, File):
            files.setdefault(path.path.absolute(), path)
            continue
        for found, is_named in _found(Path(path)):
            if is_named:
                _check_named(found)
            kind = chosen or told(found, option)
            files.setdefault(found.absolute(), File(found, kind, found.as_posix()))
    return list(files.values())


def _check_named(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise SourceError(
            "the path is a pipe or a device, which can't be read twice",
            where=path,
            step="write it to a file, or give data on standard input: - and --data-format",
        )
    if not path.exists():
        raise SourceError(
            "the file can't be read (no such file)", where=path, step="check the path, or restore the file"
        )


def told(path: Path, option: str = "--data-format") -> Format:
    """Find the format by the extension; an ontology (`.owl`) may be Turtle as well as RDF/XML."""
    if path.is_dir():
        return formats.find("turtle")  # It is only listed to be refused, and never parsed.
    kind = formats.of_rdf_file(path, option)
    if path.name.lower().removesuffix(".gz").endswith(".owl") and path.is_file():
        with _decompressed(path) as stream:
            if not _XML_START.match(stream.peek(_HEAD).lstrip(codecs.BOM_UTF8).replace(b"\0", b"")):
                return formats.find("turtle")
    return kind


def _found(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the paths that one stands for, each with True if the user named it."""
    if path.is_dir():
        yield from ((file, False) for file in _within(path))
    elif path.exists() or not has_magic(str(path)):
        if not path.exists() and not path.suffix:
            raise SourceError("no such file or folder", where=path, step="check the path")
        yield path, True
    else:
        # Other matches of a pattern than RDF are ignored, as in a folder.
        matches = [Path(one) for one in sorted(glob(str(path), recursive=True))]  # noqa: PTH207 - of any root
        files = [
            file
            for one in matches
            for file in (folders.members(one) if one.is_dir() else [one] if folders.is_rdf(one) else [])
        ]
        if not files:
            raise SourceError("no RDF file matches the pattern", where=path, step="check the pattern")
        yield from ((file, False) for file in files)


def _within(folder: Path) -> list[Path]:
    files = folders.members(folder)
    if not files:
        known = ", ".join(formats.rdf_extensions())
        raise SourceError("the folder contains no RDF", where=folder, step=f"name one with files of {known}")
    return files


@contextmanager
def opened(file: File) -> Iterator[IO[bytes]]:
    """Open a file for its parser: decompressed, in UTF-8, without a byte-order mark, within limits.

    Args:
        file: the file.

    Raises:
        DocumentError: if it can't be read, is not in its declared encoding, or exceeds the bounds of
            `limits`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.rdf"
        >>> _ = path.write_bytes('<?xml version="1.0" encoding="latin1"?><é/>'.encode("latin1"))
        >>> with opened(File(path, formats.of_rdf_file(path), "a.rdf")) as stream:
        ...     print(stream.read().decode())
        <?xml version="1.0"                  ?><é/>
    """
    if kind := folders.obstacle(file.path):
        raise DocumentError(
            folders.OBSTACLES[kind]["en"],
            place=Place(file.name),
            step="remove it, or replace it with the file or folder that is meant",
            rule="left-out",
            texts=folders.OBSTACLES[kind],
        )
    try:
        with _decompressed(file.path) as stream:
            yield _checked(stream, file)
    except (OSError, EOFError, zlib.error) as error:
        raise DocumentError(
            f"the file can't be read ({getattr(error, 'strerror', None) or error})",
            place=Place(file.name),
            step="unpack it, and name what it holds"
            if isinstance(error, _SwellError)
            else "check the path, or restore the file",
            rule="unreadable",
        ) from error


@contextmanager
def _decompressed(path: Path) -> Iterator[io.BufferedReader]:
    with path.open("rb") as packed:
        if packed.peek(2)[:2] != _GZIP:
            yield packed
            return
        with gzip.GzipFile(fileobj=packed) as stream:
            yield io.BufferedReader(_Inflated(stream, packed))


def _checked(stream: io.BufferedReader, file: File) -> IO[bytes]:
    mark, encoding = _encoding(stream.peek(_HEAD), file.format)
    stream.read(len(mark))
    if encoding == "utf-8" and file.format.name not in ("rdfxml", "jsonld"):
        return io.BufferedReader(_Watched(stream, file.name))
    data = stream.read()
    if encoding != "utf-8":
        data = _utf8(data, encoding, file)
    if file.format.name == "rdfxml":
        data = _undeclared(data)
        limits.check_xml(data, file.name)
    elif file.format.name == "jsonld":
        limits.check_json(_decoded(data, "utf-8", file), file.name)
    return io.BytesIO(data)


def _encoding(head: bytes, kind: Format) -> tuple[bytes, str]:
    """The byte-order mark and the encoding of a file (XML 1.0, appendix F)."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return mark, encoding
    for start, encoding in _UNMARKED:
        if head.startswith(start):
            return b"", encoding
    declared = _DECLARED.match(head) if kind.name == "rdfxml" else None
    name = declared[2].decode().lower() if declared else "utf-8"
    # A declaration that is readable as ASCII is not in UTF-16, even if it says so itself.
    return b"", "utf-8" if name in ("utf8", "utf-16", "ucs-2") else name


def _undeclared(data: bytes) -> bytes:
    """The same XML with spaces instead of its declaration of an encoding, so that places do not change."""
    declared = _DECLARED.match(data)
    if not declared:
        return data
    start, end = declared.span(1)
    return data[:start] + b" " * (end - start) + data[end:]


def _utf8(data: bytes, encoding: str, file: File) -> bytes:
    return _decoded(data, encoding, file).encode("utf-8", "surrogatepass")


def _decoded(data: bytes, encoding: str, file: File) -> str:
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        known = ""
    if not _TEXT.fullmatch(known):
        raise DocumentError(
            f"the encoding {encoding} is not known",
            place=Place(file.name, line=1),
            step="save the file as UTF-8",
        )
    try:
        return data.decode(known)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(known, "replace")
        raise DocumentError(
            f"the file is not in the encoding {encoding}",
            place=limits.place_at(before, len(before), file.name),
            step="save it as UTF-8, and declare that",
        ) from None


class _SwellError(OSError):
    """A compressed file expands too much."""


class _Inflated(io.RawIOBase):
    """A decompressed stream of a file, which stops if any stretch of it expands abnormally."""

    def __init__(self, stream: gzip.GzipFile, packed: io.BufferedReader) -> None:
        self._stream, self._packed, self._read = stream, packed, 0
        self._left = limits.UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        with memoryview(buffer).cast("B") as view:
            data = self._stream.read1(len(view))
            view[: len(data)] = data
        read = self._packed.tell()
        # Unused allowance of one stretch does not pass to another, so a file is refused where it begins to
        # swell.
        self._left = min(limits.UNPACKED, self._left + (read - self._read) * limits.RATIO) - len(data)
        self._read = read
        if self._left < 0:
            raise _SwellError(f"it unpacks to more than {limits.RATIO} times its size")
        return len(data)


class _Watched(io.RawIOBase):
    """A file of Turtle or N-Triples whose nesting of triple terms is checked while it is read."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._depth = stream, TripleTermDepth(name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        with memoryview(buffer).cast("B") as view:
            data = self._stream.read(len(view))
            view[: len(data)] = data
        self._depth.check(data)
        return len(data)
