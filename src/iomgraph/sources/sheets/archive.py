"""Parts of a workbook: members of a ZIP archive, unpacked block by block within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iomgraph.errors import SourceError

MAX_UNPACKED = 2_000_000_000
"""Most bytes of one part of a workbook: a million rows of forty columns take about half of it."""
MAX_SMALL = 50_000_000
"""Most bytes of a part that is read into memory, such as the styles."""
MAX_RATIO = 250
"""Highest ratio of compression: a sheet has 10, one of equal rows 100; more is an attack."""
MAX_MEMBERS = 10_000

_BLOCK = 1 << 16
_FREE = 10_000_000
"""Bytes up to which the ratio is ignored."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of a compound file: the format of XLS, and of workbooks with a password."""


class Archive:
    """A workbook's archive, opened for reading.

    Args:
        archive: the archive.
        label: the file's name in places.
    """

    def __init__(self, archive: zipfile.ZipFile, label: str) -> None:
        self._archive, self.label = archive, label
        self._names = {name.lower(): name for name in archive.namelist()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def blocks(self, name: str, limit: int = MAX_UNPACKED) -> Iterator[bytes]:
        """Unpack a part block by block.

        Args:
            name: name of the part, without a leading slash; case is ignored.
            limit: most bytes that it may have.

        Raises:
            SourceError: if it is missing, damaged, protected by a password, or exceeds a limit.
        """
        info = self._info(name)
        bound = min(limit, max(_FREE, MAX_RATIO * info.compress_size))
        size = 0
        try:
            with self._archive.open(info) as stream:
                while block := stream.read(_BLOCK):
                    size += len(block)
                    if size > bound:
                        raise self._bomb(name, bound)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise self.stop(f"the workbook is damaged: {name} can't be unpacked ({error})") from None

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name.lower() not in self._names:
            raise self.stop(f"the workbook has no part {name}")
        info = self._archive.getinfo(self._names[name.lower()])
        if info.flag_bits & 1:
            raise self.stop("the workbook is under a password", "save it without one")
        if info.compress_type not in _METHODS:
            raise self.stop(f"{name} is packed by a method that workbooks do not have")
        return info

    def _bomb(self, name: str, bound: int) -> SourceError:
        return self.stop(
            f"{name} unpacks to more than {bound:,} bytes", "split the workbook, or export the sheet as CSV"
        )

    def stop(self, what: str, step: str = "") -> SourceError:
        """Make the error of a workbook that can't be read."""
        return SourceError(
            what, where=self.label, step=step or "save the workbook again with a spreadsheet program, as XLSX"
        )


@contextmanager
def opened(path: Path, label: str) -> Iterator[Archive]:
    """Open a workbook's archive.

    Args:
        path: the file.
        label: its name in messages.

    Raises:
        SourceError: if it can't be read, or is not a ZIP archive.
    """
    try:
        with path.open("rb") as file:
            _check_start(file.read(8), label)
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                if len(archive.namelist()) > MAX_MEMBERS:
                    raise SourceError(
                        f"the workbook has more than {MAX_MEMBERS:,} parts",
                        where=label,
                        step="save the workbook again with a spreadsheet program",
                    )
                yield Archive(archive, label)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SourceError(
            f"the file is not a workbook in XLSX ({error})",
            where=label,
            step="save it with a spreadsheet program, as XLSX or CSV",
        ) from None
    except OSError as error:
        raise SourceError(
            f"the file can't be read ({error.strerror})", where=label, step="check the path"
        ) from error


def _check_start(start: bytes, label: str) -> None:
    if start == _OLD:
        raise SourceError(
            "the workbook is in the old format XLS, or protected by a password",
            where=label,
            step="save it as XLSX, without a password",
        )
