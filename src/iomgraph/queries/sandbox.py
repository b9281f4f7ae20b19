"""Queries run in a process of their own, which can be stopped and can't open anything.

The engine has no time limit and can't be interrupted, but a process can always be ended. Once it has loaded
the release, the process gives up the right to open files and connections (POSIX, `setrlimit`), whatever the
query says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from iomgraph.errors import ProcessError, QueryError, TimeLimitError
from iomgraph.formats import Format
from iomgraph.mapping import context
from iomgraph.processes import Task, confine, run_isolated
from iomgraph.queries import execution, parameters
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query, moved

MEMORY = 4 * 2**30
"""Bytes of memory that an answer may use, above those of the release."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a release.

    Args:
        release: its folder.
        asked: a named query, or SPARQL.
        arguments: for a named query, parameter to the typed text.
        format: format of the answer; without one, JSON for results and Turtle for a graph.
    """

    release: Path
    asked: Query | str
    arguments: Mapping[str, str] = field(default_factory=dict)
    format: Format | None = None


def ask(request: Request, seconds: float) -> Answer:
    """Get the answer of a release, within a time limit.

    Args:
        request: the request.
        seconds: the time limit, including the loading of the release.

    Raises:
        IomgraphError: if the release can't be opened, the query can't be asked, or the answer
            takes too long or too much memory.
    """
    task = Task("answering", partial(_answer, request))
    try:
        # This process may have threads, which a fork would lose.
        return run_isolated(task, seconds=seconds, fresh=True)
    except TimeLimitError:
        raise QueryError(
            f"the answer took longer than {seconds:g} seconds",
            step="ask for less, or allow more with --timeout",
        ) from None
    except ProcessError as error:
        raise QueryError(f"the answer can't be computed ({error.what})", step="ask for less") from error


def _answer(request: Request) -> Answer:
    store = execution.open_release(request.release)
    prefixes = context.read(request.release / "ontology").prefixes
    text = request.asked if isinstance(request.asked, str) else request.asked.text
    if isinstance(request.asked, Query):
        given = parameters.terms(request.asked, request.arguments, store, prefixes)
        # The base IRI of a release is that of its graphs.
        text = moved(request.asked.bound(given), prefixes["graphs"].removesuffix("graph/"))
    # On a system without such limits, checking the query has to suffice.
    confine(files=0, memory=MEMORY)
    return execution.ask(store, text, request.format, prefixes)
