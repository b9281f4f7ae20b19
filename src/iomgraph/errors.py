"""Stops: what went wrong, where, and the next step to take.

A stop ends a command. A fault of the *data* is not a stop: it is a `iomgraph.findings.Finding`. Only
`iomgraph.cli` turns a stop into an exit code.
"""

REPOSITORY = ""
"""Git address to install the package from; empty until it has a public one."""


def installation(extra: str) -> str:
    """Tell how to install an extra: from the repository.

    No package index has iomgraph. If a message named an index, anyone who registered the name there could
    have their code installed by our users.

    Args:
        extra: its name, as in pyproject.toml.

    Example:
        >>> installation("serve")
        "run pip install '.[serve]' in a checkout of iomgraph"
    """
    if REPOSITORY:
        return f"run pip install 'iomgraph[{extra}] @ git+{REPOSITORY}'"
    return f"run pip install '.[{extra}]' in a checkout of iomgraph"


class IomgraphError(Exception):
    """A command can't go on.

    Args:
        what: the fault, as one sentence without a full stop.
        where: the file, line or argument at fault; empty if there is none.
        step: the next thing for the reader to do, as one sentence.

    Example:
        >>> print(IomgraphError("the folder does not exist", where="data/", step="name one with --data"))
        the folder does not exist: data/
          Next: name one with --data
    """

    def __init__(self, what: str, *, where: object = "", step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = str(where)
        self.step = step

    def __str__(self) -> str:
        head = f"{self.what}: {self.where}" if self.where else self.what
        return f"{head}\n  Next: {self.step}" if self.step else head


class SourceError(IomgraphError):
    """A source, table or folder can't be read at all."""


class UnprocessedError(IomgraphError):
    """So many projects can't be made that a release would lack what it should say."""


class SettingsError(IomgraphError):
    """A setting or an argument has a value that can't be used."""


class SpoolError(IomgraphError):
    """A file for data too large for memory could not be written."""


class ProcessError(IomgraphError):
    """Work in another process failed because the process ended, or the work can't be sent to one."""


class TimeLimitError(ProcessError):
    """Work took longer than it may, and was stopped.

    Example:
        >>> print(TimeLimitError("the shapes took longer than 5 s", step="allow more time"))
        the shapes took longer than 5 s
          Next: allow more time
    """


class MemoryLimitError(ProcessError):
    """Work took more memory than it may use, or than the machine has."""


class OntologyError(IomgraphError):
    """The context, the ontology or the shapes can't be used as they are."""


class PublicationError(IomgraphError):
    """The release can't be written; the previous one is untouched."""


class QueryError(IomgraphError):
    """A query is unknown, malformed, or lacks a parameter."""


class UnknownThingError(QueryError):
    """An argument of a query names a thing that the release does not have."""


class RemoteError(IomgraphError):
    """A store elsewhere can't be reached, refuses a request, or gives an invalid answer."""
