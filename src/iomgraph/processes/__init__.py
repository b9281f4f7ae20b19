"""Run work in other processes: in parallel, isolated, or under limits of time, memory and open files.

On `concurrent.futures` and `resource`. A process is forked where the system can: it then shares the
memory of this one, and nothing is copied or pickled to hand its task over. A process that dies is an
error that names its task. Isolation guards against crashes and exhaustion; it is not a boundary against
code that has taken the process over, since results are unpickled here.

Example:
    >>> run_parallel([Task("adding", lambda: 1 + 1), Task("multiplying", lambda: 3 * 3)])
    [2, 9]
"""

from iomgraph.processes.batches import batched
from iomgraph.processes.garbage import paused_collection
from iomgraph.processes.limits import confine
from iomgraph.processes.progress import Say, counted, silent
from iomgraph.processes.run import processors, run_isolated, run_parallel, stream_isolated
from iomgraph.processes.spool import Spool
from iomgraph.processes.task import Task
from iomgraph.processes.timings import timed

__all__ = [
    "Say",
    "Spool",
    "Task",
    "batched",
    "confine",
    "counted",
    "paused_collection",
    "processors",
    "run_isolated",
    "run_parallel",
    "silent",
    "stream_isolated",
    "timed",
]
