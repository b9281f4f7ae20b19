"""The evaluated terms of SHACL, registered by the code that evaluates them, for coverage and the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rdflib import SH, URIRef
from rdflib.term import Node

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, order=True)
class Evaluated:
    """A term with its specification.

    Args:
        term: local name in the namespace of SHACL.
        specification: `1.0`, `1.2` (the drafts), or `AF` (SHACL Advanced Features), and a section.
    """

    term: str
    specification: str


_EVALUATED: dict[str, Evaluated] = {}
_READ: dict[Callable[..., object], frozenset[Node]] = {}


def note(specification: str, *terms: URIRef | str) -> None:
    """Register terms as evaluated.

    Args:
        specification: their specification.
        terms: IRIs, or local names in the namespace of SHACL.
    """
    for term in terms:
        name = str(term).removeprefix(str(SH))
        _EVALUATED[name] = Evaluated(name, specification)


def evaluates(specification: str, *terms: URIRef | str) -> Callable[[F], F]:
    """Register a function that reads and evaluates the parameters of a constraint.

    Args:
        specification: their specification.
        terms: the parameters.
    """
    note(specification, *terms)

    def noted(function: F) -> F:
        names = frozenset(str(term).removeprefix(str(SH)) for term in terms)
        _READ[function] = _READ.get(function, frozenset()) | {URIRef(f"{SH}{name}") for name in names}
        return function

    return noted


def parameters(function: Callable[..., object]) -> frozenset[Node]:
    """Return the parameters that a function reads."""
    return _READ[function]


def is_evaluated(name: str) -> bool:
    """Tell whether a term is evaluated, by its local name in the namespace of SHACL."""
    return name in _EVALUATED


def evaluated() -> Iterator[Evaluated]:
    """Yield all evaluated terms, sorted by name.

    Example:
        >>> from iomgraph.validation.shacl import compile_shapes
        >>> [term.specification for term in evaluated() if term.term == "minCount"]
        ['1.0, 4.2.1']
    """
    yield from sorted(_EVALUATED.values())


def table() -> str:
    """Write the evaluated terms as a Markdown table, for the docs.

    Example:
        >>> table().splitlines()[0]
        '| Term | Specification |'
    """
    rows = [f"| `sh:{one.term}` | {one.specification} |" for one in evaluated()]
    return "\n".join(["| Term | Specification |", "|---|---|", *rows]) + "\n"
