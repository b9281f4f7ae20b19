"""A store on disk, filled by a process of its own.

The store works with threads, which a copy of a process lacks: where any store on disk has been open
before, a copy would wait for them for ever. A new process has its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import SpoolError

_BATCH = 10_000
_COMMAND = "from iomgraph.validation import disk; disk.main()"


def fill(folder: Path, lines: Iterable[str]) -> None:
    """Put statements into a new store; it can be opened for reading then.

    Args:
        folder: of the store, empty.
        lines: of N-Triples; read once, and not held.

    Raises:
        SpoolError: if the disk refuses.
    """
    command = [sys.executable, "-P", "-c", _COMMAND, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin  # noqa: S101 - it is a pipe, and so is the other
        assert process.stderr  # noqa: S101
        source = iter(lines)
        try:
            # A pipe that breaks has been left by a process that ended early, and tells why.
            with suppress(BrokenPipeError):
                while some := "".join(islice(source, _BATCH)):
                    process.stdin.write(some.encode())
                process.stdin.close()
        except BaseException:
            process.kill()
            raise
        told = process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
    if process.returncode:
        raise SpoolError(
            f"the graph can't be put on disk to be checked ({told or process.returncode})",
            where=folder,
            step="free space on the disk, or name another folder in TMPDIR",
        )


def main() -> None:
    """Fill the store of the folder that is named, from standard input."""
    store = ox.Store(sys.argv[1])
    store.bulk_load(sys.stdin.buffer, format=ox.RdfFormat.N_TRIPLES)
    store.flush()
