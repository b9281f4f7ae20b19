"""A store on disk, filled by a new process.

The store uses threads, which a fork does not have: if a store on disk has ever been open, a fork would wait
for them for ever. A new process has its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import pyoxigraph as ox

from iomgraph.errors import ProcessError, SpoolError
from iomgraph.processes import Task, run_isolated


def fill(folder: Path, lines: Iterable[str]) -> None:
    """Load statements into a new store, which can then be opened for reading.

    Args:
        folder: the empty folder of the store.
        lines: lines of N-Triples; read once, and not held in memory.

    Raises:
        SpoolError: if the disk fails.
    """
    try:
        with NamedTemporaryFile("w", prefix="iomgraph-", suffix=".nt", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            run_isolated(Task("filling the store", partial(_load, str(folder), file.name)), fresh=True)
    except (OSError, ProcessError) as error:
        raise SpoolError(
            f"the graph can't be written to disk for checking ({error})",
            where=folder,
            step="free space on the disk, or name another folder in TMPDIR",
        ) from error


def _load(folder: str, lines: str) -> None:
    store = ox.Store(folder)
    store.bulk_load(path=lines, format=ox.RdfFormat.N_TRIPLES)
    store.flush()
