"""A session of Spark: configured and opened, or a stop that says what is missing."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from iomgraph.cluster.stop import ClusterError, as_stops
from iomgraph.errors import installation

MASTER = "local[*]"
_MASTERS = re.compile(
    r"(?:spark|k8s)://.|yarn$|local$|local\[(?:\d+|\*)(?:,\d+)?\]$|local-cluster\[[\d,]+\]$"
)
_PATIENCE = 5
"""Seconds for the port of a master to answer."""


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Settings of a build on a cluster.

    Args:
        master: address of the cluster's master, as Spark writes it.
        packages: coordinates of more Java packages, for file stores that Spark does not know.
        partitions: number of parts into which projects are split; 0 for twice the number of cores.
        conf: settings of Spark.

    Example:
        >>> ClusterSettings().master
        'local[*]'
    """

    master: str = MASTER
    packages: tuple[str, ...] = ()
    partitions: int = 0
    conf: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def opened(settings: ClusterSettings) -> Iterator[Any]:
    """Open a session, and close it at the end.

    Raises:
        ClusterError: if PySpark or Java is missing, the master does not answer, or Spark does not start.
    """
    _check_installed()
    _check_master(settings.master)
    with as_stops():
        session = _session(settings)
        try:
            yield session
        finally:
            session.stop()


def _check_installed() -> None:
    if find_spec("pyspark") is None:
        raise ClusterError("Spark is not installed in this Python", step=installation("spark"))
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if not java:
        raise ClusterError(
            "Java, which Spark needs, is not installed",
            where=home or "PATH",
            step="install Java 17 or newer, and name its folder in JAVA_HOME",
        )


def _check_master(master: str) -> None:
    """Check the address of a master, and contact a standalone one, since Spark takes minutes to give up."""
    if not _MASTERS.match(master):
        raise ClusterError(
            "this is not the address of a master",
            where=master,
            step="write it as spark://HOST:PORT, yarn, k8s://https://HOST:PORT, or local[N] for this machine",
        )
    if not master.startswith("spark://"):
        return
    for one in master.removeprefix("spark://").split(","):
        try:
            address = urlsplit(f"//{one}")
            where = address.hostname or "", address.port or 7077
            with socket.create_connection(where, timeout=_PATIENCE):
                return
        except (OSError, ValueError) as error:
            last = error
    raise ClusterError(
        f"the master of the cluster does not answer ({last})",
        where=master,
        step="start it, and name it with --master spark://HOST:PORT",
    )


def _session(settings: ClusterSettings) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("iomgraph build").master(settings.master)
    conf = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        # One process per core reads its tables once, and works on one part after another.
        "spark.python.worker.reuse": "true",
        **({"spark.jars.packages": ",".join(settings.packages)} if settings.packages else {}),
        **settings.conf,
    }
    for name, value in conf.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
