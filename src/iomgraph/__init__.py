"""iomgraph: a linked-data publisher, from saved pages to a validated, published graph.

Start at `harvest`, `build`, `validate`, `open` and `reconcile`. Each module is imported when it is first
used, so that commands start quickly.

Example:
    >>> from iomgraph import Settings
    >>> Settings().out
    PosixPath('dist')
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from iomgraph.version import __version__

if TYPE_CHECKING:
    from iomgraph.build import Build, build
    from iomgraph.errors import IomgraphError
    from iomgraph.findings import Finding, Place, Severity
    from iomgraph.queries.opened import Release, Rows, open  # noqa: A004 - it is `iomgraph.open`
    from iomgraph.reconciliation.column import reconcile
    from iomgraph.reconciliation.match import Match
    from iomgraph.settings import Settings
    from iomgraph.sources.harvest import Harvest, harvest
    from iomgraph.validation.report import Report, validate

__all__ = [
    "Build",
    "Finding",
    "Harvest",
    "IomgraphError",
    "Match",
    "Place",
    "Release",
    "Report",
    "Rows",
    "Settings",
    "Severity",
    "__version__",
    "build",
    "harvest",
    "open",
    "reconcile",
    "validate",
]

_HOMES = {
    "Build": "build",
    "Finding": "findings",
    "Harvest": "sources.harvest",
    "IomgraphError": "errors",
    "Match": "reconciliation.match",
    "Place": "findings",
    "Release": "queries.opened",
    "Report": "validation.report",
    "Rows": "queries.opened",
    "Settings": "settings",
    "Severity": "findings",
    "build": "build",
    "harvest": "sources.harvest",
    "open": "queries.opened",
    "reconcile": "reconciliation.column",
    "validate": "validation.report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """This package; its `build` stays the function even after the module `build` is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        own = name in _HOMES and isinstance(value, ModuleType)
        super().__setattr__(name, getattr(value, name) if own else value)


sys.modules[__name__].__class__ = _Package
