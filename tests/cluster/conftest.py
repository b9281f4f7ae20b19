"""A cluster of Spark on this machine: one master and two workers, in their own processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from iomgraph.build import build
from iomgraph.cluster import session
from iomgraph.cluster.session import ClusterSettings
from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, tables

SOURCE = Path(__file__).parents[2] / "src"
QUICK = {f"spark.{who}.extraJavaOptions": "-XX:TieredStopAtLevel=1" for who in ("driver", "executor")}
"""Java compiles once and not again: small builds spend less on that than on their data."""
PORTFOLIO = """
title = "Some projects"
base_iri = "https://data.example.org/"
currency = "USD"
[publisher]
name = "Someone"
iati = "XM-DAC-47066"
[[sources]]
kind = "pages"
files = ["pages/*.csv"]
[[sources]]
kind = "iati"
files = ["*.xml"]
"""


@dataclass
class Cluster:
    """The processes of a cluster.

    Args:
        master: its address.
        workers: the processes of the workers; each leads a group with its executors.
    """

    master: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def conf(self) -> Mapping[str, str]:
        """Settings of Spark for a driver on this machine."""
        return {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.executor.memory": "512m",
            "spark.executorEnv.PYTHONPATH": str(SOURCE),
            "spark.sql.adaptive.enabled": "true",
            **QUICK,
        }

    def start_worker(self) -> None:
        """Start a worker with one core."""
        options = [
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
        ]
        work = self.folder / f"work-{len(self.workers)}"
        kind = "org.apache.spark.deploy.worker.Worker"
        log = self.folder / f"worker-{len(self.workers)}.log"
        self.workers.append(_started(kind, [*options, "--work-dir", str(work), self.master], log))

    def kill_worker(self) -> None:
        """Kill a worker with all that it runs."""
        worker = self.workers.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _started(kind: str, options: list[str], log: Path) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    with log.open("wb") as out:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), kind, *options],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers; the system chooses the ports."""
    if not shutil.which("java"):
        pytest.skip("there is no Java")
    folder = tmp_path_factory.mktemp("spark")
    log = folder / "master.log"
    options = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    master = _started("org.apache.spark.deploy.master.Master", options, log)
    found = None
    while not found and master.poll() is None:
        time.sleep(0.2)
        found = re.search(r"Starting Spark master at (spark://127\.0\.0\.1:[1-9]\d*)", log.read_text())
    assert found, log.read_text()
    started = Cluster(found[1], folder)
    try:
        for _ in range(2):
            started.start_worker()
        yield started
    finally:
        for process in (*started.workers, master):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def some(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """A portfolio of two tables of pages and two files of activities, some of which stand in both."""
    folder = tmp_path_factory.mktemp("some")
    (folder / "pages").mkdir()
    rows = [row.cells for row in tables.read(resources() / "data/idf/pages.csv", page_table.COLUMNS)]
    for number, part in enumerate((rows[:30], rows[30:50])):
        tables.write(folder / f"pages/{number}.csv", page_table.COLUMNS, part)
    name = "several_countries_with_percentages.xml"
    for copy in ("activities.xml", "twice.xml"):
        shutil.copy(shared / "iati/activities" / name, folder / copy)
    (folder / "portfolio.toml").write_text(PORTFOLIO, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def local(some: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of that portfolio, built on one machine."""
    out = tmp_path_factory.mktemp("local") / "dist"
    assert build(Settings(data=some, out=out, site=False)).published
    return out


@pytest.fixture(scope="module")
def spark_here() -> Iterator[object]:
    """A session of Spark within this process."""
    if not shutil.which("java"):
        pytest.skip("there is no Java")
    conf = {"spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "2", **QUICK}
    with session.opened(ClusterSettings("local[1]", conf=conf)) as opened:
        yield opened
