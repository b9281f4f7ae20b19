"""iomgraph: a linked-data publisher, from saved pages to a validated, published graph.

Example:
    >>> import tempfile
    >>> from pathlib import Path
    >>> from iomgraph import Settings, build
    >>> result = build(Settings(out=Path(tempfile.mkdtemp()) / "dist"))
    >>> result.published, result.counts["projects"]
    (True, 177)
"""

from iomgraph.build import Build, build
from iomgraph.errors import IomgraphError
from iomgraph.findings import Finding, Place, Severity
from iomgraph.settings import Settings
from iomgraph.sources.harvest import Harvest, harvest
from iomgraph.validation.report import Report, validate
from iomgraph.version import __version__

__all__ = [
    "Build",
    "Finding",
    "Harvest",
    "IomgraphError",
    "Place",
    "Report",
    "Settings",
    "Severity",
    "__version__",
    "build",
    "harvest",
    "validate",
]
