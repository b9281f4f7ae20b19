"""A release in one piece, made one in parts: as a cluster publishes it."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pyarrow
from pyarrow import parquet

from iomgraph.release import dumps, lines, manifest, quads

_ONLY_WHOLE = ("iomgraph.*", "findings.json", "report.ttl", "places.json", "datapackage.json", "dcat.*")


def parted(whole: Path, folder: Path, parts: int = 3) -> Path:
    """Copy a release, with its statements and its tables in parts; what a cluster does not write is left out.

    Args:
        whole: the release.
        folder: where to.
        parts: how many.
    """
    shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("site", "changes"))
    for pattern in _ONLY_WHOLE:
        for path in folder.glob(pattern):
            path.unlink()
    statements = list(lines.read(whole / dumps.NQUADS))
    (folder / "nquads").mkdir()
    size = len(statements) // parts + 1
    for number in range(parts):
        text = "".join(statements[number * size : (number + 1) * size])
        (folder / quads.PARTS.format(number)).write_bytes(gzip.compress(text.encode()))
    shutil.rmtree(folder / "tables")
    for path in (whole / "tables").glob("*.parquet"):
        table = parquet.read_table(path)
        (folder / "tables" / path.stem).mkdir(parents=True)
        for number in range(parts):
            some = table.take(pyarrow.array(range(number, table.num_rows, parts), pyarrow.int64()))
            if some.num_rows:
                parquet.write_table(some, folder / "tables" / path.stem / f"part-{number:05}.parquet")
    known = manifest.load(whole)
    manifest.write(folder, known.version, known.previous)
    return folder
