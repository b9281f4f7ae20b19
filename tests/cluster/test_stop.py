"""Stops of a build on a cluster name the fault, and nothing is half published."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from iomgraph import portfolio
from iomgraph.cluster import session
from iomgraph.cluster.build import build
from iomgraph.cluster.kit import packed
from iomgraph.cluster.session import ClusterSettings
from iomgraph.cluster.stop import ClusterError, WorkerError, read_back
from iomgraph.errors import SettingsError, SourceError
from iomgraph.settings import Settings

from .conftest import QUICK

CAUSES = {
    "the disk of a worker is full": "java.io.IOException: No space left on device\n\tat java.base/java.io",
    "the workers do not have iomgraph": "ModuleNotFoundError: No module named 'iomgraph'",
    "the workers lack a Python package (lxml)": "ModuleNotFoundError: No module named 'lxml'",
    "Spark can't read addresses of this kind (org.apache.hadoop.fs.s3a.S3AFileSystem)": (
        "java.lang.RuntimeException: java.lang.ClassNotFoundException: "
        "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found"
    ),
    "the store of the files refuses": (
        "org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials provided"
    ),
    "the workers do not find a file (file:/data/pages.csv)": (
        "java.io.FileNotFoundException: File file:/data/pages.csv does not exist"
    ),
    "Java did not start Spark": "PySparkRuntimeError: [JAVA_GATEWAY_EXITED] Java gateway process exited",
    "another version of Python": "[PYTHON_VERSION_MISMATCH] Python in worker has different version",
    "Spark failed (ValueError: strange)": "Py4JJavaError: x\nValueError: strange\n",
}


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iomgraph", "build", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.mark.parametrize("what", CAUSES)
def test_an_error_of_spark_is_explained_with_a_next_step(what: str) -> None:
    error = read_back(CAUSES[what])
    assert what in error.what
    assert error.step


def test_a_stop_of_a_worker_is_read_back_whole() -> None:
    raised = pickle.loads(pickle.dumps(WorkerError('it\'s "no" CSV', where="a.csv:3", step="mend it")))
    text = f"Job aborted\n  File worker.py\niomgraph.cluster.stop.WorkerError: {raised}\n\tat org.apache"
    error = read_back(text)
    assert (error.what, error.where, error.step) == ('it\'s "no" CSV', "a.csv:3", "mend it")


def test_without_java_nothing_is_begun_and_the_old_release_stays(tmp_path: Path) -> None:
    done = run(["--engine", "spark", "--out", str(tmp_path / "dist")], PATH="/nowhere", JAVA_HOME="")
    assert done.returncode == 2
    assert "Java, which Spark needs, is not installed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "dist").exists()


def test_a_missing_master_is_reported_at_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match="master of the cluster does not answer"):
        build(Settings(out=tmp_path / "dist"), ClusterSettings(master))
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("master", ["foo", "", "http://host:7077", "local[x]", "spark://"])
def test_a_wrong_address_of_a_master_is_reported_with_the_right_forms(master: str) -> None:
    with (
        pytest.raises(ClusterError, match=r"not the address of a master(.|\n)*spark://HOST:PORT"),
        session.opened(ClusterSettings(master)),
    ):
        pass


def test_workers_with_another_version_of_the_program_are_reported() -> None:
    settings = Settings()
    kit = packed(settings, portfolio.read(settings.data))
    other = replace(kit, program="0.1.0+other", digest="other")
    with pytest.raises(WorkerError, match=r"another iomgraph \(.*0\.1\.0\+other"):
        other.workshop()


def test_without_pyspark_the_message_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    with (
        pytest.raises(ClusterError, match=r"Spark is not installed in this Python(.|\n)*\[spark\]"),
        session.opened(ClusterSettings()),
    ):
        pass


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A portfolio whose pages are in an object store."""
    (tmp_path / "portfolio.toml").write_text(
        'title = "T"\n[publisher]\nname = "P"\n[[sources]]\nkind = "pages"\nfiles = ["s3a://bucket/*.csv"]\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte, where the user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    mount = shutil.which("mount")
    if not mount or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("only a user who may mount a file system can fill one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_of_a_worker_is_reported_and_nothing_is_half_published(
    some: Path, small_disk: Path, tmp_path: Path
) -> None:
    settings = ClusterSettings("local[1]", partitions=2, conf={**QUICK, "spark.local.dir": str(small_disk)})
    with pytest.raises(ClusterError, match=r"disk of a worker is full(.|\n)*spark.local.dir"):
        build(Settings(data=some, out=tmp_path / "dist"), settings)
    assert not (tmp_path / "dist").exists()


@pytest.mark.slow
def test_addresses_without_a_package_or_credentials_are_reported(remote: Path, tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="Spark can't read addresses of this kind"):
        build(Settings(data=remote, out=tmp_path / "dist"), ClusterSettings("local[1]"))
    assert not (tmp_path / "dist").exists()


def test_one_machine_refuses_addresses(remote: Path, tmp_path: Path) -> None:
    from iomgraph.build import build as build_here

    with pytest.raises(SourceError, match="only a cluster can read"):
        build_here(Settings(data=remote, out=tmp_path / "dist", site=False))


def test_options_of_a_cluster_are_refused_without_one(tmp_path: Path) -> None:
    done = run(["--master", "spark://x:1", "--out", str(tmp_path / "dist")])
    assert done.returncode == 2
    assert "--master has no effect" in done.stderr
    assert SettingsError.__name__ not in done.stderr
