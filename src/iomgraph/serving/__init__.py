"""A release over HTTP: an ASGI application with its limits, and the server that runs it.

Example:
    >>> from iomgraph.serving import create_app
    >>> app = create_app("dist")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iomgraph.serving.app import Options, create_app
    from iomgraph.serving.limits import Limits

__all__ = ["Limits", "Options", "create_app"]


def __getattr__(name: str) -> Any:
    """Import the application when it is first used, because its workers and the command line do without."""
    if name in ("Options", "create_app"):
        from iomgraph.serving import app

        return getattr(app, name)
    if name == "Limits":
        from iomgraph.serving.limits import Limits

        return Limits
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
