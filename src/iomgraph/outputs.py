"""Files that users name for output, such as reports and tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield the path at which to write a file, and put the file in place when it is complete.

    If anything fails, the previous file stays. A link stays, too: the file that it leads to is replaced.
    Devices and pipes, such as /dev/stdout, are written directly.

    Raises:
        OSError: if the file can't be put in place.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = Path(folder.name) / "report.txt"
        >>> with replacing(file) as part:
        ...     _ = part.write_text("Nothing found.")
        >>> file.read_text()
        'Nothing found.'
    """
    if path.exists() and not path.is_file():
        yield path
        return
    target = path.resolve() if path.exists() else path
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink()
