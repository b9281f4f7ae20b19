"""Stops on workers, which reach the driver as text in a Spark error and are read back from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from iomgraph.errors import IomgraphError, ProcessError

_MARK = "iomgraph-stop:"
_TOLD = re.compile(re.escape(_MARK) + r"(\{.*?\})(?:$|\n|\\n)", re.DOTALL)
_SHOWN = 300

_PACKAGE = "name the package that can, such as --packages org.apache.hadoop:hadoop-aws:3.4.1"

_CAUSES = (
    (
        r"JAVA_GATEWAY_EXITED",
        "Java did not start Spark, and says above why",
        "use Java 17 or newer, packages that can be had from here, and settings that Spark knows",
    ),
    (
        r"No module named 'iomgraph",
        "the workers do not have iomgraph",
        "install it on all machines, in the Python that PYSPARK_PYTHON names",
    ),
    (
        r"No module named '(?P<what>[\w.]+)'",
        "the workers lack a Python package ({what})",
        "install the same packages on all machines",
    ),
    (
        r"PYTHON_VERSION_MISMATCH",
        "the workers have another version of Python than the driver",
        "name the same one with PYSPARK_PYTHON on all machines",
    ),
    (
        r"No space left on device|Disk quota exceeded",
        "the disk of a worker is full",
        "free space there, or name another folder with --conf spark.local.dir=…",
    ),
    (
        r"No FileSystem for scheme \"?(?P<what>\w+)",
        "Spark can't read addresses of this kind ({what})",
        _PACKAGE,
    ),
    (
        r"Class (?P<what>[\w.]*\.fs\.[\w.]+) not found",
        "Spark can't read addresses of this kind ({what})",
        _PACKAGE,
    ),
    (
        r"NoAwsCredentials|NoAuthWithAWS|Unable to load AWS credentials|AccessDenied|InvalidAccessKeyId|"
        r"AccessControlException",
        "the store of the files refuses: there are no credentials, or they do not suffice",
        "give them to Spark, for example with --conf spark.hadoop.fs.s3a.access.key=…",
    ),
    (
        r"(?:PATH_NOT_FOUND|FileNotFoundException|does not exist)[^\n]*?(?P<what>(?:\w+:/)[^\s\"'\\]+)",
        "the workers do not find a file ({what})",
        "put the sources where all machines read them at the same path, or at an address (hdfs://, s3a://)",
    ),
    (
        r"All masters are unresponsive|Could not parse Master URL|Failed to connect to (?:master )?\S*|"
        r"stopped SparkContext|SparkContext was shut down|Master removed our application",
        "the master of the cluster is not there, or has ended the job",
        "start it, and name it with --master spark://HOST:PORT",
    ),
    (
        r"ExecutorLostFailure|Job aborted due to stage failure.*?worker lost",
        "the cluster lost its workers again and again",
        "look at their logs: most often they lack memory (--conf spark.executor.memory=…)",
    ),
)
"""Pattern of an error of Spark to the fault and the next step."""


class ClusterError(ProcessError):
    """A cluster can't be reached, or can't do the work."""


class WorkerError(ClusterError):
    """A stop that is raised on a worker; the driver reads it back from the error of Spark."""

    def __str__(self) -> str:
        said = {"what": self.what, "where": self.where, "step": self.step}
        return f"{_MARK}{json.dumps(said)}\n"

    def __reduce__(self) -> tuple[object, ...]:
        return _made, (self.what, self.where, self.step)


def _made(what: str, where: str, step: str) -> WorkerError:
    return WorkerError(what, where=where, step=step)


@contextmanager
def as_stops() -> Iterator[None]:
    """Turn errors of Spark into stops that say what to do.

    Raises:
        IomgraphError: for every error that Spark raises.
    """
    try:
        yield
    except IomgraphError as error:
        if isinstance(error, WorkerError):
            raise ClusterError(error.what, where=error.where, step=error.step) from error
        raise
    except Exception as error:
        raise read_back(f"{type(error).__name__}: {error}") from error


def read_back(text: str) -> ClusterError:
    r"""Make a stop from an error message of Spark.

    Args:
        text: text of the error.

    Example:
        >>> print(read_back("java.io.IOException: No space left on device\n\tat java.base"))
        the disk of a worker is full
          Next: free space there, or name another folder with --conf spark.local.dir=…
    """
    if told := _TOLD.search(text):
        said = json.loads(told[1].replace('\\"', '"') if told[1].startswith('{\\"') else told[1])
        return ClusterError(said["what"], where=said["where"], step=said["step"])
    for pattern, what, step in _CAUSES:
        if found := re.search(pattern, text, re.DOTALL):
            return ClusterError(what.format(**found.groupdict()), step=step)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]*(?:Error|Exception)\b", line)]
    return ClusterError(
        f"Spark failed ({(raised or lines or ['no reason given'])[-1][:_SHOWN]})",
        step="look at the log of the driver and of the workers",
    )


@contextmanager
def on_worker() -> Iterator[None]:
    """Wrap stops so that the driver can read them back.

    Raises:
        WorkerError: in place of any other stop of ours.
    """
    try:
        yield
    except WorkerError:
        raise
    except IomgraphError as error:
        raise WorkerError(error.what, where=error.where, step=error.step) from error
