"""The coverage of a validation: the evaluated parts, and the others with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import BlankNode, NamedNode

from iomgraph.validation.shacl.results import ValidationResult


class Reason(StrEnum):
    """A reason why something was not evaluated.

    Example:
        >>> Reason("no-targets") is Reason.NO_TARGETS
        True
    """

    UNKNOWN_TERM = "unknown-term"
    WRONG_NAMESPACE = "wrong-namespace"
    NOT_EVALUATED = "not-evaluated"
    MISSING_PARAMETER = "missing-parameter"
    ENTAILMENT = "entailment"
    NO_SHAPES = "no-shapes"
    DATA_AS_SHAPES = "data-as-shapes"
    NO_TARGETS = "no-targets"
    NO_FOCUS_NODES = "no-focus-nodes"
    NO_CONSTRAINTS = "no-constraints"
    OTHER_SCHEME = "other-scheme"
    UNDEFINED_SHAPE = "undefined-shape"
    LIST_AS_SHAPE = "list-as-shape"
    EMPTY_LIST = "empty-list"
    ILL_TYPED = "ill-typed"
    TRIPLE_TERM = "triple-term"
    NOT_DECIDED = "not-decided"
    FAILED = "failed"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """Something that was not evaluated.

    Args:
        reason: the reason.
        subject: its node in the shapes graph; None for the whole graph.
        term: IRI of the predicate, class or value in question; empty for a blank node.
        nearest: IRI of the probably intended term.
        detail: a plain text: a number of seconds, the words of an error, a prefix.
        fails: the validation is not reliable; otherwise it is only a note.
        at: IRI of the subject's predicate, for its place.

    Example:
        >>> Unevaluated(Reason.FAILED, detail="out of memory").fails
        True
    """

    reason: Reason
    subject: NamedNode | BlankNode | None = None
    term: str = ""
    nearest: str = ""
    detail: str = ""
    fails: bool = True
    at: str = field(default="", compare=False)

    def message(self) -> dict[str, str]:
        """The note in English, Spanish and French.

        Example:
            >>> Unevaluated(Reason.UNKNOWN_TERM, term="urn:mincount", nearest="urn:minCount").message()["en"]
            'urn:mincount is not a term of SHACL, and was not evaluated; is urn:minCount meant?'
        """
        texts = _MESSAGES[self.reason]
        return {
            language: text.format(term=self.term or _BLANK[language], detail=self.detail)
            + (_MEANT[language].format(self.nearest) if self.nearest else "")
            for language, text in texts.items()
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a validation.

    Args:
        shapes: number of evaluated shapes with targets.
        focus_nodes: number of their focus nodes; a node counts once for each of its shapes.
        constraints: number of evaluated constraints, including those of nested shapes.
        seconds: duration.
        unevaluated: the parts that were not evaluated, sorted by reason and node.

    Example:
        >>> Coverage(shapes=3).complete
        True
        >>> Coverage(unevaluated=(Unevaluated(Reason.FAILED),)).complete
        False
    """

    shapes: int = 0
    focus_nodes: int = 0
    constraints: int = 0
    seconds: float = 0.0
    unevaluated: tuple[Unevaluated, ...] = ()

    @property
    def complete(self) -> bool:
        """True if everything that the verdict depends on was evaluated."""
        return not any(one.fails for one in self.unevaluated)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The results of a validation, and its coverage.

    Example:
        >>> Evaluation(results=(), coverage=Coverage(shapes=3)).coverage.shapes
        3
    """

    results: tuple[ValidationResult, ...]
    coverage: Coverage


_MEANT: Mapping[str, str] = {
    "en": "; is {0} meant?",
    "es": "; ¿se quería decir {0}?",
    "fr": " ; fallait-il {0} ?",
}
_BLANK: Mapping[str, str] = {"en": "a blank node", "es": "un nodo anónimo", "fr": "un nœud anonyme"}
_MESSAGES: Mapping[Reason, Mapping[str, str]] = {
    Reason.UNKNOWN_TERM: {
        "en": "{term} is not a term of SHACL, and was not evaluated",
        "es": "{term} no es un término de SHACL y no se evaluó",
        "fr": "{term} n’est pas un terme de SHACL et n’a pas été évalué",
    },
    Reason.WRONG_NAMESPACE: {
        "en": "{term} is not in the namespace of SHACL, and was not evaluated",
        "es": "{term} no está en el espacio de nombres de SHACL y no se evaluó",
        "fr": "{term} n’est pas dans l’espace de noms de SHACL et n’a pas été évalué",
    },
    Reason.NOT_EVALUATED: {
        "en": "{term} is not supported, and was not evaluated",
        "es": "{term} no está implementado y no se evaluó",
        "fr": "{term} n’est pas pris en charge et n’a pas été évalué",
    },
    Reason.MISSING_PARAMETER: {
        "en": "{term} was not evaluated: the shape lacks {detail}",
        "es": "{term} no se evaluó: a la forma le falta {detail}",
        "fr": "{term} n’a pas été évalué : il manque {detail} à la forme",
    },
    Reason.NO_CONSTRAINTS: {
        "en": "no constraint was evaluated: the shapes have none, or are deactivated",
        "es": "no se evaluó ninguna restricción: las formas no tienen o están desactivadas",
        "fr": "aucune contrainte n’a été évaluée : les formes n’en ont pas ou sont désactivées",
    },
    Reason.ENTAILMENT: {
        "en": "the entailment regime {term} is not supported (SHACL, section 1.5)",
        "es": "el régimen de implicación {term} no está implementado (SHACL, sección 1.5)",
        "fr": "le régime d’implication {term} n’est pas pris en charge (SHACL, section 1.5)",
    },
    Reason.NO_SHAPES: {
        "en": "the shapes graph has no shape: nothing was validated",
        "es": "el grafo de formas no tiene ninguna forma: no se validó nada",
        "fr": "le graphe de formes ne contient aucune forme : rien n’a été validé",
    },
    Reason.DATA_AS_SHAPES: {
        "en": "the shapes graph has {detail} triples and no shape: it looks like data",
        "es": "el grafo de formas tiene {detail} triples y ninguna forma: parecen datos",
        "fr": "le graphe de formes a {detail} triplets et aucune forme : on dirait des données",
    },
    Reason.NO_TARGETS: {
        "en": "the shape has no target, and no other shape refers to it: it validated nothing",
        "es": "la forma no tiene objetivo y ninguna otra forma la menciona: no validó nada",
        "fr": "la forme n’a pas de cible et aucune autre forme ne la mentionne : elle n’a rien validé",
    },
    Reason.NO_FOCUS_NODES: {
        "en": "the targets of the shape are not in the data: it validated nothing",
        "es": "los objetivos de la forma no están en los datos: no validó nada",
        "fr": "les cibles de la forme ne sont pas dans les données : elle n’a rien validé",
    },
    Reason.OTHER_SCHEME: {
        "en": "the data does not have {term}, which the shape targets",
        "es": "los datos no tienen {term}, que es el objetivo de la forma",
        "fr": "les données n’ont pas {term}, que vise la forme",
    },
    Reason.UNDEFINED_SHAPE: {
        "en": "{detail} refers to {term}, of which the shapes graph says nothing",
        "es": "{detail} remite a {term}, de lo que el grafo de formas no dice nada",
        "fr": "{detail} renvoie à {term}, dont le graphe de formes ne dit rien",
    },
    Reason.LIST_AS_SHAPE: {
        "en": "{detail} refers to a list where it needs a shape: it was not evaluated (SHACL, section 2.1)",
        "es": "{detail} remite a una lista donde hace falta una forma: no se evaluó (SHACL, sección 2.1)",
        "fr": "{detail} renvoie à une liste là où il faut une forme : non évalué (SHACL, section 2.1)",
    },
    Reason.EMPTY_LIST: {
        "en": "{detail} has an empty list, without any shape to evaluate (SHACL, section 4.6)",
        "es": "{detail} tiene una lista vacía, sin ninguna forma que evaluar (SHACL, sección 4.6)",
        "fr": "{detail} a une liste vide, sans aucune forme à évaluer (SHACL, section 4.6)",
    },
    Reason.ILL_TYPED: {
        "en": "the value of {term} is not of the type that SHACL asks for: {detail}",
        "es": "el valor de {term} no es del tipo que pide SHACL: {detail}",
        "fr": "la valeur de {term} n’est pas du type que demande SHACL : {detail}",
    },
    Reason.TRIPLE_TERM: {
        "en": "{term} was not evaluated: its value is the triple term {detail}",
        "es": "{term} no se evaluó: su valor es el término de triple {detail}",
        "fr": "{term} n’a pas été évalué : sa valeur est le terme de triplet {detail}",
    },
    Reason.NOT_DECIDED: {
        "en": "{term} was not decided within {detail} seconds",
        "es": "{term} no se decidió en {detail} segundos",
        "fr": "{term} n’a pas été décidé en {detail} secondes",
    },
    Reason.FAILED: {
        "en": "{term} could not be evaluated: {detail}",
        "es": "{term} no se pudo evaluar: {detail}",
        "fr": "{term} n’a pas pu être évalué : {detail}",
    },
    Reason.ASSUMED: {
        "en": "the prefix {detail} is not declared; {term} was assumed",
        "es": "el prefijo {detail} no está declarado; se supuso {term}",
        "fr": "le préfixe {detail} n’est pas déclaré ; {term} a été supposé",
    },
}
