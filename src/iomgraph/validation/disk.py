"""A store on disk, filled by a new process.

The store works with threads, which a copy of a process lacks: where any store on disk has been open
before, a copy would wait for them for ever. A new process has its own.
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
    """Put statements into a new store; it can be opened for reading then.

    Args:
        folder: of the store, empty.
        lines: of N-Triples; read once, and not held.

    Raises:
        SpoolError: if the disk refuses.
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
