"""Work in other processes: in parallel, isolated, or under limits of time, memory and open files.

The package builds on `concurrent.futures` and `resource`. If the system can fork, a process shares the memory
of this one, and its task is neither copied nor pickled. A process that dies is an error that names its task.
Isolation guards against crashes and exhaustion; it does not protect against code that has taken over the
process, because results are unpickled here.

Example:
    >>> run_parallel([Task("adding", lambda: 1 + 1), Task("multiplying", lambda: 3 * 3)])
    [2, 9]
"""

from iomgraph.processes.batches import batched, cut, dealt, is_cut
from iomgraph.processes.garbage import paused_collection
from iomgraph.processes.limits import confine
from iomgraph.processes.progress import Say, counted, silent
from iomgraph.processes.run import processors, run_isolated, run_parallel, stream_isolated
from iomgraph.processes.spool import JSON, Form, Spool
from iomgraph.processes.spool_set import SpoolSet
from iomgraph.processes.task import Task
from iomgraph.processes.timings import timed

__all__ = [
    "JSON",
    "Form",
    "Say",
    "Spool",
    "SpoolSet",
    "Task",
    "batched",
    "confine",
    "counted",
    "cut",
    "dealt",
    "is_cut",
    "paused_collection",
    "processors",
    "run_isolated",
    "run_parallel",
    "silent",
    "stream_isolated",
    "timed",
]
