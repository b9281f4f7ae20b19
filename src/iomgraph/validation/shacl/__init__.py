"""SHACL Core and SHACL-SPARQL over an Oxigraph store: shapes become queries, solutions become results.

Start reading at `compiled`; `engine` is the heart, `constraints` says what each component asks.

Example:
    >>> from rdflib import Graph
    >>> from pyoxigraph import Store
    >>> list(compile_shapes(Graph()).validate(Store()))
    []
"""

from iomgraph.errors import TimeLimitError
from iomgraph.validation.shacl.compiled import CompiledShapes, Unsupported, compile_shapes
from iomgraph.validation.shacl.handover import HandedOver, pyshacl_results
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.terms import exact_quads

__all__ = [
    "CompiledShapes",
    "HandedOver",
    "Path",
    "TimeLimitError",
    "Unsupported",
    "ValidationResult",
    "compile_shapes",
    "exact_quads",
    "pyshacl_results",
]
