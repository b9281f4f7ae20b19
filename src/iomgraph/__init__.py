"""iomgraph: a linked-data publisher, from saved pages to a validated, published graph.

Start at `harvest`, `build` and `validate`.

Example:
    >>> from rdflib import Graph
    >>> from iomgraph import validate
    >>> validate(Graph(), Graph()).conforms
    True
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
