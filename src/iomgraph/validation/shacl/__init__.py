"""SHACL over an Oxigraph store: shapes become queries, solutions become results.

Core, SHACL-SPARQL and Advanced Features are evaluated.
Start reading at `compiled`; `engine` is the core, and `constraints` implements each component.

Example:
    >>> from rdflib import Graph
    >>> from pyoxigraph import Store
    >>> list(compile_shapes(Graph()).validate(Store()))
    []
"""

from iomgraph.errors import TimeLimitError
from iomgraph.validation.shacl.columns import Columns
from iomgraph.validation.shacl.compiled import CompiledShapes, Unsupported, compile_shapes
from iomgraph.validation.shacl.coverage import Coverage, Evaluation, Reason, Unevaluated
from iomgraph.validation.shacl.graph import ShapesGraph, shapes_graph
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.results import ValidationResult, report_graph
from iomgraph.validation.shacl.terms import exact_quads

__all__ = [
    "Columns",
    "CompiledShapes",
    "Coverage",
    "Evaluation",
    "Path",
    "Reason",
    "ShapesGraph",
    "TimeLimitError",
    "Unevaluated",
    "Unsupported",
    "ValidationResult",
    "compile_shapes",
    "exact_quads",
    "report_graph",
    "shapes_graph",
]
