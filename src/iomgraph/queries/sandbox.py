"""Answers worked out in a process of their own, which can be stopped and can open nothing.

The engine has no time limit, and does not listen while it works. A process can always be ended.
Once the release is loaded, the process gives up the right to open anything more (POSIX,
`setrlimit`): no file, and no connection, whatever the query says.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph.errors import IomgraphError, QueryError
from iomgraph.formats import Format
from iomgraph.mapping import context
from iomgraph.queries import execution, parameters
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query, moved

try:
    import resource
except ImportError:  # Windows has no such limits; there, the look at the query has to do.
    resource = None  # type: ignore[assignment]

MEMORY = 4 * 2**30
"""So many bytes an answer may take, over what the release takes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a release.

    Args:
        release: its folder.
        asked: a query, or SPARQL.
        arguments: parameter to what was typed, for a query.
        format: that of the answer; without one, JSON for results and Turtle for a graph.
    """

    release: Path
    asked: Query | str
    arguments: Mapping[str, str] = field(default_factory=dict)
    format: Format | None = None


def ask(request: Request, seconds: float) -> Answer:
    """Get the answer of a release, or give up.

    Args:
        request: what is asked.
        seconds: how long to wait, the loading of the release included.

    Raises:
        IomgraphError: if the release can't be opened, the query can't be asked, or the answer
            takes too long or too much memory.
    """
    # -P keeps the folder that the user stands in out of the search for modules.
    command = [sys.executable, "-P", "-c", "from iomgraph.queries import sandbox; sandbox.serve()"]
    try:
        done = subprocess.run(command, input=pickle.dumps(request), capture_output=True, timeout=seconds)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise QueryError(
            f"the answer took longer than {seconds:g} seconds",
            step="ask for less, or allow more with --timeout",
        ) from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise QueryError(f"the answer can't be worked out ({last or done.returncode})", step="ask for less")
    reply: Answer | IomgraphError = pickle.loads(done.stdout)  # noqa: S301 (our own process wrote it)
    if isinstance(reply, IomgraphError):
        raise reply
    return reply


def serve() -> None:
    """Be that process: read a request from standard input, and write the answer to standard output."""
    request: Request = pickle.load(sys.stdin.buffer)  # noqa: S301 (our own process wrote it)
    try:
        reply: Answer | IomgraphError = _answer(request)
    except IomgraphError as error:
        reply = error
    pickle.dump(reply, sys.stdout.buffer)


def _answer(request: Request) -> Answer:
    store = execution.open_release(request.release)
    prefixes = context.read(request.release / "ontology").prefixes
    text = request.asked if isinstance(request.asked, str) else request.asked.text
    if isinstance(request.asked, Query):
        given = parameters.terms(request.asked, request.arguments, store, prefixes)
        # The base IRI of a release is what its graphs stand under.
        text = moved(request.asked.bound(given), prefixes["graphs"].removesuffix("graph/"))
    _give_up()
    return execution.ask(store, text, request.format, prefixes)


def _give_up() -> None:
    """Give up what an answer does not need: opening anything, and memory without end."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MEMORY
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
