"""Validation results: SHACL, section 3.6.2."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One thing that a shape has found wrong.

    Args:
        focus_node: the node that was validated.
        component: IRI of the constraint component that it broke.
        source_shape: the shape, as the shapes graph names it.
        severity: IRI, `sh:Violation` if the shape says nothing else.
        path: what leads from the focus node to the value, if the result is about a property.
        value: the node that caused it, if one did.
        source_constraint: the value of sh:sparql, if the result comes from one.
        messages: what the shapes say to people about it.

    Example:
        >>> sh, ex = "http://www.w3.org/ns/shacl#", "http://example.org/"
        >>> result = ValidationResult(
        ...     NamedNode(f"{ex}anna"), NamedNode(f"{sh}NodeKindConstraintComponent"),
        ...     NamedNode(f"{ex}Named"), NamedNode(f"{sh}Violation"),
        ...     messages=(Literal("pas un IRI", language="fr"), Literal("not an IRI", language="en")))
        >>> result.message("fr")
        'pas un IRI'
    """

    focus_node: Term
    component: NamedNode
    source_shape: NamedNode | BlankNode
    severity: NamedNode
    path: Path | None = None
    value: Term | None = None
    source_constraint: NamedNode | BlankNode | None = None
    messages: tuple[Literal, ...] = ()

    def message(self, language: str = "en") -> str:
        """The message in a language, else one without language, else the first; empty without any."""
        spoken = {literal.language or "": literal.value for literal in reversed(self.messages)}
        first = self.messages[0].value if self.messages else ""
        return spoken.get(language.lower(), spoken.get("", first))
